"""Register and correct patients, and note their visits.

An edit says what its author had on the screen, so that a change made elsewhere meanwhile is merged and not lost.
Nothing here decides whether a value is plausible: rules warn in the form, and a patient without papers is saved too.
"""

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from desktop.actions.people import Actor
from sync.records import Patient, Visit
from sync.replica.values import Edit, Seen

if TYPE_CHECKING:
    from sync.replica.replica import Replica


def save_patient(replica: "Replica", actor: Actor, values: Mapping[str, Any], seen: Seen[Patient] | None) -> str:
    """Save a new patient (``seen`` is ``None``) or correct one; the id of the record.

    ``values`` are fields of :class:`Patient`; those that are not named stay as they are.

    Raises:
        BadInput: a value cannot be stored; nothing was.
    """
    if seen is None:
        patient = Patient(**{**values, "id": replica.new_id()})
    else:
        patient = dataclasses.replace(seen.record, **values)
    replica.save([Edit(patient, seen)], actor.id)
    return patient.id


def save_visit(
    replica: "Replica", actor: Actor, patient: str, values: Mapping[str, Any], seen: Seen[Visit] | None
) -> str:
    """Save a new visit of ``patient`` (``seen`` is ``None``) or correct one; the id of the record.

    Raises:
        BadInput: a value cannot be stored; nothing was.
    """
    if seen is None:
        visit = Visit(**{"seen_by": actor.id, **values, "id": replica.new_id(), "patient": patient})
    else:
        visit = dataclasses.replace(seen.record, **values)
    replica.save([Edit(visit, seen)], actor.id)
    return visit.id
