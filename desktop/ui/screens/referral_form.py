"""Write a referral letter: the patient stays in sight, hospitals are chosen by their free beds and the age of these.

An emergency is asked only what it needs, the rest on demand. Vital signs out of the ordinary are warned of, never
forbidden. The letter gets its number when it is saved, and nothing waits for the network.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from desktop.actions.referrals import write_referral
from desktop.queries.beds import HospitalBeds, hospital_beds
from desktop.queries.patient_file import latest_visit
from desktop.queries.values import read_record
from desktop.ui.desk import Desk
from desktop.ui.screens.copied_form import CopiedFormFields
from desktop.ui.screens.diagnosis_search import diagnosis_field, diagnosis_of
from desktop.ui.screens.form_page import FormPage
from desktop.ui.screens.letter_rules import (
    USUAL_KIND,
    carried_over,
    hospital_card,
    hospital_order,
    letter_problems,
    shows_everything,
    visit_to_carry,
)
from desktop.ui.texts import tr
from desktop.ui.widgets.cards import CardList
from desktop.ui.widgets.finish_here import FinishHereNote
from desktop.ui.widgets.panels import panel, trouble
from desktop.ui.widgets.parts import button, column, label
from desktop.ui.widgets.patient_header import PatientHeader
from desktop.ui.widgets.record_form import RecordForm, Section
from sync.errors import BadInput
from sync.records import Patient, Referral, Visit
from sync.records.facility import WARD_CLASSES
from sync.replica.reader import Reader

#: How long after the last keystroke the values are looked at, in milliseconds.
CHECK_AFTER = 500


@dataclass(frozen=True, slots=True)
class Subject:
    """What the form is about: the patient and the last visit."""

    patient: Patient | None
    visit: Visit | None


def read_subject(reader: Reader, patient: str) -> Subject:
    """The patient and the last visit, as far as they are here."""
    return Subject(read_record(reader, Patient, patient), latest_visit(reader, patient))


class ReferralFormScreen(FormPage):
    """The letter. Its item is a patient's id."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.first = RecordForm(
            Referral,
            [
                Section(tr("Tujuan"), [["urgency", "kind", "ward_class"]]),
                Section(
                    tr("Diagnosis dan keadaan"),
                    [
                        ["diagnosis_label"],
                        ["anamnesis"],
                        ["consciousness", "systolic", "diastolic", "pulse"],
                        ["respiration", "temperature", "saturation", "weight"],
                        ["therapy"],
                        ["reason"],
                        ["allergies"],
                        ["doctor_name", "contact_phone"],
                    ],
                ),
            ],
            {"ward_class": WARD_CLASSES.items()},
            {"diagnosis_label": diagnosis_field(desk, "referral_form")},
        )
        self.diagnosis = diagnosis_of(self.first)
        self.finish_here = FinishHereNote()
        self.more = RecordForm(
            Referral,
            [
                Section(
                    tr("Isian lengkap"),
                    [
                        ["polyclinic", "planned_date"],
                        ["examination"],
                        ["results"],
                        ["differential"],
                        ["escort", "vehicle"],
                    ],
                )
            ],
        )
        self.more_button = button(tr("Isian lengkap (boleh menyusul)"))
        self.more_button.clicked.connect(self._ask_everything)
        self.copied = CopiedFormFields()
        self.copied.changed.connect(self.mark_edited)
        self.hospitals = CardList()
        self.hospitals.setAccessibleName(tr("Rumah sakit tujuan"))
        self.hospital_problem = trouble()
        self.patient_header = PatientHeader()
        self.title.setText(tr("Surat rujukan baru"))
        self.first.changed.connect(self._edited)
        self.more.changed.connect(self.mark_edited)
        self.diagnosis.diagnosis_changed.connect(self._advise)
        self.finish_here.changed.connect(self.mark_edited)
        self.hospitals.selected.connect(self._hospital_chosen)
        self._timer = QTimer(self, singleShot=True, interval=CHECK_AFTER)
        self._timer.timeout.connect(self._warn)
        self._beds: list[HospitalBeds] = []
        self._subject = Subject(None, None)
        self._usual_kind: str | None = None
        self._everything = False
        self.hospital_problem.hide()
        self.assemble(
            [self.first, self.more_button, self.more, self.copied.ask_button, self.copied],
            self.first.editor("urgency").control,
            header=self.patient_header,
            side=self._side(),
        )

    def open_item(self, argument: str) -> None:
        self.before_opening(lambda: self._open(argument))

    def refresh(self) -> None:
        """The beds are read again; what was typed stays."""
        self.desk.read(hospital_beds, self._show_hospitals, slot="referral_form.beds")

    def save(self) -> None:
        patient = self._subject.patient
        if self.saving or patient is None:
            return
        values = self._values_to_save()
        if values is None:
            return
        try:
            form = self.copied.copied()
        except BadInput:
            self.notice.setText(tr("Belum tersimpan: lihat tulisan merah di bawah isian."))
            return
        values["patient"] = patient.id
        carried = visit_to_carry(self._subject.visit, _today())
        values["visit"] = carried.id if carried else None
        self.set_saving(saving=True)
        self.desk.act(lambda replica, person: write_referral(replica, person, values, form), self._saved, self.failed)

    def _side(self) -> QWidget:
        hospitals = panel(
            column(
                label(tr("Rumah sakit tujuan *"), "sectionTitle"),
                label(tr("Tempat tidur seperti terakhir dihitung rumah sakit; bukan janji."), "quiet", wrap=True),
                self.hospital_problem,
                self.hospitals,
                margins=(12, 8, 12, 12),
                gap=6,
            )
        )
        side = QWidget()
        side.setLayout(column(self.finish_here, hospitals))
        side.setFixedWidth(400)
        return side

    def _values_to_save(self) -> dict[str, Any] | None:
        """The values of both forms and the hospital, or ``None`` after saying what is missing."""
        values: dict[str, Any] = {}
        complete = True
        for form in (self.more, self.first):
            try:
                values.update(form.values())
            except BadInput:
                complete = False
        hospital = self.hospitals.current_id()
        self._say_hospital("" if hospital else tr("Pilih rumah sakit tujuan."))
        if not complete or not hospital:
            self.notice.setText(tr("Belum tersimpan: lihat tulisan merah di bawah isian."))
            if complete:
                self.hospitals.setFocus()
            return None
        values.update(self.diagnosis.entered())
        values.update(self.finish_here.values())
        errors = [problem for problem in letter_problems(values) if problem.severity == "error"]
        if errors:
            self.first.show_problems(errors)
            self.notice.setText(tr("Belum tersimpan: lihat tulisan merah di bawah isian."))
            return None
        return {**values, "to_facility": hospital}

    def _open(self, patient: str) -> None:
        self.desk.read(lambda reader: read_subject(reader, patient), self._show, slot="referral_form.open")

    def _show(self, subject: Subject) -> None:
        self._subject = subject
        if subject.patient is None:
            self.desk.say("warning", tr("Data pasien ini tidak ada (lagi) di komputer ini."))
            return
        person = self.desk.person
        carried = carried_over(subject.patient, visit_to_carry(subject.visit, _today()), person.name if person else "")
        self.first.clear()
        self.more.clear()
        self.copied.start_over()
        self.finish_here.clear(subject.patient.birth_date, _today())
        self.first.set_values(carried)
        self.diagnosis.set_diagnosis(*(carried.get(f"diagnosis_{part}") for part in ("code", "set", "label")))
        self.hospitals.setCurrentIndex(self.hospitals.model().index(-1, 0))
        self._say_hospital("")
        self._usual_kind = None
        self._everything = False
        self.patient_header.show_patient(subject.patient, subject.patient.allergies, _today())
        self._show_more()
        self.mark_clean()
        self.first.editor("urgency").control.setFocus()

    def _edited(self) -> None:
        self.mark_edited()
        urgency = self.first.editor("urgency").value()
        if urgency in USUAL_KIND and self.first.editor("kind").value() in (None, self._usual_kind):
            self._usual_kind = USUAL_KIND[str(urgency)]
            self.first.set_values({"kind": self._usual_kind})
        self._show_more()
        self._advise()
        self._show_hospitals(self._beds)
        self._timer.start()

    def _advise(self) -> None:
        urgency, kind = self.first.editor("urgency").value(), self.first.editor("kind").value()
        emergency = urgency == "merah" or kind == "gawat_darurat"
        self.finish_here.show_for(self.diagnosis.diagnosis, emergency=emergency)

    def _ask_everything(self) -> None:
        self._everything = True
        self._show_more()
        self.more.editor("polyclinic").control.setFocus()

    def _show_more(self) -> None:
        urgency = self.first.editor("urgency").value()
        everything = shows_everything(None if urgency is None else str(urgency), asked=self._everything)
        self.more.setVisible(everything)
        self.more_button.setVisible(not everything)

    def _show_hospitals(self, beds: list[HospitalBeds]) -> None:
        self._beds = beds
        wanted = self.first.editor("ward_class").value()
        ward_class = None if wanted is None else str(wanted)
        now = datetime.now(UTC)
        ordered = sorted(beds, key=lambda hospital: hospital_order(hospital, ward_class, now))
        self.hospitals.set_cards([hospital_card(hospital, ward_class, now) for hospital in ordered])
        if not beds:
            self._say_hospital(tr("Daftar rumah sakit belum diterima dari server kabupaten."))

    def _hospital_chosen(self, hospital: str) -> None:
        if hospital:
            self.mark_edited()
            self._say_hospital("")

    def _say_hospital(self, text: str) -> None:
        self.hospital_problem.setText(text)
        self.hospital_problem.setVisible(bool(text))

    def _warn(self) -> None:
        """Warn of what is out of the ordinary; the focus stays where it is."""
        values: dict[str, Any] = {}
        for name in Referral.type.fields:
            try:
                values[name] = self.first.editor(name).value()
            except (KeyError, BadInput):
                continue
        for problem in letter_problems(values):
            self.first.editor(problem.field).set_problem(problem.text, problem.severity)

    def _saved(self, letter: Referral) -> None:
        self.mark_clean()
        text = tr("Rujukan {number} tersimpan di komputer ini, menunggu dikirim.")
        self.desk.say("info", text.format(number=letter.number))
        self.desk.go("referrals", letter.id)


def _today() -> date:
    return datetime.now(UTC).astimezone().date()
