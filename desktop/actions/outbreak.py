"""Report a signal, dismiss an alarm, add a step, confirm a week, keep track of a specimen.

Everything is saved here first and waits for no network. A KLB is never declared: the decision of an official is noted
with its decree, by the district office.
"""

import dataclasses
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from desktop.actions.people import Actor
from sync.errors import BadInput
from sync.records import AlarmDismissal, Signal, SignalEvent, Specimen, WeeklyReport
from sync.records.outbreak import DISMISSAL_REASONS, SIGNAL_EVENT_KINDS
from sync.records.weekly_counts import write_counts
from sync.records.weeks import EpiWeek, week_of
from sync.replica.values import Edit, Seen

if TYPE_CHECKING:
    from sync.replica.replica import Replica

#: Kind of step -> rows of the fields of ``SignalEvent`` that a person is asked for.
STEP_ROWS: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "diterima": (),
        "terverifikasi": (("note",),),
        "tidak_terbukti": (("note",),),
        "pe_dimulai": (("at", "note"),),
        "pembaruan": (("cases", "deaths", "note"),),
        "hasil_lab": (("note",),),
        "ke_provinsi": (("at", "received_by"),),
        "ke_kemenkes": (("at", "received_by"),),
        "klb_ditetapkan": (("official",), ("decree_number", "decree_date")),
        "ditutup": (("note",),),
        "catatan": (("note",),),
    }
)

#: Kind of step -> the fields it cannot do without.
STEP_NEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "tidak_terbukti": ("note",),
        "pe_dimulai": ("at",),
        "hasil_lab": ("note",),
        "ke_provinsi": ("at",),
        "ke_kemenkes": ("at",),
        "klb_ditetapkan": ("official", "decree_number", "decree_date"),
        "ditutup": ("note",),
        "catatan": ("note",),
    }
)

#: Clocks of two PCs differ; what is noted as just happened may seem to lie ahead by this much.
_AHEAD = timedelta(minutes=10)


def write_signal(replica: "Replica", actor: Actor, values: Mapping[str, Any]) -> str:
    """Save a W1 report of this facility; its id. ``values`` are fields of :class:`Signal`.

    Raises:
        BadInput: something it needs is missing, it became known in the future, more died than fell ill, or a number is
            below 0. Nothing was saved.
    """
    for name in ("disease_label", "found_at", "source", "reporter_name"):
        if not values.get(name):
            raise BadInput("missing", field=name)
    now = replica.now()
    _not_ahead(values, "found_at", now)
    onset = values.get("first_onset")
    if onset is not None and onset > now.astimezone().date():
        raise BadInput("in_the_future", field="first_onset")
    _numbers(values)
    signal = Signal(
        **{
            **values,
            "id": replica.new_id(),
            "facility": replica.identity.facility,
            "written_at": now,
            "by_name": actor.name,
        }
    )
    replica.save([Edit(signal)], actor.id)
    return signal.id


def dismiss_alarm(
    replica: "Replica",
    actor: Actor,
    values: Mapping[str, Any],
) -> None:
    """Note that an alarm is no signal. ``values``: disease_code, rule, first_day, visits, reason, note.

    Raises:
        BadInput: the reason is unknown, or is "other" without a note that says which. Nothing was saved.
    """
    if values.get("reason") not in DISMISSAL_REASONS:
        raise BadInput("missing", field="reason")
    if values["reason"] == "lainnya" and not values.get("note"):
        raise BadInput("missing", field="note")
    dismissal = AlarmDismissal(
        **{
            **values,
            "id": replica.new_id(),
            "facility": replica.identity.facility,
            "at": replica.now(),
            "by_name": actor.name,
        }
    )
    replica.save([Edit(dismissal)], actor.id)


def add_signal_step(replica: "Replica", actor: Actor, signal: str, kind: str, values: Mapping[str, Any]) -> None:
    """Save one step of a signal. ``values`` are those of :data:`STEP_ROWS`.

    Raises:
        BadInput: the step is unknown, a value it needs is missing, or its time has not come. Nothing was saved.
    """
    if kind not in SIGNAL_EVENT_KINDS:
        raise BadInput("unknown step", field="kind")
    for name in STEP_NEEDS.get(kind, ()):
        if not values.get(name):
            raise BadInput("missing", field=name)
    if kind == "pembaruan" and values.get("cases") is None and values.get("deaths") is None:
        raise BadInput("missing", field="cases")
    now = replica.now()
    _not_ahead(values, "at", now)
    decided = values.get("decree_date")
    if decided is not None and decided > now.astimezone().date():
        raise BadInput("in_the_future", field="decree_date")
    _numbers(values)
    event = SignalEvent(
        **{
            "at": now,
            **{name: value for name, value in values.items() if value is not None},
            "id": replica.new_id(),
            "signal": signal,
            "kind": kind,
            "by": actor.id,
            "by_name": actor.name,
        }
    )
    replica.save([Edit(event)], actor.id)


def report_week(
    replica: "Replica",
    actor: Actor,
    week: EpiWeek,
    numbers: Mapping[str, int],
    total_visits: int | None,
    *,
    replaces: str | None = None,
    note: str | None = None,
) -> str:
    """Save the numbers of a week as a person confirmed them; ``replaces``: the report they were shown before.

    Raises:
        BadInput: the week is not over, or a number is below 0. Nothing was saved.
    """
    now = replica.now()
    if week >= week_of(now.astimezone().date()):
        raise BadInput("in_the_future", field="first_day")
    if any(number < 0 for number in numbers.values()) or (total_visits or 0) < 0:
        raise BadInput("negative", field="counts")
    report = WeeklyReport(
        id=replica.new_id(),
        facility=replica.identity.facility,
        first_day=week.first_day,
        year=week.year,
        week=week.number,
        counts=write_counts(numbers),
        total_visits=total_visits,
        reported_at=now,
        by=actor.id,
        by_name=actor.name,
        note=note,
        replaces=replaces,
    )
    replica.save([Edit(report)], actor.id)
    return report.id


def save_specimen(replica: "Replica", actor: Actor, values: Mapping[str, Any], seen: Seen[Specimen] | None) -> str:
    """Save a new specimen (``seen`` is ``None``) or what has become of one; its id.

    Raises:
        BadInput: nobody can say of whom or what it is, a time has not come, or it arrived before it was sent. Nothing
            was saved.
    """
    now = replica.now()
    if seen is None:
        own = {"id": replica.new_id(), "facility": replica.identity.facility}
        specimen = Specimen(**{**values, **own})
    else:
        specimen = dataclasses.replace(seen.record, **values)
    if specimen.patient is None and not specimen.subject:
        raise BadInput("missing", field="subject")
    last = specimen.taken_at
    for name in ("taken_at", "sent_at", "received_at"):
        at = getattr(specimen, name)
        if at is None:
            continue
        _not_ahead({name: at}, name, now)
        if at < last:
            raise BadInput("before_the_last", field=name)
        last = at
    replica.save([Edit(specimen, seen)], actor.id)
    return specimen.id


def _not_ahead(values: Mapping[str, Any], name: str, now: datetime) -> None:
    at = values.get(name)
    if at is not None and at > now + _AHEAD:
        raise BadInput("in_the_future", field=name)


def _numbers(values: Mapping[str, Any]) -> None:
    cases, deaths = values.get("cases"), values.get("deaths")
    for name, number in (("cases", cases), ("deaths", deaths)):
        if number is not None and number < 0:
            raise BadInput("negative", field=name)
    if cases is not None and deaths is not None and deaths > cases:
        raise BadInput("more_deaths", field="deaths")
