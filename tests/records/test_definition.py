"""Record types: every value survives the way to the wire and back, and what cannot be a value is named."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import BadInput
from sync.records import (
    RECORD_CLASSES,
    RECORD_TYPES,
    Facility,
    Family,
    Field,
    Kind,
    Merge,
    Patient,
    Record,
    Scope,
    Visit,
    Ward,
)
from tests.revisions.generators import ids, wires

CLASSES = sorted(RECORD_CLASSES.values(), key=lambda cls: cls.type.name)


@st.composite
def records(draw: st.DrawFn) -> Record:
    """A record of any type with any values its fields may have."""
    cls = draw(st.sampled_from(CLASSES))
    return cls.from_fields(draw(ids), {name: draw(wires(field)) for name, field in cls.type.fields.items()})


@given(records())
def test_a_record_comes_back_from_the_wire_as_it_was(record: Record) -> None:
    assert type(record).from_fields(record.id, record.to_fields()) == record


@given(records(), st.data())
def test_changed_fields_are_just_those_that_differ(record: Record, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(record.type.fields)))
    field = record.type.fields[name]
    other = type(record).from_fields(record.id, {**record.to_fields(), name: data.draw(wires(field))})
    before, after = record.to_fields()[name], other.to_fields()[name]
    assert other.changed_fields(record) == ({} if before == after else {name: after})


@given(st.datetimes(timezones=st.just(timezone(timedelta(hours=7)))))
def test_a_moment_travels_in_utc_to_the_millisecond(moment: datetime) -> None:
    field = Ward.type.fields["counted_at"]
    wire = field.to_wire(moment)
    assert isinstance(wire, str)
    assert wire.endswith("Z")
    back = field.from_wire(wire)
    assert isinstance(back, datetime)
    assert abs(back - moment) < timedelta(milliseconds=1)


WRONG: Mapping[Kind, tuple[object, ...]] = {
    Kind.TEXT: (1, True, ["a"], 1.5, "a\x00", "a\ud83d"),
    Kind.CODE: (1, "x" * 41, ["a"]),
    Kind.REFERENCE: ("abc", "A" * 32, "g" * 32, 5, b"0" * 16),
    Kind.WHOLE: ("1", 1.0, True, 2**53, -(2**53)),
    Kind.DECIMAL: ("1", True, 1e15, float("inf"), float("nan")),
    Kind.FLAG: (0, 1, "true"),
    Kind.DAY: ("2026-02-30", "20260228", "2026-2-8", "hari ini", 20260228),
    Kind.MOMENT: ("2026-02-28T10:00:00", "2026-02-28", "nanti", 0),
    Kind.TEXTS: ("a", ["\ude00"], [1], [None], [["a"]], {"a": 1}),
}


@pytest.mark.parametrize("kind", list(Kind))
def test_a_value_of_another_kind_is_refused_with_the_name_of_its_field(kind: Kind) -> None:
    fields = [field for cls in CLASSES for field in cls.type.fields.values() if field.kind is kind]
    assert fields, "a kind that no record uses cannot be tested here"
    for wrong in WRONG[kind]:
        with pytest.raises(BadInput) as raised:
            fields[0].check_wire(wrong)
        assert raised.value.field == fields[0].name


def test_a_text_longer_than_its_limit_is_refused() -> None:
    name = Patient.type.fields["name"]
    assert name.check_wire("x" * name.limit) == "x" * name.limit
    with pytest.raises(BadInput):
        name.check_wire("x" * (name.limit + 1))
    allergies = Patient.type.fields["allergies"]
    assert allergies.check_wire(["x" * allergies.limit, "y" * allergies.limit])
    with pytest.raises(BadInput):
        allergies.check_wire(["y", "x" * (allergies.limit + 1)])


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.type.name)
def test_a_record_without_a_required_field_is_not_made(cls: type[Record]) -> None:
    required = [name for name, field in cls.type.fields.items() if field.required]
    assert required
    with pytest.raises(BadInput) as raised:
        cls.from_fields("0a" * 16, {})
    assert raised.value.field == required[0]


def test_unknown_fields_pass_the_check_and_stay_out_of_the_value() -> None:
    fields = {"name": "Siti", "sex": "P", "payer": "jkn", "next_year": {"not": "a wire"}}
    Patient.type.check_fields(fields)
    del fields["next_year"]
    assert Patient.from_fields("0a" * 16, {**fields, "next_year": 1}).name == "Siti"  # type: ignore[dict-item]  # mixed on purpose


def test_a_whole_number_given_for_a_decimal_is_its_value() -> None:
    facility = RECORD_TYPES["facility"].fields["latitude"]
    assert facility.to_wire(-6) == -6.0
    assert isinstance(facility.to_wire(-6), float)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.type.name)
def test_every_record_type_says_what_the_other_packages_need(cls: type[Record]) -> None:
    kind = cls.type
    assert RECORD_TYPES[kind.name] is kind
    assert kind.label
    for field in kind.fields.values():
        assert field.label
        assert field.limit > 0
        assert not (field.merge is Merge.UNION and field.kind is not Kind.TEXTS)
        assert field.name in kind.fields
    if kind.scope_field is not None:
        assert kind.scope in (Scope.REFERRAL, Scope.SIGNAL)
        assert kind.fields[kind.scope_field].kind is Kind.REFERENCE


def test_a_clinical_group_is_asked_about_in_every_field() -> None:
    for cls in CLASSES:
        for names in cls.type.groups.values():
            assert {cls.type.fields[name].merge for name in names} == {Merge.ASK}
    assert set(Visit.type.groups["clinical"]) >= {"complaint", "diagnosis_code", "therapy"}


def test_what_happens_is_a_fact() -> None:
    facts = {name for name, kind in RECORD_TYPES.items() if kind.family is Family.FACT}
    happened = {"signal", "signal_event", "alarm_dismissal", "weekly_report"}
    assert facts == {"referral", "referral_event", "duty", "void", "patient_link", "patient_distinct"} | happened


def test_a_day_stays_a_day() -> None:
    day: Field = Patient.type.fields["birth_date"]
    assert day.from_wire(day.to_wire(date(2000, 2, 29))) == date(2000, 2, 29)
    assert day.from_wire(None) is None


def test_records_are_values_that_nobody_can_change() -> None:
    patient = Patient(id="0a" * 16, name="Siti", sex="P")
    with pytest.raises(AttributeError):
        patient.name = "Sitti"  # type: ignore[misc]  # just what must not work
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert Ward(id="0a" * 16, facility="0b" * 16, name="A", ward_class="KL3", counted_at=moment).counted_at == moment


def test_a_flag_that_an_older_program_did_not_know_is_as_its_declaration_says() -> None:
    facility = Facility.from_fields("0a" * 16, {"code": "11320101", "name": "Puskesmas Melati", "kind": "puskesmas"})
    assert (facility.outside_district, facility.active) == (False, True)
