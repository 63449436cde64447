"""The polyclinics that come with the program."""

from desktop.queries.polyclinics import polyclinic_name, polyclinics


def test_every_polyclinic_has_one_code_and_one_name_and_they_are_sorted_by_name() -> None:
    codes, names = zip(*polyclinics(), strict=True)
    assert len(set(codes)) == len(codes) >= 30
    assert len(set(names)) == len(names)
    assert list(names) == sorted(names, key=str.casefold)
    assert {"INT", "OBG", "ANA", "BED", "IGD"} <= set(codes)


def test_a_code_has_a_name_and_an_unknown_one_stands_for_itself() -> None:
    assert polyclinic_name("INT") == "Penyakit dalam"
    assert polyclinic_name("ZZZ") == "ZZZ"
