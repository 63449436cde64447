"""Tests of counting beds, on a real encrypted file."""

from datetime import timedelta

from desktop.actions.beds import BedCount, save_counts, save_ward
from desktop.queries.beds import wards_of
from sync.records import Ward
from tests.desktop.homes import Home
from tests.desktop.scenes import add_ward, nurse_of, reading


def test_only_the_wards_that_were_counted_get_a_new_age(home: Home) -> None:
    hospital = home.replica.identity.facility
    counted = add_ward(home, hospital, "Anggrek", free=4, age=timedelta(hours=9))
    other = add_ward(home, hospital, "Mawar", free=2, age=timedelta(hours=9))
    assert save_counts(home.replica, nurse_of(home), [BedCount(counted.id, 3)]) == 1
    with reading(home) as reader:
        lines = {line.id: line for line in wards_of(reader, hospital)}
    assert lines[counted.id].free == 3
    assert lines[counted.id].counted_at != counted.counted_at
    assert lines[other.id].free == 2
    # The database keeps whole milliseconds.
    assert other.counted_at is not None
    assert abs(lines[other.id].counted_at - other.counted_at) < timedelta(milliseconds=1)  # type: ignore[operator]  # counted above


def test_not_known_is_saved_as_not_known(home: Home) -> None:
    ward = add_ward(home, home.replica.identity.facility, free=0, age=timedelta(hours=1))
    save_counts(home.replica, nurse_of(home), [BedCount(ward.id, None)])
    now = home.replica.get(Ward, ward.id)
    assert now is not None
    assert now.record.free is None


def test_counting_the_same_number_again_renews_its_age(home: Home) -> None:
    ward = add_ward(home, home.replica.identity.facility, free=4, age=timedelta(hours=9))
    save_counts(home.replica, nurse_of(home), [BedCount(ward.id, 4)])
    now = home.replica.get(Ward, ward.id)
    assert now is not None
    assert now.record.counted_at is not None
    assert home.replica.now() - now.record.counted_at < timedelta(minutes=1)


def test_all_wards_of_one_save_stand_or_fall_together(home: Home) -> None:
    wards = [add_ward(home, home.replica.identity.facility, f"Ruang {n}") for n in range(5)]
    save_counts(home.replica, nurse_of(home), [BedCount(ward.id, n) for n, ward in enumerate(wards)])
    with reading(home) as reader:
        times = {line.counted_at for line in wards_of(reader, home.replica.identity.facility)}
    assert len(times) == 1


def test_a_new_ward_belongs_to_this_hospital(home: Home) -> None:
    ward = save_ward(home.replica, nurse_of(home), {"name": "Kenanga", "ward_class": "ICU", "sex": "campur"})
    with reading(home) as reader:
        assert [line.id for line in wards_of(reader, home.replica.identity.facility)] == [ward]
