"""The district office's overview: what needs nobody any more is gone, everything else is there, the worst first."""

from datetime import timedelta
from typing import Any

import pytest

from desktop.actions.referral_life import add_step
from desktop.actions.referrals import accept, cancel, refuse
from desktop.queries.district import VIEWS, Overview, chosen, overview
from desktop.queries.worklists import Limits
from tests.desktop.conftest import MakeHome
from tests.desktop.homes import Home
from tests.desktop.scenes import add_facility, add_patient, add_received_letter, nurse_of, reading


@pytest.fixture
def office(new_home: MakeHome) -> Home:
    return new_home("dinkes")


def found(home: Home, later: timedelta = timedelta(0)) -> Overview:
    with reading(home) as reader:
        return overview(reader, home.replica.now() + later)


def letter(home: Home, age: timedelta = timedelta(0), **details: Any) -> str:
    return add_received_letter(home, add_patient(home).id, age=age, **details).id


def test_a_referral_is_there_until_it_needs_nobody_any_more(office: Home) -> None:
    nurse, replica = nurse_of(office), office.replica
    ends: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "finished": [("tiba", {"at": replica.now()}), ("selesai", {})],
        "seen to": [("dirujuk_balik", {"final_diagnosis": "Asma"}), ("ditindaklanjuti", {})],
        "referred back": [("selesai", {}), ("dirujuk_balik", {"final_diagnosis": "Asma"})],
        "arrived": [("tiba", {"at": replica.now()})],
        "not arrived": [("tidak_datang", {})],
    }
    ids = {}
    for name, steps in ends.items():
        ids[name] = letter(office)
        for kind, values in steps:
            add_step(replica, nurse, ids[name], kind, values)
    for name in ("cancelled", "cancelled and came"):
        ids[name] = letter(office)
        cancel(replica, nurse, ids[name], note="Keluarga menolak")
    add_step(replica, nurse, ids["cancelled and came"], "tiba", {"at": replica.now()})
    there = {line.id for line in found(office).lines}
    gone = {"finished", "seen to", "cancelled"}
    assert {name for name, item in ids.items() if item not in there} == gone


def test_the_worst_comes_first(office: Home) -> None:
    nurse, replica = nurse_of(office), office.replica
    calm = letter(office, timedelta(minutes=2), urgency="hijau", kind="rawat_jalan")
    taken = letter(office, timedelta(minutes=50))
    accept(replica, nurse, taken, ward=None, bed=None, note=None)
    refused = letter(office, timedelta(minutes=40))
    refuse(replica, nurse, refused, reason="ruang_penuh", note=None)
    late, later = letter(office, timedelta(minutes=20)), letter(office, timedelta(minutes=30))
    slow = letter(office, timedelta(hours=9), urgency="hijau", kind="rawat_jalan")
    fresh = letter(office, timedelta(minutes=5))
    shown = found(office)
    assert [line.id for line in shown.lines] == [later, late, slow, refused, fresh, calm, taken]
    assert shown.late == {late, later, slow}


def test_every_view_is_a_part_of_all(office: Home) -> None:
    hospital, outside = add_facility(office, "RSUD"), add_facility(office, "RS Provinsi", outside_district=True)
    refused = letter(office, timedelta(hours=3), to_facility=hospital.id)
    refuse(office.replica, nurse_of(office), refused, reason="ruang_penuh", note=None)
    away, waiting = letter(office, to_facility=outside.id), letter(office, timedelta(hours=1), to_facility=hospital.id)
    shown = found(office)
    by_view = {view: {line.id for line in chosen(shown, view, None, None)} for view in VIEWS}
    assert by_view == {
        "all": {refused, away, waiting},
        "unanswered": {away, waiting},
        "late": {waiting},
        "refused": {refused},
        "outside": {away},
    }
    assert [line.id for line in chosen(shown, "all", outside.id, None)] == [away]
    sender = next(line.from_facility for line in shown.lines if line.id == away)
    assert [line.id for line in chosen(shown, "all", None, sender)] == [away]
    assert chosen(shown, "all", hospital.id, sender) == []


def test_more_than_can_be_looked_through_is_said(office: Home) -> None:
    for minutes in range(3):
        letter(office, timedelta(minutes=minutes))
    assert found(office).complete
    with reading(office) as reader:
        shown = overview(reader, office.replica.now(), Limits(district_lines=2))
    assert (len(shown.lines), shown.complete) == (2, False)
    assert found(office, timedelta(days=31)).lines == ()
