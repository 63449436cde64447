"""The hands and eyes of a person at one window: real clicks and keys on what is visible, and waiting for what appears.

Things are found by the words a person reads, never by the names of variables. It must never call a method of a screen,
trigger an action or sleep: what a person cannot do with mouse and keyboard, these hands cannot do either.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from desktop.ui.legibility import text_of
from desktop.ui.widgets.cards import Card, CardList
from sync.errors import RujukError

#: Seconds after which something that does not appear is a failure.
PATIENCE_S = 60.0
#: Presses of Tab after which an input cannot be reached by keyboard.
_MOST_TABS = 60
_LOOK_MS = 5
#: Seconds after which a person presses a button once more.
_PRESS_AGAIN_S = 3.0
_INPUTS = (QLineEdit, QPlainTextEdit, QComboBox)

W = TypeVar("W", bound=QWidget)


class CannotPlay(RujukError):
    """What a person would look for is not there, or did not appear in time."""


def wait_until(condition: Callable[[], bool], what: str, seconds: float = PATIENCE_S) -> None:
    """Let the program work until ``condition`` holds.

    Raises:
        CannotPlay: it did not in time; ``what`` says what was waited for.
    """
    end = time.monotonic() + seconds
    # Asked once each time: what held at that moment may hold no more when the loop has ended.
    met = condition()
    loop = QEventLoop()

    def look_again() -> None:
        nonlocal met
        met = condition()
        if met or time.monotonic() > end:
            loop.quit()

    look = QTimer()
    look.setInterval(_LOOK_MS)
    look.timeout.connect(look_again)
    if not met:
        look.start()
        loop.exec()
        look.stop()
    if not met:
        raise CannotPlay(f"menunggu {seconds:.0f} detik dengan sia-sia: {what}")


class Hands:
    """One person at one window."""

    def __init__(self, window: Callable[[], QWidget], *, patience: float = PATIENCE_S) -> None:
        """``window``: the window as it is now; the program may replace it. ``patience``: in seconds."""
        self._window = window
        self._patience = patience

    @property
    def window(self) -> QWidget:
        """The window as it is now."""
        return self._window()

    # --- eyes -------------------------------------------------------------------------------------------------------

    def texts(self) -> list[str]:
        """Everything that can be read in the window."""
        found: list[str] = []
        for widget in self._visible(QWidget):
            if isinstance(widget, CardList):
                found += [card.spoken for card in widget.cards()]
            elif isinstance(widget, QTreeWidget):
                found += [_row_text(item) for item in _items(widget)]
            elif isinstance(widget, QPlainTextEdit):
                found.append(widget.toPlainText())
            elif text := text_of(widget):
                found.append(text)
        return found

    def sees(self, *words: str) -> bool:
        """Whether one text in the window holds all of ``words``."""
        return any(all(word in text for word in words) for text in self.texts())

    def wait_to_see(self, *words: str) -> None:
        """Wait until one text in the window holds all of ``words``."""
        wait_until(lambda: self.sees(*words), " · ".join(words), self._patience)

    def wait_not_to_see(self, *words: str) -> None:
        """Wait until no text in the window holds all of ``words``."""
        wait_until(lambda: not self.sees(*words), f"hilangnya {' · '.join(words)}", self._patience)

    # --- hands ------------------------------------------------------------------------------------------------------

    def come_here(self) -> None:
        """Bring the window to the front, so that keys go to it."""
        window = self.window
        window.show()
        window.raise_()
        window.activateWindow()
        wait_until(lambda: QApplication.activeWindow() is window, "jendela aktif", self._patience)

    def press(self, words: str) -> None:
        """Click the button that says ``words``, as soon as it may be clicked."""

        def find() -> QAbstractButton | None:
            buttons = (item for item in self._visible(QAbstractButton) if item.isEnabled())
            return next((item for item in buttons if item.text().replace("&", "") == words), None)

        wait_until(lambda: find() is not None, f"tombol “{words}”", self._patience)
        button = find()
        if button is not None:
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def press_until_seen(self, button: str, *words: str) -> None:
        """Press a button, again after some seconds, until one text holds all of ``words``: others may be late."""
        end = time.monotonic() + self._patience
        while not self.sees(*words):
            self.press(button)
            with contextlib.suppress(CannotPlay):
                wait_until(lambda: self.sees(*words), " · ".join(words), min(_PRESS_AGAIN_S, self._patience))
            if time.monotonic() > end:
                raise CannotPlay(f"“{button}” ditekan {self._patience:.0f} detik dengan sia-sia: {' · '.join(words)}")

    def pick_in_menu(self, words: str) -> None:
        """Click an entry of the menu at the left, whatever it counts."""
        for menu in self._visible(QListWidget):
            for item in menu.findItems(words, Qt.MatchFlag.MatchStartsWith):
                if item.text().partition(" (")[0] == words:
                    _click_at(menu, menu.visualItemRect(item).center())
                    return
        raise CannotPlay(f"menu “{words}” tidak ada")

    def pick_card(self, words: str) -> Card:
        """Click the first card that holds ``words``, as soon as there is one; the card."""
        wait_until(lambda: self._card(words) is not None, f"kartu “{words}”", self._patience)
        found = self._card(words)
        if found is None:
            raise CannotPlay(f"kartu “{words}” hilang")
        cards, row = found
        index = cards.model().index(row, 0)
        cards.scrollTo(index)
        _click_at(cards, cards.visualRect(index).center())
        return cards.cards()[row]

    def fill(self, name: str, text: str) -> None:
        """Go to the input called ``name`` with Tab and type ``text``; in a list of choices its first letters choose."""
        target = self._input(name)
        self._walk_to(target, name)
        if isinstance(target, QLineEdit):
            QTest.keyClick(target, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(target, text)
        got = _typed_text(target)
        if text not in got:
            raise CannotPlay(f"“{name}”: diketik “{text}”, terbaca “{got}”")

    def type_here(self, text: str, then: Qt.Key) -> None:
        """Type where the cursor is, then one more key."""
        focus = QApplication.focusWidget()
        if focus is None:
            raise CannotPlay("tidak ada isian yang aktif")
        QTest.keyClicks(focus, text)
        QTest.keyClick(focus, then)

    def _walk_to(self, target: QWidget, name: str) -> None:
        if not self.window.isAncestorOf(QApplication.focusWidget() or self.window):
            self.come_here()
        for _ in range(_MOST_TABS):
            focus = QApplication.focusWidget()
            if focus is target:
                return
            QTest.keyClick(focus or self.window, Qt.Key.Key_Tab)
        raise CannotPlay(f"isian “{name}” tidak tercapai dengan Tab")

    def _input(self, name: str) -> QWidget:
        def find() -> QWidget | None:
            inputs = (item for item in self._visible(QWidget) if isinstance(item, _INPUTS) and item.isEnabled())
            return next((item for item in inputs if item.accessibleName() == name), None)

        wait_until(lambda: find() is not None, f"isian “{name}”", self._patience)
        found = find()
        if found is None:
            raise CannotPlay(f"isian “{name}” hilang")
        return found

    def _card(self, words: str) -> tuple[CardList, int] | None:
        for cards in self._visible(CardList):
            for row, card in enumerate(cards.cards()):
                if words in card.spoken:
                    return cards, row
        return None

    def _visible(self, kind: type[W]) -> Iterator[W]:
        return (widget for widget in self.window.findChildren(kind) if widget.isVisible())


def _click_at(view: QAbstractItemView, place: QPoint) -> None:
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def _typed_text(widget: QWidget) -> str:
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText()
    return widget.currentText() if isinstance(widget, QComboBox) else str(widget.property("text"))


def _items(tree: QTreeWidget) -> Iterator[QTreeWidgetItem]:
    waiting = [tree.topLevelItem(place) for place in range(tree.topLevelItemCount())]
    while waiting:
        item = waiting.pop(0)
        if item is not None:
            yield item
            waiting[:0] = [item.child(place) for place in range(item.childCount())]


def _row_text(item: QTreeWidgetItem) -> str:
    return " · ".join(text for place in range(item.columnCount()) if (text := item.text(place)))
