"""Kept beds: how long, for whom, and that every hold ends by itself or by a fact."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from desktop.actions.referral_life import add_step
from desktop.actions.referrals import accept, cancel, refuse
from desktop.queries.holds import Asked, Hold, hold_end, hold_of, holds
from sync.records import ReferralEvent
from tests.desktop.homes import Home
from tests.desktop.scenes import add_patient, add_received_letter, add_ward, nurse_of, reading

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EMERGENCY, INPATIENT = Asked("gawat_darurat", "merah", "ICU", None), Asked("rawat_inap", "kuning", "KL3", None)
OUTPATIENT = Asked("rawat_jalan", "hijau", None, date(2026, 11, 26))


WRITERS: Mapping[str, str] = defaultdict(lambda: "1" * 32)


def fact(kind: str, at: datetime = NOW, **details: Any) -> ReferralEvent:
    values = {"referral": "4" * 32, "by": "5" * 32, "by_name": "Petugas", **details}
    return ReferralEvent(id=f"{kind:0<32}"[:32].encode().hex()[:32], kind=kind, at=at, **values)


def test_an_emergency_keeps_its_bed_for_six_hours_and_another_for_three_days() -> None:
    assert hold_end(EMERGENCY, NOW) == NOW + 6 * HOUR
    assert hold_end(INPATIENT, NOW) == NOW + 3 * DAY


def test_a_planned_day_keeps_its_place_until_that_day_is_over_also_if_it_is_past() -> None:
    assert hold_end(OUTPATIENT, NOW).astimezone().date() == date(2026, 11, 27)
    assert hold_end(OUTPATIENT, NOW).astimezone().hour == 0
    late = datetime(2026, 11, 29, 9, tzinfo=UTC)
    assert hold_end(OUTPATIENT, late).astimezone().date() == date(2026, 11, 30)


def test_a_hold_ends_by_itself() -> None:
    accepted = fact("diterima", hold_until=NOW + 2 * HOUR)
    assert hold_of(EMERGENCY, [accepted], WRITERS, NOW + 2 * HOUR - timedelta(seconds=1)) == Hold(
        "4" * 32, "1" * 32, None, "ICU", bed=True, until=NOW + 2 * HOUR
    )
    assert hold_of(EMERGENCY, [accepted], WRITERS, NOW + 2 * HOUR) is None


def test_an_acceptance_without_an_end_has_the_usual_one() -> None:
    found = hold_of(INPATIENT, [fact("diterima")], WRITERS, NOW)
    assert found is not None
    assert found.until == NOW + 3 * DAY


@pytest.mark.parametrize("end", ["tiba", "dibatalkan", "tidak_datang", "selesai", "dirujuk_balik"])
def test_a_hold_ends_with_the_waiting(end: str) -> None:
    assert hold_of(EMERGENCY, [fact("diterima"), fact(end)], WRITERS, NOW) is None


@pytest.mark.parametrize("road", [(), ("berangkat",)])
def test_a_hospital_that_is_asked_no_more_keeps_nothing_and_the_new_one_does(road: tuple[str, ...]) -> None:
    first, moved, other = fact("diterima"), fact("dialihkan", to_facility="7" * 32), [fact(kind) for kind in road]
    assert hold_of(EMERGENCY, [first, moved, *other], WRITERS, NOW) is None
    second = replace(first, id="f" * 32, answers=moved.id, hold_until=NOW + HOUR)
    found = hold_of(EMERGENCY, [first, moved, second, *other], {**WRITERS, second.id: "7" * 32}, NOW)
    assert found is not None
    assert (found.hospital, found.until) == ("7" * 32, NOW + HOUR)


@pytest.mark.parametrize("more", ["dilihat", "berangkat", "pertanyaan", "ditolak"])
def test_a_hold_does_not_end_because_of_anything_else(more: str) -> None:
    assert hold_of(EMERGENCY, [fact(more), fact("diterima")], WRITERS, NOW) is not None


def test_a_patient_who_left_before_any_answer_keeps_no_bed() -> None:
    assert hold_of(EMERGENCY, [fact("berangkat")], WRITERS, NOW) is None


def test_an_outpatient_is_expected_but_keeps_no_bed() -> None:
    found = hold_of(OUTPATIENT, [fact("diterima")], WRITERS, NOW)
    assert found is not None
    assert not found.bed
    with_ward = hold_of(OUTPATIENT, [fact("diterima", ward="6" * 32)], WRITERS, NOW)
    assert with_ward is not None
    assert with_ward.bed


def kept(home: Home, later: timedelta = timedelta(0), hospital: str | None = None) -> list[Hold]:
    with reading(home) as reader:
        return holds(reader, home.replica.now() + later, hospital)


def test_accepting_keeps_a_bed_that_is_seen_here_until_it_ends(home: Home) -> None:
    nurse, own = nurse_of(home), home.replica.identity.facility
    ward = add_ward(home, own, ward_class="ICU")
    letter = add_received_letter(home, add_patient(home).id, ward_class="ICU")
    assert kept(home) == []
    accept(home.replica, nurse, letter.id, ward=ward.id, bed="3", note=None)
    (hold,) = kept(home)
    assert (hold.referral, hold.hospital, hold.ward, hold.ward_class) == (letter.id, own, ward.id, "ICU")
    assert timedelta(0) <= home.replica.now() + 6 * HOUR - hold.until < timedelta(minutes=1)
    assert kept(home, hospital=own) == [hold]
    assert kept(home, hospital="0" * 32) == []
    assert kept(home, 6 * HOUR) == []
    add_step(home.replica, nurse, letter.id, "tiba", {"at": home.replica.now()})
    assert kept(home) == []


def test_refused_and_cancelled_letters_keep_nothing(home: Home) -> None:
    nurse = nurse_of(home)
    refused, cancelled = (add_received_letter(home, add_patient(home).id) for _ in range(2))
    refuse(home.replica, nurse, refused.id, reason="ruang_penuh", note=None)
    accept(home.replica, nurse, cancelled.id, ward=None, bed=None, note=None)
    assert len(kept(home)) == 1
    cancel(home.replica, nurse, cancelled.id, note="Keluarga menolak")
    assert kept(home) == []
