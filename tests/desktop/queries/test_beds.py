"""Tests of the ages and sums of bed numbers."""

from datetime import UTC, datetime, timedelta

import pytest

from desktop.queries.beds import WardLine, age, free_beds, hospital_beds, is_old, wards_of
from sync.records import Void
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.scenes import add_facility, add_ward, reading

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def ward(free: int | None, hours: float | None = 1, ward_class: str = "KL3") -> WardLine:
    counted = None if hours is None else NOW - timedelta(hours=hours)
    return WardLine("0" * 32, "Mawar", ward_class, "campur", 10, free, counted)


@pytest.mark.parametrize(("hours", "old"), [(0, False), (5.99, False), (6, True), (48, True), (None, True)])
def test_a_number_is_old_from_six_hours_on(hours: float | None, old: bool) -> None:
    assert is_old(ward(1, hours).counted_at, NOW) is old


def test_a_count_from_the_future_has_no_age_and_is_not_relied_on() -> None:
    assert age(NOW + timedelta(hours=1), NOW) is None
    assert is_old(NOW + timedelta(hours=1), NOW)
    assert age(NOW + timedelta(minutes=3), NOW) == timedelta(0)


def test_what_is_not_known_is_never_counted_as_zero() -> None:
    only_unknown = free_beds([ward(None), ward(None)])
    assert only_unknown is not None
    assert (only_unknown.known, only_unknown.unknown) == (None, 2)
    mixed = free_beds([ward(3), ward(None), ward(0)])
    assert mixed is not None
    assert (mixed.known, mixed.unknown) == (3, 1)


def test_a_sum_is_as_old_as_its_oldest_number() -> None:
    total = free_beds([ward(1, 1), ward(1, 9), ward(None, 30)])
    assert total is not None
    assert total.oldest == NOW - timedelta(hours=9)


def test_a_class_that_a_hospital_does_not_have_is_not_zero_beds() -> None:
    assert free_beds([ward(3)], "ICU") is None


def test_hospitals_come_with_their_wards_in_the_order_of_classes(home: Home) -> None:
    full = add_facility(home, "RSUD Kenanga", emergency_phone="0800-0004")
    add_facility(home, "RSU Anggrek")
    add_facility(home, "RS Lama", active=False)
    add_ward(home, full.id, "Mawar", free=2, age=timedelta(hours=1))
    add_ward(home, full.id, "ICU", ward_class="ICU")
    add_ward(home, full.id, "IGD", ward_class="IGD", free=0, age=timedelta(0))
    add_ward(home, full.id, "Gudang", active=False)
    with reading(home) as reader:
        found = hospital_beds(reader)
    assert [hospital.name for hospital in found] == ["RSU Anggrek", "RSUD Kenanga"]
    assert found[0].wards == ()
    assert [(line.name, line.free) for line in found[1].wards] == [("IGD", 0), ("Mawar", 2), ("ICU", None)]


def test_a_ward_taken_out_of_the_lists_is_gone(home: Home) -> None:
    hospital = home.replica.identity.facility
    gone = add_ward(home, hospital)
    void = Void(id=home.replica.new_id(), record=gone.id, record_type="ward", reason="dua kali dicatat")
    home.replica.save([Edit(void)], home.staff[0].id)
    with reading(home) as reader:
        assert wards_of(reader, hospital) == []
