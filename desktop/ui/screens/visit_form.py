"""Note a visit in a minute: when, why, what was found, what came of it.

Its item is a patient's id, or patient/visit to correct one. Nothing typed is lost by an error.
"""

import re
from datetime import UTC, date, datetime
from typing import Any

from desktop.actions.patients import save_visit
from desktop.queries.values import read_record, read_seen
from desktop.ui import wording
from desktop.ui.desk import Desk
from desktop.ui.problem_texts import FormProblem
from desktop.ui.screens.diagnosis_search import diagnosis_field, diagnosis_of
from desktop.ui.screens.form_page import FormPage
from desktop.ui.screens.outbreak_alarm import watch_visit
from desktop.ui.texts import tr
from desktop.ui.widgets.patient_header import PatientHeader
from desktop.ui.widgets.record_form import RecordForm, Section
from sync.errors import BadInput
from sync.records import Patient, Visit
from sync.replica.values import Seen

_CODE = re.compile(r"[A-Z][0-9]{2}(\.[0-9]{1,2})?")


def diagnosis_code(typed: str | None) -> str | None:
    """A typed ICD-10 code as it is written: capitals, no blanks."""
    return None if typed is None else "".join(typed.split()).upper().replace(",", ".") or None


def code_problem(typed: str | None) -> FormProblem | None:
    """What is wrong with the form of an ICD-10 code; that it exists is not checked."""
    code = diagnosis_code(typed)
    if code is None or _CODE.fullmatch(code):
        return None
    return FormProblem(
        "diagnosis_label", "error", tr("Kode ICD-10 berupa huruf dan dua angka, misalnya O14.1. Boleh dikosongkan.")
    )


def visit_problems(values: dict[str, Any], today: date) -> list[FormProblem]:
    """What stands in the way of saving a visit."""
    problems = [problem for problem in [code_problem(values.get("diagnosis_code"))] if problem]
    if values["date"] > today:
        problems.append(FormProblem("date", "error", tr("Tanggal kunjungan tidak boleh setelah hari ini.")))
    return problems


class VisitFormScreen(FormPage):
    """The visit form."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.patient_header = PatientHeader()
        self.form = RecordForm(
            Visit,
            [
                Section("", [["date", "outcome"], ["complaint"], ["diagnosis_label"], ["therapy"]]),
            ],
            editors={"diagnosis_label": diagnosis_field(desk, "visit_form")},
        )
        self.diagnosis = diagnosis_of(self.form)
        self.form.changed.connect(self.mark_edited)
        self.assemble([self.form], self.form.editor("complaint").control, header=self.patient_header)
        self._patient: Patient | None = None
        self._seen: Seen[Visit] | None = None

    def open_item(self, argument: str) -> None:
        self.before_opening(lambda: self._open(argument))

    def save(self) -> None:
        if self.saving or self._patient is None:
            return
        try:
            values = self.form.values()
        except BadInput:
            return
        values.update(self.diagnosis.entered())
        problems = visit_problems(values, _today())
        if problems:
            self.form.show_problems(problems)
            return
        values["diagnosis_code"] = diagnosis_code(values["diagnosis_code"])
        patient, seen = self._patient.id, self._seen
        self.set_saving(saving=True)
        self.desk.act(
            lambda replica, person: save_visit(replica, person, patient, values, seen), self._saved, self.failed
        )

    def _open(self, argument: str) -> None:
        patient, _, visit = argument.partition("/")
        self.desk.read(
            lambda reader: (
                read_record(reader, Patient, patient),
                read_seen(reader, Visit, visit) if visit else None,
            ),
            self._show,
            slot="visit_form.open",
        )

    def _show(self, found: tuple[Patient | None, Seen[Visit] | None]) -> None:
        self._patient, self._seen = found
        if self._patient is None:
            self.desk.say("warning", tr("Data pasien ini tidak ada (lagi) di komputer ini."))
            return
        self.patient_header.show_patient(self._patient, self._patient.allergies, _today())
        if self._seen is None:
            self.title.setText(tr("Kunjungan baru"))
            self.form.clear()
            self.form.set_values({"date": _today()})
        else:
            self.title.setText(tr("Kunjungan {day}").format(day=wording.day_words(self._seen.record.date)))
            seen = self._seen.record
            self.form.set_record(seen)
            self.diagnosis.set_diagnosis(seen.diagnosis_code, seen.diagnosis_set, seen.diagnosis_label)
        self.mark_clean()
        self.form.editor("complaint").control.setFocus()

    def _saved(self, visit: str) -> None:
        self.mark_clean()
        self.desk.say("info", tr("Kunjungan tersimpan di komputer ini, menunggu dikirim."))
        watch_visit(self.desk, visit)
        self.desk.go("patients", self._patient.id if self._patient else "")


def _today() -> date:
    return datetime.now(UTC).astimezone().date()
