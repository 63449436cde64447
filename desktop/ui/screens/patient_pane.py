"""The chosen patient beside the list: who it is, what warns (allergies), and the visits and referrals.

Values in by ``show_file``, wishes out by signals; it neither reads nor writes.
"""

from datetime import date, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.queries.patient_file import PatientFile, VisitLine
from desktop.queries.referrals import ReferralLine
from desktop.ui import wording
from desktop.ui.screens.other_registrations import OtherRegistrations
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.allergy_mark import AllergyMark
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.cards import Card, CardList, Mark
from desktop.ui.widgets.panels import panel
from desktop.ui.widgets.paper_bar import PaperBar, patient_papers
from desktop.ui.widgets.parts import button, column, label, row
from sync.records import Patient
from sync.records.patient import IDENTITY_REASONS, PAYERS, VISIT_OUTCOMES


def identity_lines(patient: Patient) -> list[tuple[str, str]]:
    """What identifies the patient, as (label, value); a missing number says why."""
    missing = IDENTITY_REASONS.get(patient.identity_reason or "", patient.identity_reason or tr("tidak dicatat"))
    lines = [
        (tr("NIK"), patient.nik or f"{tr('belum ada')} ({missing})"),
        (tr("Nomor JKN"), patient.jkn_number or tr("belum ada")),
        (tr("Penjamin"), PAYERS.get(patient.payer, patient.payer)),
    ]
    if patient.mother_nik or patient.mother_name:
        order = f" · {tr('anak ke-')}{patient.birth_order}" if patient.birth_order else ""
        mother = " · ".join(part for part in (patient.mother_name, patient.mother_nik) if part)
        lines.append((tr("Ibu"), f"{mother}{order}"))
    lines += [
        (tr("No. rekam medis"), patient.record_number or "—"),
        (tr("Telepon"), patient.phone or "—"),
        (
            tr("Alamat"),
            ", ".join(part for part in (patient.address, patient.village, patient.subdistrict) if part) or "—",
        ),
    ]
    return lines


def under_words(name: str | None) -> str:
    """Under which other registration something was written; "" where it was under this one."""
    return tr("tercatat atas nama {name}").format(name=name) if name else ""


def visit_card(visit: VisitLine, under: str | None = None) -> Card:
    """One visit in the list; ``under``: the name of another registration that it was noted under."""
    return Card(
        id=visit.id,
        title=f"{wording.day_words(visit.date)} · {wording.diagnosis_words(visit.diagnosis_code, visit.diagnosis)}",
        subtitle=" · ".join(part for part in (under_words(under), visit.complaint or "") if part),
        right=VISIT_OUTCOMES.get(visit.outcome or "", visit.outcome or ""),
        marks=(
            *((Mark(tr("perlu diputuskan"), Tone.ATTENTION),) if visit.conflicted else ()),
            *((Mark(tr("menunggu dikirim"), Tone.NEUTRAL),) if visit.waiting else ()),
        ),
    )


def referral_card(line: ReferralLine, now: datetime, under: str | None = None) -> Card:
    """One referral of this patient in the list; ``under``: as in :func:`visit_card`."""
    return Card(
        id=line.id,
        title=f"{line.to_name} · {wording.diagnosis_words(line.diagnosis_code, line.diagnosis)}",
        subtitle=" · ".join(part for part in (line.number, under_words(under)) if part),
        right=wording.clock_words(line.written_at, now),
        marks=(wording.progress_mark(line),),
        stripe=wording.urgency_mark(line.urgency).tone,
    )


class PatientPane(QWidget):
    """One patient, to look at."""

    edit_requested = Signal(str)
    """The patient's id."""
    visit_requested = Signal(str)
    """The patient's id, or patient/visit for one that exists."""
    referral_requested = Signal(str)
    """The patient's id."""
    referral_opened = Signal(str)
    """The referral's id."""
    decision_requested = Signal(str)
    """The patient's id."""
    history_requested = Signal(str)
    """The patient's id."""
    same_requested = Signal(str)
    """The patient's id."""
    other_requested = Signal(str)
    """The id of another registration of this person."""

    def __init__(self) -> None:
        super().__init__()
        self._patient = ""
        self._noted_under: dict[str, str] = {}
        self.name = label("", "pageTitle", wrap=True)
        self.person = label("", "quiet")
        self.allergies = AllergyMark()
        self.conflict = Badge()
        self.decide_button = button(tr("Putuskan"), "link")
        self.decide_button.clicked.connect(lambda: self.decision_requested.emit(self._patient))
        self.waiting = Badge()
        self.referral_button = button(tr("Tulis rujukan"), "primary")
        self.visit_button = button(tr("Catat kunjungan"))
        self.edit_button = button(tr("Ubah data"))
        self.history_button = button(tr("Riwayat isian"), "quiet")
        self.history_button.clicked.connect(lambda: self.history_requested.emit(self._patient))
        self.same_button = button(tr("Sama dengan pasien lain…"), "quiet")
        self.same_button.clicked.connect(lambda: self.same_requested.emit(self._patient))
        self.others = OtherRegistrations()
        self.others.chosen.connect(self.other_requested)
        self.referral_button.clicked.connect(lambda: self.referral_requested.emit(self._patient))
        self.visit_button.clicked.connect(lambda: self.visit_requested.emit(self._patient))
        self.edit_button.clicked.connect(lambda: self.edit_requested.emit(self._patient))
        self.papers = PaperBar(patient_papers())
        self.facts = QGridLayout()
        self.facts.setHorizontalSpacing(14)
        self.facts.setVerticalSpacing(5)
        self.facts.setColumnStretch(1, 1)
        self.facts.setColumnStretch(3, 2)
        frame = panel(column(self.facts, margins=(14, 10, 14, 10)))
        self.referrals_title = label("", "sectionTitle")
        self.referrals = CardList()
        self.referrals.setAccessibleName(tr("Rujukan pasien"))
        self.referrals.opened.connect(self.referral_opened)
        self.visits_title = label("", "sectionTitle")
        self.visits = CardList()
        self.visits.setAccessibleName(tr("Kunjungan pasien"))
        self.visits.opened.connect(self._open_visit)
        heading = row(self.name, self.same_button, self.history_button)
        heading.setStretch(0, 1)
        allergies = row(self.allergies, 0)
        allergies.setStretch(0, 1)
        layout = column(
            column(heading, row(self.person, self.waiting, 1), allergies, gap=4),
            row(self.conflict, self.decide_button, 1),
            row(self.referral_button, self.visit_button, self.edit_button, 1),
            self.papers,
            frame,
            self.others,
            self.referrals_title,
            gap=8,
        )
        layout.addWidget(self.referrals, 1)
        layout.addWidget(self.visits_title)
        layout.addWidget(self.visits, 1)
        # Takes the rest of the page where there is no list to take it.
        layout.addStretch(0)
        self.setLayout(layout)
        self.setFocusProxy(self.referral_button)

    def show_file(self, file: PatientFile, now: datetime) -> None:
        """Show one patient; ``now`` is the present moment (aware)."""
        patient, today = file.patient, now.astimezone().date()
        self._patient = patient.id
        self._noted_under = {visit.id: visit.patient for visit in file.visits}
        self.name.setText(patient.name)
        self.person.setText(person_line(patient, today))
        self.allergies.show_allergies(patient.allergies)
        contested = bool(file.conflicts) or any(visit.conflicted for visit in file.visits)
        self.conflict.set_state(tr("Dua isian berbeda, perlu diputuskan") if contested else "", Tone.ATTENTION)
        self.decide_button.setVisible(contested)
        self.waiting.set_state(tr("menunggu dikirim") if file.waiting else "", Tone.NEUTRAL)
        self._show_facts(identity_lines(patient))
        self.others.show_others(file.others, today)
        names = {other.id: other.name for other in file.others}
        self.referrals_title.setText(count_title(tr("Rujukan"), len(file.referrals)))
        self.referrals.set_cards([referral_card(line, now, names.get(line.patient)) for line in file.referrals])
        self.referrals.setVisible(bool(file.referrals))
        self.visits_title.setText(count_title(tr("Kunjungan"), len(file.visits)))
        self.visits.set_cards([visit_card(visit, names.get(visit.patient)) for visit in file.visits])
        self.visits.setVisible(bool(file.visits))

    def _open_visit(self, visit: str) -> None:
        self.visit_requested.emit(f"{self._noted_under.get(visit, self._patient)}/{visit}")

    def _show_facts(self, lines: list[tuple[str, str]]) -> None:
        while (item := self.facts.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.deleteLater()
        half = (len(lines) + 1) // 2
        for place, (name, value) in enumerate(lines):
            at_row, at_column = place % half, 2 * (place // half)
            self.facts.addWidget(label(name, "quiet"), at_row, at_column)
            self.facts.addWidget(label(value, wrap=True), at_row, at_column + 1)


def count_title(name: str, count: int) -> str:
    """The heading of a list that may be empty."""
    return f"{name} ({count})" if count else f"{name}: {tr('belum ada')}"


def person_line(patient: Patient, today: date) -> str:
    """Sex, age and birth day in words."""
    return wording.person_words(patient.sex, patient.birth_date, today)
