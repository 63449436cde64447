"""A specimen from the taking to the result.

Its item is ``new``, ``signal:<id>`` for one because of a signal, or a specimen's id; nothing typed is lost by an error.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.actions.outbreak import save_specimen
from desktop.queries.drafts import Draft, read_draft
from desktop.queries.signals import case_lines, signal_line
from desktop.queries.values import read_seen
from desktop.ui.desk import Desk
from desktop.ui.screens.form_page import FormPage
from desktop.ui.texts import tr
from desktop.ui.widgets.parts import button, row
from desktop.ui.widgets.record_form import RecordForm, Section
from sync.errors import BadInput
from sync.records import Specimen
from sync.replica.reader import Reader
from sync.replica.values import Seen

_KEY = "specimen_form"


class SpecimenFormScreen(FormPage):
    """The form."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, _KEY)
        self.form = RecordForm(
            Specimen,
            [
                Section("", [["subject", "suspected"], ["kind", "taken_at"], ["preservative", "cold_chain"]]),
                Section(tr("Perjalanan"), [["laboratory", "sent_at", "received_at"]]),
                Section(tr("Hasil"), [["result", "result_date"], ["note"]]),
            ],
        )
        subject = self.form.editor("subject")
        subject.label.setText(f"{subject.field.label} *")
        self.form.changed.connect(self.mark_edited)
        self.history_button = button(tr("Riwayat isian"), "quiet")
        self.history_button.clicked.connect(self._open_history)
        onward = QWidget()
        self.decide_button = button(tr("Dua isian berbeda: putuskan"))
        self.decide_button.clicked.connect(self._decide)
        onward.setLayout(row(self.decide_button, self.history_button, 1))
        self.assemble([self.form, onward], subject.control)
        self._seen: Seen[Specimen] | None = None
        self._because: Mapping[str, object] = {}

    def open_item(self, argument: str) -> None:
        self.before_opening(argument, lambda: self._open(argument))

    def save(self) -> None:
        if not self.may_save:
            return
        try:
            values: dict[str, Any] = self.form.values()
        except BadInput:
            return
        seen = self._seen
        values.update(self._because)
        self.save_with(lambda replica, person: save_specimen(replica, person, values, seen), self._saved)

    def draft_about(self) -> str:
        return str(self.form.editor("subject").value() or tr("tanpa nama"))

    def _open(self, item: str) -> None:
        kind, _, signal = item.partition(":")

        def read(reader: Reader) -> tuple[Seen[Specimen] | None, Mapping[str, object], Draft | None]:
            draft = read_draft(reader, _KEY, item)
            if kind == "signal":
                return None, _known_of(reader, signal), draft
            return (None if item == "new" else read_seen(reader, Specimen, item)), {}, draft

        self.desk.read(read, lambda found: self._show(item, *found), slot="specimen_form.open")

    def _show(self, item: str, seen: Seen[Specimen] | None, known: Mapping[str, object], draft: Draft | None) -> None:
        self._seen = seen
        self._because = {name: value for name, value in known.items() if name in ("signal", "patient")}
        if seen is None:
            self.title.setText(tr("Spesimen baru"))
            self.form.clear()
            self.form.set_values({"taken_at": datetime.now(UTC), **known})
        else:
            self.title.setText(tr("Spesimen"))
            self.form.set_record(seen.record)
        self.history_button.setVisible(seen is not None)
        self.decide_button.setVisible(seen is not None and bool(seen.conflicts))
        self.form.editor("subject" if seen is None else "sent_at").control.setFocus()
        self.opened(item, "", draft)

    def _decide(self) -> None:
        if self._seen is not None:
            self.desk.go("conflicts", self._seen.record.id)

    def _open_history(self) -> None:
        if self._seen is not None:
            self.desk.go("history", f"specimen/{self._seen.record.id}")

    def _saved(self, specimen: str) -> None:
        self.mark_clean()
        self.desk.say("info", tr("Spesimen tersimpan di komputer ini, menunggu dikirim."))
        self.desk.go("surveillance", f"specimen:{specimen}")


def _known_of(reader: Reader, signal: str) -> Mapping[str, object]:
    """What a signal says of a specimen: the disease, and the patient if it can only be one."""
    line = signal_line(reader, signal)
    if line is None:
        return {}
    known: dict[str, object] = {"signal": signal, "suspected": line.signal.disease_label}
    cases = case_lines(reader, line.signal.visits)
    if len(cases) == 1:
        known |= {"patient": cases[0].patient, "subject": cases[0].name}
    return known
