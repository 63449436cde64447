"""Questions: between what a person decides, that deciding settles it, and that nothing typed is lost on the way."""

from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sync.records import Merge, Patient, RecordType, Specimen, Visit
from sync.revisions.fold import fold
from sync.revisions.questions import question_names, questions, savings
from sync.revisions.revision import Revision
from tests.revisions.generators import PATIENT_FIELDS, VISIT_FIELDS, History, histories, revision
from tests.simulation.model import ancestors_of


@st.composite
def disputes(draw: st.DrawFn) -> History:
    """Any history that ends with two who change the same field differently, having seen all the rest."""
    history = draw(histories(most=6).filter(lambda item: item.record_type is not None))
    made = list(history.revisions)
    name = "name" if history.record_type is Patient.type else draw(st.sampled_from(["complaint", "therapy"]))
    values = draw(st.permutations(history.fields[name]))
    for number, value in enumerate(values[:2], 50):
        made.append(
            revision(
                number, {name: value}, parents=heads_of(list(history.revisions)), stamp=number, type_name=made[0].type
            )
        )
    return History(history.record_type, tuple(made), history.fields)


def heads_of(revisions: list[Revision]) -> list[Revision]:
    heads = fold(None, revisions).heads
    return [item for item in revisions if item.id in heads]


@given(histories())
def test_each_saving_stands_after_what_its_author_saw_and_says_what_that_was(history: History) -> None:
    before = ancestors_of(history.revisions)
    told: set[str] = set()
    for saving in savings(history.record_type, history.revisions):
        item = saving.revision
        assert set(item.parents) <= told
        told.add(item.id)
        seen = [other for other in history.revisions if other.id in before[item.id]]
        assert saving.before == fold(history.record_type, seen).fields
        assert saving.after == fold(history.record_type, [*seen, item]).fields
    assert told == {item.id for item in history.revisions}


@given(histories())
def test_the_questions_are_the_conflicts_each_with_at_least_two_different_answers(history: History) -> None:
    assume(history.record_type is not None)
    folded = fold(history.record_type, history.revisions)
    found = questions(history.record_type, history.revisions)
    assert [item.names for item in found] == question_names(history.record_type, folded.conflicts)
    assert sorted(name for item in found for name in item.names) == sorted(folded.conflicts)
    for item in found:
        assert len(item.answers) > 1
        assert all(a.values != b.values for place, a in enumerate(item.answers) for b in item.answers[:place])
        assert all(answer.revisions for answer in item.answers)


@given(disputes(), st.data())
def test_settling_one_question_after_the_other_leaves_none_and_every_value_stays(
    history: History, data: st.DataObject
) -> None:
    made = list(history.revisions)
    typed = [(name, value) for item in made for name, value in item.fields.items()]
    number = 100
    while left := questions(history.record_type, made):
        question = data.draw(st.sampled_from(left))
        chosen = data.draw(st.sampled_from([answer.values for answer in question.answers]))
        made.append(
            revision(number, chosen, parents=heads_of(made), stamp=number, type_name=made[0].type, device="09" * 16)
        )
        number += 1
        after = fold(history.record_type, made)
        assert {name: after.fields[name] for name in question.names} == chosen
        # The others are still open, and this one is not asked again.
        assert [item.names for item in questions(history.record_type, made)] == [
            item.names for item in left if item is not question
        ]
    kept = [(name, value) for item in made for name, value in item.fields.items()]
    assert all(value in kept for value in typed)


@given(disputes(), st.data())
def test_two_who_settle_alike_make_no_new_question_and_differently_one(history: History, data: st.DataObject) -> None:
    made = list(history.revisions)
    question = data.draw(st.sampled_from(questions(history.record_type, made)))
    one, other = (data.draw(st.sampled_from([answer.values for answer in question.answers])) for _ in range(2))
    both = [
        revision(100, one, parents=heads_of(made), stamp=100, type_name=made[0].type, device="08" * 16),
        revision(100, other, parents=heads_of(made), stamp=101, type_name=made[0].type, device="09" * 16),
    ]
    asked = [item for item in questions(history.record_type, [*made, *both]) if item.names == question.names]
    assert bool(asked) == (one != other)
    if asked:
        assert [answer.values for answer in asked[0].answers] == [one, other]


@given(disputes())
def test_together_holds_what_each_answer_changed(history: History) -> None:
    for question in questions(history.record_type, history.revisions):
        if question.together is None:
            continue
        assert all(answer.values != question.together for answer in question.answers)
        for name, value in question.together.items():
            assert any(answer.values[name] == value for answer in question.answers)


def test_complaint_and_therapy_noted_apart_can_be_put_together() -> None:
    first = revision(1, {"complaint": "demam", "therapy": "oralit"}, type_name="visit")
    one = revision(2, {"complaint": "demam, muntah"}, parents=[first], stamp=2, type_name="visit")
    other = revision(3, {"therapy": "oralit, zink"}, parents=[first], stamp=3, type_name="visit")
    (question,) = questions(Visit.type, [first, one, other])
    assert question.names == Visit.type.groups["clinical"]
    assert [(a.values["complaint"], a.values["therapy"]) for a in question.answers] == [
        ("demam, muntah", "oralit"),
        ("demam", "oralit, zink"),
    ]
    assert question.together is not None
    assert (question.together["complaint"], question.together["therapy"]) == ("demam, muntah", "oralit, zink")


def test_two_therapies_cannot_be_put_together() -> None:
    first = revision(1, {"therapy": "oralit"}, type_name="visit")
    twins = [
        revision(number, {"therapy": text, "complaint": "diare"}, parents=[first], stamp=number, type_name="visit")
        for number, text in ((2, "zink"), (3, "probiotik"))
    ]
    (question,) = questions(Visit.type, [first, *twins])
    assert question.together is None


def test_fields_that_are_joined_or_go_by_the_stamp_are_never_asked() -> None:
    asked = {name for name, field in Patient.type.fields.items() if field.merge is Merge.ASK}
    first = revision(1, {"name": "Siti", "sex": "P"})
    twins = [
        revision(number, {"allergies": [text], "phone": text}, parents=[first], stamp=number)
        for number, text in ((2, "udang"), (3, "sulfa"))
    ]
    assert {"allergies", "phone"}.isdisjoint(asked)
    assert questions(Patient.type, [first, *twins]) == []


@pytest.mark.parametrize(
    ("record_type", "field", "texts"),
    [
        (Patient.type, "mother_name", ("Siti Aminah", "Rohmah")),
        (Visit.type, "refusal_reason", ("Menunggu suami", "Tidak ada biaya")),
        (Specimen.type, "result", ("Positif", "Negatif")),
    ],
    ids=["who the mother is", "why a patient refused", "what a laboratory found"],
)
def test_what_identifies_or_is_evidence_is_asked(record_type: RecordType, field: str, texts: tuple[str, str]) -> None:
    first = revision(1, {"name": "Bayi"}, type_name=record_type.name)
    twins = [
        revision(number, {field: text}, parents=[first], stamp=number, type_name=record_type.name)
        for number, text in enumerate(texts, 2)
    ]
    (question,) = questions(record_type, [first, *twins])
    assert [answer.values[field] for answer in question.answers] == list(texts)


def test_of_ten_thousand_double_edits_nothing_typed_is_gone_and_different_matters_ask_nobody() -> None:
    chance = Random(4)
    asked = 0
    for number in range(10_000):
        record_type, fields = chance.choice([(Patient.type, PATIENT_FIELDS), (Visit.type, VISIT_FIELDS)])
        known = sorted(fields.keys() & record_type.fields.keys())
        first = revision(1, {name: fields[name][0] for name in known}, type_name=record_type.name)
        twins = []
        for device in ("08", "09"):
            names = chance.sample(known, chance.randint(1, 3))
            changed = {name: chance.choice(fields[name]) for name in names}
            stamp = chance.randint(2, 4)
            twins.append(
                revision(
                    number + 2, changed, parents=[first], stamp=stamp, type_name=record_type.name, device=device * 16
                )
            )
        made = [first, *twins]
        folded, found = fold(record_type, made), questions(record_type, made)
        one, other = (
            {
                record_type.fields[name].group or name
                for name in twin.fields
                if record_type.fields[name].merge is Merge.ASK
            }
            for twin in twins
        )
        assert {record_type.fields[name].group or name for question in found for name in question.names} <= one & other
        asked += len(found)
        offered = [answer.values for question in found for answer in question.answers]
        for twin in twins:
            for name, value in twin.fields.items():
                shown = folded.fields[name] == value or any(values.get(name) == value for values in offered)
                joined = isinstance(value, list) and set(value) <= set(folded.fields[name] or ())  # type: ignore[arg-type]  # a list
                later = (
                    record_type.fields[name].merge is Merge.LATEST and name in made[1].fields.keys() & made[2].fields
                )
                assert shown or joined or later
        decided = {name: value for question in found for name, value in question.answers[-1].values.items()}
        if decided:
            end = revision(1, decided, parents=twins, stamp=9, type_name=record_type.name, device="07" * 16)
            assert questions(record_type, [*made, end]) == []
    assert asked > 1_000
