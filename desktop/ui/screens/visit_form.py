"""Note a visit in a minute: why, what was found, what was done, what came of it. A referral grows out of it.

Its item is a patient's id, or patient/visit to correct one. Nothing typed is lost by an error.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.actions.patients import save_visit
from desktop.queries.drafts import Draft, Typed, read_draft
from desktop.queries.same_person import read_patient, registrations
from desktop.queries.values import read_seen
from desktop.ui import wording
from desktop.ui.desk import Desk
from desktop.ui.problem_texts import FormProblem
from desktop.ui.screens.diagnosis_search import diagnosis_field, diagnosis_of
from desktop.ui.screens.form_page import FormPage
from desktop.ui.screens.outbreak_alarm import watch_visit
from desktop.ui.texts import tr
from desktop.ui.widgets.parts import button, row
from desktop.ui.widgets.patient_header import PatientHeader
from desktop.ui.widgets.record_form import RecordForm, Section
from sync.errors import BadInput
from sync.records import Patient, Visit
from sync.replica.values import Seen

#: Outcomes of a visit that lead on: to a letter, and to the question why not.
REFERRED, REFUSED = "rujuk", "menolak_rujuk"

_ALWAYS = frozenset({"complaint", "diagnosis_label", "therapy", "outcome", "date"})
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
    if values.get("outcome") == REFUSED and not values.get("refusal_reason"):
        problems.append(
            FormProblem(
                "refusal_reason", "error", tr("Tulis alasan pasien menolak, walau singkat; ini bukti penjelasan.")
            )
        )
    return problems


@dataclass(frozen=True, slots=True)
class Opened:
    """What the form was opened for, the records of it that are here, and what was typed before."""

    item: str
    patient: Patient | None
    seen: Seen[Visit] | None
    draft: Draft | None


class VisitFormScreen(FormPage):
    """The visit form."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "visit_form")
        self.patient_header = PatientHeader()
        self.form = RecordForm(
            Visit,
            [
                Section("", [["complaint"], ["diagnosis_label"], ["therapy"], ["outcome", "date"], ["refusal_reason"]]),
            ],
            editors={"diagnosis_label": diagnosis_field(desk, "visit_form")},
        )
        self.diagnosis = diagnosis_of(self.form)
        self.form.changed.connect(self._edited)
        self.refer_button = button(tr("Simpan dan tulis rujukan (Ctrl+R)"))
        self.refer_button.clicked.connect(self.save_and_refer)
        onward = QWidget()
        self.history_button = button(tr("Riwayat isian"), "quiet")
        self.history_button.clicked.connect(self._open_history)
        self.decide_button = button(tr("Dua isian berbeda: putuskan"))
        self.decide_button.clicked.connect(self._decide)
        onward.setLayout(row(self.refer_button, self.decide_button, self.history_button, 1))
        self.assemble(
            [self.form, onward],
            self.form.editor("complaint").control,
            header=self.patient_header,
        )
        shortcut = QShortcut(QKeySequence("Ctrl+R"), self, self.save_and_refer)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._refer = False
        self._patient: Patient | None = None
        self._seen: Seen[Visit] | None = None

    def open_item(self, argument: str) -> None:
        self.before_opening(argument, lambda: self._open(argument))

    def save(self) -> None:
        self._save(refer=False)

    def save_and_refer(self) -> None:
        """Save the visit and go on to the letter that grows out of it."""
        if self.form.editor("outcome").value() == REFERRED:
            self._save(refer=True)

    def set_typed(self, typed: Mapping[str, Typed]) -> None:
        super().set_typed(typed)
        self._show_asked()

    def _save(self, *, refer: bool) -> None:
        if not self.may_save or self._patient is None:
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
        self._refer = refer
        self.save_with(lambda replica, person: save_visit(replica, person, patient, values, seen), self._saved)

    def _edited(self) -> None:
        self.mark_edited()
        self._show_asked()

    def _show_asked(self) -> None:
        """Ask why only of a patient who does not want to go, and offer the letter only where there is to be one."""
        outcome = self.form.editor("outcome").value()
        self.form.show_fields(_ALWAYS | ({"refusal_reason"} if outcome == REFUSED else set()))
        self.refer_button.setVisible(outcome == REFERRED)

    def _open(self, argument: str) -> None:
        patient, _, visit = argument.partition("/")
        self.desk.read(
            lambda reader: Opened(
                argument,
                # A new visit goes to the registration that stands for the person.
                read_patient(reader, patient if visit else registrations(reader, patient)[0]),
                read_seen(reader, Visit, visit) if visit else None,
                read_draft(reader, "visit_form", argument),
            ),
            self._show,
            slot="visit_form.open",
        )

    def _show(self, opened: Opened) -> None:
        self._patient, self._seen = opened.patient, opened.seen
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
        self.history_button.setVisible(self._seen is not None)
        self.decide_button.setVisible(self._seen is not None and bool(self._seen.conflicts))
        self._show_asked()
        self.form.editor("complaint").control.setFocus()
        self.opened(opened.item, self._patient.name, opened.draft)

    def _decide(self) -> None:
        if self._seen is not None:
            self.desk.go("conflicts", self._seen.record.id)

    def _open_history(self) -> None:
        if self._seen is not None:
            self.desk.go("history", f"visit/{self._seen.record.id}")

    def _saved(self, visit: str) -> None:
        self.mark_clean()
        self.desk.say("info", tr("Kunjungan tersimpan di komputer ini, menunggu dikirim."))
        watch_visit(self.desk, visit)
        self.desk.go("referral_form" if self._refer else "patients", self._patient.id if self._patient else "")


def _today() -> date:
    return datetime.now(UTC).astimezone().date()
