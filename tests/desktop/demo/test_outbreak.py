"""The demo's district has something for surveillance to find."""

from desktop.demo.outbreak import fill_outbreak
from desktop.demo.people import people
from desktop.queries.signals import signals
from desktop.queries.visit_cases import present_alarms
from desktop.queries.weekly import week_lines
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.scenes import reading


def test_visits_propose_signals_one_is_on_its_way_and_a_week_is_missing(home: Home) -> None:
    patients = list(people(1, 130))
    home.replica.save([Edit(patient) for patient in patients], home.staff[0].id)
    fill_outbreak(home.replica, home.staff[0], patients)
    now = home.replica.now()
    with reading(home) as reader:
        assert {"K", "C"} <= {alarm.letter for alarm in present_alarms(reader, now)}
        (line,) = signals(reader, now)
        weeks = week_lines(reader, home.replica.identity.facility, now)
    assert line.numbers == (3, 0)
    assert [week.report is not None for week in weeks[:5]] == [False, True, True, False, True]
    assert {week.state(now) for week in weeks[1:3]} == {"in_time"}
