"""What happens besides the answer, as facts: departure, arrival, end, back-referral, what the puskesmas did with it,
questions and answers, telephone calls, reminders.

Which values a step takes, and which it cannot do without, are data here. No step is forbidden because of another: two
computers may write at once, and every fact is kept.
"""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from desktop.actions.people import Actor
from desktop.actions.referrals import add_fact
from sync.errors import BadInput

if TYPE_CHECKING:
    from sync.replica.replica import Replica

#: Kind of fact -> rows of the fields of ``ReferralEvent`` that a person is asked for.
STEP_ROWS: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "berangkat": (("at", "escort", "vehicle"),),
        "tiba": (("at", "handed_to"), ("note",)),
        "tidak_datang": (("note",),),
        "selesai": (("final_diagnosis",), ("note",)),
        "dirujuk_balik": (("final_diagnosis", "control_date"), ("drug_plan", "advice")),
        "ditindaklanjuti": (("note",),),
        "pertanyaan": (("note",),),
        "jawaban": (("note",),),
        "ditelepon": (("spoke_with", "note"),),
        "diingatkan": (("note",),),
    }
)

#: Kind of fact -> the fields it cannot do without.
STEP_NEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "berangkat": ("at",),
        "tiba": ("at",),
        "dirujuk_balik": ("final_diagnosis",),
        "pertanyaan": ("note",),
        "jawaban": ("note",),
        "ditelepon": ("spoke_with",),
    }
)

#: Clocks of two PCs differ; what is noted as just happened may seem to lie ahead by this much.
_AHEAD = timedelta(minutes=10)


def add_step(replica: "Replica", actor: Actor, referral: str, kind: str, values: Mapping[str, Any]) -> None:
    """Save one step of a referral. ``values`` are those of :data:`STEP_ROWS`, for an answer also ``answers``.

    Raises:
        BadInput: the step is unknown, a value it needs is missing, or a time cannot be: an event of the future, a
            control in the past. Nothing was saved.
    """
    if kind not in STEP_ROWS:
        raise BadInput("unknown step", field="kind")
    for name in STEP_NEEDS.get(kind, ()):
        if not values.get(name):
            raise BadInput("missing", field=name)
    now = replica.now()
    at, control = values.get("at"), values.get("control_date")
    if at is not None and at > now + _AHEAD:
        raise BadInput("in_the_future", field="at")
    if control is not None and control < now.astimezone().date():
        raise BadInput("in_the_past", field="control_date")
    add_fact(replica, actor, referral, kind, **{name: value for name, value in values.items() if value is not None})
