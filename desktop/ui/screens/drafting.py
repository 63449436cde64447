"""Keeps what is being typed on a page as a draft: when a field is left, and at the latest two seconds after a key.

Everything is written in the desk's writing thread. What is kept differs from the page as it was opened; nothing here
may change what stands on the page.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from desktop.actions.drafts import drop_draft, keep_draft
from desktop.queries.drafts import Draft, Typed, draft_name, read_draft
from desktop.ui.desk import Desk

#: What is typed is kept at the latest so long after it was typed, in milliseconds.
KEEP_AFTER = 2_000


class Drafting(QObject):
    """The draft of one page."""

    def __init__(
        self, page: QWidget, desk: Desk, key: str, typed: Callable[[], dict[str, Typed]], about: Callable[[], str]
    ) -> None:
        """``key``: the page's in the navigation. ``typed``, ``about``: what stands on it, and whose matter it is."""
        super().__init__(page)
        self._page, self._desk, self._key = page, desk, key
        self._typed, self._about = typed, about
        self.item = ""
        self._as_opened: dict[str, Typed] = {}
        self._unkept = False
        self._held = False
        self._timer = QTimer(self, singleShot=True, interval=KEEP_AFTER)
        self._timer.timeout.connect(self.keep)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_moved)

    def begin(self, item: str) -> None:
        """The page shows ``item`` as it is saved, or empty."""
        self.pause()
        self.item = item
        self._held = False
        self._as_opened = self._typed()

    def look(self, found: Callable[[Draft], None]) -> None:
        """Ask whether there is a draft already, of a page that can be typed into meanwhile; ``found`` gets it.

        Nothing is kept before the answer is there: it would take the place of what is being looked for.
        """
        key, item = self._key, self.item
        self._held = True

        def answered(draft: Draft | None) -> None:
            if item != self.item:
                return
            self._held = False
            if draft is not None:
                found(draft)
            elif self._unkept:
                self._timer.start()

        def failed(error: Exception) -> None:
            answered(None)
            self._desk.say_error(error)

        self._desk.read(lambda reader: read_draft(reader, key, item), answered, slot=f"{key}.draft", failed=failed)

    def edited(self) -> None:
        """Something was typed."""
        self._unkept = True
        if not self._timer.isActive():
            self._timer.start()

    def pause(self) -> None:
        """Keep nothing until something is typed."""
        self._unkept = False
        self._timer.stop()

    def keep(self) -> None:
        """Keep what was typed, if something was typed since it was last kept."""
        if not self._unkept or self._held:
            return
        self.pause()
        differs = {name: typed for name, typed in self._typed().items() if self._as_opened.get(name) != typed}
        draft = Draft(self._key, self.item, self._about(), datetime.now(UTC), differs)
        self._desk.keep(lambda replica: keep_draft(replica, draft), slot=draft_name(self._key, self.item))

    def forget(self) -> None:
        """It was saved or given up."""
        self.pause()
        key, item = self._key, self.item
        self._desk.keep(lambda replica: drop_draft(replica, key, item), slot=draft_name(key, item))

    def _focus_moved(self, old: QWidget | None, _new: QWidget | None) -> None:
        # A page that goes gives its focus away as well, when nothing can be asked of it any more.
        if self._unkept and old is not None and isValid(self._page) and self._page.isAncestorOf(old):
            self.keep()
