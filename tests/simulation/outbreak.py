"""What the people of the simulated district do about outbreaks: signals, what becomes of them, weekly reports.

All data is invented.
"""

from typing import TYPE_CHECKING

from sync.records import Signal, SignalEvent, WeeklyReport
from sync.records.outbreak import REPORTER_EVENTS, SIGNAL_EVENT_KINDS
from sync.records.weeks import week_of
from sync.replica.values import Edit
from tests.simulation.machines import Pc
from tests.simulation.reading import ids_of

if TYPE_CHECKING:
    from tests.simulation.world import World


def write_signal(world: "World", pc: Pc) -> None:
    """A W1 report."""
    now = pc.replica.now()
    signal = Signal(
        id=pc.replica.new_id(),
        facility=pc.identity.facility,
        disease_code="K",
        disease_label="Suspek Campak",
        found_at=now,
        cases=world.chance.randint(1, 9),
        source="kunjungan",
        reporter_name="bidan desa",
        written_at=now,
        by_name="petugas",
    )
    world.save(pc, [Edit(signal)])


def note_about_signal(world: "World", pc: Pc) -> None:
    """What the reporting facility adds to a signal."""
    _add(world, pc, sorted(REPORTER_EVENTS))


def answer_signal(world: "World", pc: Pc) -> None:
    """What the district office does with a signal."""
    _add(world, pc, list(SIGNAL_EVENT_KINDS))


def report_week(world: "World", pc: Pc) -> None:
    """The numbers of this week, perhaps for the second time."""
    now = pc.replica.now()
    week = week_of(now.date())
    report = WeeklyReport(
        id=pc.replica.new_id(),
        facility=pc.identity.facility,
        first_day=week.first_day,
        year=week.year,
        week=week.number,
        counts=(f"A{world.chance.randint(1, 9)}",),
        total_visits=world.chance.choice([None, 120]),
        reported_at=now,
        by=pc.author,
        by_name="petugas",
    )
    world.save(pc, [Edit(report)])


def _add(world: "World", pc: Pc, kinds: list[str]) -> None:
    signals = ids_of(pc.disk, "signal")
    if not signals:
        return
    event = SignalEvent(
        id=pc.replica.new_id(),
        signal=world.chance.choice(signals),
        kind=world.chance.choice(kinds),
        at=pc.replica.now(),
        by=pc.author,
        by_name="petugas",
    )
    world.save(pc, [Edit(event)])
