"""Settling questions and bringing values back, on two PCs that act apart and exchange."""

from dataclasses import replace
from datetime import date

import pytest

from desktop.actions.conflicts import NotSettled, SettledMeanwhile, restore, settle
from desktop.queries.conflicts import Conflict, conflicts_of
from desktop.queries.history import record_history
from sync.errors import BadInput
from sync.records import Patient, Visit
from tests.desktop.homes import Home
from tests.desktop.scenes import nurse_of, reading
from tests.desktop.two_pcs import TwoPcs


def asked(home: Home) -> list[Conflict]:
    with reading(home) as reader:
        return conflicts_of(reader, home.replica.identity.facility)


def now(home: Home, patient: str) -> Patient:
    seen = home.replica.get(Patient, patient)
    assert seen is not None
    return seen.record


def typed(home: Home, record: str, field: str) -> list[object]:
    return [item.fields[field] for item in home.replica.history(record) if field in item.fields]


def differing(two_pcs: TwoPcs, **values: tuple[object, object]) -> Patient:
    patient = two_pcs.patient(name="Siti")
    for place, home in enumerate((two_pcs.a, two_pcs.b)):
        two_pcs.edit_patient(home, patient, **{name: pair[place] for name, pair in values.items()})
    two_pcs.meet()
    return patient


def choose(home: Home, conflict: Conflict, place: int) -> None:
    settle(home.replica, nurse_of(home), conflict.seen, conflict.names, conflict.choices[place].values)


def test_choosing_settles_on_both_pcs_and_the_other_value_stays_in_the_history(two_pcs: TwoPcs) -> None:
    patient = differing(two_pcs, name=("Siti A.", "Siti B."))
    (conflict,) = asked(two_pcs.a)
    choose(two_pcs.a, conflict, 1)
    two_pcs.meet()
    for home in (two_pcs.a, two_pcs.b):
        assert asked(home) == []
        assert now(home, patient.id).name == "Siti B."
        assert typed(home, patient.id, "name") == ["Siti", "Siti A.", "Siti B.", "Siti B."]


def test_a_third_value_typed_settles_too(two_pcs: TwoPcs) -> None:
    patient = differing(two_pcs, birth_date=(date(1991, 1, 1), date(1992, 2, 2)))
    (conflict,) = asked(two_pcs.b)
    settle(two_pcs.b.replica, nurse_of(two_pcs.b), conflict.seen, conflict.names, {"birth_date": date(1993, 3, 3)})
    two_pcs.meet()
    assert asked(two_pcs.a) == []
    assert now(two_pcs.a, patient.id).birth_date == date(1993, 3, 3)


def test_a_third_value_that_cannot_be_is_refused_and_the_question_stays(two_pcs: TwoPcs) -> None:
    differing(two_pcs, name=("Siti A.", "Siti B."))
    (conflict,) = asked(two_pcs.a)
    with pytest.raises(BadInput):
        settle(two_pcs.a.replica, nurse_of(two_pcs.a), conflict.seen, conflict.names, {"name": None})
    assert asked(two_pcs.a) == [conflict]


def test_settling_one_question_leaves_the_other_about_the_same_patient_open(two_pcs: TwoPcs) -> None:
    differing(two_pcs, name=("Siti A.", "Siti B."), nik=("1" * 16, "2" * 16))
    name, nik = asked(two_pcs.a)
    choose(two_pcs.a, name, 0)
    two_pcs.meet()
    (left,) = asked(two_pcs.b)
    assert left.names == nik.names
    assert [choice.values for choice in left.choices] == [choice.values for choice in nik.choices]


def test_two_pcs_that_settle_alike_are_not_asked_again(two_pcs: TwoPcs) -> None:
    differing(two_pcs, name=("Siti A.", "Siti B."))
    for home in (two_pcs.a, two_pcs.b):
        (conflict,) = asked(home)
        choose(home, conflict, 1)
    two_pcs.meet()
    assert (asked(two_pcs.a), asked(two_pcs.b)) == ([], [])


def test_two_pcs_that_settle_differently_make_a_new_question_between_their_decisions(two_pcs: TwoPcs) -> None:
    differing(two_pcs, name=("Siti A.", "Siti B."))
    for place, home in enumerate((two_pcs.a, two_pcs.b)):
        (conflict,) = asked(home)
        choose(home, conflict, place)
    two_pcs.meet()
    (again,) = asked(two_pcs.a)
    assert [choice.values["name"] for choice in again.choices] == ["Siti A.", "Siti B."]
    assert [writer.letter for choice in again.choices for writer in choice.writers] == ["A", "B"]


def test_what_somebody_settled_meanwhile_is_not_settled_once_more(two_pcs: TwoPcs) -> None:
    patient = differing(two_pcs, name=("Siti A.", "Siti B."))
    (conflict,) = asked(two_pcs.a)
    (there,) = asked(two_pcs.b)
    choose(two_pcs.b, there, 0)
    two_pcs.meet()
    with pytest.raises(SettledMeanwhile):
        choose(two_pcs.a, conflict, 1)
    assert now(two_pcs.a, patient.id).name == "Siti A."


def test_what_arrived_while_a_person_looked_is_not_overwritten(two_pcs: TwoPcs) -> None:
    patient = two_pcs.patient(name="Siti")
    for home, name in ((two_pcs.a, "Siti A."), (two_pcs.b, "Siti B.")):
        two_pcs.edit_patient(home, patient, name=name)
    two_pcs.exchange(two_pcs.b)
    two_pcs.exchange(two_pcs.a)
    (conflict,) = asked(two_pcs.a)
    two_pcs.edit_patient(two_pcs.b, patient, name="Siti C.", phone="0811")
    two_pcs.meet()
    choose(two_pcs.a, conflict, 0)
    two_pcs.meet()
    (again,) = asked(two_pcs.b)
    assert {choice.values["name"] for choice in again.choices} == {"Siti A.", "Siti C."}
    assert now(two_pcs.b, patient.id).phone == "0811"


def test_a_visit_that_two_wrote_in_is_settled_with_what_both_wrote(two_pcs: TwoPcs) -> None:
    visit = two_pcs.visit(two_pcs.patient(), complaint="Demam", therapy="Parasetamol")
    two_pcs.edit_visit(two_pcs.a, visit, complaint="Demam, mimisan")
    two_pcs.edit_visit(two_pcs.b, visit, therapy="Parasetamol, oralit")
    two_pcs.meet()
    (conflict,) = asked(two_pcs.b)
    choose(two_pcs.b, conflict, 2)
    two_pcs.meet()
    seen = two_pcs.a.replica.get(Visit, visit.id)
    assert seen is not None
    assert (seen.record.complaint, seen.record.therapy, seen.conflicts) == ("Demam, mimisan", "Parasetamol, oralit", ())


def test_an_earlier_value_is_brought_back_by_an_edit_that_has_seen_all_others(two_pcs: TwoPcs) -> None:
    patient = differing(two_pcs, name=("Siti A.", "Siti B."))
    (conflict,) = asked(two_pcs.a)
    choose(two_pcs.a, conflict, 1)
    two_pcs.meet()
    with reading(two_pcs.b) as reader:
        history = record_history(reader, "patient", patient.id)
    assert history is not None
    restore(two_pcs.b.replica, nurse_of(two_pcs.b), history.seen, {"name": "Siti A."})
    two_pcs.meet()
    assert asked(two_pcs.a) == []
    assert now(two_pcs.a, patient.id).name == "Siti A."
    assert two_pcs.b.replica.history(patient.id)[-1].parents == history.seen.heads


def test_what_is_still_to_be_decided_is_not_brought_back_behind_the_question(two_pcs: TwoPcs) -> None:
    patient = differing(two_pcs, name=("Siti A.", "Siti B."))
    seen = two_pcs.a.replica.get(Patient, patient.id)
    assert seen is not None
    before = two_pcs.a.replica.history(patient.id)
    with pytest.raises(NotSettled):
        restore(two_pcs.a.replica, nurse_of(two_pcs.a), replace(seen, record=seen.record), {"name": "Siti"})
    assert two_pcs.a.replica.history(patient.id) == before
