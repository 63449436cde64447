"""Write a referral letter: the patient stays in sight, and hospitals are proposed in an order that gives its reasons.

How the letter is laid out is ``letter_fields``, what it warns of ``letter_rules``: nothing out of the ordinary is ever
forbidden. The letter gets its number when it is saved, and nothing waits for the network.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.actions.referrals import write_referral
from desktop.queries.destinations import Wish
from desktop.queries.drafts import Typed
from desktop.queries.letter_subject import Subject, read_subject
from desktop.queries.polyclinics import polyclinic_name
from desktop.queries.rrns import rrns_this_month
from desktop.ui import wording
from desktop.ui.desk import Desk
from desktop.ui.screens.copied_form import CopiedFormFields
from desktop.ui.screens.destination_panel import DestinationPanel
from desktop.ui.screens.diagnosis_search import diagnosis_of
from desktop.ui.screens.form_page import FormPage
from desktop.ui.screens.letter_fields import asked_fields, letter_form
from desktop.ui.screens.letter_rules import (
    USUAL_KIND,
    carried_over,
    letter_problems,
    should_follow,
    visit_to_carry,
)
from desktop.ui.texts import tr
from desktop.ui.widgets.finish_here import FinishHereNote
from desktop.ui.widgets.panels import scrolling
from desktop.ui.widgets.parts import button, column
from desktop.ui.widgets.patient_header import PatientHeader
from sync.errors import BadInput
from sync.records import Referral
from sync.records.rules import is_emergency

#: How long after the last keystroke the values are looked at, in milliseconds.
CHECK_AFTER = 500


class ReferralFormScreen(FormPage):
    """The letter. Its item is a patient's id."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "referral_form")
        self.form = letter_form(desk)
        self.diagnosis = diagnosis_of(self.form)
        self.differential = diagnosis_of(self.form, "differential")
        self.finish_here = FinishHereNote()
        self.more_button = button(tr("Isian lengkap (boleh menyusul)"))
        self.more_button.clicked.connect(self._ask_everything)
        self.copied = CopiedFormFields()
        self.copied.changed.connect(self.mark_edited)
        self.destination = DestinationPanel(desk)
        self.hospitals = self.destination.list
        self.hospital_problem = self.destination.problem
        self.patient_header = PatientHeader()
        self.title.setText(tr("Surat rujukan baru"))
        self.form.changed.connect(self._edited)
        self.form.editor("consent").changed.connect(self._name_who_agrees)
        self.diagnosis.diagnosis_changed.connect(self._advise)
        self.diagnosis.diagnosis_changed.connect(self._look)
        self.finish_here.changed.connect(self.mark_edited)
        self.destination.chosen.connect(self._hospital_chosen)
        self._timer = QTimer(self, singleShot=True, interval=CHECK_AFTER)
        self._timer.timeout.connect(self._warn)
        self._subject = Subject("", None, None, None, None)
        self._usual_kind: str | None = None
        self._everything = False
        self._still_empty = ""
        self.assemble(
            [self.form, self.more_button, self.copied],
            self.form.editor("urgency").control,
            header=self.patient_header,
            side=self._side(),
        )

    def open_item(self, argument: str) -> None:
        self.before_opening(argument, lambda: self._open(argument))

    def refresh(self) -> None:
        """The hospitals are ranked again; what was typed and chosen stays."""
        self.destination.refresh()
        facility, now = self.desk.identity.facility, datetime.now(UTC)
        self.desk.read(
            lambda reader: rrns_this_month(reader, facility, now),
            lambda found: self.finish_here.show_rrns(wording.rrns_words(found)),
            slot="referral_form.rrns",
        )

    def save(self) -> None:
        patient = self._subject.patient
        if not self.may_save or patient is None:
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
        self.save_with(lambda replica, person: write_referral(replica, person, values, form), self._saved)

    def typed(self) -> dict[str, Typed]:
        tacc = self.finish_here.values()
        return {**super().typed(), **tacc, "to_facility": self.destination.wanted() or None}

    def set_typed(self, typed: Mapping[str, Typed]) -> None:
        super().set_typed(typed)
        tacc, reason, hospital = (typed.get(name) for name in ("kd_tacc", "tacc_reason", "to_facility"))
        self.finish_here.set_typed(str(tacc) if tacc else None, str(reason) if reason else None)
        if hospital:
            self.destination.select(str(hospital))
        self._usual_kind = None
        self._show_asked()
        self._advise()
        self._look()
        self._timer.start()

    def _side(self) -> QWidget:
        # The list takes what the note leaves; where that is too little the side scrolls and nothing is squeezed.
        self.finish_here.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        side = QWidget()
        side.setLayout(column(self.finish_here, self.destination, self.copied.ask_button))
        area = scrolling(side)
        area.setFixedWidth(400)
        return area

    def _values_to_save(self) -> dict[str, Any] | None:
        """The values of the form and the hospital, or ``None`` after saying what is missing."""
        values: dict[str, Any] | None
        try:
            values = self.form.values()
        except BadInput:
            values = None
        hospital = self.hospitals.current_id()
        self.destination.say("" if hospital else tr("Pilih rumah sakit tujuan."))
        if values is None or not hospital:
            self.notice.setText(tr("Belum tersimpan: lihat tulisan merah di bawah isian."))
            if values is not None:
                self.hospitals.setFocus()
            return None
        values.update(self.diagnosis.entered())
        values.update(self.differential.entered())
        values.update(self.finish_here.values())
        code = values["polyclinic_code"]
        values["polyclinic"] = polyclinic_name(code) if code else None
        problems = letter_problems(values, datetime.now(UTC))
        errors = [problem for problem in problems if problem.severity == "error"]
        if errors:
            self.form.show_problems(errors)
            self.notice.setText(tr("Belum tersimpan: lihat tulisan merah di bawah isian."))
            return None
        return {**values, "to_facility": hospital}

    def _open(self, patient: str) -> None:
        writer = self.desk.person.id if self.desk.person else "0" * 32
        facility = self.desk.identity.facility
        self.desk.read(
            lambda reader: read_subject(reader, patient, writer, facility), self._show, slot="referral_form.open"
        )

    def _show(self, subject: Subject) -> None:
        self._subject = subject
        patient = subject.patient
        if patient is None:
            self.desk.say("warning", tr("Data pasien ini tidak ada (lagi) di komputer ini."))
            return
        writer = self.desk.person.name if self.desk.person else ""
        carried = carried_over(patient, visit_to_carry(subject.visit, _today()), writer, subject.phone)
        self.form.clear()
        self.copied.start_over()
        self.finish_here.clear(patient.birth_date, _today())
        self.form.set_values(carried)
        self.diagnosis.set_diagnosis(*(carried.get(f"diagnosis_{part}") for part in ("code", "set", "label")))
        self.destination.select("")
        self.destination.say("")
        self._usual_kind = None
        self._everything = False
        self._still_empty = ""
        self.patient_header.show_patient(patient, patient.allergies, _today())
        self._show_asked()
        self._look()
        self.form.editor("urgency").control.setFocus()
        self.opened(subject.item, patient.name, subject.draft)

    def _edited(self) -> None:
        said = self._still_empty
        self.mark_edited()
        self.notice.setText(said)
        urgency = self.form.editor("urgency").value()
        if urgency in USUAL_KIND and self.form.editor("kind").value() in (None, self._usual_kind):
            self._usual_kind = USUAL_KIND[str(urgency)]
            self.form.set_values({"kind": self._usual_kind})
        self._show_asked()
        self._advise()
        self._look()
        self._timer.start()

    def _is_emergency(self) -> bool:
        return is_emergency(self.form.editor("urgency").value(), self.form.editor("kind").value())

    def _advise(self) -> None:
        self.finish_here.show_for(self.diagnosis.diagnosis, emergency=self._is_emergency())

    def _name_who_agrees(self) -> None:
        """A patient who agrees has a name already; a relative is asked for it."""
        patient, by = self._subject.patient, self.form.editor("consent_by")
        name = patient.name if patient else None
        if self.form.editor("consent").value() == "pasien":
            if by.is_empty():
                by.set_value(name)
        elif by.value() == name:
            by.set_value(None)

    def _ask_everything(self) -> None:
        self._everything = True
        self._show_asked()
        self.form.editor("purpose").control.setFocus()

    def _show_asked(self) -> None:
        """Show what this letter asks; what holds something stays in sight."""
        urgency, kind = (self.form.editor(name).value() for name in ("urgency", "kind"))
        self.form.show_fields(asked_fields(urgency, kind, everything=self._everything))
        self.more_button.setVisible(is_emergency(urgency, kind) and not self._everything)

    def _look(self) -> None:
        """Let hospitals be ranked for what the letter says so far."""
        patient = self._subject.patient
        asked = (self.form.editor(name).value() for name in ("kind", "urgency", "ward_class", "polyclinic_code"))
        kind, urgency, ward_class, poli = (None if value is None else str(value) for value in asked)
        self.destination.look_for(
            Wish(
                kind=kind,
                urgency=urgency,
                diagnosis_code=self.diagnosis.entered()["diagnosis_code"],
                polyclinic=poli,
                ward_class=ward_class,
                sex=patient.sex if patient else None,
                birth_date=patient.birth_date if patient else None,
            )
        )

    def _hospital_chosen(self, hospital: str) -> None:
        if hospital:
            self.mark_edited()
            self.destination.say("")

    def _warn(self) -> None:
        """Warn of what is out of the ordinary and name what should follow; the focus stays where it is."""
        values: dict[str, Any] = {}
        for name in Referral.type.fields:
            try:
                values[name] = self.form.editor(name).value()
            except (KeyError, BadInput):
                continue
        now, patient = datetime.now(UTC), self._subject.patient
        for problem in letter_problems(values, now, patient.birth_date if patient else None):
            self.form.editor(problem.field).set_problem(problem.text, problem.severity)
        empty = should_follow(values, now)
        self._still_empty = tr("Belum diisi, boleh menyusul: {list}.").format(list=", ".join(empty)) if empty else ""
        self.notice.setText(self._still_empty)

    def _saved(self, letter: Referral) -> None:
        self.mark_clean()
        text = tr("Rujukan {number} tersimpan di komputer ini, menunggu dikirim.")
        self.desk.say("info", text.format(number=letter.number))
        self.desk.go("referrals", letter.id)


def _today() -> date:
    return datetime.now(UTC).astimezone().date()
