"""The frame of all pages on which a record is written: title, fixed header, scrolled form, a foot with save and back.

Ctrl+S or Ctrl+Enter saves, Enter goes on to the next input, Escape goes back and asks inside the page before anything
typed is given up. Nothing that was typed is ever cleared by an error, a failed save, a visit to another screen or a
power cut: what is typed is kept as a draft and offered again.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSizePolicy, QWidget

from desktop.queries.drafts import Draft, Typed
from desktop.ui import wording
from desktop.ui.desk import Desk, Person
from desktop.ui.screen import Screen
from desktop.ui.screens.drafting import Drafting
from desktop.ui.texts import problem_text, tr
from desktop.ui.widgets.inline_question import InlineQuestion
from desktop.ui.widgets.panels import scrolling
from desktop.ui.widgets.parts import button, column, label, row
from desktop.ui.widgets.record_form import RecordForm
from sync.errors import BadInput

if TYPE_CHECKING:
    from sync.replica.replica import Replica

T = TypeVar("T")

_PASSED_BY_ENTER = (QLineEdit, QComboBox, QCheckBox)


class FormPage(Screen):
    """Subclasses make their parts, :meth:`assemble` them, say how to save, and call :meth:`opened` when they show
    something."""

    def __init__(self, desk: Desk, key: str) -> None:
        """``key``: the screen's key in the navigation, under which its drafts are kept."""
        super().__init__(desk)
        self._about = ""
        self._offering = False
        self._parts: list[QWidget] = []
        self.drafting = Drafting(self, desk, key, self.typed, self.draft_about)
        self.title = label("", "pageTitle")
        self.question = InlineQuestion()
        self.question.answered.connect(self._answered)
        self.notice = label("", "quiet", wrap=True)
        self.save_button = button(tr("Simpan (Ctrl+S)"), "primary")
        self.save_button.clicked.connect(self.save)
        self.back_button = button(tr("Kembali (Esc)"))
        self.back_button.clicked.connect(self.leave)
        self.saving = False
        self._dirty = False
        self._forms: list[RecordForm] = []
        self._answers: dict[str, Callable[[], None]] = {}
        self._when_saved: Callable[[Any], None] = lambda _result: None
        self.notice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        for keys in ("Ctrl+S", "Ctrl+Return", "Ctrl+Enter"):
            self._shortcut(keys, self.save)
        self._shortcut("Escape", self.leave)

    def save(self) -> None:
        """Save what is typed, or show what stands in the way."""
        raise NotImplementedError

    def has_unsaved(self) -> bool:
        return self._dirty

    def assemble(
        self,
        body: Sequence[QWidget],
        first: QWidget,
        *,
        header: QWidget | None = None,
        side: QWidget | None = None,
        below: QWidget | None = None,
    ) -> None:
        """Lay the page out: ``header`` and ``below`` stay in sight, ``body`` scrolls, ``side`` stands at its right.

        Called once, when all parts are made: Tab goes through them in the order in which they are put in here.
        ``first`` gets the focus when the page is shown.
        """
        self._forms = [part for part in body if isinstance(part, RecordForm)]
        inner = QWidget()
        inner.setLayout(column(*body, 1, margins=(2, 2, 14, 8)))
        self._parts = [inner, *([side] if side else [])]
        self._scrolled = scrolling(inner)
        middle = row(self._scrolled, *([side] if side else []), gap=14)
        middle.setStretch(0, 1)
        page = column(self.title, margins=(20, 14, 20, 12), gap=10)
        if header is not None:
            page.addWidget(header)
        page.addLayout(middle, 1)
        if below is not None:
            page.addWidget(below)
        page.addWidget(self.question)
        page.addLayout(row(self.notice, self.back_button, self.save_button, gap=10))
        self.setLayout(page)
        self.setFocusProxy(first)

    @property
    def may_save(self) -> bool:
        """Whether a save would do something now: none is on its way and no draft waits to be gone on with."""
        return not (self.saving or self._offering)

    def mark_edited(self) -> None:
        """Something was typed."""
        self._dirty = True
        self.notice.clear()
        self.drafting.edited()

    def mark_clean(self) -> None:
        """What is shown is what is saved, or a page just opened."""
        self._dirty = False
        self.drafting.pause()
        self.notice.clear()
        self.question.hide()
        self._offer(offering=False)
        self.set_saving(saving=False)

    def opened(self, item: str, about: str, draft: Draft | None) -> None:
        """The page shows ``item``, a matter of the patient called ``about``; what was typed before is offered again."""
        self._about = about
        self.mark_clean()
        self.drafting.begin(item)
        self._scrolled.verticalScrollBar().setValue(0)
        if draft is not None:
            self.offer_draft(draft)

    def offer_draft(self, draft: Draft) -> None:
        """Ask whether to go on with what was typed before; until then nothing else is typed."""
        self.drafting.pause()
        self._offer(offering=True)
        words = wording.clock_words(draft.saved_at, datetime.now(UTC))
        self.ask(
            tr("Ada isian yang belum disimpan, diketik {when}.").format(when=words),
            [
                (tr("Lanjutkan isian {when}").format(when=words), lambda: self._go_on(draft)),
                (tr("Mulai dari awal"), self._start_anew),
            ],
        )

    def typed(self) -> dict[str, Typed]:
        """What stands on the page, by field, as it was typed."""
        return {name: typed for form in self._forms for name, typed in form.typed().items()}

    def set_typed(self, typed: Mapping[str, Typed]) -> None:
        """Show again what :meth:`typed` gave; what is not named stays as it is."""
        for form in self._forms:
            form.set_typed(typed)

    def draft_about(self) -> str:
        """The name of the patient whom the page is about, "" if nobody knows it yet."""
        return self._about

    def save_with(self, action: Callable[["Replica", Person], T], done: Callable[[T], None]) -> None:
        """Do ``action`` and forget the draft, then ``done``; if it fails everything typed stays."""
        self.drafting.keep()
        self.set_saving(saving=True)
        self._when_saved = done
        self.desk.act(action, self._saved_with, self.failed)

    def set_saving(self, *, saving: bool) -> None:
        """Whether a save is on its way; a second one does nothing until it has ended.

        The button stays as it is: one that is switched off gives the focus away, and Enter would press something else.
        """
        self.saving = saving

    def leave(self) -> None:
        """Go back; ask first if something would be given up."""
        if not self._dirty:
            self.desk.back()
            return
        self.ask(
            tr("Isian ini belum disimpan dan belum dikirim. Tidak ada yang hilang sebelum Anda memilih."),
            [
                (tr("Lanjut mengisi"), self.setFocus),
                (tr("Simpan"), self.save),
                (tr("Lanjutkan nanti"), self._later),
                (tr("Buang isian"), self._discard),
            ],
        )

    def before_opening(self, item: str, proceed: Callable[[], None]) -> None:
        """Call ``proceed``, which puts ``item`` on the page; what is being typed about another is kept as a draft."""
        if self._dirty and item == self.drafting.item:
            self.setFocus()
            return
        if self._dirty:
            self.drafting.keep()
            about = self.draft_about() or tr("pasien baru")
            self.desk.say("info", tr("Isian untuk {name} disimpan sebagai draf di komputer ini.").format(name=about))
        proceed()

    def ask(self, text: str, answers: list[tuple[str, Callable[[], None]]]) -> None:
        """Ask inside the page; each answer is a label and what it does."""
        self._answers = dict(answers)
        self.question.ask(text, [(words, words) for words in self._answers])

    def failed(self, error: Exception) -> None:
        """A save failed: everything typed stays, and the reason is said, at the field if it is about one."""
        self.set_saving(saving=False)
        self.desk.say_error(error)
        if isinstance(error, BadInput) and error.field is not None:
            for form in self._forms:
                try:
                    editor = form.editor(error.field)
                except KeyError:
                    continue
                editor.set_problem(problem_text(error, editor.field))
                editor.control.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in an input of one line goes on to the next one, as Tab does."""
        focus = self.focusWidget()
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and isinstance(focus, _PASSED_BY_ENTER) and any(part.isAncestorOf(focus) for part in self._parts):
            focus.focusNextPrevChild(True)  # noqa: FBT003 - Qt takes it by position
            return
        super().keyPressEvent(event)

    def _saved_with(self, result: Any) -> None:
        # Apart from the save: a draft that cannot be forgotten is offered again, and is no failed save.
        self.drafting.forget()
        self._when_saved(result)

    def _go_on(self, draft: Draft) -> None:
        self._offer(offering=False)
        self.set_typed(draft.typed)
        self._dirty = True
        self.setFocus()

    def _start_anew(self) -> None:
        self.drafting.forget()
        self._offer(offering=False)
        self.setFocus()

    def _offer(self, *, offering: bool) -> None:
        """While a draft waits for its answer nothing else can be typed, so that neither takes the other's place."""
        self._offering = offering
        for part in self._parts:
            part.setEnabled(not offering)
        self.save_button.setEnabled(not offering)

    def _later(self) -> None:
        self.drafting.keep()
        self.mark_clean()
        self.desk.back()

    def _discard(self) -> None:
        self.drafting.forget()
        self.mark_clean()
        self.desk.back()

    def _answered(self, key: str) -> None:
        self._answers[key]()

    def _shortcut(self, keys: str, work: Callable[[], None]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(work)
