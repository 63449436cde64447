"""What the district office does about a referral: name another hospital, once it has agreed with it by telephone.

The former hospital is asked no more from then on; what it said stays in the history. The puskesmas writes nothing anew.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from desktop.actions.people import Actor
from desktop.actions.referrals import add_fact
from sync.errors import BadInput
from sync.records import Referral
from sync.records.referral_state import referral_state

if TYPE_CHECKING:
    from sync.replica.replica import Replica

#: The fields of ``ReferralEvent`` that a redirection says, all of them needed: where to, agreed with whom, why.
REDIRECT_FIELDS = ("to_facility", "spoke_with", "note")


def redirect(replica: "Replica", actor: Actor, referral: str, values: Mapping[str, Any]) -> None:
    """Ask another hospital to take the patient of a referral. ``values`` are those of :data:`REDIRECT_FIELDS`.

    Raises:
        BadInput: a value is missing, or the hospital is the one that is asked already. Nothing was saved.
    """
    from sync.replica.facts import facts_of

    for name in REDIRECT_FIELDS:
        if not values.get(name):
            raise BadInput("missing", field=name)
    letter, request = replica.get(Referral, referral), referral_state(facts_of(replica, referral)).request
    asked = request.to_facility if request else letter and letter.record.to_facility
    if values["to_facility"] == asked:
        raise BadInput("asked_already", field="to_facility")
    add_fact(replica, actor, referral, "dialihkan", **{name: values[name] for name in REDIRECT_FIELDS})
