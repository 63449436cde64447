"""Joins the diagnosis field to the desk: the search runs in the reading thread, and only the newest is answered.

It reads the table that came with the program; no record is read or written.
"""

from collections.abc import Callable

from desktop.queries.diagnoses import diagnosis_table, read_typed, search_diagnoses
from desktop.ui.desk import Desk
from desktop.ui.widgets.diagnosis_field import DiagnosisField, Found
from desktop.ui.widgets.record_form import RecordForm
from sync.records import Field


def diagnosis_field(desk: Desk, slot: str) -> Callable[[Field], DiagnosisField]:
    """A maker of diagnosis fields for the forms of ``desk``; ``slot`` names the form."""

    def make(field: Field) -> DiagnosisField:
        def search(text: str, answer: Callable[[Found], None]) -> None:
            desk.read(lambda _reader: find(text), answer, slot=f"{slot}.{field.name}")

        return DiagnosisField(field, search)

    return make


def diagnosis_of(form: RecordForm, name: str = "diagnosis_label") -> DiagnosisField:
    """The diagnosis field that a form was given for the field ``name``."""
    editor = form.editor(name)
    if not isinstance(editor, DiagnosisField):
        raise TypeError("the form has no diagnosis field")
    return editor


def find(text: str) -> Found:
    """What ``text`` may mean."""
    table = diagnosis_table()
    return Found(text, search_diagnoses(table, text), read_typed(table, text))
