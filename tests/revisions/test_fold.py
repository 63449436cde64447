"""The fold: what any set of revisions amounts to, whoever received them in whatever order."""

from dataclasses import asdict

from hypothesis import assume, given
from hypothesis import strategies as st

from sync.records import Patient, Visit
from sync.revisions.fold import Folded, contested, extend, fold
from sync.revisions.revision import Revision
from tests.revisions.generators import PATIENT_FIELDS, History, histories, revision
from tests.simulation.model import ancestors_of, expected_fold


def heads_of(history: History) -> list[Revision]:
    heads = fold(history.record_type, history.revisions).heads
    return [item for item in history.revisions if item.id in heads]


@given(histories())
def test_fold_is_what_the_rules_say_in_plain_words(history: History) -> None:
    assert asdict(fold(history.record_type, history.revisions)) == asdict(
        expected_fold(history.record_type, history.revisions)
    )


@given(histories(), st.data())
def test_any_order_and_any_repetition_gives_the_same(history: History, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(history.revisions))
    repeated = data.draw(st.lists(st.sampled_from(history.revisions)))
    assert fold(history.record_type, [*shuffled, *repeated]) == fold(history.record_type, history.revisions)


@given(histories(), st.data())
def test_any_split_over_time_gives_the_same(history: History, data: st.DataObject) -> None:
    """As a replica does it: the quick way where it says it is sure, else the whole fold of what is here."""
    arriving = data.draw(st.permutations(history.revisions))
    here: list[Revision] = []
    folded = Folded({}, (), (), ())
    while arriving:
        size = data.draw(st.integers(1, len(arriving)))
        part, arriving = arriving[:size], arriving[size:]
        quick = extend(folded, part[0]) if len(part) == 1 and here else None
        here += part
        folded = quick or fold(history.record_type, here)
        assert folded == fold(history.record_type, reversed(here))
    assert folded == fold(history.record_type, history.revisions)


@given(histories(), st.data())
def test_extending_is_folding_wherever_it_is_allowed(history: History, data: st.DataObject) -> None:
    before = fold(history.record_type, history.revisions)
    assume(not before.conflicts)
    name = data.draw(st.sampled_from(sorted(history.fields)))
    edit = revision(
        99,
        {name: data.draw(st.sampled_from(history.fields[name]))},
        parents=heads_of(history),
        stamp=data.draw(st.integers(0, 9)),
        type_name=history.revisions[0].type,
    )
    assert extend(before, edit) == fold(history.record_type, [*history.revisions, edit])


@given(histories(), st.data())
def test_an_edit_that_saw_all_others_wins_whatever_the_clocks_say(history: History, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(history.fields)))
    value = data.draw(st.sampled_from(history.fields[name]))
    edit = revision(
        99, {name: value}, parents=heads_of(history), stamp=0, type_name=history.revisions[0].type, device="00" * 16
    )
    after = fold(history.record_type, [edit, *history.revisions])
    assert after.fields[name] == value
    assert name not in after.conflicts


@given(histories())
def test_a_shown_value_was_written_by_somebody_whom_no_later_writer_has_seen(history: History) -> None:
    folded = fold(history.record_type, history.revisions)
    before = ancestors_of(history.revisions)
    for name, value in folded.fields.items():
        if history.record_type and name in history.record_type.fields and name == "allergies":
            continue
        setters = [item for item in history.revisions if name in item.fields]
        last = [item for item in setters if not any(item.id in before[other.id] for other in setters)]
        assert value in [item.fields[name] for item in last]


@given(histories())
def test_no_allergy_that_the_last_writers_wrote_is_lost(history: History) -> None:
    assume(history.record_type is Patient.type)
    folded = fold(Patient.type, history.revisions)
    before = ancestors_of(history.revisions)
    setters = [item for item in history.revisions if "allergies" in item.fields]
    last = [item for item in setters if not any(item.id in before[other.id] for other in setters)]
    wanted = {text for item in last for text in item.fields["allergies"] or ()}  # type: ignore[union-attr]  # a list
    assert set(folded.fields.get("allergies") or ()) == wanted  # type: ignore[arg-type]  # a list
    assert "allergies" not in folded.conflicts


@given(histories(), st.data())
def test_deciding_every_contested_field_settles_the_record(history: History, data: st.DataObject) -> None:
    before = fold(history.record_type, history.revisions)
    assume(before.conflicts)
    chosen = {
        name: data.draw(st.sampled_from(history.fields[name])) for name in before.conflicts if name in history.fields
    }
    decision = revision(
        99, chosen, parents=heads_of(history), stamp=data.draw(st.integers(0, 9)), type_name=history.revisions[0].type
    )
    after = fold(history.record_type, [*history.revisions, decision])
    assert after.conflicts == ()
    assert {name: after.fields[name] for name in chosen} == chosen
    assert after.heads == (decision.id,)


@given(histories(), st.data())
def test_nobody_is_asked_before_every_parent_has_arrived(history: History, data: st.DataObject) -> None:
    some = data.draw(st.lists(st.sampled_from(history.revisions), min_size=1, unique_by=lambda item: item.id))
    folded = fold(history.record_type, some)
    there = {item.id for item in some}
    assert set(folded.missing) == {parent for item in some for parent in item.parents} - there
    assert not (folded.missing and folded.conflicts)


@given(histories())
def test_contested_are_the_revisions_a_person_chooses_between(history: History) -> None:
    folded = fold(history.record_type, history.revisions)
    before = ancestors_of(history.revisions)
    for name in folded.conflicts:
        offered = contested(history.record_type, history.revisions, name)
        assert len(offered) > 1
        assert not any(a.id in before[b.id] for a in offered for b in offered)


def test_concurrent_changes_of_different_fields_of_one_clinical_group_are_asked() -> None:
    first = revision(1, {"complaint": "demam"}, type_name="visit")
    one = revision(2, {"therapy": "oralit"}, parents=[first], stamp=2, type_name="visit")
    other = revision(3, {"outcome": "rujuk"}, parents=[first], stamp=2, type_name="visit")
    folded = fold(Visit.type, [first, one, other])
    assert set(folded.conflicts) == set(Visit.type.groups["clinical"])
    assert (folded.fields["therapy"], folded.fields["outcome"]) == ("oralit", "rujuk")


def test_concurrent_changes_of_different_single_fields_merge_without_a_question() -> None:
    first = revision(1, {"name": "Siti", "sex": "P"})
    one = revision(2, {"name": "Siti A."}, parents=[first], stamp=2)
    other = revision(3, {"phone": "0811"}, parents=[first], stamp=3)
    folded = fold(Patient.type, [first, one, other])
    assert folded.conflicts == ()
    assert folded.fields == {"name": "Siti A.", "sex": "P", "phone": "0811"}


def test_the_same_correction_made_twice_is_no_conflict() -> None:
    first = revision(1, {"name": "Siti", "sex": "P"})
    twins = [revision(number, {"name": "Siti A."}, parents=[first], stamp=number) for number in (2, 3)]
    assert fold(Patient.type, [first, *twins]).conflicts == ()


@given(histories(), st.integers())
def test_a_field_of_a_newer_program_is_kept(history: History, value: int) -> None:
    newer = revision(99, {"next_year": value % 2**60}, parents=heads_of(history), type_name=history.revisions[0].type)
    assert fold(history.record_type, [*history.revisions, newer]).fields["next_year"] == value % 2**60


@given(histories())
def test_a_record_of_an_unknown_type_is_folded_without_questions(history: History) -> None:
    folded = fold(None, history.revisions)
    assert folded.conflicts == ()
    assert set(folded.fields) == {name for item in history.revisions for name in item.fields}


def test_the_fields_of_these_histories_stand_for_every_way_of_merging() -> None:
    merges = {Patient.type.fields[name].merge for name in PATIENT_FIELDS if name in Patient.type.fields}
    assert merges == {"latest", "ask", "union"}
