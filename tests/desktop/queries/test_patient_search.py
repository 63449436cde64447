"""Finding patients over a real encrypted file, through the function that the window calls."""

import dataclasses
import secrets
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.queries.patient_text import read_day, read_search
from desktop.queries.patients import Match, patient_by_id, search_patients
from sync.records import Patient, Void
from sync.records.namekey import split_words
from sync.replica.opening import open_sqlite
from sync.replica.reader import Reader
from sync.replica.replica import Replica
from sync.replica.values import Edit
from tests.benchmarks.people import invented_people
from tests.fakes.replicas import make_replica

CROWD = list(invented_people(400, seed=7))

Find = Callable[[str], list[str]]


class Register:
    """An encrypted register of a puskesmas, and what the window would find in it."""

    def __init__(self, folder: Path) -> None:
        path, key = folder / "rujuk.db", secrets.token_bytes(32)
        self.replica: Replica = make_replica("f" * 32, "puskesmas", engine=open_sqlite(path, key, create=True))
        self.reader = Reader(path, key)

    def add(self, *patients: Patient) -> None:
        """Save patients."""
        self.replica.save([Edit(patient) for patient in patients], self.replica.identity.device)

    def named(self, *names: str, birth_date: date | None = None, village: str | None = None) -> None:
        """Save patients of whom only the name matters."""
        for name in names:
            new = Patient(id=self.replica.new_id(), name=name, sex="P", birth_date=birth_date, village=village)
            self.add(new)

    def find(self, text: str) -> list[str]:
        """The names found, in order."""
        return [hit.name for hit in search_patients(self.reader, text)]

    def close(self) -> None:
        """Close the file."""
        self.reader.close()
        self.replica.close()


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    made = Register(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    made = Register(tmp_path_factory.mktemp("crowd"))
    made.add(*CROWD)
    yield made
    made.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.sampled_from(CROWD), st.data())
def test_everybody_is_found_by_any_words_in_any_order_with_the_last_one_begun(
    crowd: Register, person: Patient, data: st.DataObject
) -> None:
    words = split_words(person.name)
    typed = data.draw(st.permutations(words))[: data.draw(st.integers(1, len(words)))]
    last = typed[-1]
    text = " ".join([*typed[:-1], last[: data.draw(st.integers(min(3, len(last)), len(last)))]])
    assert person.id in {hit.id for hit in search_patients(crowd.reader, text, limit=400)}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(st.text(st.characters(), max_size=30) | st.text("012\udcff -a", max_size=8), st.integers(1, 60))
def test_whatever_is_typed_is_answered_with_no_more_than_asked_for(crowd: Register, text: str, limit: int) -> None:
    hits = search_patients(crowd.reader, text, limit)
    assert len(hits) <= limit
    assert len({hit.id for hit in hits}) == len(hits)
    assert [hit.match for hit in hits] == sorted(hit.match for hit in hits)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Mochamad Yusuf", "moh jusup"),
        ("Muh. Amin", "muhammad amin"),
        ("Soeharto", "suharto"),
        ("Joko Susilo", "djoko soesilo"),
        ("Tjahyono", "cahyono"),
        ("Syaiful Bahri", "saeful bachri"),
        ("Fitri Viona", "pitri fiona"),
        ("Abdul Rahman", "abd rachman"),
        ("Nur Aini", "nuraini"),
        ("Nuraini", "nur aini"),
        ("Siti Nur'aini", "nuraini siti"),
        ("Siti Aminah", "sit amin"),
        ("Muhammad Yusuf", "m yusuf"),
        ("Khotimah", "khotim"),
    ],
)
def test_other_spellings_and_short_forms_are_found(register: Register, written: str, typed: str) -> None:
    register.named(written, "Bambang Wijaya", "Sri Lestari")
    assert register.find(typed) == [written]


@pytest.mark.parametrize(
    "typed", ["rahmawani", "rahmawai", "rahmmawati", "rahamwati", "siti rahmawani", "rahnawati siti", "suti rahmawati"]
)
def test_one_wrong_letter_is_forgiven_when_there_is_little_else(register: Register, typed: str) -> None:
    register.named("Siti Rahmawati", "Bambang Wijaya")
    (hit,) = search_patients(register.reader, typed)
    assert hit.name == "Siti Rahmawati"
    assert hit.match >= Match.SPELLING


def test_two_wrong_letters_are_not_forgiven(register: Register) -> None:
    register.named("Siti Rahmawati")
    assert register.find("rabmawoti") == []


def test_what_is_written_as_typed_comes_first_then_other_order_then_other_spelling(register: Register) -> None:
    register.named("Muhammad Amin", "Amin Mochamad", "Mochamad Amin", "Moh Amin", "Amin Muhammad")
    assert register.find("mochamad amin") == [
        "Mochamad Amin",
        "Amin Mochamad",
        "Amin Muhammad",
        "Moh Amin",
        "Muhammad Amin",
    ]


def test_a_rare_name_is_found_among_hundreds_of_the_same_sound(register: Register) -> None:
    register.named(*(f"Muhammad Anak{'abcdefghij'[number % 10]} {number}" for number in range(300)), "Mochamad Zuhri")
    assert register.find("mochamad")[0] == "Mochamad Zuhri"


def test_names_of_one_word_and_single_letters_are_found(register: Register) -> None:
    register.named("Suparmi", "Supini", "Budi")
    assert register.find("Suparmi") == ["Suparmi"]
    assert register.find("s") == ["Suparmi", "Supini"]
    assert register.find("B") == ["Budi"]


def test_empty_text_and_mere_signs_find_nobody(register: Register) -> None:
    register.named("Suparmi")
    assert [register.find(text) for text in ("", "  ", ".", "%", "'", '"', "_", "*")] == [[]] * 8


def test_numbers_are_found_by_their_beginning_with_or_without_separators(register: Register) -> None:
    one = Patient(
        id=register.replica.new_id(),
        name="Suparmi",
        sex="P",
        nik="9901014101900001",
        jkn_number="0001234567890",
        record_number="RM-00-12-34",
    )
    other = dataclasses.replace(one, id=register.replica.new_id(), name="Budi", nik="9901010101900002")
    register.add(one, dataclasses.replace(other, jkn_number=None, record_number="77-88-99"))
    for text in ("9901014101900001", "990101 410190 0001", "9901.0141", "000123", "0001234567890", "rm-00-12", "RM-00"):
        assert register.find(text) == ["Suparmi"], text
    assert register.find("77-88-99") == ["Budi"]
    assert register.find("990101") == ["Budi", "Suparmi"]
    assert register.find("supar 9901") == ["Suparmi"]
    assert register.find("9901014101900009") == []


def test_a_day_of_birth_is_found_alone_and_narrowed_by_name_or_village(register: Register) -> None:
    born = date(1990, 3, 12)
    register.named("Suparmi", birth_date=born, village="Sukamaju")
    register.named("Budi Santoso", birth_date=born, village="Margasari")
    register.named("Suparmi", birth_date=date(1990, 12, 3), village="Sukamaju")
    for text in ("12-03-1990", "12/3/1990", "12.03.1990", "12031990", "1990-03-12"):
        assert register.find(text) == ["Budi Santoso", "Suparmi"], text
    assert register.find("soepar 12-03-1990") == ["Suparmi"]
    assert register.find("12-03-1990 marga") == ["Budi Santoso"]
    assert register.find("12-03-1990 marga suparmi") == []
    assert register.find("31-02-1990") == []


def test_patients_taken_out_of_the_lists_are_not_found(register: Register) -> None:
    register.named("Suparmi")
    (hit,) = search_patients(register.reader, "suparmi")
    void = Void(id=register.replica.new_id(), record=hit.id, record_type="patient", reason="dobel")
    register.replica.save([Edit(void)], register.replica.identity.device)
    assert register.find("suparmi") == []
    assert register.find("suparni") == []


def test_a_corrected_name_is_found_and_the_wrong_one_no_longer(register: Register) -> None:
    register.named("Bambang")
    (hit,) = search_patients(register.reader, "bambang")
    seen = register.replica.get(Patient, hit.id)
    assert seen is not None
    corrected = dataclasses.replace(seen.record, name="Sulastri")
    register.replica.save([Edit(corrected, seen)], register.replica.identity.device)
    assert register.find("sulas") == ["Sulastri"]
    assert register.find("bambang") == []


def test_a_found_patient_can_be_opened_by_its_id(register: Register) -> None:
    register.named("Suparmi", birth_date=date(1990, 3, 12), village="Sukamaju")
    (hit,) = search_patients(register.reader, "suparmi")
    patient = patient_by_id(register.reader, hit.id)
    assert patient is not None
    assert (patient.name, patient.birth_date, patient.village) == (hit.name, hit.birth_date, hit.village)
    assert patient_by_id(register.reader, "0" * 32) is None


@given(st.text(max_size=40))
def test_any_text_can_be_taken_apart(text: str) -> None:
    wanted = read_search(text)
    assert not (wanted.is_name and (wanted.numbers or wanted.birth_date))


@given(st.dates())
def test_a_day_is_read_as_it_is_written_here(day: date) -> None:
    written = f"{day.day:02}-{day.month:02}-{day.year:04}"
    assert read_day(written) == day
    assert read_day(written.replace("-", "")) == day
    assert read_day(day.isoformat()) == day
