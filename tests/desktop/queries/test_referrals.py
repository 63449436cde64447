"""Tests of the referral lists and of the delivery chain."""

from datetime import timedelta

from desktop.actions.referrals import accept, mark_seen, refuse, write_referral
from desktop.queries.referrals import inbox, referral_file, referrals_of_patient, sent_referrals
from sync.records import ReferralEvent
from sync.replica.values import Edit
from tests.desktop.conftest import MakeHome
from tests.desktop.homes import Home
from tests.desktop.scenes import (
    add_facility,
    add_patient,
    add_received_letter,
    add_ward,
    letter_values,
    nurse_of,
    reading,
)


def write(home: Home, **details: object) -> str:
    values = letter_values(add_patient(home).id, add_facility(home).id, **details)
    return write_referral(home.replica, nurse_of(home), values).id


def test_a_fresh_letter_is_written_and_nowhere_else(home: Home) -> None:
    letter = write(home)
    with reading(home) as reader:
        (line,) = sent_referrals(reader, home.replica.identity.facility)
    assert (line.id, line.state, line.patient_name, line.to_name) == (letter, "diajukan", "Siti Aminah", "RSUD Kenanga")
    chain = line.chain
    assert (chain.on_server, chain.refusal, chain.seen_at, chain.answered_at) == (False, None, None, None)


def test_the_servers_receipt_of_the_letter_moves_the_chain(home: Home) -> None:
    letter = write(home)
    (revision,) = home.replica.history(letter)
    home.replica.confirm([revision.id], [])
    with reading(home) as reader:
        (line,) = sent_referrals(reader, home.replica.identity.facility)
        assert line.chain.on_server
        assert line.chain.on_server_at is not None
        assert abs(line.chain.on_server_at - home.replica.now()) < timedelta(minutes=1)
        home.replica.confirm([revision.id], [])
        assert sent_referrals(reader, home.replica.identity.facility)[0].chain == line.chain


def test_a_refusal_by_the_server_stays_visible(home: Home) -> None:
    letter = write(home)
    (revision,) = home.replica.history(letter)
    home.replica.confirm([], [(revision.id, "unknown facility")])
    with reading(home) as reader:
        (line,) = sent_referrals(reader, home.replica.identity.facility)
    assert (line.chain.on_server, line.chain.refusal) == (False, "unknown facility")


def test_seen_and_answered_name_who_and_when(home: Home) -> None:
    letter = write(home)
    mark_seen(home.replica, nurse_of(home), letter)
    refuse(home.replica, nurse_of(home), letter, reason="ruang_penuh", note=None)
    with reading(home) as reader:
        file = referral_file(reader, letter)
    assert file is not None
    chain = file.line.chain
    assert file.line.state == "ditolak"
    assert chain.seen_by == chain.answered_by == home.staff[0].name
    assert chain.seen_at is not None
    assert chain.answered_at is not None
    assert chain.seen_at <= chain.answered_at


def test_an_answer_that_overtook_the_fact_seen_counts_as_seen(home: Home) -> None:
    letter = write(home)
    accept(home.replica, nurse_of(home), letter, ward=None, bed=None, note=None)
    with reading(home) as reader:
        (line,) = sent_referrals(reader, home.replica.identity.facility)
    assert line.chain.seen_at == line.chain.answered_at is not None


def test_what_happens_later_does_not_hide_who_answered(home: Home) -> None:
    letter = write(home)
    accept(home.replica, nurse_of(home), letter, ward=None, bed="3B", note=None)
    nurse = nurse_of(home)
    later = ReferralEvent(
        id=home.replica.new_id(),
        referral=letter,
        kind="tiba",
        at=home.replica.now(),
        by=nurse.id,
        by_name="Petugas IGD",
    )
    home.replica.save([Edit(later)], nurse.id)
    with reading(home) as reader:
        (line,) = sent_referrals(reader, home.replica.identity.facility)
    assert line.state == "tiba"
    assert line.answer is not None
    assert (line.answer.kind, line.answer.bed) == ("diterima", "3B")


def test_the_inbox_puts_the_most_urgent_and_longest_waiting_first(new_home: MakeHome) -> None:
    home = new_home("rs")
    patient = add_patient(home)
    ages = {
        "hijau": timedelta(hours=9),
        "merah baru": timedelta(minutes=1),
        "merah lama": timedelta(minutes=9),
        "dijawab": timedelta(days=1),
    }
    letters = {
        name: add_received_letter(home, patient.id, age=passed, urgency=name.split()[0].replace("dijawab", "merah"))
        for name, passed in ages.items()
    }
    accept(home.replica, nurse_of(home), letters["dijawab"].id, ward=None, bed=None, note=None)
    with reading(home) as reader:
        found = [line.id for line in inbox(reader, home.replica.identity.facility)]
    assert found == [letters[name].id for name in ("merah lama", "merah baru", "hijau", "dijawab")]


def test_letters_to_others_are_not_in_the_inbox_until_they_are_redirected_here(new_home: MakeHome) -> None:
    home = new_home("rs")
    here = home.replica.identity.facility
    elsewhere = add_facility(home, "RSU Lain")
    letter = add_received_letter(home, add_patient(home).id, to_facility=elsewhere.id)
    with reading(home) as reader:
        assert inbox(reader, here) == []
        event = ReferralEvent(
            id=home.replica.new_id(),
            referral=letter.id,
            kind="dialihkan",
            at=home.replica.now(),
            by=home.staff[0].id,
            by_name="Dinkes",
            to_facility=here,
        )
        home.replica.save([Edit(event)], home.staff[0].id)
        assert [line.id for line in inbox(reader, here)] == [letter.id]


def test_a_letter_is_shown_before_the_record_of_its_patient_arrives(new_home: MakeHome) -> None:
    home = new_home("rs")
    letter = add_received_letter(home, home.replica.new_id())
    with reading(home) as reader:
        file = referral_file(reader, letter.id)
    assert file is not None
    assert (file.patient, file.line.patient_name) == (None, None)
    assert file.referral.diagnosis_label == "Preeklamsia berat"
    assert file.from_phone == "0800-0001-0001"


def test_the_whole_letter_and_the_ward_of_the_answer_are_there(home: Home) -> None:
    hospital = add_facility(home)
    ward = add_ward(home, hospital.id, "Dahlia")
    patient = add_patient(home)
    values = letter_values(patient.id, hospital.id, temperature=38.5, systolic=180, allergies=("Udang",))
    letter = write_referral(home.replica, nurse_of(home), values)
    accept(home.replica, nurse_of(home), letter.id, ward=ward.id, bed=None, note=None)
    with reading(home) as reader:
        file = referral_file(reader, letter.id)
        assert referral_file(reader, home.replica.new_id()) is None
        assert [line.id for line in referrals_of_patient(reader, patient.id)] == [letter.id]
    assert file is not None
    assert file.patient == patient
    assert (file.referral.temperature, file.referral.systolic, file.referral.allergies) == (38.5, 180, ("Udang",))
    assert file.ward_names == {ward.id: "Dahlia"}
    assert not file.deliveries[file.events[0].id].confirmed


def test_what_waits_for_an_answer_is_in_the_inbox_however_many_came_after_it(new_home: MakeHome) -> None:
    hospital = new_home("rs", person=True)
    patient, own = add_patient(hospital), hospital.replica.identity.facility
    old = add_received_letter(hospital, patient.id, age=timedelta(days=40))
    answered = [add_received_letter(hospital, patient.id, age=timedelta(days=day)) for day in range(1, 6)]
    for letter in answered:
        accept(hospital.replica, nurse_of(hospital), letter.id, ward=None, bed=None, note=None)
    with reading(hospital) as reader:
        lines = inbox(reader, own, limit=3)
    assert [line.id for line in lines] == [old.id, *(letter.id for letter in answered[:3])]
