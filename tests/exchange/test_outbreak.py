"""A signal's way: written offline, sent after emergencies, received at the district office; nobody else sees it."""

from datetime import date
from typing import Any

import pytest

from sync.exchange.admission import SIGNAL_NOT_KNOWN, admission
from sync.exchange.engine import exchange
from sync.exchange.manner import Manner, Outcome
from sync.records import RECORDS_VERSION, AlarmDismissal, Record, Signal, SignalEvent, Specimen, WeeklyReport
from sync.records.outbreak import REPORTER_EVENTS, SIGNAL_EVENT_KINDS
from sync.replica.replica import Replica
from sync.replica.values import Edit
from sync.revisions.revision import decode
from tests.exchange.test_forged import first_revision, pushed
from tests.fakes.replicas import SmallDistrict, new_event, new_patient, new_referral

NO_WAITING = Manner(wait=lambda _seconds: None)


def sync(district: SmallDistrict, *replicas: Replica) -> list[Outcome]:
    return [exchange(replica, district.link(replica), NO_WAITING) for replica in replicas]


def new_signal(replica: Replica, **details: Any) -> Signal:
    """An invented W1 report, not saved yet."""
    now = replica.now()
    return Signal(
        **{
            "id": replica.new_id(),
            "facility": replica.identity.facility,
            "disease_code": "K",
            "disease_label": "Suspek Campak",
            "found_at": now,
            "cases": 3,
            "source": "sekolah",
            "reporter_name": "Kepala sekolah",
            "written_at": now,
            "by_name": "Petugas Contoh",
            **details,
        }
    )


def new_step(replica: Replica, signal: str, kind: str) -> SignalEvent:
    return SignalEvent(
        id=replica.new_id(),
        signal=signal,
        kind=kind,
        at=replica.now(),
        by=replica.identity.device,
        by_name="Petugas Contoh",
    )


def test_a_signal_written_offline_reaches_the_office_and_the_receipt_comes_back(district: SmallDistrict) -> None:
    signal = new_signal(district.pc)
    district.pc.save([Edit(signal)], district.author)
    assert district.pc.waiting_count() == 1
    sync(district, district.pc, district.office_pc)
    assert district.pc.waiting_count() == 0
    there = district.office_pc.get(Signal, signal.id)
    assert there is not None
    assert there.record == signal
    steps = [new_step(district.office_pc, signal.id, kind) for kind in ("diterima", "terverifikasi", "ke_provinsi")]
    district.office_pc.save([Edit(step) for step in steps], district.author)
    outcomes = sync(district, district.office_pc, district.pc, district.second_pc)
    assert all(outcome.proven for outcome in outcomes)
    for pc in (district.pc, district.second_pc):
        assert all(pc.get(SignalEvent, step.id) is not None for step in steps)


def test_nobody_else_ever_sees_a_signal_or_what_becomes_of_it(district: SmallDistrict) -> None:
    signal = new_signal(district.pc)
    note = new_step(district.pc, signal.id, "pe_dimulai")
    dismissal = AlarmDismissal(
        id=district.pc.new_id(),
        facility=district.puskesmas,
        disease_code="K",
        rule="SKDR-1",
        first_day=date(2026, 11, 22),
        reason="bukan_definisi",
        at=district.pc.now(),
        by_name="Petugas Contoh",
    )
    report = new_report(district.pc)
    specimen = new_specimen(district.pc, signal.id)
    written: list[Record] = [signal, note, dismissal, report, specimen]
    district.pc.save([Edit(record) for record in written], district.author)
    sync(district, district.pc, district.office_pc)
    receipt = new_step(district.office_pc, signal.id, "diterima")
    district.office_pc.save([Edit(receipt)], district.author)
    sync(district, district.office_pc, *district.pcs)
    for stranger in (district.other_pc, district.hospital_pc, district.other_hospital_pc):
        assert [stranger.get(type(record), record.id) for record in (*written, receipt)] == [None] * 6
    assert all(district.office_pc.get(type(record), record.id) is not None for record in written)


def test_a_step_that_comes_before_its_signal_reaches_the_reporter_all_the_same(district: SmallDistrict) -> None:
    signal = new_signal(district.pc)
    receipt = new_step(district.office_pc, signal.id, "diterima")
    district.office_pc.save([Edit(receipt)], district.author)
    sync(district, district.office_pc)
    district.pc.save([Edit(signal)], district.author)
    sync(district, district.pc, district.second_pc)
    assert district.pc.get(SignalEvent, receipt.id) is not None
    assert district.second_pc.get(SignalEvent, receipt.id) is not None


def test_signals_travel_after_emergencies_and_answers_and_before_everything_else(district: SmallDistrict) -> None:
    patient = new_patient(district.pc)
    routine = new_referral(district.pc, patient.id, district.hospital)
    district.pc.save([Edit(patient), Edit(new_report(district.pc)), Edit(routine)], district.author)
    signal = new_signal(district.pc)
    district.pc.save([Edit(signal), Edit(new_step(district.pc, signal.id, "pe_dimulai"))], district.author)
    district.pc.save([Edit(new_event(district.pc, routine.id, "catatan"))], district.author)
    other = new_patient(district.pc)
    urgent = new_referral(district.pc, other.id, district.hospital, urgency="merah")
    district.pc.save([Edit(other), Edit(urgent)], district.author)
    order = [decode(body).type for _, body in district.pc.waiting(100, 10**7)]
    assert order == [
        *("patient", "referral"),
        "referral_event",
        *("signal", "signal_event"),
        *("patient", "weekly_report", "referral"),
    ]


def new_report(replica: Replica) -> WeeklyReport:
    return WeeklyReport(
        id=replica.new_id(),
        facility=replica.identity.facility,
        first_day=date(2026, 11, 15),
        year=2026,
        week=46,
        counts=("A2", "C3"),
        total_visits=None,
        reported_at=replica.now(),
        by=replica.identity.device,
        by_name="Petugas Contoh",
    )


def new_specimen(replica: Replica, signal: str) -> Specimen:
    return Specimen(
        id=replica.new_id(),
        facility=replica.identity.facility,
        signal=signal,
        subject="Air sumur",
        kind="air",
        taken_at=replica.now(),
        laboratory="Labkesmas",
    )


@pytest.mark.parametrize("kind", sorted(set(SIGNAL_EVENT_KINDS) - REPORTER_EVENTS))
def test_a_puskesmas_neither_receives_nor_verifies_nor_declares(district: SmallDistrict, kind: str) -> None:
    signal = new_signal(district.pc)
    step = new_step(district.pc, signal.id, kind)
    applied = pushed(
        district, district.pc, first_revision(district.pc, signal, {}), first_revision(district.pc, step, {})
    )
    assert len(applied.stored) == 1
    assert [reason for _, reason in applied.refused] == ["only the district office receives, verifies and escalates"]


def test_a_strange_puskesmas_cannot_add_to_a_signal_and_is_not_let_in_by_trying(district: SmallDistrict) -> None:
    signal = new_signal(district.pc)
    early = new_step(district.other_pc, signal.id, "catatan")
    pushed(district, district.other_pc, first_revision(district.other_pc, early, {}))
    district.pc.save([Edit(signal)], district.author)
    sync(district, district.pc, district.other_pc)
    assert district.other_pc.get(Signal, signal.id) is None
    late = new_step(district.other_pc, signal.id, "catatan")
    applied = pushed(district, district.other_pc, first_revision(district.other_pc, late, {}))
    assert [reason for _, reason in applied.refused] == [SIGNAL_NOT_KNOWN]


def test_a_step_cannot_hang_on_a_patient(district: SmallDistrict) -> None:
    patient = new_patient(district.pc)
    step = new_step(district.pc, patient.id, "catatan")
    applied = pushed(
        district, district.pc, first_revision(district.pc, patient, {}), first_revision(district.pc, step, {})
    )
    assert [reason for _, reason in applied.refused] == ["what it names is not a signal"]


@pytest.mark.parametrize("make", [new_signal, new_report, lambda replica: new_specimen(replica, "0a" * 16)])
def test_a_facility_reports_in_its_own_name_and_a_hospital_not_at_all(district: SmallDistrict, make: Any) -> None:
    mine = first_revision(district.pc, make(district.pc), {"facility": district.other_puskesmas})
    applied = pushed(district, district.pc, mine)
    assert [reason for _, reason in applied.refused] == ["written in the name of another facility"]
    theirs = first_revision(district.hospital_pc, make(district.hospital_pc), {})
    rules = admission(district.hospital, "rs", RECORDS_VERSION)
    assert [reason for _, reason in district.server.apply([theirs], rules).refused] == [
        f"a facility of kind rs does not write {theirs.revision.type}"
    ]
