"""What rings: what is new for a person here, once, and an emergency until somebody has opened it."""

from datetime import timedelta

from desktop.actions.coordination import redirect
from desktop.actions.referral_life import add_step
from desktop.actions.referrals import accept, mark_seen, refuse, write_referral
from desktop.queries.ringing import Ring, insisting, is_muted, news, read_rings
from sync.records import Facility, Referral, ReferralEvent
from sync.replica.replica import Replica
from tests.desktop.conftest import MakeHome
from tests.desktop.homes import Home
from tests.desktop.scenes import add_facility, add_patient, add_received_letter, letter_values, nurse_of, reading
from tests.fakes.sides import written_elsewhere


def rings(home: Home, age: timedelta = timedelta(0)) -> list[Ring]:
    with reading(home) as reader:
        identity = home.replica.identity
        return read_rings(reader, identity.facility, identity.facility_kind, home.replica.now() + age)


def keys(found: list[Ring]) -> set[str]:
    return {ring.key for ring in found}


def sent_letter(home: Home) -> tuple[Referral, Facility]:
    hospital = add_facility(home)
    return write_referral(home.replica, nurse_of(home), letter_values(add_patient(home).id, hospital.id)), hospital


def said(home: Home, letter: str, kind: str, facility: str) -> ReferralEvent:
    """A fact that another facility wrote and that arrived here."""
    fact = ReferralEvent(
        id=home.replica.new_id(), referral=letter, kind=kind, at=home.replica.now(), by="0a" * 16, by_name="dr. Ratna"
    )
    replica: Replica = home.replica
    written_elsewhere(replica, fact, facility)
    return fact


def test_a_new_referral_rings_once_and_insists_while_nobody_has_opened_it(new_home: MakeHome) -> None:
    home = new_home("rs")
    letter = add_received_letter(home, add_patient(home).id)
    (ring,) = found = rings(home)
    assert (ring.kind, ring.referral, ring.emergency, ring.place) == ("baru", letter.id, True, "Puskesmas Melati")
    assert news(None, found) == found
    assert news(set(), found) == found
    assert news(keys(found), found) == []
    assert insisting(found) == found
    mark_seen(home.replica, nurse_of(home), letter.id)
    assert rings(home) == []


def test_a_referral_that_is_no_emergency_rings_and_does_not_insist(new_home: MakeHome) -> None:
    home = new_home("rs")
    add_received_letter(home, add_patient(home).id, kind="rawat_jalan", urgency="hijau")
    found = rings(home)
    assert [ring.emergency for ring in news(set(), found)] == [False]
    assert insisting(found) == []


def test_the_longest_waiting_emergency_is_named_first(new_home: MakeHome) -> None:
    home = new_home("rs")
    late = add_received_letter(home, add_patient(home).id, age=timedelta(minutes=9))
    add_received_letter(home, add_patient(home).id, age=timedelta(minutes=2))
    assert insisting(rings(home))[0].referral == late.id
    assert [ring.kind for ring in rings(home, timedelta(minutes=20))] == ["baru", "baru"]
    assert rings(home, timedelta(days=15)) == []


def test_a_letter_that_is_late_or_does_not_leave_rings_where_it_was_written(new_home: MakeHome) -> None:
    home = new_home("puskesmas")
    letter, _ = sent_letter(home)
    assert rings(home, timedelta(minutes=1)) == []
    assert [ring.kind for ring in rings(home, timedelta(minutes=2, seconds=1))] == ["belum_terkirim"]
    home.replica.confirm([item for item, _ in home.replica.waiting(100, 1_000_000)], [])
    assert rings(home, timedelta(minutes=14)) == []
    (ring,) = found = rings(home, timedelta(minutes=16))
    assert (ring.kind, ring.referral, ring.hospital) == ("terlambat", letter.id, "RSUD Kenanga")
    assert news(None, found) == found


def test_an_answer_and_a_question_ring_where_the_letter_was_written(new_home: MakeHome) -> None:
    home = new_home("puskesmas")
    letter, hospital = sent_letter(home)
    before = rings(home)
    assert before == []
    facts = [said(home, letter.id, kind, hospital.id) for kind in ("dilihat", "pertanyaan", "diterima", "tiba")]
    found = rings(home)
    assert [(ring.key, ring.place) for ring in found] == [(facts[n].id, "RSUD Kenanga") for n in (1, 2)]
    assert news(None, found) == [], "what was answered before this PC was started is in the lists"
    assert news(keys(before), found) == found


def test_what_was_written_here_does_not_ring_here(new_home: MakeHome) -> None:
    puskesmas, hospital = new_home("puskesmas"), new_home("rs")
    letter, _ = sent_letter(puskesmas)
    add_step(puskesmas.replica, nurse_of(puskesmas), letter.id, "pertanyaan", {"note": "Sudah dibaca?"})
    assert rings(puskesmas) == []
    received = add_received_letter(hospital, add_patient(hospital).id)
    accept(hospital.replica, nurse_of(hospital), received.id, ward=None, bed=None, note=None)
    refuse(hospital.replica, nurse_of(hospital), received.id, reason="ruang_penuh", note=None)
    assert rings(hospital) == []


def test_a_reminder_of_the_district_office_rings_at_the_hospital(new_home: MakeHome) -> None:
    home = new_home("rs")
    office = add_facility(home, "Dinas Kesehatan", "dinkes")
    letter = add_received_letter(home, add_patient(home).id)
    mark_seen(home.replica, nurse_of(home), letter.id)
    reminded = said(home, letter.id, "diingatkan", office.id)
    (ring,) = rings(home)
    assert (ring.key, ring.kind, ring.place) == (reminded.id, "diingatkan", "Dinas Kesehatan")


def test_an_old_letter_that_is_redirected_here_today_rings(new_home: MakeHome) -> None:
    home = new_home("rs")
    other = add_facility(home, "RSU Lain")
    add_received_letter(home, add_patient(home).id, age=timedelta(days=9))
    letter = add_received_letter(home, add_patient(home).id, age=timedelta(days=9), to_facility=other.id)
    assert rings(home) == []
    agreed = {"to_facility": home.replica.identity.facility, "spoke_with": "dr. Gita", "note": "Penuh"}
    redirect(home.replica, nurse_of(home), letter.id, agreed)
    assert [ring.referral for ring in rings(home)] == [letter.id]


def test_a_redirected_referral_rings_at_the_new_hospital_and_no_more_at_the_old_one(new_home: MakeHome) -> None:
    home = new_home("rs")
    here, other = home.replica.identity.facility, add_facility(home, "RSU Lain")
    letter = add_received_letter(home, add_patient(home).id)
    add_step(home.replica, nurse_of(home), letter.id, "ditelepon", {"spoke_with": "IGD"})
    assert [ring.kind for ring in rings(home)] == ["baru"]
    moved = ReferralEvent(
        id=home.replica.new_id(),
        referral=letter.id,
        kind="dialihkan",
        at=home.replica.now(),
        by="0a" * 16,
        by_name="Dinkes",
        to_facility=other.id,
    )
    written_elsewhere(home.replica, moved, other.id)
    assert rings(home) == []
    with reading(home) as reader:
        assert [ring.kind for ring in read_rings(reader, other.id, "rs", home.replica.now())] == ["baru"]
        assert here != other.id
        assert not is_muted(reader)
