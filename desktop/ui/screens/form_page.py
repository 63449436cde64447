"""The frame of all pages on which a record is written: title, fixed header, scrolled form, a foot with save and back.

Ctrl+S or Ctrl+Enter saves, Escape goes back and asks inside the page before anything typed is given up. Nothing that
was typed is ever cleared by an error, a failed save or a visit to another screen.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.desk import Desk
from desktop.ui.screen import Screen
from desktop.ui.texts import problem_text, tr
from desktop.ui.widgets.inline_question import InlineQuestion
from desktop.ui.widgets.panels import scrolling
from desktop.ui.widgets.parts import button, column, label, row
from desktop.ui.widgets.record_form import RecordForm
from sync.errors import BadInput


class FormPage(Screen):
    """Subclasses make their parts, :meth:`assemble` them, and say how to save."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
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
        self, body: Sequence[QWidget], first: QWidget, *, header: QWidget | None = None, side: QWidget | None = None
    ) -> None:
        """Lay the page out: ``header`` stays in sight, ``body`` scrolls, ``side`` stands at its right.

        Called once, when all parts are made: Tab goes through them in the order in which they are put in here.
        ``first`` gets the focus when the page is shown.
        """
        self._forms = [part for part in body if isinstance(part, RecordForm)]
        inner = QWidget()
        inner.setLayout(column(*body, 1, margins=(2, 2, 14, 8)))
        middle = row(scrolling(inner), *([side] if side else []), gap=14)
        middle.setStretch(0, 1)
        page = column(self.title, margins=(20, 14, 20, 12), gap=10)
        if header is not None:
            page.addWidget(header)
        page.addLayout(middle, 1)
        page.addWidget(self.question)
        page.addLayout(row(self.notice, self.back_button, self.save_button, gap=10))
        self.setLayout(page)
        self.setFocusProxy(first)

    def mark_edited(self) -> None:
        """Something was typed."""
        self._dirty = True
        self.notice.clear()

    def mark_clean(self) -> None:
        """What is shown is what is saved, or a page just opened."""
        self._dirty = False
        self.notice.clear()
        self.question.hide()
        self.set_saving(saving=False)

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
            tr("Isian ini belum disimpan."),
            [
                (tr("Lanjut mengisi"), self.setFocus),
                (tr("Simpan"), self.save),
                (tr("Buang isian"), self._discard),
            ],
        )

    def before_opening(self, proceed: Callable[[], None]) -> None:
        """Call ``proceed``, which puts something else on the page; ask first if something would be given up."""
        if not self._dirty:
            proceed()
            return
        self.ask(
            tr("Di halaman ini masih ada isian yang belum disimpan."),
            [(tr("Lanjutkan isian itu"), self.setFocus), (tr("Buang dan mulai yang baru"), proceed)],
        )

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

    def _discard(self) -> None:
        self.mark_clean()
        self.desk.back()

    def _answered(self, key: str) -> None:
        self._answers[key]()

    def _shortcut(self, keys: str, work: Callable[[], None]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(work)
