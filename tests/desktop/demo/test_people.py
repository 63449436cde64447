"""Invented people are plausible, always the same for a seed, and nobody real."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest

from desktop.demo.bed_counts import earlier_counts
from desktop.demo.district import DISTRICT, FacilityPlan
from desktop.demo.people import REFERENCE_DAY, people
from desktop.queries.bed_likelihood import Count, likelihood
from sync.records import Patient
from sync.records.patient import IDENTITY_REASONS


@pytest.fixture(scope="module")
def crowd() -> list[Patient]:
    return list(people(7, 8000))


def test_the_same_seed_gives_the_same_people() -> None:
    assert list(people(3, 50)) == list(islice(people(3, 500), 50))
    assert list(people(3, 50)) != list(people(4, 50))


def test_a_nik_says_region_birth_date_and_sex(crowd: list[Patient]) -> None:
    with_nik = [patient for patient in crowd if patient.nik is not None]
    assert {patient.sex for patient in with_nik} == {"L", "P"}
    for patient in with_nik:
        assert patient.birth_date is not None
        nik = str(patient.nik)
        day = patient.birth_date.day + (40 if patient.sex == "P" else 0)
        assert (len(nik), nik[6:12]) == (16, f"{day:02d}{patient.birth_date:%m%y}")
        assert nik[12:] >= "9000", "a lower serial number could be a real person's"


def test_nobody_shares_a_number(crowd: list[Patient]) -> None:
    for field in ("id", "nik", "jkn_number", "record_number"):
        values = [value for patient in crowd if (value := getattr(patient, field)) is not None]
        assert len(values) > 6500
        assert len(set(values)) == len(values), field


def test_who_has_no_nik_has_a_reason(crowd: list[Patient]) -> None:
    without = [patient for patient in crowd if patient.nik is None]
    assert {patient.identity_reason for patient in without} <= IDENTITY_REASONS.keys()
    assert {"bayi_baru_lahir", "belum_rekam"} <= {patient.identity_reason for patient in without}


def test_newborns_are_known_by_a_mother_who_is_among_the_people(crowd: list[Patient]) -> None:
    mothers = {patient.nik: patient for patient in crowd if patient.nik is not None}
    newborns = [patient for patient in crowd if patient.identity_reason == "bayi_baru_lahir"]
    assert len(newborns) > 100
    for baby in newborns:
        assert mothers[str(baby.mother_nik)].sex == "P"
        assert baby.birth_date is not None
        assert timedelta(0) <= REFERENCE_DAY - baby.birth_date < timedelta(days=28)


def test_names_are_as_varied_as_in_a_register(crowd: list[Patient]) -> None:
    names = {patient.name for patient in crowd}
    assert len(names) > 5000
    assert sum(" " not in name for name in names) > 400
    assert max(map(len, names)) > 40
    spellings = {name.split()[0] for name in names}
    assert {"Muhammad", "Mochamad", "Moh.", "Achmad", "Ahmad"} <= spellings


def test_every_person_can_be_stored(crowd: list[Patient]) -> None:
    for patient in crowd:
        assert Patient.from_fields(patient.id, patient.to_fields()) == patient


def test_ages_are_counted_from_the_given_day() -> None:
    born = [patient.birth_date for patient in people(1, 300, today=date(2031, 1, 1))]
    assert max(day for day in born if day is not None) > date(2030, 12, 1)


def test_the_district_has_six_puskesmas_three_hospitals_one_outside_and_beds_to_ask_for() -> None:
    kinds = [facility.kind for facility in DISTRICT.facilities]
    assert (kinds.count("dinkes"), kinds.count("puskesmas"), kinds.count("rs")) == (1, 6, 4)
    assert [hospital.outside for hospital in DISTRICT.hospitals] == [False, False, False, True]
    codes = {facility.code for facility in DISTRICT.facilities}
    assert len(codes) == len(kinds)
    assert DISTRICT.office.code == DISTRICT.code, "as every server names its office"
    assert {len(code) for code in codes - {DISTRICT.code}} == {8}
    assert {code for route in DISTRICT.routes for code in (route.start, route.end)} <= codes


@pytest.mark.parametrize("hospital", DISTRICT.hospitals, ids=lambda plan: plan.code)
def test_every_ward_was_counted_long_enough_for_its_likelihood_to_be_said(hospital: FacilityPlan) -> None:
    now = datetime.now(UTC)
    for ward in hospital.wards:
        counts = [Count(*item) for item in [*earlier_counts(ward, now), (now, ward.free)]]
        assert all(0 <= (count.free or 0) <= ward.capacity for count in counts)
        assert likelihood(counts, now + timedelta(hours=3)) is not None, ward.name


@pytest.mark.parametrize("plan", DISTRICT.facilities, ids=lambda plan: plan.code)
def test_plans_become_records_that_can_be_stored(plan: FacilityPlan) -> None:
    numbers = iter(range(1, 1000))
    facility = plan.record(f"{0:032x}")
    staff = plan.staff_records(lambda: f"{next(numbers):032x}")
    wards = [ward.record(f"{next(numbers):032x}", facility.id, datetime.now(UTC)) for ward in plan.wards]
    assert [person.name for person in staff] == [name for name, _ in plan.staff]
    for made in (facility, *staff, *wards):
        for name, value in made.to_fields().items():
            field = made.type.fields[name]
            assert value is None or not field.choices or value in field.choices, f"{name} of {made.id}"
            if isinstance(value, float) and field.low is not None and field.high is not None:
                assert field.low <= value <= field.high, f"{name} of {made.id}"
