"""The menu: every kind of facility has its screens, and each line leads to one that can be made."""

import pytest

from desktop import assets
from desktop.ui.desk import Desk
from desktop.ui.navigation import ENTRIES, Entry, entries_for
from sync.records import RECORD_TYPES, Merge
from sync.records.facility import FACILITY_KINDS
from sync.records.sending import MAY_WRITE


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.key)
def test_every_line_leads_to_a_screen_with_an_icon(entry: Entry, desk: Desk) -> None:
    screen = entry.make(desk)
    screen.deleteLater()
    assert not assets.icon(entry.icon).isNull()


@pytest.mark.parametrize("kind", FACILITY_KINDS)
def test_every_kind_of_facility_has_a_menu_and_can_choose_a_person(kind: str) -> None:
    keys = {entry.key for entry in entries_for(kind)}
    assert "choose_person" in keys
    assert any(entry.in_menu for entry in entries_for(kind))


def test_keys_are_unique() -> None:
    assert len({entry.key for entry in ENTRIES}) == len(ENTRIES)


def test_facility_kinds_are_known() -> None:
    assert {kind for entry in ENTRIES for kind in entry.facility_kinds} <= set(FACILITY_KINDS)


def test_a_hospital_does_not_see_the_screens_of_a_puskesmas() -> None:
    assert "patient_form" not in {entry.key for entry in entries_for("rs")}
    assert "inbox" not in {entry.key for entry in entries_for("puskesmas")}


@pytest.mark.parametrize("kind", FACILITY_KINDS)
def test_whoever_can_write_what_has_to_be_asked_about_has_the_queue_of_decisions(kind: str) -> None:
    """The office and hospitals write no field of the kind ``ask``; if they ever do, they need the queue too."""
    fields = [field for name in MAY_WRITE[kind] for field in RECORD_TYPES[name].fields.values()]
    asks = any(field.merge is Merge.ASK for field in fields)
    assert asks == (kind in {"puskesmas", "klinik"})
    assert not asks or "conflicts" in {entry.key for entry in entries_for(kind)}
