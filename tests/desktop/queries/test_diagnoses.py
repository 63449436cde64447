"""What people type at a puskesmas finds the diagnosis they mean among the first five."""

import subprocess
import sys

import pytest

from desktop.queries.diagnoses import TABLE_FILE, diagnosis_table, read_typed, search_diagnoses

TABLE = diagnosis_table()

TYPED = [
    *[("a90", "A90"), ("A09.9", "A09.9"), ("a099", "A09.9"), ("a09", "A09.9"), ("o14.1", "O14.1"), ("i84", "I84.9")],
    *[("demam berdarah", "A91"), ("DBD", "A90"), ("dhf", "A91"), ("dengue", "A97.9"), ("berdarah demam", "A90")],
    *[("kencing manis", "E11.9"), ("DM tipe 2", "E11.9"), ("gula darah tinggi", "E11.9"), ("diabetes", "E11.9")],
    *[("darah tinggi", "I10"), ("hipertensi", "I10"), ("hipertnsi", "I10"), ("tensi tinggi", "I10"), ("HT", "I10")],
    *[("ayan", "G40.9"), ("epilepsi", "G40.9"), ("step", "R56.0"), ("kejang demam", "R56.0"), ("kejang", "R56.8")],
    *[("cacar air", "B01.9"), ("campak", "B05.9"), ("gabagen", "B05.9"), ("gondongan", "B26.9"), ("kudis", "B86")],
    *[("TBC", "A15.0"), ("tb paru", "A16.2"), ("flek paru", "A15.0"), ("batuk rejan", "A37.9"), ("difteri", "A36.9")],
    *[("ISPA", "J06.9"), ("batuk pilek", "J00"), ("radang tenggorokan", "J02.9"), ("amandel", "J03.9")],
    *[("pneumonai", "J18.9"), ("asma", "J45.9"), ("bengek", "J45.9"), ("PPOK", "J44.9"), ("sesak nafas", "R06.0")],
    *[("maag", "K29.7"), ("gerd", "K21.9"), ("asam lambung", "K21.9"), ("usus buntu", "K35.8"), ("wasir", "I84.9")],
    *[("mencret", "A09.9"), ("muntaber", "A09.9"), ("tipes", "A01.0"), ("typoid", "A01.0"), ("turun berok", "K40.9")],
    *[("stroke", "I64"), ("strok", "I64"), ("serangan jantung", "I21.9"), ("angin duduk", "I20.9"), ("chf", "I50.0")],
    *[("keguguran", "O03.9"), ("KPD", "O42.9"), ("preeklamsia", "O14.9"), ("preeklampsia berat", "O14.1")],
    *[("PEB", "O14.1"), ("HPP", "O72.1"), ("sungsang", "O32.1"), ("bekas sesar", "O34.2"), ("hamil anggur", "O01.9")],
    *[("BBLR", "P07.1"), ("bayi kuning", "P59.9"), ("asfiksia", "P21.9"), ("bibir sumbing", "Q36.9")],
    *[("patah tulang tangan", "S52.9"), ("fraktur femur kanan", "S72.9"), ("kepala bocor", "S01.0")],
    *[("gegar otak", "S06.0"), ("digigit anjing", "W54"), ("digigit ular", "T63.0"), ("luka bakar", "T30.0")],
    *[("sakit gigi", "K04.0"), ("gigi berlubang", "K02.1"), ("mata merah", "H10.9"), ("katarak", "H25.9")],
    *[("congek", "H66.0"), ("mimisan", "R04.0"), ("bisul", "L02.9"), ("panu", "B36.0"), ("biduran", "L50.9")],
    *[("asam urat", "M10.9"), ("sakit pinggang", "M54.5"), ("saraf kejepit", "M51.1"), ("cuci darah", "N18.9")],
    *[("anyang-anyangan", "N39.0"), ("benjolan payudara", "N63"), ("kurang darah", "D64.9"), ("gila", "F20.9")],
    *[
        ("scabies", "B86"),
        ("acute appendicitis", "K35.8"),
        ("low back pain", "M54.5"),
        ("severe pre-eclampsia", "O14.1"),
    ],
]


@pytest.mark.parametrize(("typed", "meant"), TYPED)
def test_what_people_type_finds_what_they_mean(typed: str, meant: str) -> None:
    assert meant in [found.code for found in search_diagnoses(TABLE, typed, limit=5)]


def test_the_exact_code_comes_first_and_its_subdivisions_follow() -> None:
    codes = [found.code for found in search_diagnoses(TABLE, "e11")]
    assert codes[:2] == ["E11", "E11.9"]
    assert set(codes) >= {f"E11.{digit}" for digit in range(10)}


def test_nothing_is_found_for_nothing_and_no_text_fails() -> None:
    assert search_diagnoses(TABLE, "  ") == []
    for text in (";", "|", "\t\n", "%_'\"", "x" * 5000, "dan", "()", "😀", "a b c d e f g h i j k l"):
        assert len(search_diagnoses(TABLE, text)) <= 20


def test_a_code_typed_before_a_label_keeps_the_label_as_typed() -> None:
    found = read_typed(TABLE, "o141 PEB dengan kejang")
    assert found is not None
    assert (found[0].code, found[1]) == ("O14.1", "PEB dengan kejang")
    assert read_typed(TABLE, "PEB") is None
    assert read_typed(TABLE, "Z99.99") is None


def test_codes_that_only_bpjs_or_only_who_has_say_so() -> None:
    sets = {code: found.set for code in ("A90", "I84.2", "A97.0", "K64.1") if (found := TABLE.with_code(code))}
    assert sets == {
        "A90": "icd10_bpjs",
        "I84.2": "icd10_bpjs",
        "A97.0": "icd10_who2019",
        "K64.1": "icd10_who2019",
    }


def test_at_least_six_hundred_diagnoses_have_a_name_of_ours_and_so_do_the_144() -> None:
    everything = [TABLE.diagnosis(place) for place in range(len(TABLE.lines))]
    assert sum(found.often < 9 for found in everything) >= 600
    assert [found.code for found in everything if found.finished_here and found.often == 9] == ["A09"]
    hemorrhoid = TABLE.with_code("K64.0")
    assert hemorrhoid is not None
    assert hemorrhoid.condition == "derajat 1 dan 2"


@pytest.mark.parametrize(("file", "cell"), [("fktp144.txt", 1), ("skdr.txt", 1)])
def test_every_code_of_the_144_list_and_of_skdr_can_be_entered(file: str, cell: int) -> None:
    lines = (TABLE_FILE.parent / file).read_text("utf-8").splitlines()
    codes = [code for line in lines if line and line[0] != "#" for code in line.split("|")[cell].split()]
    assert len(codes) >= 50
    assert [code for code in codes if not TABLE.begun_codes(code.replace(".", ""))] == []


def test_reportable_diseases_carry_their_letter() -> None:
    found = {code: item.skdr for code in ("A91", "B05.9", "J22", "I10") if (item := TABLE.with_code(code))}
    assert found == {"A91": ("C",), "B05.9": ("K",), "J22": ("Y", "AA"), "I10": ()}


def test_the_table_is_what_its_lists_make() -> None:
    built = subprocess.run([sys.executable, "-m", "resources.codes.build", "--print"], capture_output=True, check=True)
    assert built.stdout == TABLE_FILE.read_bytes()
