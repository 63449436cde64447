"""Register a patient or correct the record.

Numbers that look wrong are warned of and never stand in the way of care; a patient without card or NIK is saved with
the reason. A correction says what was on the screen, so that a change made at another PC meanwhile is merged.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from PySide6.QtCore import QTimer

from desktop.actions.patients import save_patient
from desktop.queries.drafts import Draft, Typed, read_draft
from desktop.queries.duplicates import Candidate, find_duplicates
from desktop.queries.patient_file import namesakes
from desktop.queries.regions import region_known
from desktop.queries.values import read_seen
from desktop.ui.desk import Desk
from desktop.ui.problem_texts import FormProblem, word_problems
from desktop.ui.screens.duplicate_panel import DuplicatePanel
from desktop.ui.screens.form_page import FormPage
from desktop.ui.texts import tr
from desktop.ui.widgets.record_form import RecordForm, Section
from sync.errors import BadInput
from sync.records import Patient
from sync.records.likeness import Traits
from sync.records.rules import check_patient
from sync.replica.reader import Reader
from sync.replica.values import Seen

#: How long after the last keystroke the numbers are looked at, in milliseconds.
CHECK_AFTER = 500

_NEW_SIGN = "+"
_NEWBORN = ("mother_nik", "birth_order")
_NEW = "0" * 32


def new_patient(name: str = "") -> str:
    """The item that asks for an empty form, with the name that was searched for in vain."""
    return _NEW_SIGN + name


def newborn_fields_shown(values: Mapping[str, Any]) -> bool:
    """Whether to ask for the mother's NIK: for a newborn, or where something is already there."""
    return values.get("identity_reason") == "bayi_baru_lahir" or any(values.get(name) is not None for name in _NEWBORN)


def patient_problems(
    values: Mapping[str, Any], today: date, region_known: Callable[[str], bool] | None = None
) -> list[FormProblem]:
    """What the rules say about the values of the form, in words. Without ``region_known`` regions are not looked at."""
    given = {name: value for name, value in values.items() if value is not None}
    patient = Patient(**{"name": "-", "sex": "L", **given, "id": _NEW})
    found = check_patient(patient, today, region_known)
    return word_problems(Patient.type, [problem for problem in found if problem.field in values])


def traits_of_form(values: Mapping[str, Any]) -> Traits:
    """What is compared of the values that can be read."""
    known = {name: value for name, value in values.items() if name in Traits.__dataclass_fields__ and value}
    return Traits(**known)


@dataclass(frozen=True, slots=True)
class Namesakes:
    """Other patients with the number that was typed."""

    field: str
    number: str
    names: Sequence[str]


def _namesake_query(field: str, number: str, but_not: str) -> Callable[[Reader], Namesakes]:
    return lambda reader: Namesakes(field, number, namesakes(reader, field, number, but_not))


class PatientFormScreen(FormPage):
    """The patient form. Its item is a patient's id or what :func:`new_patient` gives."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "patient_form")
        self.form = RecordForm(
            Patient,
            [
                Section("", [["name"], ["sex", "birth_date", "payer"]]),
                Section(
                    tr("Nomor dan kartu"),
                    [["nik", "jkn_number", "record_number"], ["identity_reason", "mother_nik", "birth_order"]],
                ),
                Section(tr("Tempat tinggal"), [["address"], ["village", "subdistrict", "phone"]]),
                Section(tr("Lain-lain"), [["mother_name", "allergies"], ["note"]]),
            ],
        )
        self.form.changed.connect(self._edited)
        self._timer = QTimer(self, singleShot=True, interval=CHECK_AFTER)
        self._timer.timeout.connect(self._check)
        self._seen: Seen[Patient] | None = None
        self.duplicates = DuplicatePanel()
        self.duplicates.opened.connect(self._open_known)
        self.assemble([self.form], self.form.editor("name").control, below=self.duplicates)
        self._begin(_NEW_SIGN)

    def open_item(self, argument: str) -> None:
        self.before_opening(argument, lambda: self._open(argument))

    def save(self) -> None:
        if not self.may_save:
            return
        try:
            values = self.form.values()
        except BadInput:
            # Whatever else cannot be right is said at once, not one error after the other.
            self._warn(
                [problem for problem in patient_problems(self._readable(), _today()) if problem.severity == "error"]
            )
            return
        errors = [problem for problem in patient_problems(values, _today()) if problem.severity == "error"]
        if errors:
            self.form.show_problems(errors)
            return
        seen = self._seen
        self.save_with(lambda replica, person: save_patient(replica, person, values, seen), self._saved)

    def set_typed(self, typed: Mapping[str, Typed]) -> None:
        super().set_typed(typed)
        self._show_newborn()
        self._timer.start()

    def draft_about(self) -> str:
        return str(self.form.editor("name").typed()).strip() or self._about

    def _open(self, argument: str) -> None:
        if argument.startswith(_NEW_SIGN):
            # At once, for the next keys are those of the name.
            self._begin(argument)
            self.drafting.look(self.offer_draft)
            return
        self.desk.read(
            lambda reader: (read_seen(reader, Patient, argument), read_draft(reader, "patient_form", argument)),
            self._show,
            slot="patient_form.open",
        )

    def _begin(self, item: str) -> None:
        self._seen = None
        self.duplicates.show_candidates((), _today())
        self.title.setText(tr("Pasien baru"))
        self.form.clear()
        name = item.removeprefix(_NEW_SIGN)
        if name:
            self.form.set_values({"name": name})
        self._show_newborn()
        self.form.editor("name").control.setFocus()
        self.opened(item, name, None)

    def _show(self, found: tuple[Seen[Patient] | None, Draft | None]) -> None:
        seen, draft = found
        if seen is None:
            self.desk.say("warning", tr("Data pasien ini tidak ada (lagi) di komputer ini."))
            return
        self._seen = seen
        self.duplicates.show_candidates((), _today())
        self.title.setText(tr("Ubah data: {name}").format(name=seen.record.name))
        self.form.set_record(seen.record)
        self._show_newborn()
        self._check()
        self.form.editor("name").control.setFocus()
        self.opened(seen.record.id, seen.record.name, draft)

    def _edited(self) -> None:
        self.mark_edited()
        self._show_newborn()
        self._timer.start()

    def _show_newborn(self) -> None:
        shown = newborn_fields_shown(self._readable())
        for name in _NEWBORN:
            self.form.editor(name).setVisible(shown)

    def _check(self) -> None:
        """Warn while typing; the focus stays where it is, and what is still empty is left in peace."""
        values = self._readable()
        # In the reading thread, because the list of regions takes a moment to load.
        self.desk.read(
            lambda _reader: patient_problems(values, _today(), region_known), self._warn, slot="patient_form.check"
        )
        mine = self._seen.record.id if self._seen else _NEW
        for field in ("nik", "jkn_number"):
            number = values.get(field)
            if number:
                self.desk.read(
                    _namesake_query(field, str(number), mine), self._warn_of_namesakes, slot=f"patient_form.{field}"
                )

        if self._seen is None:
            traits = traits_of_form(values)
            self.desk.read(
                lambda reader: (traits, find_duplicates(reader, traits)),
                self._show_duplicates,
                slot="patient_form.duplicates",
            )

    def _show_duplicates(self, found: tuple[Traits, list[Candidate]]) -> None:
        """Quietly: the focus stays where it is, and saving goes on as before."""
        traits, candidates = found
        if self._seen is None and traits == traits_of_form(self._readable()):
            self.duplicates.show_candidates(candidates, _today())

    def _open_known(self, patient: str) -> None:
        """Look at somebody registered already; what was typed stays here and as a draft."""
        self.drafting.keep()
        self.desk.go("patients", patient)

    def _warn(self, problems: list[FormProblem]) -> None:
        values = self._readable()
        for problem in problems:
            if values.get(problem.field) is not None:
                self.form.editor(problem.field).set_problem(problem.text, problem.severity)

    def _warn_of_namesakes(self, found: Namesakes) -> None:
        if found.names and self._readable().get(found.field) == found.number:
            text = tr("Nomor ini sudah tercatat atas nama {names}. Bila orangnya sama, buka dari pencarian.")
            self.form.editor(found.field).set_problem(text.format(names=", ".join(found.names)), "warning")

    def _saved(self, patient: str) -> None:
        self.mark_clean()
        self.desk.say("info", tr("Tersimpan di komputer ini, menunggu dikirim."))
        self.desk.go("patients", patient)

    def _readable(self) -> dict[str, Any]:
        """The values of the fields that can be read as they stand."""
        values: dict[str, Any] = {}
        for name in Patient.type.fields:
            try:
                values[name] = self.form.editor(name).value()
            except BadInput:
                continue
        return values


def _today() -> date:
    return datetime.now(UTC).astimezone().date()
