"""Say that two registrations are one person, take that back, or say that they are two people.

All are facts; no registration is ever changed.
Nothing here decides who is one person: a person does, with a reason.
"""

from typing import TYPE_CHECKING

from desktop.actions.people import Actor
from sync.errors import BadInput, RujukError
from sync.records import Patient, PatientDistinct, PatientLink
from sync.records.patient_link import in_force
from sync.replica.values import Edit

if TYPE_CHECKING:
    from sync.replica.replica import Replica


class NotOneNow(RujukError):
    """Nothing says any more that the two are one: somebody has parted them in the meantime. Nothing was stored."""


def merge(replica: "Replica", actor: Actor, patient: str, other: str, reason: str) -> None:
    """Note that two registrations of this facility are one person.

    Raises:
        BadInput: no reason, twice the same registration, or one that is not here or not this facility's.
    """
    _check_pair(replica, patient, other)
    replica.save([Edit(_fact(replica, actor, patient, other, reason))], actor.id)


def tell_apart(replica: "Replica", actor: Actor, patient: str, other: str, reason: str = "") -> None:
    """Note that two registrations of this facility are two people, so that nobody is asked about them again.

    Raises:
        BadInput: twice the same registration, or one that is not here or not this facility's.
    """
    _check_pair(replica, patient, other)
    fact = PatientDistinct(
        id=replica.new_id(),
        patient=patient,
        other=other,
        reason=reason.strip() or None,
        at=replica.now(),
        by=actor.id,
        by_name=actor.name,
    )
    replica.save([Edit(fact)], actor.id)


def part(replica: "Replica", actor: Actor, patient: str, other: str, reason: str) -> None:
    """Take back all that says of just these two that they are one: two PCs may each have noted it.

    They stay one person where both are linked to a third registration; that is another matter to decide.

    Raises:
        NotOneNow: nothing says so any more.
        BadInput: no reason.
    """
    from sync.replica.same_person import read_links

    district = replica.identity.district
    counting = in_force(replica.read(lambda connection: read_links(connection, district)))
    links = [link for link in counting if {link.patient, link.other} == {patient, other}]
    if not links:
        raise NotOneNow("taken back already")
    facts = [_fact(replica, actor, link.patient, link.other, reason, takes_back=link.id) for link in links]
    replica.save([Edit(fact) for fact in facts], actor.id)


def _check_pair(replica: "Replica", patient: str, other: str) -> None:
    if patient == other:
        raise BadInput("the same registration twice", field="other")
    for named, item in (("patient", patient), ("other", other)):
        seen = replica.get(Patient, item)
        if seen is None or seen.facility != replica.identity.facility:
            raise BadInput("not a patient of this facility", field=named)


def _fact(
    replica: "Replica", actor: Actor, patient: str, other: str, reason: str, takes_back: str | None = None
) -> PatientLink:
    if not reason.strip():
        raise BadInput("missing", field="reason")
    return PatientLink(
        id=replica.new_id(),
        patient=patient,
        other=other,
        takes_back=takes_back,
        reason=reason.strip(),
        at=replica.now(),
        by=actor.id,
        by_name=actor.name,
    )
