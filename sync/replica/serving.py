"""What happens inside one writing transaction when revisions arrive or are made: admit, store, entitle, feed.

Everything runs in the caller's transaction. On a replica that serves others the order is fixed: lock the scopes, read
who is entitled, admit, store, and take feed numbers last.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, case, or_, select, update

from sync.records import Lane
from sync.records.definition import is_id
from sync.records.sending import compares_patients, lane_of, scope_of
from sync.replica import chains, feeds, links, storing, tables
from sync.replica.bulk import among
from sync.replica.identity import Identity
from sync.replica.storing import AT_DISTRICT, CARRIED, WAITS, KnownRecord
from sync.replica.values import Applied, Incoming
from sync.revisions.revision import Revision


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known about the record of a revision that asks to be admitted.

    ``record`` is ``None`` for a new record; ``scope`` is the record whose entitlements count and ``entitled`` who may
    see it; ``patient`` is the patient a referral names and ``patient_entitled`` who may see that one; ``voided`` is the
    record that a void takes out of the lists. ``linked`` are the two patients that are compared; ``takes_back`` whether
    it takes another one back, and ``taken_back`` that one.
    """

    record: KnownRecord | None
    scope: KnownRecord | None
    entitled: frozenset[str]
    patient: KnownRecord | None
    patient_entitled: frozenset[str]
    voided: KnownRecord | None = None
    linked: tuple[KnownRecord | None, ...] = ()
    takes_back: bool = False
    taken_back: KnownRecord | None = None


#: Decides whether a revision may be stored: the reason for refusing it, or ``None``.
Admit = Callable[[Revision, Situation], str | None]


def apply(
    connection: Connection,
    identity: Identity,
    items: Sequence[Incoming],
    admit: Admit | None,
    *,
    serves: bool,
    brought_by: str | None = None,
) -> Applied:
    """Store those of ``items`` that are new and admitted; feed them on if this replica serves others.

    ``brought_by``: the computer that brought them.
    """
    district = identity.district
    unique = {item.revision.id: item for item in items}
    revisions = [item.revision for item in unique.values()]
    named = feeds.scopes_of(revisions, {})
    if serves:
        feeds.lock_scopes(connection, district, [*named, *(revision.record for revision in revisions)])
    # Under the lock: a letter that is being stored at this moment names its patient first.
    patients = feeds.patients_of_referrals(connection, district, revisions)
    scopes = feeds.scopes_of(revisions, patients)
    if serves:
        feeds.lock_scopes(connection, district, set(scopes) - set(named))
    there = links.held_among(connection, district, unique, links.DISTRICT_PEER)
    fresh = [item for revision_id, item in unique.items() if revision_id not in there]
    asked = {item.revision.record for item in fresh} | {_voided(item.revision) for item in fresh} | set(scopes)
    asked.update(named for item in fresh for named in _linked(item.revision))
    known = storing.known_records(connection, district, asked - {""})
    before = frozenset(known)
    # What a PC holds its facility may see: it keeps no entitlements.
    audiences = feeds.entitled(connection, district, scopes) if serves else {}
    everybody = frozenset() if serves else frozenset({identity.facility})
    admitted: list[Incoming] = []
    refused: list[tuple[str, str]] = []
    for item in fresh:
        reason = None
        if admit is not None:
            reason = admit(item.revision, _situation(item.revision, known, audiences, patients, everybody))
        if reason is None:
            admitted.append(item)
            known.setdefault(item.revision.record, _first(item.revision))
        else:
            refused.append((item.revision.id, reason))
    forked = chains.forked_devices(connection, district, [item.revision for item in admitted])
    storing.store(
        connection,
        district,
        admitted,
        confirmed=AT_DISTRICT if serves else WAITS,
        searchable=not serves,
        at_hub=(lambda _revision: None) if serves else links.for_the_hub(connection, identity),
        brought_by=brought_by,
    )
    stored = [item.revision for item in admitted]
    if not serves:
        hurry_patients(connection, district, stored)
        chains.note_if_behind(connection, identity, stored)
    elif stored:
        new_records = frozenset(revision.record for revision in stored if revision.record not in before)
        feeds.publish(connection, identity, stored, new_records, patients, audiences)
    return Applied(tuple(item.revision.id for item in admitted), tuple(sorted(there)), tuple(refused), forked)


def stamps_of(connection: Connection, district: str, ids: Iterable[str]) -> dict[str, int]:
    """The stamps of revisions that are here."""
    wanted = list(ids)
    if not wanted:
        return {}
    table = tables.revision
    rows = connection.execute(
        select(table.c.id, table.c.stamp).where(table.c.district == district, among(connection, table.c.id, wanted))
    )
    return {row.id: row.stamp for row in rows}


def hurry_patients(connection: Connection, district: str, revisions: Iterable[Revision]) -> None:
    """Let what waits of an emergency referral's patient travel in its lane: one is no use without the other.

    What a colleague's computer was to bring is brought from here as well; twice brought counts once.
    """
    patients = [
        str(revision.fields.get("patient"))
        for revision in revisions
        if revision.type == "referral" and lane_of(revision.type, revision.fields) is Lane.EMERGENCY
    ]
    if patients:
        table = tables.revision
        connection.execute(
            update(table)
            .where(table.c.district == district, table.c.record.in_(patients))
            .where(or_(table.c.confirmed.in_((WAITS, CARRIED)), table.c.at_hub == WAITS))
            .values(
                lane=int(Lane.EMERGENCY),
                confirmed=case((table.c.confirmed == CARRIED, WAITS), else_=table.c.confirmed),
            )
        )


def _situation(
    revision: Revision,
    known: dict[str, KnownRecord],
    audiences: dict[str, set[str]],
    patients: dict[str, str],
    everybody: frozenset[str],
) -> Situation:
    scope = scope_of(revision.type, revision.record, revision.fields)
    patient = str(revision.fields.get("patient") if revision.type == "referral" else patients.get(scope))
    return Situation(
        record=known.get(revision.record),
        scope=known.get(scope),
        entitled=everybody | audiences.get(scope, set()),
        patient=known.get(patient),
        patient_entitled=everybody | audiences.get(patient, set()),
        voided=known.get(_voided(revision)),
        linked=tuple(known.get(named) for named in _linked(revision)[:2]),
        takes_back=len(_linked(revision)) > 2,
        taken_back=known.get("".join(_linked(revision)[2:])),
    )


def _linked(revision: Revision) -> list[str]:
    """The two patients that are compared, and the link that is taken back if one is; nothing for other records."""
    if not compares_patients(revision.type):
        return []
    patient, other, former = (revision.fields.get(name) for name in ("patient", "other", "takes_back"))
    return [*(str(named) if is_id(named) else "" for named in (patient, other)), *([former] if is_id(former) else [])]


def _voided(revision: Revision) -> str:
    """The record that a void takes out of the lists, "" for every other revision."""
    named = revision.fields.get("record") if revision.type == "void" else None
    return named if is_id(named) else ""


def _first(revision: Revision) -> KnownRecord:
    return KnownRecord(revision.type, revision.facility, (revision.id,), (), ())
