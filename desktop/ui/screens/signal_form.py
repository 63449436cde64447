"""The W1 report in a minute: what the visits already know is filled in, the rest is typed, and a clock of 24 h runs.

Its item is ``new`` or ``alarm:<id>`` of a proposed signal. Nothing is filled in that nobody knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from desktop.actions.outbreak import write_signal
from desktop.queries.alarms import Alarm
from desktop.queries.drafts import Draft, Typed, read_draft
from desktop.queries.signals import DUE, CaseLine, case_lines
from desktop.queries.skdr import disease_words, diseases
from desktop.queries.values import read_record
from desktop.queries.visit_cases import present_alarms
from desktop.ui import wording
from desktop.ui.desk import Desk
from desktop.ui.screens.alarm_words import age_groups_words, alarm_words, case_words
from desktop.ui.screens.form_page import FormPage
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.notice import Notice
from desktop.ui.widgets.record_form import RecordForm, Section
from sync.errors import BadInput
from sync.records import Facility, Signal
from sync.replica.reader import Reader

_KEY = "signal_form"


@dataclass(frozen=True, slots=True)
class _Known:
    """What is here already when the page is opened, and what was typed before."""

    item: str
    draft: Draft | None
    gone: bool
    """The proposal that was asked for has been judged meanwhile, here or at another computer."""
    alarm: Alarm | None
    cases: list[CaseLine]
    phone: str | None


class SignalFormScreen(FormPage):
    """The form."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, _KEY)
        self.why = Notice()
        self.form = RecordForm(
            Signal,
            [
                Section("", [["disease_code", "disease_label"]]),
                Section(tr("Berapa, kapan, di mana"), [["cases", "deaths", "found_at", "first_onset"]]),
                Section("", [["village", "subdistrict", "place"], ["signs", "action"]]),
                Section(tr("Siapa"), [["age_groups", "source", "reporter_name", "reporter_phone"]]),
            ],
            choices={
                "disease_code": [(letter, disease_words(letter)) for letter in diseases()],
            },
        )
        self.form.changed.connect(self._edited)
        self.assemble([self.why, self.form], self.form.editor("cases").control)
        self._alarm: Alarm | None = None
        self._letter: object = None
        self._named = ""

    def open_item(self, argument: str) -> None:
        self.before_opening(argument, lambda: self._open(argument))

    def save(self) -> None:
        if not self.may_save:
            return
        try:
            values: dict[str, Any] = self.form.values()
        except BadInput:
            return
        if self._alarm is not None:
            values["visits"] = self._alarm.visits
            values["rule"] = self._alarm.rules[0].id
        self.save_with(lambda replica, person: write_signal(replica, person, values), self._saved)

    def draft_about(self) -> str:
        return str(self.form.editor("disease_label").value() or tr("penyakit belum disebut"))

    def set_typed(self, typed: Mapping[str, Typed]) -> None:
        super().set_typed(typed)
        self._show_due()

    def _open(self, item: str) -> None:
        facility, now = self.desk.identity.facility, datetime.now(UTC)
        alarm = item.removeprefix("alarm:")

        def read(reader: Reader) -> _Known:
            found = next((item for item in present_alarms(reader, now) if item.id == alarm), None)
            here = read_record(reader, Facility, facility)
            gone = found is None and item != "new"
            cases = case_lines(reader, found.visits) if found else []
            return _Known(item, read_draft(reader, _KEY, item), gone, found, cases, here.phone if here else None)

        self.desk.read(read, self._show, slot="signal_form.open")

    def _show(self, known: _Known) -> None:
        now, person, alarm = datetime.now(UTC), self.desk.person, known.alarm
        today = now.astimezone().date()
        self._alarm = alarm
        self.form.clear()
        values: dict[str, object] = {
            "found_at": now,
            "reporter_name": person.name if person else None,
            "reporter_phone": known.phone,
        }
        if alarm is not None:
            disease = diseases()[alarm.letter]
            places = {(visit.village, visit.subdistrict) for case in alarm.cases for visit in case.visits}
            village, subdistrict = places.pop() if len(places) == 1 else (None, None)
            values |= {
                "disease_code": alarm.letter,
                "disease_label": disease.name,
                "cases": len(alarm.cases),
                "village": village or ", ".join(name for name, _ in alarm.villages)[:60] or None,
                "subdistrict": subdistrict,
                "age_groups": age_groups_words(known.cases, today),
                "source": "kunjungan",
            }
            self.why.say(f"{alarm_words(alarm)[0]}\n{case_words(known.cases[:4], today)}", Tone.INFO)
        elif known.gone:
            self.why.say(tr("Usulan ini sudah dinilai. Tulis di sini hanya bila ada kejadian lain."), Tone.ATTENTION)
        else:
            self.why.say("")
        self._letter = values.get("disease_code")
        self._named = str(values.get("disease_label") or "")
        self.form.set_values(values)
        self._show_due()
        self.form.editor("cases" if alarm else "disease_code").control.setFocus()
        self.opened(known.item, "", known.draft)

    def _edited(self) -> None:
        self.mark_edited()
        label, letter = self.form.editor("disease_label"), self.form.editor("disease_code").value()
        if letter != self._letter:
            self._letter = letter
            known = diseases().get(str(letter))
            if known is not None and label.value() in (None, self._named):
                self._named = known.name
                label.set_value(known.name)
        self._show_due()

    def _show_due(self) -> None:
        try:
            found_at = self.form.editor("found_at").value()
        except BadInput:
            found_at = None
        words = tr("Sinyal (W1)")
        if isinstance(found_at, datetime):
            until = wording.clock_words(found_at + DUE, datetime.now(UTC))
            words = tr("Sinyal (W1) · paling lambat sampai di Dinkes {until}").format(until=until)
        self.title.setText(words)

    def _saved(self, signal: str) -> None:
        self.mark_clean()
        self.desk.say("info", tr("Sinyal tersimpan di komputer ini dan dikirim lebih dulu begitu ada jaringan."))
        self.desk.go("surveillance", f"signal:{signal}")
