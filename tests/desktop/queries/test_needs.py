"""What a diagnosis needs: the tables are whole, the narrowest range counts, and a child is sent to its doctor."""

import pytest

from desktop.queries.diagnoses import diagnosis_table
from desktop.queries.needs import Needs, NeedsTable, needs_table
from desktop.queries.polyclinics import polyclinic_names

FACILITIES = "ICU|ICU|icu; intensive care|ICU|\nHDL|Hemodialisa|cuci darah||HDL"


def test_every_poli_that_is_named_has_a_name_and_every_range_can_be_read() -> None:
    assert needs_table().polis <= set(polyclinic_names())
    assert len(polyclinic_names()) > 100
    for special in needs_table().facilities.values():
        assert special.polis <= set(polyclinic_names())


def test_every_diagnosis_seen_in_primary_care_has_a_proposal() -> None:
    table = diagnosis_table()
    named = [table.diagnosis(place) for place in range(len(table.lines)) if table.often[place] < 9]
    without = [item.code for item in named if needs_table().of(item.code, 40) is None]
    assert [code for code in without if code[0] not in "UVWXY"] == []


@pytest.mark.parametrize(
    ("code", "age", "polis", "facilities"),
    [
        ("O14.1", 30, ("OBG",), ["PON", "OK"]),
        ("I21.9", 60, ("JAN", "INT"), ["ICC"]),
        ("I63.9", 60, ("SAR",), ["CTS"]),
        ("P07.1", 0, ("ANA",), ["NIC"]),
        ("A91", 30, ("INT",), []),
        ("A91", 7, ("ANA",), []),
        ("A91", None, ("INT",), []),
        ("H25.1", 70, ("MAT",), ["OK"]),
        ("n18.5", 50, ("INT",), ["HDL"]),
    ],
)
def test_a_diagnosis_proposes_poli_and_facilities(
    code: str, age: int | None, polis: tuple[str, ...], facilities: list[str]
) -> None:
    needs = needs_table().of(code, age)
    assert needs is not None
    assert (needs.polis, [special.code for special in needs.facilities]) == (polis, facilities)


@pytest.mark.parametrize("code", [None, "", "I2", "V99", "demam"])
def test_of_what_stands_nowhere_nothing_is_said(code: str | None) -> None:
    assert needs_table().of(code, 40) is None


def test_the_narrowest_range_counts() -> None:
    table = NeedsTable("A00-B99|INT|ANA|\nA15-A19|PAR||\nA17.0|SAR||ICU", FACILITIES)
    found = {code: table.of(code, 40) for code in ("A09", "A16.2", "A17.0", "A17.8")}
    assert {code: needs.polis for code, needs in found.items() if needs} == {
        "A09": ("INT",),
        "A16.2": ("PAR",),
        "A17.0": ("SAR",),
        "A17.8": ("PAR",),
    }
    assert table.of("A16.2", 4) == Needs(("PAR",))


@pytest.mark.parametrize("line", ["A00-B99|INT", "A00-B99|INT||ICU|more"])
def test_a_line_with_a_part_too_few_or_too_many_ends_the_reading(line: str) -> None:
    with pytest.raises(ValueError, match="A00"):
        NeedsTable(line, FACILITIES)


def test_a_facility_is_known_by_its_name_its_ward_or_its_poli_and_else_not_known() -> None:
    special = NeedsTable("", FACILITIES).facilities
    assert special["ICU"].is_at(["IGD 24 jam", "ICU"], [], []) is True
    assert special["ICU"].is_at([], ["KL3", "ICU"], []) is True
    assert special["HDL"].is_at(["Bedah"], [], ["INT", "HDL"]) is True
    assert special["ICU"].is_at(["PICU", "NICU"], ["KL3"], []) is False
    assert special["ICU"].is_at([], ["KL3"], ["INT"]) is None
