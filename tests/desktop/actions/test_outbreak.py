"""What a person does about outbreaks is saved whole or not at all, and no KLB is ever declared by the program."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from desktop.actions.outbreak import (
    STEP_NEEDS,
    STEP_ROWS,
    add_signal_step,
    dismiss_alarm,
    report_week,
    save_specimen,
    write_signal,
)
from sync.errors import BadInput
from sync.records import Signal, SignalEvent, Specimen, WeeklyReport
from sync.records.outbreak import SIGNAL_EVENT_KINDS
from sync.records.weeks import week_of
from tests.desktop.homes import Home
from tests.desktop.outbreak_scenes import add_signal, last_week, today_of
from tests.desktop.scenes import nurse_of, reading


def values_of(home: Home, **details: Any) -> dict[str, Any]:
    known = {"disease_label": "Suspek Campak", "found_at": home.replica.now(), "source": "warga"}
    return {**known, "reporter_name": "Pak RT", **details}


def count(home: Home, table: str) -> int:
    with reading(home) as reader:
        return int(reader.value(f"SELECT count(*) FROM {table}"))  # noqa: S608  # a literal of this file


def test_a_signal_is_saved_in_the_name_of_this_facility(home: Home) -> None:
    signal = write_signal(home.replica, nurse_of(home), values_of(home, cases=2, visits=("0a" * 16,)))
    seen = home.replica.get(Signal, signal)
    assert seen is not None
    assert seen.record.facility == home.replica.identity.facility
    assert (seen.record.cases, seen.record.deaths) == (2, None)
    assert seen.record.by_name == home.staff[0].name
    assert seen.record.visits == ("0a" * 16,)


@pytest.mark.parametrize(
    ("details", "field", "reason"),
    [
        ({"disease_label": None}, "disease_label", "missing"),
        ({"source": None}, "source", "missing"),
        ({"reporter_name": ""}, "reporter_name", "missing"),
        ({"cases": -1}, "cases", "negative"),
        ({"cases": 2, "deaths": 3}, "deaths", "more_deaths"),
    ],
)
def test_a_signal_that_cannot_be_is_refused_and_nothing_saved(
    home: Home, details: dict[str, Any], field: str, reason: str
) -> None:
    with pytest.raises(BadInput) as caught:
        write_signal(home.replica, nurse_of(home), values_of(home, **details))
    assert (caught.value.field, caught.value.reason) == (field, reason)
    assert count(home, "signal") == 0


def test_a_signal_of_tomorrow_is_refused(home: Home) -> None:
    later = home.replica.now() + timedelta(hours=2)
    for details, field in (
        ({"found_at": later}, "found_at"),
        ({"first_onset": later.date() + timedelta(1)}, "first_onset"),
    ):
        with pytest.raises(BadInput) as caught:
            write_signal(home.replica, nurse_of(home), values_of(home, **details))
        assert (caught.value.field, caught.value.reason) == (field, "in_the_future")


def test_every_kind_of_step_says_what_it_asks_for() -> None:
    assert set(STEP_ROWS) == set(SIGNAL_EVENT_KINDS)
    for kind, needed in STEP_NEEDS.items():
        assert set(needed) <= {name for names in STEP_ROWS[kind] for name in names}


@pytest.mark.parametrize("kind", [kind for kind in SIGNAL_EVENT_KINDS if kind in STEP_NEEDS])
def test_a_step_without_what_it_needs_is_refused(home: Home, kind: str) -> None:
    signal = add_signal(home)
    with pytest.raises(BadInput) as caught:
        add_signal_step(home.replica, nurse_of(home), signal.id, kind, {})
    assert caught.value.field == STEP_NEEDS[kind][0]
    assert count(home, "signal_event") == 0


def test_the_decision_of_an_official_is_noted_with_its_decree(home: Home) -> None:
    signal, today = add_signal(home), today_of(home)
    decree = {"official": "Kepala Dinas Kesehatan", "decree_number": "440/12/2026", "decree_date": today}
    for name in decree:
        with pytest.raises(BadInput) as caught:
            add_signal_step(home.replica, nurse_of(home), signal.id, "klb_ditetapkan", {**decree, name: None})
        assert (caught.value.field, caught.value.reason) == (name, "missing")
    tomorrow = {**decree, "decree_date": today + timedelta(days=1)}
    with pytest.raises(BadInput) as caught:
        add_signal_step(home.replica, nurse_of(home), signal.id, "klb_ditetapkan", tomorrow)
    assert caught.value.reason == "in_the_future"
    add_signal_step(home.replica, nurse_of(home), signal.id, "klb_ditetapkan", decree)
    with reading(home) as reader:
        row = reader.row("SELECT official, decree_number, decree_date, by_name FROM signal_event")
    assert row == {**decree, "decree_date": today.isoformat(), "by_name": home.staff[0].name}


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        ("ditetapkan_program", {}, "kind"),
        ("pembaruan", {}, "cases"),
        ("pembaruan", {"cases": 1, "deaths": 2}, "deaths"),
        ("pembaruan", {"deaths": -1}, "deaths"),
    ],
)
def test_a_step_that_cannot_be_is_refused(home: Home, kind: str, values: dict[str, Any], field: str) -> None:
    signal = add_signal(home)
    with pytest.raises(BadInput) as caught:
        add_signal_step(home.replica, nurse_of(home), signal.id, kind, values)
    assert caught.value.field == field
    assert count(home, "signal_event") == 0


def test_a_step_happens_now_where_nobody_says_when(home: Home) -> None:
    signal, before = add_signal(home), home.replica.now()
    add_signal_step(home.replica, nurse_of(home), signal.id, "diterima", {"at": None})
    with reading(home) as reader:
        (event,) = (bytes.fromhex(row["id"]).hex() for row in reader.rows("SELECT id FROM signal_event"))
    seen = home.replica.get(SignalEvent, event)
    assert seen is not None
    assert seen.record.at >= before - timedelta(seconds=1)


@pytest.mark.parametrize(
    ("values", "field"), [({"reason": None}, "reason"), ({"reason": "x"}, "reason"), ({"reason": "lainnya"}, "note")]
)
def test_an_alarm_is_dismissed_only_with_a_reason(home: Home, values: dict[str, Any], field: str) -> None:
    own = {"disease_code": "K", "rule": "SKDR-1", "first_day": today_of(home), "visits": ()}
    with pytest.raises(BadInput) as caught:
        dismiss_alarm(home.replica, nurse_of(home), {**own, **values})
    assert caught.value.field == field
    assert count(home, "alarm_dismissal") == 0


def test_a_week_is_reported_with_zero_and_unknown_told_apart(home: Home) -> None:
    week = last_week(home)
    nil = report_week(home.replica, nurse_of(home), week, {"A": 0, "C": 0}, None)
    seen = home.replica.get(WeeklyReport, nil)
    assert seen is not None
    assert (seen.record.counts, seen.record.total_visits) == ((), None)
    assert (seen.record.first_day, seen.record.year, seen.record.week) == (week.first_day, week.year, week.number)
    better = report_week(home.replica, nurse_of(home), week, {"A": 3}, 0, replaces=nil)
    corrected = home.replica.get(WeeklyReport, better)
    assert corrected is not None
    assert (corrected.record.counts, corrected.record.total_visits, corrected.record.replaces) == (("A3",), 0, nil)


def test_a_week_that_is_not_over_or_a_negative_number_is_refused(home: Home) -> None:
    now = week_of(today_of(home))
    for week, numbers, total in ((now, {}, 1), (now.before(), {"A": -1}, 1), (now.before(), {}, -1)):
        with pytest.raises(BadInput):
            report_week(home.replica, nurse_of(home), week, numbers, total)
    assert count(home, "weekly_report") == 0


def test_a_specimen_is_followed_to_its_result(home: Home) -> None:
    now, me = home.replica.now(), nurse_of(home)
    taken = {"subject": "Air sumur", "kind": "air", "taken_at": now - timedelta(days=2), "laboratory": "Labkesmas"}
    specimen = save_specimen(home.replica, me, taken, None)
    seen = home.replica.get(Specimen, specimen)
    assert seen is not None
    assert save_specimen(home.replica, me, {"sent_at": now - timedelta(days=1), "cold_chain": True}, seen) == specimen
    again = home.replica.get(Specimen, specimen)
    assert again is not None
    assert again.record == replace(seen.record, sent_at=again.record.sent_at, cold_chain=True)
    with pytest.raises(BadInput) as caught:
        save_specimen(home.replica, me, {"received_at": now - timedelta(days=3)}, again)
    assert (caught.value.field, caught.value.reason) == ("received_at", "before_the_last")


def test_a_specimen_of_nothing_is_refused(home: Home) -> None:
    values = {"kind": "air", "taken_at": home.replica.now(), "laboratory": "Labkesmas", "subject": None}
    with pytest.raises(BadInput) as caught:
        save_specimen(home.replica, nurse_of(home), values, None)
    assert caught.value.field == "subject"
