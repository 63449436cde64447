"""The polyclinics that come with the program."""

import pytest

from desktop.queries.polyclinics import polyclinic_code, polyclinic_name, polyclinics


def test_every_polyclinic_has_one_code_and_one_name_and_they_are_sorted_by_name() -> None:
    codes, names = zip(*polyclinics(), strict=True)
    assert len(set(codes)) == len(codes) >= 30
    assert len(set(names)) == len(names)
    assert list(names) == sorted(names, key=str.casefold)
    assert {"INT", "OBG", "ANA", "BED", "IGD"} <= set(codes)


def test_a_code_has_a_name_and_an_unknown_one_stands_for_itself() -> None:
    assert polyclinic_name("INT") == "Penyakit dalam"
    assert polyclinic_name("ZZZ") == "ZZZ"


@pytest.mark.parametrize(
    ("written", "code"),
    [("MAT", "MAT"), ("mata", "MAT"), ("Poli Saraf", "SAR"), ("Lain", None), ("", None), (None, None)],
)
def test_a_poli_may_be_written_as_a_code_or_a_name(written: str | None, code: str | None) -> None:
    assert polyclinic_code(written) == code
