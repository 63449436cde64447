"""Where the district office names another hospital: which one, with whom it was agreed by telephone, and why.

It collects and shows problems; what may be saved is decided in ``actions.coordination``.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame

from desktop.actions.coordination import REDIRECT_FIELDS
from desktop.queries.beds import HospitalBeds, free_beds
from desktop.ui import wording
from desktop.ui.texts import problem_text, tr
from desktop.ui.widgets.fields import ChoiceEditor
from desktop.ui.widgets.panels import tab_order
from desktop.ui.widgets.parts import button, column, label, named, row
from desktop.ui.widgets.record_form import RecordForm, Section
from sync.errors import BadInput
from sync.records import ReferralEvent

_LABELS = MappingProxyType(
    {"to_facility": "Rumah sakit tujuan", "spoke_with": "Disepakati lewat telepon dengan", "note": "Alasan dialihkan"}
)


def hospital_choice(hospital: HospitalBeds, ward_class: str | None, now: datetime) -> str:
    """A hospital to choose, with its beds of the wanted class and their age, and its telephone."""
    beds = free_beds(hospital.wards, ward_class)
    phone = hospital.emergency_phone or hospital.phone
    parts = [hospital.name]
    if beds is not None:
        room = wording.class_words(ward_class) if ward_class else tr("semua ruang")
        parts.append(f"{room} {wording.beds_words(beds)}")
        if beds.known is not None:
            parts.append(wording.counted_words(beds.oldest, now))
    parts.append(tr("telp {phone}").format(phone=phone or tr("tidak diketahui")))
    return " · ".join(parts)


class RedirectPanel(QFrame):
    """Hidden until it is opened; Escape closes it and keeps what was typed."""

    given = Signal(object)
    """The values of a redirection."""
    left = Signal()
    """Somebody went back without saving."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "panel")
        self.setAccessibleName(tr("Alihkan ke rumah sakit lain"))
        self.form = RecordForm(
            ReferralEvent, [Section("", [("to_facility",), ("spoke_with", "note")])], {"to_facility": ()}
        )
        for name in REDIRECT_FIELDS:
            self.form.editor(name).label.setText(f"{tr(_LABELS[name])} *")
        self.save_button = button(tr("Simpan: dialihkan"), "primary")
        self.save_button.clicked.connect(self._give)
        back = button(tr("Kembali"))
        back.clicked.connect(self._go_back)
        head = label(
            tr("Telepon dulu rumah sakit tujuan; puskesmas dan kedua rumah sakit melihat ini."), "quiet", wrap=True
        )
        top = row(head, back, self.save_button, gap=10)
        top.setStretch(0, 1)
        self.setLayout(column(top, self.form, margins=(14, 8, 14, 8), gap=4))
        tab_order(self.form.editor("note").control, self.save_button, back)
        escape = QShortcut(QKeySequence("Escape"), self, self._go_back)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.hide()

    def set_hospitals(self, hospitals: Sequence[HospitalBeds], asked: str, wanted: str | None, now: datetime) -> None:
        """Offer all hospitals but the one that is ``asked``, those with the most known free beds first."""

        def place(hospital: HospitalBeds) -> tuple[int, str]:
            beds = free_beds(hospital.wards, wanted)
            return -((beds.known if beds else None) or 0), hospital.name

        others = sorted((hospital for hospital in hospitals if hospital.id != asked), key=place)
        editor = self.form.editor("to_facility")
        if isinstance(editor, ChoiceEditor):
            editor.set_choices([(hospital.id, hospital_choice(hospital, wanted, now)) for hospital in others])

    def open(self) -> None:
        """Ask."""
        self.show()
        self.form.editor("to_facility").control.setFocus()

    def _go_back(self) -> None:
        self.hide()
        self.left.emit()

    def clear(self) -> None:
        """Another referral, or it was saved: nothing is typed."""
        self.form.clear()
        self.hide()

    def show_problem(self, *errors: BadInput) -> None:
        """Say what is wrong at its field, each; the first gets the focus."""
        for error in reversed(errors):
            if error.field in REDIRECT_FIELDS:
                editor = self.form.editor(error.field)
                editor.set_problem(problem_text(error, replace(editor.field, label=tr(_LABELS[error.field]))))
                editor.control.setFocus()

    def _give(self) -> None:
        try:
            values = self.form.values()
        except BadInput:
            return
        missing = [BadInput("missing", field=name) for name in REDIRECT_FIELDS if not values[name]]
        if missing:
            self.show_problem(*missing)
            return
        self.given.emit(MappingProxyType(values))
