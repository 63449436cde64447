"""The line above the inbox that says who is on duty, and how somebody takes over.

It collects a hand-over and shows one; reading and saving are the screen's.
"""

from datetime import datetime
from types import MappingProxyType

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QSizePolicy

from desktop.actions.duty import shift_end
from desktop.queries.duty import is_on_duty
from desktop.ui import wording
from desktop.ui.texts import problem_text, tr
from desktop.ui.widgets.parts import button, column, label, named, row
from desktop.ui.widgets.record_form import RecordForm, Section
from sync.errors import BadInput
from sync.records import Duty


def duty_words(duty: Duty | None, now: datetime) -> str:
    """Who is on duty and until when; that nobody has said so is said."""
    if duty is None or not is_on_duty(duty, now):
        return tr("Petugas jaga belum dicatat")
    phone = tr("telp {phone}").format(phone=duty.phone) if duty.phone else ""
    until = tr("sampai {time}").format(time=wording.clock_words(duty.until, now))
    return tr("Petugas jaga: {who}").format(who=" · ".join(part for part in (duty.name, phone, until) if part))


class DutyBar(QFrame):
    """Who is on duty, and a form to take over."""

    taken = Signal(object)
    """The values of a hand-over."""

    def __init__(self, title: str) -> None:
        """``title``: the title of the page, at the left of the line."""
        super().__init__()
        self.words = label("", "quiet")
        self.take_button = button(tr("Serah terima &jaga…"), "quiet")
        self.form = RecordForm(Duty, [Section("", [("name", "phone", "until")])])
        self.save_button = button(tr("Simpan jaga"), "primary")
        self.save_button.clicked.connect(self._take)
        back = button(tr("Kembali"))
        back.clicked.connect(self._go_back)
        self._panel = named(QFrame(), "panel")
        hint = label(tr("Puskesmas melihat nama dan telepon ini."), "quiet")
        self._panel.setLayout(
            column(self.form, row(hint, 1, back, self.save_button, gap=10), margins=(14, 8, 14, 8), gap=6)
        )
        top = row(label(title, "pageTitle"), 1, self.words, self.take_button, gap=10)
        self.setLayout(column(top, self._panel, gap=4))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._panel.hide()
        escape = QShortcut(QKeySequence("Escape"), self._panel, self._go_back)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def show_duty(self, duty: Duty | None, now: datetime) -> None:
        """Show who is on duty at ``now`` (aware)."""
        self.words.setText(duty_words(duty, now))

    def open_form(self, name: str, phone: str | None, now: datetime) -> None:
        """Ask for a hand-over to ``name``, until the end of this shift as a rule."""
        self.form.clear()
        self.form.set_values(MappingProxyType({"name": name, "phone": phone, "until": shift_end(now.astimezone())}))
        self._panel.show()
        self.form.editor("phone" if name else "name").control.setFocus()

    def close_form(self) -> None:
        """Back to the line."""
        self._panel.hide()

    def _go_back(self) -> None:
        self.close_form()
        self.take_button.setFocus()

    def show_problem(self, error: BadInput) -> None:
        """Say what is wrong at its field."""
        if error.field in {"name", "phone", "until"}:
            editor = self.form.editor(error.field)
            editor.set_problem(problem_text(error, editor.field))

    def _take(self) -> None:
        try:
            values = self.form.values()
        except BadInput:
            return
        self.taken.emit(MappingProxyType(values))
