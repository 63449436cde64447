"""A NIK that cannot be real is refused with the reason; one that could be is taken apart."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import BadInput
from sync.records.nik import check_jkn_number, read_nik

TODAY = date(2026, 11, 24)


def made_nik(born: date, sex: str, serial: int = 1) -> str:
    """The NIK of an invented person."""
    day = born.day + (40 if sex == "P" else 0)
    return f"990101{day:02}{born.month:02}{born.year % 100:02}{serial:04}"


@given(st.dates(date(1927, 1, 1), TODAY), st.sampled_from(["L", "P"]), st.integers(1, 9999))
def test_birth_date_and_sex_of_everybody_up_to_ninety_nine_are_read_back(born: date, sex: str, serial: int) -> None:
    nik = read_nik(made_nik(born, sex, serial), TODAY)
    assert (nik.birth_date, nik.sex, nik.region) == (born, sex, "990101")


@given(st.dates(date(1906, 11, 25), date(1926, 11, 24)))
def test_a_day_before_the_century_stays_possible(born: date) -> None:
    assert born in read_nik(made_nik(born, "L"), TODAY).birth_dates


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "nik_digits"),
        ("990101010190000", "nik_digits"),
        ("99010101019000012", "nik_digits"),
        ("9901 01010190000", "nik_digits"),
        ("99010101019000①1", "nik_digits"),
        ("9900010101900001", "nik_region"),
        ("0001010101900001", "nik_region"),
        ("9901013002900001", "nik_date"),
        ("9901012902010001", "nik_date"),
        ("9901010013900001", "nik_date"),
        ("9901014001900001", "nik_date"),
        ("9901017201900001", "nik_date"),
        ("9901010101900000", "nik_serial"),
    ],
)
def test_what_cannot_be_a_nik_is_refused_with_the_reason(text: str, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_nik(text, TODAY)
    assert caught.value.reason == code
    assert caught.value.field == "nik"


def test_the_leap_day_is_possible_in_a_leap_year() -> None:
    assert read_nik("9901016902000001", TODAY).birth_date == date(2000, 2, 29)


def test_a_day_that_is_still_to_come_this_year_means_the_last_century() -> None:
    assert read_nik("9901012511260001", TODAY).birth_date == date(1926, 11, 25)
    assert read_nik("9901012411260001", TODAY).birth_date == TODAY


@pytest.mark.parametrize("text", ["", "000123456789", "00012345678901", "0001234567B90", "٠٠٠١٢٣٤٥٦٧٨٩٠"])
def test_what_cannot_be_a_card_number_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="jkn_digits"):
        check_jkn_number(text)


def test_a_card_number_may_begin_with_zeros() -> None:
    check_jkn_number("0001234567890")
