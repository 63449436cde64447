"""The look through a whole register: who may be one person, in steps, and never again what somebody has decided."""

from datetime import date
from typing import Any

import pytest

from desktop.actions.same_person import merge, part, tell_apart
from desktop.queries import likely_pairs
from desktop.queries.likely_pairs import LikelyPair, Look, still_open
from desktop.queries.same_person import told_apart
from sync.errors import BadInput
from sync.records import Patient, PatientDistinct, Void
from sync.records.likeness import Level
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.scenes import add_patient, nurse_of, reading
from tests.desktop.two_pcs import TwoPcs


def look(home: Home) -> tuple[LikelyPair, ...]:
    with reading(home) as reader:
        look = Look(home.replica.identity.facility)
        while (looked := look.step(reader)).pairs is None:
            pass
    return looked.pairs


def names(home: Home) -> list[tuple[str, str]]:
    return [(pair.traits[0].name, pair.traits[1].name) for pair in look(home)]


def yusuf(home: Home, name: str = "Muhammad Yusuf", **details: Any) -> Patient:
    return add_patient(home, name, **{"sex": "L", "birth_date": date(1980, 3, 7), "village": "Karangsari", **details})


@pytest.mark.parametrize(
    ("name", "details", "level"),
    [
        ("Moh. Jusup", {}, Level.LIKELY),
        ("Jusup Muhamad", {"birth_date": date(1980, 7, 3)}, Level.LIKELY),
        ("Mohamad Jusup", {"birth_date": date(1980, 1, 1)}, Level.SIMILAR),
        ("Muhammad Yusuf", {"birth_date": date(1990, 3, 7), "village": None}, Level.SIMILAR),
        ("Muhammad Yusuf", {"birth_date": None}, Level.SIMILAR),
        ("Muhamad Yusufi", {}, Level.SIMILAR),
    ],
)
def test_the_same_person_written_differently_is_found(
    home: Home, name: str, details: dict[str, Any], level: Level
) -> None:
    yusuf(home)
    yusuf(home, name, **details)
    yusuf(home, "Budi Santoso")
    yusuf(home, "Muhammad Yusuf", birth_date=date(2019, 1, 30), village="Melati")
    (pair,) = look(home)
    assert (pair.traits[0].name, pair.traits[1].name, pair.alike.level) == ("Muhammad Yusuf", name, level)


def test_a_newborn_who_has_got_a_name_since_is_found_by_mother_and_day(home: Home) -> None:
    born = {"birth_date": date(2026, 11, 1), "mother_name": "Siti Aminah"}
    add_patient(home, "By. Ny. Siti Aminah", **born)
    add_patient(home, "Aisyah Putri", **born)
    add_patient(home, "Aisyah Putri", birth_date=date(2026, 11, 1), mother_name="Wulandari", sex="L")
    assert ("By. Ny. Siti Aminah", "Aisyah Putri") in names(home)


def test_the_likeliest_comes_first_and_who_was_taken_out_of_the_lists_is_not_there(home: Home) -> None:
    yusuf(home)
    similar = yusuf(home, "Muhammad Yusuf", birth_date=None, village="Karangsari")
    assert [pair.alike.level for pair in look(home)] == [Level.SIMILAR]
    yusuf(home, nik="3329010703809001")
    assert [pair.alike.level for pair in look(home)] == [Level.LIKELY, Level.SIMILAR, Level.SIMILAR]
    void = Void(id=home.replica.new_id(), record=similar.id, record_type="patient", reason="dobel")
    home.replica.save([Edit(void)], home.staff[0].id)
    assert [pair.alike.level for pair in look(home)] == [Level.LIKELY]


def test_what_was_decided_is_never_asked_again_on_any_pc_of_the_facility(two_pcs: TwoPcs) -> None:
    one, other, third = (yusuf(two_pcs.a, name) for name in ("Muhammad Yusuf", "Moh. Jusup", "M. Yusuf"))
    two_pcs.meet()
    assert len(look(two_pcs.b)) == 3
    tell_apart(two_pcs.a.replica, nurse_of(two_pcs.a), other.id, one.id, "ayah dan anak")
    two_pcs.meet()
    for home in (two_pcs.a, two_pcs.b):
        assert {frozenset((pair.one, pair.other)) for pair in look(home)} == {
            frozenset((one.id, third.id)),
            frozenset((other.id, third.id)),
        }
    # Whoever is one person with the third is not the other one either.
    merge(two_pcs.b.replica, nurse_of(two_pcs.b), one.id, third.id, "KK sama")
    two_pcs.meet()
    assert look(two_pcs.a) == look(two_pcs.b) == ()
    part(two_pcs.b.replica, nurse_of(two_pcs.b), one.id, third.id, "keliru")
    assert {frozenset((pair.one, pair.other)) for pair in look(two_pcs.b)} == {frozenset((other.id, third.id))}
    (kept,) = [
        two_pcs.district.server.get(PatientDistinct, row)
        for row in two_pcs.a.replica.read(
            lambda connection: [
                item[0] for item in connection.exec_driver_sql("SELECT lower(hex(id)) FROM patient_distinct")
            ]
        )
    ]
    assert kept is not None
    assert kept.record.reason == "ayah dan anak"
    merge(two_pcs.a.replica, nurse_of(two_pcs.a), one.id, other.id, "ternyata sama")
    with reading(two_pcs.a) as reader:
        assert told_apart(reader)
        assert still_open(reader, look(two_pcs.a)) == ()


def test_two_people_are_told_apart_only_if_they_are_two_patients_of_this_facility(home: Home) -> None:
    one = yusuf(home)
    for other in (one.id, home.replica.new_id()):
        with pytest.raises(BadInput):
            tell_apart(home.replica, nurse_of(home), one.id, other)


def test_the_register_is_read_and_compared_in_steps_that_give_the_same(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        yusuf(home, f"Muhammad Yusuf {'abcdefghijkl'[number] * 4}")
        yusuf(home)
    whole = look(home)
    assert len(whole) > 60
    monkeypatch.setattr(likely_pairs, "_PAIRS", 7)
    assert look(home) == whole


def test_a_crowd_that_shares_a_day_that_stands_for_unknown_is_not_compared_and_that_is_told(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(likely_pairs, "_CROWD", 3)
    for number in range(4):
        yusuf(home, "Wulandari", birth_date=date(1980, 12, 31), village=f"Desa {number}")
    with reading(home) as reader:
        look = Look(home.replica.identity.facility)
        while (looked := look.step(reader)).pairs is None:
            pass
    assert looked.pairs == ()
    assert looked.crowds > 0
