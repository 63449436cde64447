"""Where to send, on a real database: every reason comes from what is there, and what is not there is not known."""

from datetime import date, timedelta
from typing import Any

from desktop.actions.referrals import accept, add_fact, refuse
from desktop.queries.destination_order import Destination, Travel
from desktop.queries.destinations import Choice, Wish, choose
from sync.records import Facility, Referral, Route
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.scenes import add_facility, add_patient, add_ward, count_ward, letter_values, nurse_of, reading

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
INPATIENT = Wish(kind="rawat_inap", urgency="kuning", ward_class="KL3", sex="P", birth_date=date(1990, 1, 1))
EMERGENCY = Wish(kind="gawat_darurat", urgency="merah", diagnosis_code="I21.9", ward_class="ICU")


def asked(home: Home, wish: Wish = INPATIENT) -> Choice:
    with reading(home) as reader:
        return choose(reader, home.replica.identity.facility, wish, home.replica.now())


def only(home: Home, wish: Wish = INPATIENT) -> Destination:
    (found,) = asked(home, wish).destinations
    return found


def add_route(home: Home, one: str, other: str, km: float | None, minutes: int | None) -> None:
    route = Route(id=home.replica.new_id(), from_facility=one, to_facility=other, distance_km=km, minutes=minutes)
    home.replica.save([Edit(route)], home.replica.identity.device)


def add_letter(home: Home, hospital: str, *, age: timedelta = HOUR, **details: Any) -> str:
    letter = Referral(
        **{
            **letter_values(add_patient(home).id, hospital),
            "id": home.replica.new_id(),
            "number": "A-0001/XI/2026",
            "from_facility": home.replica.identity.facility,
            "written_at": home.replica.now() - age,
            **details,
        }
    )
    home.replica.save([Edit(letter)], home.replica.identity.device)
    return letter.id


def test_a_hospital_of_which_nothing_is_known_is_there_and_everything_is_not_known(home: Home) -> None:
    add_facility(home, active=False)
    hospital = add_facility(home)
    assert only(home, EMERGENCY).id == hospital.id
    found = only(home, EMERGENCY)
    assert found.travel == Travel()
    assert (found.competence.at, found.competence.facilities) == (None, (("ICCU atau ICU", None),))
    assert found.room is not None
    assert (found.room.free, found.room.listed, found.room.likelihood) == (None, False, None)
    assert (found.usual_answer, found.answers, found.full_today, found.expected) == (None, 0, 0, 0)
    assert not found.outside


def test_an_outpatient_needs_no_bed(home: Home) -> None:
    add_facility(home)
    assert only(home, Wish(kind="rawat_jalan", urgency="hijau")).room is None


def test_polis_and_facilities_come_from_the_catalogue_and_the_wards(home: Home) -> None:
    hospital = add_facility(home, polyclinics=("INT", "OBG"), services=("IGD 24 jam",))
    found = only(home, EMERGENCY).competence
    assert (found.polis, found.at, found.facilities) == (("JAN", "INT"), 1, (("ICCU atau ICU", False),))
    add_ward(home, hospital.id, ward_class="ICU")
    assert only(home, EMERGENCY).competence.facilities == (("ICCU atau ICU", True),)
    chosen = only(home, Wish(kind="rawat_jalan", polyclinic="Mata", diagnosis_code="I21.9")).competence
    assert (chosen.polis, chosen.at) == (("MAT",), -1)


def test_the_way_is_the_catalogues_then_the_way_back_then_the_straight_line(home: Home) -> None:
    own, hospital = home.replica.identity.facility, add_facility(home, latitude=-6.9, longitude=109.1)
    assert only(home).travel == Travel()
    seen = home.replica.get(Facility, own)
    assert seen is not None
    here = Facility(**{**vars(seen.record), "latitude": -6.9, "longitude": 109.0})
    home.replica.save([Edit(here, seen)], home.replica.identity.device)
    line = only(home).travel
    assert line.straight
    assert line.minutes is None
    assert line.km is not None
    assert 10.9 < line.km < 11.2
    add_route(home, hospital.id, own, 16.5, None)
    assert only(home).travel == Travel(16.5, None)
    add_route(home, own, hospital.id, 15.0, 27)
    assert only(home).travel == Travel(15.0, 27)


def test_only_the_beds_for_this_patient_count(home: Home) -> None:
    hospital = add_facility(home).id
    add_ward(home, hospital, "Putri", sex="P", free=2, age=HOUR)
    add_ward(home, hospital, "Putra", sex="L", free=9, age=HOUR)
    add_ward(home, hospital, "Campur", free=None)
    add_ward(home, hospital, "NICU", ward_class="NIC", free=1, age=HOUR)
    room = only(home).room
    assert room is not None
    assert (room.wards, room.free, room.uncounted) == (2, 2, 1)
    grown_up = only(home, Wish(kind="rawat_inap", ward_class="NIC", birth_date=date(1990, 1, 1))).room
    assert grown_up is not None
    assert (grown_up.wards, grown_up.listed) == (0, True)
    newborn = only(home, Wish(kind="rawat_inap", ward_class="NIC", birth_date=home.replica.now().date())).room
    assert newborn is not None
    assert newborn.free == 1


def test_a_ward_with_enough_history_has_a_likelihood_and_one_without_has_none(home: Home) -> None:
    now, hospital = home.replica.now(), add_facility(home).id
    ward = add_ward(home, hospital)
    count_ward(home, ward, [(now - 12 * HOUR * back - HOUR, 3) for back in range(40, 0, -1)])
    add_ward(home, add_facility(home, "RSU Anggrek").id, free=3, age=HOUR)
    rooms = {item.name: item.room for item in asked(home).destinations}
    likelihoods = {name: room.likelihood for name, room in rooms.items() if room is not None}
    assert likelihoods["RSU Anggrek"] is None
    known = likelihoods["RSUD Kenanga"]
    assert known is not None
    assert known.word == "very_likely"


def test_accepted_patients_on_the_way_keep_beds_as_far_as_they_are_known_here(home: Home) -> None:
    own = home.replica.identity.facility
    add_ward(home, own, free=2, age=HOUR)
    letter = add_letter(home, own, kind="rawat_inap", urgency="kuning", ward_class="KL3")
    accept(home.replica, nurse_of(home), letter, ward=None, bed=None, note=None)
    # Whoever accepts is the hospital; here this replica is, so it is looked at from elsewhere.
    hospital = home.replica.get(Facility, own)
    assert hospital is not None
    home.replica.save(
        [Edit(Facility(**{**vars(hospital.record), "kind": "rs"}), hospital)], home.replica.identity.device
    )
    with reading(home) as reader:
        (found,) = choose(reader, "0" * 32, INPATIENT, home.replica.now()).destinations
        (later,) = choose(reader, "0" * 32, INPATIENT, home.replica.now() + 4 * DAY).destinations
    assert found.room is not None
    assert later.room is not None
    assert (found.expected, found.room.held, later.expected, later.room.held) == (1, 1, 0, 0)


def test_a_usual_answer_needs_five_and_is_the_one_in_the_middle(home: Home) -> None:
    hospital, nurse, now = add_facility(home).id, nurse_of(home), home.replica.now()
    for minutes in (5, 10, 20, 400):
        letter = add_letter(home, hospital, age=DAY)
        add_fact(home.replica, nurse, letter, "diterima", at=now - DAY + minutes * MINUTE)
    assert (only(home).usual_answer, only(home).answers) == (None, 4)
    letter = add_letter(home, hospital, age=DAY)
    add_fact(home.replica, nurse, letter, "ditolak", at=now - DAY + 30 * MINUTE, reason="alat")
    found = only(home)
    assert found.answers == 5
    assert found.usual_answer is not None
    assert abs(found.usual_answer - 20 * MINUTE) < MINUTE


def test_a_letter_that_went_elsewhere_says_nothing_of_the_first_hospitals_answer(home: Home) -> None:
    hospital, nurse = add_facility(home).id, nurse_of(home)
    for _ in range(6):
        letter = add_letter(home, hospital)
        add_fact(home.replica, nurse, letter, "dialihkan", to_facility="9" * 32)
        add_fact(home.replica, nurse, letter, "diterima")
    assert only(home).answers == 0


def test_refusals_for_full_rooms_count_on_their_day_and_for_the_hospital_that_wrote_them(home: Home) -> None:
    own, nurse = home.replica.identity.facility, nurse_of(home)
    for reason in ("ruang_penuh", "icu_penuh", "dokter"):
        refuse(home.replica, nurse, add_letter(home, own), reason=reason, note=None)
    seen = home.replica.get(Facility, own)
    assert seen is not None
    home.replica.save([Edit(Facility(**{**vars(seen.record), "kind": "rs"}), seen)], home.replica.identity.device)
    with reading(home) as reader:
        (found,) = choose(reader, "0" * 32, INPATIENT, home.replica.now()).destinations
        (tomorrow,) = choose(reader, "0" * 32, INPATIENT, home.replica.now() + DAY).destinations
    assert (found.full_today, tomorrow.full_today) == (2, 0)


def test_hospitals_are_ranked_for_the_wish(home: Home) -> None:
    own = home.replica.identity.facility
    near = add_facility(home, "Dekat", polyclinics=("OBG",), services=("IGD",))
    able = add_facility(home, "Mampu", polyclinics=("JAN", "INT"), services=("ICU",), outside_district=True)
    add_facility(home, "Tidak dikenal")
    add_route(home, own, near.id, 5, 12)
    add_route(home, own, able.id, 40, 50)
    assert [item.name for item in asked(home, EMERGENCY).destinations] == ["Mampu", "Tidak dikenal", "Dekat"]
    planned = Wish(kind="rawat_jalan", urgency="hijau", diagnosis_code="I25.1")
    assert [item.name for item in asked(home, planned).destinations] == ["Mampu", "Tidak dikenal", "Dekat"]
    assert [item.outside for item in asked(home, planned).destinations] == [True, False, False]
