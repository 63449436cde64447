"""The history of a ward's counts, out of the revisions of its record: nothing made up, nothing left out."""

import dataclasses
from datetime import timedelta

from desktop.queries.bed_history import ward_counts
from desktop.queries.bed_likelihood import Count
from sync.records import Ward
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.scenes import add_facility, add_ward, count_ward, reading

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_every_count_is_there_with_its_time_also_one_that_found_the_same(home: Home) -> None:
    now = home.replica.now()
    ward = add_ward(home, add_facility(home).id)
    made = [(now - 30 * HOUR, 3), (now - 20 * HOUR, 3), (now - 10 * HOUR, None), (now - 9 * HOUR, 0), (now, 0)]
    count_ward(home, ward, made)
    with reading(home) as reader:
        assert ward_counts(reader, [ward.id], now) == {ward.id: tuple(Count(*item) for item in made)}


def test_a_change_of_the_ward_is_no_count(home: Home) -> None:
    now = home.replica.now()
    ward = add_ward(home, add_facility(home).id)
    count_ward(home, ward, [(now - 3 * HOUR, 4)])
    seen = home.replica.get(Ward, ward.id)
    assert seen is not None
    home.replica.save([Edit(dataclasses.replace(seen.record, name="Melati"), seen)], home.replica.identity.device)
    with reading(home) as reader:
        assert ward_counts(reader, [ward.id], now) == {ward.id: (Count(now - 3 * HOUR, 4),)}


def test_counts_that_arrive_late_are_put_where_they_belong(home: Home) -> None:
    now = home.replica.now()
    ward = add_ward(home, add_facility(home).id)
    count_ward(home, ward, [(now - HOUR, 1), (now - 5 * HOUR, 6)])
    with reading(home) as reader:
        assert [count.free for count in ward_counts(reader, [ward.id], now)[ward.id]] == [6, 1]


def test_only_the_wards_and_the_time_asked_for_are_read(home: Home) -> None:
    now, hospital = home.replica.now(), add_facility(home).id
    one, other = add_ward(home, hospital, "Mawar"), add_ward(home, hospital, "Melati")
    count_ward(home, one, [(now - 10 * DAY, 2), (now - DAY, 1)])
    count_ward(home, other, [(now - DAY, 7)])
    with reading(home) as reader:
        assert ward_counts(reader, [one.id], now, 5 * DAY) == {one.id: (Count(now - DAY, 1),)}
        assert set(ward_counts(reader, [one.id, other.id], now)) == {one.id, other.id}
        assert ward_counts(reader, [], now) == {}
