"""What speaks for one person and what against it: spellings, slips of a date, numbers; twins and mothers."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.records.likeness import Level, Traits, likeness, name_likeness, swapped

YUSUF = Traits(
    name="Muhammad Yusuf",
    sex="L",
    birth_date=date(1980, 3, 7),
    nik="3399010703809001",
    jkn_number="9900100000001",
    mother_name="Siti Aminah",
    village="Karangsari",
)
BABY = Traits(
    name="By. Ny. Siti Aminah",
    sex="P",
    birth_date=date(2026, 5, 20),
    mother_name="Siti Aminah",
    mother_nik="3399014202929001",
    birth_order=1,
    village="Karangsari",
)
MOTHER = Traits(name="Siti Aminah", sex="P", birth_date=date(1992, 2, 2), nik="3399014202929001", village="Karangsari")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Moh. Yusuf", "Muhammad Jusup", True),
        ("Nur Aini", "Nuraini", True),
        ("Lestari Sri", "Sri Lestari", True),
        ("H. Slamet, S.Pd.", "Slamet", True),
        ("By. Ny. Siti Aminah", "Bayi Siti Aminah", True),
        ("Budi Santoso", "Budi Hartono", False),
        ("Siti Aminah", "Siti Rohmah", False),
        ("", "Siti", False),
    ],
)
def test_names_in_any_spelling_and_order_are_one_name(one: str, other: str, same: bool) -> None:
    assert (name_likeness(one, other) >= 0.95) is same
    assert name_likeness(one, other) == pytest.approx(name_likeness(other, one))


@pytest.mark.parametrize("other", ["Selamet Wahyu", "Slamit Wahyu", "Salmet Wahyu", "Slamet Wahyudi"])
def test_a_letter_too_many_wrong_or_out_of_place_leaves_names_alike(other: str) -> None:
    assert 0.75 < name_likeness("Slamet Wahyu", other) < 0.95


def test_the_same_number_is_strong_whatever_the_rest_says() -> None:
    other = Traits(name="Joko", sex="L", birth_date=date(1955, 1, 1), nik=YUSUF.nik, village="Lain")
    assert likeness(YUSUF, other).level is Level.STRONG
    assert likeness(YUSUF, other).agrees == ("nik",)


@pytest.mark.parametrize(
    ("slip", "agrees"),
    [
        ({"name": "Moh. Yusup"}, ("name", "birth_date", "mother", "village")),
        ({"birth_date": date(1980, 7, 3)}, ("name", "birth_date_swapped", "mother", "village")),
        ({"birth_date": date(1980, 3, 1)}, ("name", "birth_date_near", "mother", "village")),
        ({"birth_date": None}, ("name", "mother", "village")),
    ],
)
def test_without_numbers_a_slip_of_name_or_date_is_still_likely(
    slip: dict[str, object], agrees: tuple[str, ...]
) -> None:
    typed = replace(YUSUF, nik=None, jkn_number=None, **slip)  # type: ignore[arg-type]  # fields of the class
    found = likeness(typed, YUSUF)
    assert found.level is Level.LIKELY
    assert found.agrees == agrees


@pytest.mark.parametrize(
    "other",
    [
        {"birth_date": date(1951, 3, 7)},
        {"sex": "P", "birth_date": date(1980, 1, 21)},
        {"nik": "3399010703809777", "birth_date": date(1980, 5, 30)},
        {"name": "Joko Susanto"},
    ],
)
def test_another_person_of_that_name_or_day_is_no_warning(other: dict[str, object]) -> None:
    typed = replace(YUSUF, jkn_number=None, mother_name=None)
    assert likeness(typed, replace(typed, nik=None) if "nik" not in other else typed).level > Level.NONE
    changed = {"nik": None, **other}
    assert likeness(typed, replace(typed, **changed)).level is Level.NONE  # type: ignore[arg-type]  # fields of the class


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (replace(BABY, name="Hasan"), replace(BABY, name="Husein", birth_order=2)),
        (replace(BABY, name="Rina Putri", birth_order=None), replace(BABY, name="Rani Putri", birth_order=None)),
        (BABY, replace(BABY, birth_order=2)),
        (BABY, replace(BABY, sex="L")),
        (BABY, replace(BABY, name="Kirana Putri", birth_order=None)),
    ],
)
def test_twins_are_at_most_similar(one: Traits, other: Traits) -> None:
    assert likeness(one, other).level <= Level.SIMILAR


def test_a_mother_is_not_her_baby_and_a_baby_with_a_name_may_be_the_one_without() -> None:
    assert likeness(BABY, MOTHER).level is Level.NONE
    assert likeness(BABY, replace(MOTHER, birth_date=None)).level is Level.NONE
    assert likeness(BABY, replace(BABY, name="Kirana", birth_order=None)).level is Level.SIMILAR
    assert likeness(BABY, replace(BABY)).level is Level.LIKELY
    assert likeness(BABY, replace(BABY, birth_date=date(2024, 1, 2))).level is Level.NONE


_DAYS = st.none() | st.dates(date(1930, 1, 1), date(2026, 1, 1))
_TRAITS = st.builds(
    Traits,
    name=st.sampled_from(["Moh. Yusuf", "Yusuf", "By. Ny. Siti", "Siti Aminah", ""]),
    sex=st.sampled_from(["L", "P", ""]),
    birth_date=_DAYS,
    nik=st.sampled_from([None, "1" * 16, "1" * 15 + "2"]),
    mother_name=st.sampled_from([None, "Aminah", "Rohmah"]),
    birth_order=st.sampled_from([None, 1, 2]),
    village=st.sampled_from([None, "Karangsari", "karang sari"]),
)


@given(_TRAITS, _TRAITS)
def test_it_does_not_matter_which_of_the_two_was_typed(one: Traits, other: Traits) -> None:
    forth, back = likeness(one, other), likeness(other, one)
    assert (forth.level, set(forth.agrees)) == (back.level, set(back.agrees))
    assert forth.points == pytest.approx(back.points)


@given(_DAYS.filter(bool))
def test_swapping_day_and_month_twice_changes_nothing(day: date) -> None:
    other = swapped(day)
    assert other is None or swapped(other) == day
