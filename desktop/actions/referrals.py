"""Write a referral letter, and add the facts that follow: seen, accepted, refused, cancelled.

The letter and every fact are written once and never changed; an answer has one writer, the hospital. Nothing here
waits for the network.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from desktop.actions.letter_numbers import CopiedForm, letter_number, read_form_number, series_end
from desktop.actions.people import Actor
from desktop.queries.holds import asked_of, hold_end
from sync.errors import BadInput
from sync.records import Referral, ReferralEvent
from sync.records.referral import REFUSAL_REASONS
from sync.records.referral_state import ANSWERING, RECEIVING, last_request, request_to
from sync.replica.values import Edit

if TYPE_CHECKING:
    from sync.replica.replica import Replica


def write_referral(
    replica: "Replica", actor: Actor, values: Mapping[str, Any], form: CopiedForm | None = None
) -> Referral:
    """Save a letter of this facility with the next number of this PC; the letter as it was saved.

    ``values`` are the fields of :class:`Referral` without number, sender and time, which are set here, or
    taken from the contingency ``form`` that the letter is copied from.

    Raises:
        BadInput: a value is missing or cannot be stored, or the form is none of this PC's or in use; nothing was.
    """
    from sync.replica.letters import save_numbered

    missing = [name for name in _REQUIRED if not values.get(name)]
    if missing:
        raise BadInput("missing", field=missing[0])
    now, identity = replica.now(), replica.refresh()
    written_at = form.written_at if form else now
    if written_at > now:
        raise BadInput("in_the_future", field="written_at")
    letter, reserved, end = identity.letter, None, series_end(written_at.astimezone())
    if form is not None:
        # Perhaps printed under the letter that this PC had before it took another.
        letter, reserved, end = read_form_number(form.number)

    def make(running: int, record: str) -> Referral:
        own = {
            "id": record,
            "number": letter_number(letter, running, end),
            "from_facility": identity.facility,
            "written_at": written_at,
        }
        return Referral(**{**values, **own})

    try:
        return save_numbered(replica, f"{letter}-", end, make, actor.id, reserved)
    except BadInput as error:
        if error.reason == "not_a_form" and letter != identity.letter:
            raise BadInput("form_of_other_pc", field="number") from error
        raise


def mark_seen(replica: "Replica", actor: Actor, referral: str) -> None:
    """Note that this facility has opened a referral."""
    add_fact(replica, actor, referral, "dilihat")


def accept(
    replica: "Replica", actor: Actor, referral: str, *, ward: str | None, bed: str | None, note: str | None
) -> None:
    """The hospital takes the patient: into ``ward`` and ``bed``, where that is already known.

    The place is kept until the usual end of a hold, which is written into the fact.
    """
    seen, at = replica.get(Referral, referral), replica.now()
    until = None if seen is None else hold_end(asked_of(seen.record), at)
    add_fact(replica, actor, referral, "diterima", at=at, ward=ward, bed=bed, note=note, hold_until=until)


def refuse(replica: "Replica", actor: Actor, referral: str, *, reason: str, note: str | None) -> None:
    """The hospital cannot take the patient, for a coded reason.

    Raises:
        BadInput: the reason is unknown, or is "other" without a note that says which.
    """
    if reason not in REFUSAL_REASONS:
        raise BadInput("unknown reason", field="reason")
    if reason == "lainnya" and not note:
        raise BadInput("a reason in words is needed", field="note")
    add_fact(replica, actor, referral, "ditolak", reason=reason, note=note)


def cancel(replica: "Replica", actor: Actor, referral: str, *, note: str) -> None:
    """The sender takes a referral back, saying why; the patient's visit stays.

    Raises:
        BadInput: no reason was given.
    """
    if not note.strip():
        raise BadInput("missing", field="note")
    add_fact(replica, actor, referral, "dibatalkan", note=note)


_REQUIRED = tuple(
    name
    for name, field in Referral.type.fields.items()
    if field.required and name not in {"number", "from_facility", "written_at"}
)


def add_fact(replica: "Replica", actor: Actor, referral: str, kind: str, **details: Any) -> None:
    """Save one fact of a referral; ``details`` are fields of :class:`ReferralEvent`, ``at`` is now if it is left out.

    Raises:
        BadInput: a value cannot be stored; nothing was.
    """
    event = ReferralEvent(
        **{
            "at": replica.now(),
            **_request_named(replica, referral, kind),
            **details,
            "id": replica.new_id(),
            "referral": referral,
            "kind": kind,
            "by": actor.id,
            "by_name": actor.name,
        }
    )
    replica.save([Edit(event)], actor.id)


def _request_named(replica: "Replica", referral: str, kind: str) -> dict[str, str | None]:
    """Which redirection a fact is about: ``referral_state`` counts what a hospital says by the request it answers."""
    from sync.replica.facts import facts_of

    if kind == "dialihkan":
        request = last_request(facts_of(replica, referral))
    elif kind in ANSWERING | RECEIVING:
        request = request_to(facts_of(replica, referral), replica.identity.facility)
    else:
        return {}
    return {"answers": request.id if request else None}
