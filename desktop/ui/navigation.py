"""Which screens there are, who sees them, in which order. A new screen is one file in ``screens`` and one line here.

Screens are imported when they are first shown, so that the first paint does not wait for all of them.
"""

import importlib
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from desktop.queries.computers import silent_count
from desktop.queries.conflicts import conflict_count
from desktop.queries.same_numbers import same_number_count
from desktop.queries.weekly import pressing
from desktop.queries.worklists import district_pressing_count, pressing_count
from desktop.ui.desk import Desk
from desktop.ui.screen import Screen
from desktop.ui.texts import tr
from sync.replica.reader import Reader

_FKTP = frozenset({"puskesmas", "klinik"})
_HOSPITAL = frozenset({"rs"})
_OFFICE = frozenset({"dinkes"})
_ALL = _FKTP | _HOSPITAL | _OFFICE


class Counter(Protocol):
    """Counts what waits for a facility at a moment (aware)."""

    def __call__(self, reader: Reader, facility: str, now: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A screen: ``key`` is what :meth:`Desk.go` names; one without ``in_menu`` is only reached from other screens."""

    key: str
    title: str
    icon: str
    facility_kinds: frozenset[str]
    screen: str
    """module:class below ``desktop.ui.screens``."""
    in_menu: bool = True
    in_bar: bool = False
    """Whether the bars around every screen lead there: it belongs to no entry of the menu."""
    count: Counter | None = None
    """How much waits there; the menu says it."""
    only_when_counted: bool = False
    """Whether the menu leaves it out while nothing waits there."""

    def make(self, desk: Desk) -> Screen:
        """Import and make the screen."""
        module, _, name = self.screen.partition(":")
        made = getattr(importlib.import_module(f"desktop.ui.screens.{module}"), name)(desk)
        if not isinstance(made, Screen):
            raise TypeError(f"{self.screen} is no Screen")
        return made

    def title_text(self) -> str:
        return tr(self.title)


ENTRIES: tuple[Entry, ...] = (
    Entry("patients", "Pasien", "users", _FKTP, "patients:PatientsScreen"),
    Entry("referrals", "Rujukan", "send", _FKTP, "referrals:ReferralsScreen"),
    Entry("inbox", "Rujukan masuk", "inbox", _HOSPITAL, "inbox:InboxScreen"),
    Entry("district", "Rujukan kabupaten", "ambulance", _OFFICE, "district:DistrictScreen"),
    Entry("beds", "Tempat tidur", "bed", _HOSPITAL, "beds:BedsScreen"),
    Entry("beds_overview", "Tempat tidur RS", "bed", _FKTP | _OFFICE, "beds_overview:BedsOverviewScreen"),
    Entry("worklist", "Daftar kerja", "list-check", _FKTP | _HOSPITAL, "worklist:WorklistScreen", count=pressing_count),
    Entry(
        "district_worklist",
        "Daftar kerja",
        "list-check",
        _OFFICE,
        "worklist:WorklistScreen",
        count=district_pressing_count,
    ),
    Entry("surveillance", "Surveilans", "urgent", _FKTP | _OFFICE, "surveillance:SurveillanceScreen", count=pressing),
    Entry("evaluation", "Evaluasi", "chart-bar", _ALL, "evaluation:EvaluationScreen"),
    Entry("signal_form", "Sinyal (W1)", "urgent", _FKTP, "signal_form:SignalFormScreen", in_menu=False),
    Entry("specimen_form", "Spesimen", "file-plus", _FKTP, "specimen_form:SpecimenFormScreen", in_menu=False),
    Entry("forms", "Formulir", "printer", _FKTP, "forms:FormsScreen"),
    Entry(
        "conflicts",
        "Perlu diputuskan",
        "alert-triangle",
        _FKTP | _HOSPITAL,
        "conflicts:ConflictsScreen",
        count=conflict_count,
        only_when_counted=True,
    ),
    Entry("history", "Riwayat isian", "history", _ALL, "history:HistoryScreen", in_menu=False),
    Entry(
        "same_numbers",
        "Mungkin ganda",
        "users",
        _FKTP,
        "same_numbers:SameNumbersScreen",
        count=same_number_count,
    ),
    Entry("same_person", "Sama dengan pasien lain", "users", _FKTP, "same_person:SamePersonScreen", in_menu=False),
    Entry("patient_form", "Data pasien", "user-plus", _FKTP, "patient_form:PatientFormScreen", in_menu=False),
    Entry("visit_form", "Kunjungan", "stethoscope", _FKTP, "visit_form:VisitFormScreen", in_menu=False),
    Entry("referral_form", "Surat rujukan", "file-plus", _FKTP, "referral_form:ReferralFormScreen", in_menu=False),
    Entry("stick", "Stik", "cloud-off", _ALL, "stick:StickScreen"),
    Entry("hub", "Hub / PC lain", "home", _FKTP | _HOSPITAL, "hub:HubScreen"),
    Entry(
        "sync_health",
        "Kesehatan sinkron",
        "cloud-check",
        _OFFICE,
        "sync_health:SyncHealthScreen",
        count=silent_count,
    ),
    Entry(
        "day_end",
        "Sinkron akhir hari",
        "cloud-check",
        _FKTP | _HOSPITAL,
        "day_end:DayEndScreen",
        in_menu=False,
        in_bar=True,
    ),
    Entry(
        "sync_facts",
        "Keadaan sinkronisasi",
        "cloud-check",
        _ALL,
        "sync_facts:SyncFactsScreen",
        in_menu=False,
        in_bar=True,
    ),
    Entry("copies", "Salinan data", "device-desktop", _ALL, "copies:CopiesScreen"),
    Entry("choose_person", "Petugas", "users", _ALL, "choose_person:ChoosePersonScreen", in_menu=False, in_bar=True),
)


def entries_for(facility_kind: str) -> tuple[Entry, ...]:
    """The screens of a kind of facility, in the order of the menu."""
    return tuple(entry for entry in ENTRIES if facility_kind in entry.facility_kinds)
