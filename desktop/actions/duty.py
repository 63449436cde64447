"""Take over the duty for referrals, until the end of a shift; the puskesmas then know whom to call.

A hand-over is a fact: the next one makes it past, and nobody takes it back.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from desktop.actions.people import Actor
from sync.errors import BadInput
from sync.records import Duty
from sync.replica.values import Edit

if TYPE_CHECKING:
    from sync.replica.replica import Replica

#: Hours of the day at which shifts end, as hospitals have them.
SHIFT_ENDS = (7, 14, 21)

_LONGEST = timedelta(hours=24)


def shift_end(now: datetime) -> datetime:
    """The end of the shift that ``now`` (aware, in the time zone of the place) lies in."""
    hour = next((hour for hour in SHIFT_ENDS if now.hour < hour), SHIFT_ENDS[0] + 24)
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(hours=hour)


def take_duty(replica: "Replica", actor: Actor, values: Mapping[str, Any]) -> Duty:
    """Save a hand-over from now on. ``values``: ``name``, ``phone`` and ``until`` of :class:`Duty`.

    Raises:
        BadInput: nobody is named, or the shift has ended already or lasts longer than a day. Nothing was saved.
    """
    name, until, now = values.get("name"), values.get("until"), replica.now()
    if not name:
        raise BadInput("missing", field="name")
    if until is None:
        raise BadInput("missing", field="until")
    if not now < until <= now + _LONGEST:
        raise BadInput("not_a_shift", field="until")
    duty = Duty(
        id=replica.new_id(),
        facility=replica.identity.facility,
        name=name,
        phone=values.get("phone"),
        since=now,
        until=until,
    )
    replica.save([Edit(duty)], actor.id)
    return duty
