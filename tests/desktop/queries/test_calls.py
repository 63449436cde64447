"""Whom to call about a referral that waits: numbers that are known, and the best hospital that was not asked yet."""

from datetime import timedelta

from desktop.actions.coordination import redirect
from desktop.actions.referrals import refuse
from desktop.queries.calls import Calls, Office, calls_for
from desktop.queries.referrals import referral_file
from sync.records import Facility, Referral, Route
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.scenes import add_facility, add_patient, add_received_letter, add_ward, nurse_of, reading

HOUR = timedelta(hours=1)


def calls(home: Home, letter: Referral) -> Calls:
    with reading(home) as reader:
        file = referral_file(reader, letter.id)
        assert file is not None
        return calls_for(reader, file, home.replica.now())


def hospital(home: Home, name: str, free: int | None, ward_class: str = "KL3") -> Facility:
    made = add_facility(home, name, phone=f"0800-{name}")
    add_ward(home, made.id, ward_class=ward_class, free=free, age=None if free is None else HOUR)
    return made


def add_way(home: Home, letter: Referral, to: Facility, minutes: int) -> None:
    way = Route(id=home.replica.new_id(), from_facility=letter.from_facility, to_facility=to.id, minutes=minutes)
    home.replica.save([Edit(way)], home.replica.identity.device)


def ask(home: Home, letter: Referral, other: Facility) -> None:
    values = {"to_facility": other.id, "spoke_with": "dr. Gita", "note": "Penuh"}
    redirect(home.replica, nurse_of(home), letter.id, values)


def next_name(home: Home, letter: Referral) -> str | None:
    found = calls(home, letter).next_hospital
    return None if found is None else found.name


def test_the_next_hospital_is_the_best_for_the_sender_of_those_not_asked_and_nobody_is_made_up(home: Home) -> None:
    asked, far, near = hospital(home, "Ditanya", 9), hospital(home, "Jauh", 9), hospital(home, "Dekat", 1)
    letter = add_received_letter(home, add_patient(home).id, to_facility=asked.id, ward_class="KL3")
    for other, minutes in ((asked, 5), (near, 20), (far, 100)):
        add_way(home, letter, other, minutes)
    found = calls(home, letter).next_hospital
    assert found is not None
    assert (found.name, found.phone, found.travel.minutes) == ("Dekat", "0800-Dekat", 20)
    ask(home, letter, near)
    assert next_name(home, letter) == "Jauh"
    ask(home, letter, far)
    assert next_name(home, letter) is None


def test_it_is_looked_for_what_the_letter_asks_and_the_patient_is(home: Home) -> None:
    asked = hospital(home, "Ditanya", 9)
    for name, free, ward_class in (("Ada", 1, "KL3"), ("Kelas lain", 7, "KL1"), ("Penuh", 0, "KL3")):
        hospital(home, name, free, ward_class)
    men = add_facility(home, "Khusus pria")
    add_ward(home, men.id, ward_class="KL3", sex="L", free=9, age=HOUR)
    letter = add_received_letter(home, add_patient(home, sex="P").id, to_facility=asked.id, ward_class="KL3")
    found = calls(home, letter)
    assert found.next_hospital is not None
    assert found.next_hospital.room is not None
    assert (found.next_hospital.name, found.next_hospital.room.free) == ("Ada", 1)
    assert found.wish.classes == ("KL3",)


def test_a_letter_without_a_class_asks_for_the_emergency_room(home: Home) -> None:
    asked = hospital(home, "Ditanya", 9)
    hospital(home, "Banyak ranap", 8)
    hospital(home, "Gawat", 2, "IGD")
    letter = add_received_letter(home, add_patient(home).id, to_facility=asked.id)
    assert next_name(home, letter) == "Gawat"


def test_who_refused_is_not_the_next_and_nobody_is_looked_for_once_it_is_answered(home: Home) -> None:
    asked, other = hospital(home, "Ditanya", 9), hospital(home, "Kedua", 1)
    hospital(home, "Ketiga", 0)
    letter = add_received_letter(home, add_patient(home).id, to_facility=asked.id, ward_class="KL3")
    refuse(home.replica, nurse_of(home), letter.id, reason="alat", note=None)
    assert next_name(home, letter) is None
    ask(home, letter, other)
    assert next_name(home, letter) == "Ketiga"


def test_the_office_is_named_with_its_emergency_number_where_it_has_one(home: Home) -> None:
    letter = add_received_letter(home, add_patient(home).id)
    assert calls(home, letter).office is None
    add_facility(home, "Dinas Kesehatan", "dinkes", phone="0800-1", emergency_phone="0800-119")
    assert calls(home, letter).office == Office("Dinas Kesehatan", "0800-119")
