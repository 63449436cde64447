"""Importing files: what can be stored is, what is refused is told with line and reason, and nothing comes twice."""

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from desktop import cli
from desktop.actions.import_values import stable_id
from desktop.queries.patients import search_patients
from desktop.queries.referrals import sent_referrals
from sync.records import Facility, Patient, Referral, Void
from sync.replica.reader import Reader
from sync.replica.values import Edit
from tests.desktop.commands_run import rujuk
from tests.desktop.conftest import MakeHome
from tests.desktop.homes import Home

#: NIKs of invented people, with a region code that is given to no place.
WOMAN, MAN, OTHER = "9901014101900001", "9901010101800002", "9901015203950003"


class Importer:
    """Imports files into a data folder with the command itself, in this process."""

    def __init__(self, home: Home, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self._folder = folder
        self._capsys = capsys

    def file(self, text: str, *arguments: str, name: str = "rows.csv") -> dict[str, Any]:
        """Import a file with this content; what the command printed, with its exit code."""
        path = self._folder / name
        path.write_bytes(text.encode())
        code = cli.main(["--home", str(self.home.settings.home), "import", str(path), "--json", *arguments])
        printed: dict[str, Any] = json.loads(self._capsys.readouterr().out)
        return {**printed, "exit": code}

    def rows(self, rows: Sequence[Any], *arguments: str) -> dict[str, Any]:
        """The same, of NDJSON rows."""
        return self.file("\n".join(map(json.dumps, rows)), *arguments, name="rows.ndjson")

    def names(self, text: str) -> list[str]:
        """Who is found by ``text`` afterwards."""
        reader = self.reader()
        try:
            return [hit.name for hit in search_patients(reader, text)]
        finally:
            reader.close()

    def patient(self, text: str) -> Patient:
        """The one patient found by ``text``."""
        reader = self.reader()
        try:
            (hit,) = search_patients(reader, text)
        finally:
            reader.close()
        seen = self.home.replica.get(Patient, hit.id)
        assert seen is not None
        return seen.record

    def reader(self) -> Reader:
        """A reader of the data folder."""
        return Reader(self.home.settings.database, bytes.fromhex(self.home.settings.key_file.read_text()))


@pytest.fixture
def importer(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Importer:
    return Importer(home, tmp_path, capsys)


def referral_row(**values: Any) -> dict[str, Any]:
    """A whole letter of an invented patient, changed by ``values``."""
    return {
        "number": "L-0001/XI/2026",
        "patient_nik": WOMAN,
        "to_facility": "RSUD Kenanga",
        "kind": "rawat_inap",
        "urgency": "Kuning (mendesak)",
        "written_at": "20-11-2026 10:30",
        "anamnesis": "Demam lima hari",
        "diagnosis_label": "Demam berdarah dengue",
        "reason": "Perlu rawat inap",
        "doctor_name": "dr. Contoh",
        **values,
    }


@pytest.fixture
def hospital(home: Home) -> str:
    """A hospital of the district, and a patient who can be referred to it."""
    place = Facility(id=home.replica.new_id(), code="0114R001", name="RSUD Kenanga", kind="rs")
    woman = Patient(id=home.replica.new_id(), name="Siti Rahayu", sex="P", nik=WOMAN)
    home.replica.save([Edit(place), Edit(woman)], home.staff[0].id)
    return place.id


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_with_labels_of_the_screen_is_stored_with_its_values(importer: Importer, delimiter: str) -> None:
    text = (
        "Nama lengkap|Jenis kelamin|Tanggal lahir|NIK|Nomor rekam medis|Alergi|Golongan\r\n"
        f'"Rahayu, Siti"|Perempuan|1/1/1990|{WOMAN}|RM-1|penisilin|B\r\n'
        f"Budi Santoso|l|1980-01-01|{MAN}|RM-2||\r\n"
    ).replace("|", delimiter)
    said = importer.file("\ufeff" + text)
    assert (said["exit"], said["ok"], said["stored"], said["refused"]) == (0, True, 2, [])
    assert said["ignored_columns"] == ["Golongan"]
    patient = importer.patient("RM-1")
    assert (patient.name, patient.sex, patient.nik, patient.allergies) == ("Rahayu, Siti", "P", WOMAN, ("penisilin",))
    assert patient.birth_date is not None
    assert patient.birth_date.isoformat() == "1990-01-01"
    assert importer.patient("RM-2").sex == "L"


def test_refused_rows_are_told_with_line_and_reason_and_the_rest_is_stored(importer: Importer) -> None:
    said = importer.file(
        "name,sex,birth_date,nik,record_number\n"
        f"Siti,P,01-01-1990,{WOMAN},RM-1\n"
        ",P,,,RM-2\n"
        '"Ani\nLestari",P,31-02-1990,,RM-3\n'
        "Budi,pria,,,RM-4\n"
        "Joko,L,,123,RM-5\n"
        "Tuti,P,01-01-2990,,RM-6\n"
        "\n"
        "Dewi,P,,,RM-1\n"
        f"Rina,P,,{WOMAN},RM-8\n"
        "Wati,P,,,RM-9,terlalu,banyak\n"
        "Yanti,P,,,RM-10\n"
    )
    assert said["exit"] == 6
    assert said["ok"] is False
    assert said["stored"] == 2
    assert [(row["line"], row["field"], row["code"]) for row in said["refused"]] == [
        (3, "name", "missing"),
        (4, "birth_date", "not_a_day"),
        (6, "sex", "choice_unknown"),
        (7, "nik", "nik_digits"),
        (8, "birth_date", "birth_in_future"),
        (10, None, "repeated"),
        (11, "nik", "number_taken"),
        (12, None, "too_many_columns"),
    ]
    assert said["refused"][5]["same_as_line"] == 2
    assert all(row["message"].strip().endswith(".") for row in said["refused"])
    assert importer.names("yanti") == ["Yanti"]
    assert said["warnings"]["reason_needed"] == 1


def test_a_file_imported_again_doubles_nothing_and_undoes_no_edit(importer: Importer) -> None:
    text = f"name,sex,nik,village\nSiti Rahayu,P,{WOMAN},Sukamaju\nSuparmi,P,,Sukamaju\nSuparmi,P,,Margasari\n"
    assert importer.file(text)["stored"] == 3
    replica = importer.home.replica
    seen = replica.get(Patient, importer.patient(WOMAN).id)
    assert seen is not None
    replica.save([Edit(dataclasses.replace(seen.record, village="Karangrejo"), seen)], importer.home.staff[0].id)
    again = importer.file(text)
    assert (again["exit"], again["stored"], again["known"], again["refused"]) == (0, 0, 3, [])
    assert importer.patient(WOMAN).village == "Karangrejo"
    assert len(importer.names("suparmi")) == 2


def test_a_row_is_the_same_record_on_every_pc_of_a_facility_and_another_one_elsewhere() -> None:
    row = {"record_number": "RM-1", "name": "Suparmi"}
    one, other = stable_id("a" * 32, "patient", row), stable_id("b" * 32, "patient", row)
    assert one == stable_id("a" * 32, "patient", {**row, "name": "Soeparmi"})
    assert one != other
    assert one != stable_id("a" * 32, "referral", row)
    assert (len(one), one[:12], one[12]) == (32, "0" * 12, "7")


def test_an_id_of_ours_stays_as_it_is() -> None:
    assert stable_id("a" * 32, "patient", {"id": "0" * 31 + "9", "name": "Suparmi"}) == "0" * 31 + "9"


def test_a_patient_taken_out_of_the_lists_does_not_come_back(importer: Importer) -> None:
    text = "record_number,name,sex\nRM-1,Suparmi,P\n"
    importer.file(text)
    replica = importer.home.replica
    void = Void(id=replica.new_id(), record=importer.patient("RM-1").id, record_type="patient", reason="dobel")
    replica.save([Edit(void)], importer.home.staff[0].id)
    assert importer.file(text)["known"] == 1
    assert importer.names("suparmi") == []


def test_a_patient_whom_somebody_registered_by_hand_is_not_imported_beside(importer: Importer, hospital: str) -> None:
    said = importer.file(f"record_number,name,sex,nik\nRM-7,Siti Rahayu,P,{WOMAN}\n")
    (refused,) = said["refused"]
    assert (refused["field"], refused["code"]) == ("nik", "number_taken")
    assert importer.names("siti rahayu") == ["Siti Rahayu"]
    assert hospital


def test_ndjson_rows_may_hold_patients_and_letters_that_name_each_other(importer: Importer, hospital: str) -> None:
    said = importer.rows(
        [
            {"type": "patient", "id": "SIM-1", "name": "Budi Santoso", "sex": "L", "nik": MAN, "allergies": ["udang"]},
            referral_row(type="referral", patient_nik=None, patient="SIM-1", temperature=38.5, systolic="110"),
            referral_row(number="L-0002/XI/2026", to_facility="0114r001", written_at="2026-11-20T10:30:00+07:00"),
            ["no object"],
            {"type": "ward", "name": "Melati"},
        ]
    )
    assert said["stored"] == 3
    assert [(row["line"], row["code"]) for row in said["refused"]] == [(4, "not_json"), (5, "type_unknown")]
    reader = importer.reader()
    lines = {line.number: line for line in sent_referrals(reader, importer.home.replica.identity.facility)}
    reader.close()
    assert lines["L-0001/XI/2026"].patient_name == "Budi Santoso"
    assert lines["L-0002/XI/2026"].patient_name == "Siti Rahayu"
    assert lines["L-0002/XI/2026"].written_at.isoformat() == "2026-11-20T03:30:00+00:00"
    seen = importer.home.replica.get(Referral, lines["L-0001/XI/2026"].id)
    assert seen is not None
    assert (seen.record.temperature, seen.record.systolic, seen.record.to_facility) == (38.5, 110, hospital)
    assert (seen.record.urgency, seen.record.from_facility) == ("kuning", importer.home.replica.identity.facility)


def test_letters_imported_again_are_known(importer: Importer, hospital: str) -> None:
    rows = [referral_row(), referral_row(number="L-0002/XI/2026")]
    assert importer.rows(rows)["stored"] == 2
    assert importer.rows(rows) | {"stored": 0, "known": 2, "exit": 0} == importer.rows(rows)
    assert hospital


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"patient_nik": OTHER}, "patient", "patient_unknown"),
        ({"patient_nik": None}, "patient", "missing"),
        ({"to_facility": "RS Entah"}, "to_facility", "facility_unknown"),
        ({"to_facility": "Puskesmas Melati"}, "to_facility", "same_facility"),
        ({"anamnesis": " "}, "anamnesis", "missing"),
        ({"urgency": "biru"}, "urgency", "choice_unknown"),
        ({"written_at": "kemarin"}, "written_at", "not_a_moment"),
        ({"written_at": "20-11-2026 25:30"}, "written_at", "not_a_moment"),
        ({"systolic": "12o"}, "systolic", "not_whole"),
        ({"systolic": True}, "systolic", "not_understood"),
        ({"temperature": "panas"}, "temperature", "not_decimal"),
        ({"doctor_name": "x" * 121}, "doctor_name", "too_long"),
        ({"anamnesis": ["a", "b"]}, "anamnesis", "not_understood"),
    ],
)
def test_each_fault_of_a_letter_is_told_at_its_field(
    importer: Importer, hospital: str, values: dict[str, Any], field: str, code: str
) -> None:
    said = importer.rows([referral_row(**values)])
    (refused,) = said["refused"]
    assert (refused["field"], refused["code"], said["stored"]) == (field, code, 0)
    assert hospital


def test_two_patients_who_fit_are_as_bad_as_none(importer: Importer, hospital: str) -> None:
    twin = Patient(id=importer.home.replica.new_id(), name="Siti Rahayu", sex="P", nik=WOMAN)
    importer.home.replica.save([Edit(twin)], importer.home.staff[0].id)
    (refused,) = importer.rows([referral_row()])["refused"]
    assert refused["code"] == "patient_ambiguous"
    assert hospital


def test_a_hospital_imports_no_patients(new_home: MakeHome, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = Importer(new_home("rs"), tmp_path, capsys).file("name,sex\nSuparmi,P\n")
    assert [row["code"] for row in said["refused"]] == ["not_written_here"]


def test_the_author_is_the_chosen_person_or_the_pc_itself(importer: Importer) -> None:
    importer.file("id,name,sex\n1,Suparmi,P\n", "--as", "bagus")
    importer.file("id,name,sex\n2,Tukiyem,P\n")
    replica = importer.home.replica
    (by_person,) = replica.history(importer.patient("suparmi").id)
    (by_pc,) = replica.history(importer.patient("tukiyem").id)
    assert by_person.author == importer.home.staff[1].id
    assert by_pc.author == replica.identity.device


@pytest.mark.parametrize("name", ["nobody", "", "s"])
def test_an_author_who_is_nobody_or_several_is_wrong_usage(importer: Importer, name: str) -> None:
    said = importer.file("name,sex\nSuparmi,P\n", "--as", name)
    assert (said["exit"], said["code"]) == (2, "WrongUsage")
    assert importer.names("suparmi") == []


def test_a_file_that_is_missing_or_no_table_is_wrong_usage(importer: Importer, tmp_path: Path) -> None:
    assert importer.file("just some words\n")["exit"] == 2
    assert importer.file("")["exit"] == 2
    home = str(importer.home.settings.home)
    assert cli.main(["--home", home, "import", str(tmp_path / "missing.csv")]) == 2


def test_an_unclosed_quote_ends_the_file_with_its_line(importer: Importer) -> None:
    said = importer.file('name,sex\nSuparmi,P\n"Tukiyem,P\nWati,P\n')
    assert said["stored"] == 1
    assert [(row["line"], row["code"]) for row in said["refused"]] == [(3, "not_csv")]


def test_what_a_spreadsheet_on_windows_writes_is_read(importer: Importer, tmp_path: Path) -> None:
    path = tmp_path / "windows.csv"
    path.write_bytes("name;sex\r\nRené Suparmi;L\r\n".encode("cp1252"))
    assert cli.main(["--home", str(importer.home.settings.home), "import", str(path)]) == 0
    assert importer.names("rene") == ["René Suparmi"]


def test_many_rows_come_whole_and_in_words_the_refused_ones_are_listed(home: Home, tmp_path: Path) -> None:
    lines = [f"RM-{number},Pasien {number},{'P' if number != 120 else '?'}" for number in range(230)]
    path = tmp_path / "many.csv"
    path.write_text("record_number,name,sex\n" + "\n".join(lines), "utf-8")
    ended = rujuk(home.settings.home, "import", str(path))
    assert ended.code == 6
    assert ended.out.startswith("229 tersimpan, 0 sudah ada, 1 ditolak.\nbaris 122: ")
    status = rujuk(home.settings.home, "status", "--json").json()
    assert status["patients"] == 229
