"""Whom to call about a referral that waits: numbers that are known, and the next hospital with a bed that is known."""

from datetime import timedelta

from desktop.actions.coordination import redirect
from desktop.queries.calls import Calls, Office, calls_for
from desktop.queries.referrals import referral_file
from sync.records import Facility, Referral
from tests.desktop.homes import Home
from tests.desktop.scenes import add_facility, add_patient, add_received_letter, add_ward, nurse_of, reading

HOUR = timedelta(hours=1)


def calls(home: Home, letter: Referral) -> Calls:
    with reading(home) as reader:
        file = referral_file(reader, letter.id)
        assert file is not None
        return calls_for(reader, file)


def hospital(home: Home, name: str, free: int | None, ward_class: str = "KL3") -> Facility:
    made = add_facility(home, name, phone=f"0800-{name}")
    add_ward(home, made.id, ward_class=ward_class, free=free, age=None if free is None else HOUR)
    return made


def test_the_next_hospital_has_the_most_known_free_beds_of_the_wanted_class(home: Home) -> None:
    asked = hospital(home, "Ditanya", 9)
    for name, free in (("Sedikit", 1), ("Banyak", 4), ("Entah", None), ("Penuh", 0)):
        hospital(home, name, free)
    hospital(home, "Kelas lain", 7, "KL1")
    letter = add_received_letter(home, add_patient(home).id, to_facility=asked.id, ward_class="KL3")
    found = calls(home, letter).next_hospital
    assert found is not None
    assert (found.name, found.phone, found.ward_class, found.beds.known) == ("Banyak", "0800-Banyak", "KL3", 4)


def test_who_was_asked_already_is_not_the_next_and_nobody_is_made_up(home: Home) -> None:
    asked, other = hospital(home, "Ditanya", 9), hospital(home, "Banyak", 4)
    hospital(home, "Entah", None)
    letter = add_received_letter(home, add_patient(home).id, to_facility=asked.id, ward_class="KL3")
    values = {"to_facility": other.id, "spoke_with": "dr. Gita", "note": "Penuh"}
    redirect(home.replica, nurse_of(home), letter.id, values)
    assert calls(home, letter).next_hospital is None


def test_a_letter_without_a_class_asks_for_the_emergency_room(home: Home) -> None:
    asked = hospital(home, "Ditanya", 9)
    hospital(home, "Ranap", 8)
    hospital(home, "Gawat", 2, "IGD")
    letter = add_received_letter(home, add_patient(home).id, to_facility=asked.id)
    found = calls(home, letter).next_hospital
    assert found is not None
    assert (found.name, found.ward_class) == ("Gawat", "IGD")


def test_the_office_is_named_with_its_emergency_number_where_it_has_one(home: Home) -> None:
    letter = add_received_letter(home, add_patient(home).id)
    assert calls(home, letter) == Calls(None, None)
    add_facility(home, "Dinas Kesehatan", "dinkes", phone="0800-1", emergency_phone="0800-119")
    assert calls(home, letter).office == Office("Dinas Kesehatan", "0800-119")
