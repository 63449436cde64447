"""Who may be registered already, looked up in a puskesmas' own encrypted file."""

from dataclasses import replace
from datetime import date

import pytest

from desktop.actions.same_person import merge
from desktop.queries.duplicates import MOST, find_duplicates, traits_of_patient
from sync.records import Patient, Void
from sync.records.likeness import Level, Traits
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.scenes import add_patient, nurse_of, reading

TYPED = Traits(name="Moh. Jusup", sex="L", birth_date=date(1980, 3, 7), village="Karangsari")


@pytest.fixture
def yusuf(home: Home) -> Patient:
    add_patient(home, "Budi Santoso", sex="L", birth_date=date(1980, 3, 7))
    return add_patient(
        home,
        "Muhammad Yusuf",
        sex="L",
        birth_date=date(1980, 3, 7),
        nik="3329010703809001",
        jkn_number="9900100000001",
        mother_name="Siti Aminah",
    )


def found(home: Home, typed: Traits, but_not: tuple[str, ...] = ()) -> list[tuple[str, Level]]:
    with reading(home) as reader:
        return [(item.id, item.alike.level) for item in find_duplicates(reader, typed, but_not)]


@pytest.mark.parametrize(
    ("typed", "level"),
    [
        (TYPED, Level.LIKELY),
        (replace(TYPED, birth_date=date(1980, 7, 3)), Level.LIKELY),
        (replace(TYPED, birth_date=None), Level.SIMILAR),
        (replace(TYPED, name="Muhamad Yusufi"), Level.SIMILAR),
        (Traits(name="Orang Lain", nik="3329010703809001"), Level.STRONG),
        (Traits(jkn_number="9900100000001"), Level.STRONG),
    ],
)
def test_whoever_was_registered_before_is_found(home: Home, yusuf: Patient, typed: Traits, level: Level) -> None:
    assert found(home, typed) == [(yusuf.id, level)]


@pytest.mark.parametrize(
    "typed", [Traits(), Traits(name="Yusuf"), Traits(name="Wulandari"), replace(TYPED, birth_date=date(2019, 1, 30))]
)
def test_too_little_or_somebody_else_is_no_warning(home: Home, yusuf: Patient, typed: Traits) -> None:
    assert found(home, typed) == []


def test_the_patient_itself_and_who_was_taken_out_of_the_lists_are_no_candidates(home: Home, yusuf: Patient) -> None:
    assert found(home, traits_of_patient(yusuf), (yusuf.id,)) == []
    void = Void(id=home.replica.new_id(), record=yusuf.id, record_type="patient", reason="dobel")
    home.replica.save([Edit(void)], home.staff[0].id)
    assert found(home, TYPED) == []


def test_of_one_person_one_registration_is_proposed_and_at_most_three_people(home: Home, yusuf: Patient) -> None:
    other = add_patient(home, "Moh. Jusup", sex="L", birth_date=date(1980, 3, 7))
    assert len(found(home, TYPED)) == 2
    merge(home.replica, nurse_of(home), yusuf.id, other.id, "KK sama")
    with reading(home) as reader:
        (candidate,) = find_duplicates(reader, TYPED)
    assert candidate.stands == yusuf.id
    for _ in range(MOST + 1):
        add_patient(home, "M. Yusuf", sex="L", birth_date=date(1980, 3, 7))
    assert len(found(home, TYPED)) == MOST
