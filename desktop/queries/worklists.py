"""What waits to be done about referrals, the same on both sides: no answer, not arrived, no back-referral, letters that
end, back-referrals to see to.

Everything is computed from the facts that are here and a moment handed in. After how long something is late stands in
``Limits`` and nowhere else; a task ends by a fact, never by being looked at.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from desktop.queries.referrals import ReferralLine, district_referrals, running_referrals
from sync.records import ReferralEvent, rules
from sync.replica.reader import Reader


@dataclass(frozen=True, slots=True)
class Limits:
    """After how long something becomes a task."""

    emergency_answer: timedelta = timedelta(minutes=15)
    """The Ministry's limit for the answer to an emergency referral."""
    answer: timedelta = timedelta(hours=1)
    unsent: timedelta = timedelta(minutes=2)
    """An emergency letter that has not left the PC after this is told by telephone."""
    emergency_arrival: timedelta = timedelta(hours=6)
    """From the acceptance."""
    arrival: timedelta = timedelta(days=3)
    """From the acceptance, where no day was planned; else the day after the planned one."""
    back_referral: timedelta = timedelta(days=14)
    """From the arrival."""
    letter_valid_days: int = 90
    """The day of writing is the first of them, and the last counts."""
    letter_warn_days: int = 14
    letter_press_days: int = 3
    letter_ended_days: int = 14
    """So long a letter that has ended is still listed."""
    control_days: int = 3
    """So many days before the control a back-referral presses."""
    look_back: timedelta = timedelta(days=200)
    district_lines: int = 5000
    """So many running referrals, the newest, an office looks through at once."""


LIMITS = Limits()

#: Kinds of tasks in the order of the screen.
KINDS = ("no_answer", "not_arrived", "follow_up", "letter_ends", "no_back_referral")

_LETTER_IN_USE = frozenset({"diajukan", "dilihat", "dialihkan", "diterima", "berangkat", "tiba"})


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do about one referral."""

    kind: str
    line: ReferralLine
    since: datetime
    """What is waited for has been waited for since then; of a letter, when it was written."""
    day: date | None
    """The day that matters: of the control, or the letter's last. ``None`` where there is none."""
    pressing: bool
    """Late or nearly so; the others are listed so that nobody is surprised."""

    @property
    def id(self) -> str:
        return f"{self.kind}:{self.line.id}"


def worklist(reader: Reader, facility: str, now: datetime, limits: Limits = LIMITS) -> list[Task]:
    """The tasks about referrals from and to ``facility`` at ``now`` (aware)."""
    return tasks_of(running_referrals(reader, facility, now - limits.look_back), now, limits)


def district_worklist(reader: Reader, now: datetime, limits: Limits = LIMITS) -> list[Task]:
    """The tasks about all referrals of the district at ``now``: the sum of what its facilities see."""
    return tasks_of(district_referrals(reader, now - limits.look_back, limits.district_lines), now, limits)


def pressing_count(reader: Reader, facility: str, now: datetime) -> int:
    """How many tasks press."""
    return sum(task.pressing for task in worklist(reader, facility, now))


def district_pressing_count(reader: Reader, facility: str, now: datetime) -> int:  # noqa: ARG001 - as the others count
    """How many tasks press in the whole district."""
    return sum(task.pressing for task in district_worklist(reader, now))


def tasks_of(lines: Iterable[ReferralLine], now: datetime, limits: Limits = LIMITS) -> list[Task]:
    """The tasks that ``lines`` amount to: kind by kind, what presses first, then the longest waiting."""
    tasks = [task for line in lines for task in _tasks(line, now, limits)]
    return sorted(tasks, key=_place)


def last_day(written_at: datetime, limits: Limits = LIMITS) -> date:
    """The last day on which a letter is valid, in the time zone of the place."""
    return written_at.astimezone().date() + timedelta(days=limits.letter_valid_days - 1)


def answer_due(line: ReferralLine, limits: Limits = LIMITS) -> datetime:
    """Until when the hospital that is asked now is expected to answer."""
    return line.asked_at + (limits.emergency_answer if is_emergency(line) else limits.answer)


def is_late(line: ReferralLine, now: datetime, limits: Limits = LIMITS) -> bool:
    """Whether the answer should have come."""
    return line.waits and now >= answer_due(line, limits)


def is_stuck(line: ReferralLine, now: datetime, limits: Limits = LIMITS) -> bool:
    """Whether the hospital cannot know of an emergency, because the letter does not leave this PC."""
    return line.waits and is_emergency(line) and not line.chain.on_server and now - line.written_at >= limits.unsent


def is_emergency(line: ReferralLine) -> bool:
    """Whether the short limits hold."""
    return rules.is_emergency(line.urgency, line.kind)


def _place(task: Task) -> tuple[int, bool, bool, date, datetime]:
    calm = task.kind != "no_answer" or not is_emergency(task.line)
    return KINDS.index(task.kind), not task.pressing, calm, task.day or date.min, task.since


def _tasks(line: ReferralLine, now: datetime, limits: Limits) -> Iterator[Task]:
    today = now.astimezone().date()
    if is_late(line, now, limits):
        yield Task("no_answer", line, line.asked_at, None, pressing=True)
    if line.state in {"diterima", "berangkat"} and line.answer is not None and _is_overdue(line, now, limits):
        yield Task("not_arrived", line, line.answer.at, line.planned_date, pressing=True)
    came = _first(line, "tiba")
    if line.state == "tiba" and came is not None and now - came.at >= limits.back_referral:
        yield Task("no_back_referral", line, came.at, None, pressing=True)
    if line.state in _LETTER_IN_USE and line.kind != "gawat_darurat":
        ends = last_day(line.written_at, limits)
        left = (ends - today).days
        if -limits.letter_ended_days <= left <= limits.letter_warn_days:
            yield Task("letter_ends", line, line.written_at, ends, pressing=left <= limits.letter_press_days)
    back = _first(line, "dirujuk_balik")
    if line.state == "dirujuk_balik" and back is not None and _first(line, "ditindaklanjuti") is None:
        day = max((event.control_date for event in line.events if event.control_date), default=None)
        near = day is None or (day - today).days <= limits.control_days
        yield Task("follow_up", line, back.at, day, pressing=near)


def _is_overdue(line: ReferralLine, now: datetime, limits: Limits) -> bool:
    if line.answer is None:
        return False
    if is_emergency(line):
        return now - line.answer.at >= limits.emergency_arrival
    if line.planned_date is not None:
        return now.astimezone().date() > max(line.planned_date, line.answer.at.astimezone().date())
    return now - line.answer.at >= limits.arrival


def _first(line: ReferralLine, kind: str) -> ReferralEvent | None:
    return min((event for event in line.events if event.kind == kind), key=lambda event: event.id, default=None)
