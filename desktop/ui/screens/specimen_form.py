"""A specimen from the taking to the result.

Its item is ``new`` or a specimen's id; nothing typed is lost by an error.
"""

from datetime import UTC, datetime
from typing import Any

from desktop.actions.outbreak import save_specimen
from desktop.queries.values import read_seen
from desktop.ui.desk import Desk
from desktop.ui.screens.form_page import FormPage
from desktop.ui.texts import tr
from desktop.ui.widgets.record_form import RecordForm, Section
from sync.errors import BadInput
from sync.records import Specimen
from sync.replica.values import Seen


class SpecimenFormScreen(FormPage):
    """The form."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
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
        self.assemble([self.form], subject.control)
        self._seen: Seen[Specimen] | None = None

    def open_item(self, argument: str) -> None:
        self.before_opening(lambda: self._open("" if argument == "new" else argument))

    def save(self) -> None:
        if self.saving:
            return
        try:
            values: dict[str, Any] = self.form.values()
        except BadInput:
            return
        seen = self._seen
        self.set_saving(saving=True)
        self.desk.act(lambda replica, person: save_specimen(replica, person, values, seen), self._saved, self.failed)

    def _open(self, specimen: str) -> None:
        self.desk.read(
            lambda reader: read_seen(reader, Specimen, specimen) if specimen else None,
            self._show,
            slot="specimen_form.open",
        )

    def _show(self, seen: Seen[Specimen] | None) -> None:
        self._seen = seen
        if seen is None:
            self.title.setText(tr("Spesimen baru"))
            self.form.clear()
            self.form.set_values({"taken_at": datetime.now(UTC)})
        else:
            self.title.setText(tr("Spesimen"))
            self.form.set_record(seen.record)
        self.mark_clean()
        self.form.editor("subject" if seen is None else "sent_at").control.setFocus()

    def _saved(self, specimen: str) -> None:
        self.mark_clean()
        self.desk.say("info", tr("Spesimen tersimpan di komputer ini, menunggu dikirim."))
        self.desk.go("surveillance", f"specimen:{specimen}")
