"""The history of a record: every revision, in words that a person can check."""

from datetime import date

from desktop.actions.conflicts import settle
from desktop.queries.conflicts import conflicts_of
from desktop.queries.history import Change, RecordHistory, record_history
from tests.desktop.homes import Home
from tests.desktop.scenes import nurse_of, reading
from tests.desktop.two_pcs import TwoPcs


def history_of(home: Home, type_name: str, record: str) -> RecordHistory:
    with reading(home) as reader:
        found = record_history(reader, type_name, record)
    assert found is not None
    return found


def told(changes: tuple[Change, ...]) -> list[tuple[object, object, bool]]:
    return [(change.old[change.names[0]], change.new[change.names[0]], change.restorable) for change in changes]


def test_each_edit_says_who_changed_what_from_what_to_what(two_pcs: TwoPcs) -> None:
    patient = two_pcs.patient(name="Siti")
    two_pcs.edit_patient(two_pcs.b, patient, name="Siti Aminah", phone="0811")
    two_pcs.meet()
    two_pcs.edit_patient(two_pcs.a, patient, phone="0812")
    found = history_of(two_pcs.a, "patient", patient.id)
    assert [item.first for item in found.written] == [True, False, False]
    assert [item.waiting for item in found.written] == [False, False, True]
    assert [item.writer.letter for item in found.written] == ["A", "B", "A"]
    assert {item.writer.name for item in found.written} == {"Ns. Dewi Lestari, S.Kep."}
    assert told(found.written[1].changes) == [("Siti", "Siti Aminah", False), (None, "0811", True)]
    assert told(found.written[2].changes) == [("0811", "0812", False)]
    name = next(change for change in found.written[0].changes if change.names == ("name",))
    assert (name.old["name"], name.new["name"], name.restorable) == (None, "Siti", True)


def test_a_decision_shows_what_was_on_the_screen_before_and_all_candidates_stay(two_pcs: TwoPcs) -> None:
    patient = two_pcs.patient()
    for home, day in ((two_pcs.a, date(1991, 1, 1)), (two_pcs.b, date(1992, 2, 2))):
        two_pcs.edit_patient(home, patient, birth_date=day)
    two_pcs.meet()
    opened = history_of(two_pcs.a, "patient", patient.id)
    assert not any(
        change.restorable for item in opened.written for change in item.changes if "birth_date" in change.new
    )
    with reading(two_pcs.a) as reader:
        (conflict,) = conflicts_of(reader, two_pcs.district.puskesmas)
    settle(two_pcs.a.replica, nurse_of(two_pcs.a), conflict.seen, conflict.names, conflict.choices[0].values)
    found = history_of(two_pcs.a, "patient", patient.id)
    days = [told(item.changes)[0] for item in found.written[1:]]
    assert days == [
        (date(1992, 2, 3), date(1991, 1, 1), False),
        (date(1992, 2, 3), date(1992, 2, 2), True),
        (date(1992, 2, 2), date(1991, 1, 1), False),
    ]


def test_a_diagnosis_is_one_thing_with_code_and_words_and_the_examiner_has_a_name(two_pcs: TwoPcs) -> None:
    patient = two_pcs.patient()
    visit = two_pcs.visit(patient, diagnosis_code="A90", diagnosis_label="Demam dengue", diagnosis_set="icd10_bpjs")
    two_pcs.edit_visit(two_pcs.a, visit, diagnosis_code="A91", diagnosis_label="Demam berdarah dengue")
    found = history_of(two_pcs.a, "visit", visit.id)
    assert found.patient is not None
    assert found.patient.id == patient.id
    (change,) = found.written[1].changes
    assert change.names == ("diagnosis_code", "diagnosis_set", "diagnosis_label")
    assert list(change.old.values()) == ["A90", "icd10_bpjs", "Demam dengue"]
    assert list(change.new.values()) == ["A91", "icd10_bpjs", "Demam berdarah dengue"]
    assert visit.seen_by is not None
    assert found.names[visit.seen_by] == "Ns. Dewi Lestari, S.Kep."


def test_a_record_that_is_not_here_has_no_history(home: Home) -> None:
    with reading(home) as reader:
        assert record_history(reader, "patient", home.replica.new_id()) is None
        assert record_history(reader, "from_tomorrow", home.replica.new_id()) is None
