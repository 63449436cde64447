"""Who may see what, for a replica that serves others: entitlements, and one numbered feed for each audience.

Who is entitled is decided when a revision is applied. An edit of a record and a grant of access to it both lock that
record's scope row before reading the entitlements; feed numbers are taken last, under the feed's row lock and in one
fixed order, so they become visible in order and no reader can step past one that is committed late.
"""

import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select, update

from sync.records import Wire
from sync.records.definition import is_id
from sync.records.sending import hangs_on_another, is_public, scope_of
from sync.replica import digest, tables
from sync.replica.bulk import among, asked, insert_rows, is_asked
from sync.replica.identity import DISTRICT, PUBLIC, Identity
from sync.replica.projections import VALUE_TABLES
from sync.replica.values import Page
from sync.revisions.revision import Revision

_OF_AUDIENCE = (
    tables.feed.c.district == bindparam("of_district"),
    tables.feed.c.audience == bindparam("of_audience"),
)
_FEED = select(tables.feed).where(*_OF_AUDIENCE)
_LOCKED_FEED = _FEED.with_for_update()
_GROWN = update(tables.feed).where(*_OF_AUDIENCE)
_GROWN = _GROWN.values({name: bindparam(f"new_{name}") for name in ("number", "count", "digest")})

#: A page never holds more revisions than this, whatever their size.
PAGE_LIMIT = 4000
#: Rows read for a page: no more than small revisions would need to fill it, but some.
_SMALL, _FEWEST = 300, 50


def lock_scopes(connection: Connection, district: str, scopes: Iterable[str]) -> None:
    """Hold these scope rows until the transaction ends. SQLite's one writer needs no rows for it."""
    if connection.dialect.name == "sqlite":
        return
    table, wanted = tables.scope, sorted(set(scopes))
    if not wanted:
        return
    insert_rows(connection, table, [{"district": district, "id": item} for item in wanted], new_only=True)
    locked = select(table.c.id).where(table.c.district == district, among(connection, table.c.id, wanted))
    connection.execute(locked.order_by(table.c.id).with_for_update()).all()


def scopes_of(revisions: Iterable[Revision], patients: Mapping[str, str]) -> list[str]:
    """The scopes that applying these revisions reads or widens; ``patients`` gives the patient of known referrals."""
    found = set()
    for revision in revisions:
        if not is_public(revision.type):
            found.add(scope_of(revision.type, revision.record, revision.fields))
            found.update(scope for scope, _ in _grants(revision, patients))
    return sorted(found)


def patients_of_referrals(connection: Connection, district: str, revisions: Iterable[Revision]) -> dict[str, str]:
    """The patient of each referral that is here and that one of these revisions tells something about."""
    named = (revision.fields.get("referral") for revision in revisions if revision.type == "referral_event")
    referrals = {referral for referral in named if is_id(referral)}
    if not referrals:
        return {}
    table = VALUE_TABLES["referral"]
    rows = connection.execute(
        select(table.c.id, table.c.patient).where(
            table.c.district == district, among(connection, table.c.id, referrals)
        )
    )
    return {row.id: row.patient for row in rows}


def entitled(connection: Connection, district: str, scopes: Iterable[str]) -> dict[str, set[str]]:
    """The audiences entitled to each of these scopes."""
    form, wanted = asked(connection, scopes)
    found: dict[str, set[str]] = {}
    for row in connection.execute(_entitled(form), {"of_district": district, **wanted}):
        found.setdefault(row.scope, set()).add(row.audience)
    return found


@functools.cache
def _entitled(form: str) -> Select[Any]:
    table = tables.entitlement
    chosen = (table.c.district == bindparam("of_district"), is_asked(table.c.scope, form))
    return select(table.c.scope, table.c.audience).where(*chosen)


def publish(
    connection: Connection,
    identity: Identity,
    revisions: Sequence[Revision],
    new_records: frozenset[str],
    patients: Mapping[str, str],
    audiences: Mapping[str, set[str]],
) -> None:
    """Widen entitlements and append to the feeds; the last thing a transaction does before it commits.

    Args:
        revisions: stored just now, in the order they came.
        new_records: the records that did not exist before.
        patients: see :func:`patients_of_referrals`.
        audiences: who was entitled before (:func:`entitled` of :func:`scopes_of`, read under the lock).
    """
    district = identity.district
    now: defaultdict[str, set[str]] = defaultdict(set, {scope: set(names) for scope, names in audiences.items()})
    granted: list[tuple[str, str]] = []
    for revision in revisions:
        wanted = _grants(revision, patients)
        if revision.type == "referral":
            # A redirection that is here before its letter (after a restore) could open the letter only.
            wanted += [(str(revision.fields.get("patient")), audience) for audience in sorted(now[revision.record])]
        opens = not is_public(revision.type) and not hangs_on_another(revision.type)
        if revision.record in new_records and opens:
            wanted = [(scope_of(revision.type, revision.record, revision.fields), revision.facility), *wanted]
        for scope, audience in wanted:
            if audience != identity.facility and audience not in now[scope]:
                now[scope].add(audience)
                granted.append((scope, audience))
    if granted:
        rows = [{"district": district, "scope": scope, "audience": audience} for scope, audience in granted]
        insert_rows(connection, tables.entitlement, rows)
    fresh = {revision.id for revision in revisions}
    entries = _earlier(connection, district, granted, fresh)
    for revision in revisions:
        for audience in _audiences(revision, identity, now):
            entries.setdefault(audience, []).append(revision.id)
    for audience in sorted(entries):
        _append(connection, district, audience, entries[audience])


def page(connection: Connection, district: str, audience: str, after: int, budget: int, device: str) -> Page:
    """What ``audience`` may see after number ``after``: about ``budget`` bytes, less what ``device`` wrote itself."""
    head = _head(connection, district, audience)
    top, current = head or (0, digest.EMPTY)
    # As a rule there is nothing new.
    most = most_rows(budget)
    rows = _entries(connection, district, audience, after, top, most, device) if top > after else ()
    numbers, bodies, reached = fill_page(rows, after, top, budget, most)
    return Page(audience, numbers, bodies, reached, top, digest.root(current) if reached == top else None)


def _entries(
    connection: Connection, district: str, audience: str, after: int, top: int, most: int, device: str
) -> Sequence[Row[Any]]:
    span = {"after": after, "top": top, "most": most}
    whose = {"of_district": district, "of_audience": audience, "of_device": device}
    return connection.execute(_entries_query(), {**whose, **span}).all()


@functools.cache
def _entries_query() -> Select[Any]:
    entry, revision = tables.feed_entry, tables.revision
    return (
        select(entry.c.number, revision.c.body)
        .join(revision, (revision.c.district == entry.c.district) & (revision.c.id == entry.c.revision))
        .where(entry.c.district == bindparam("of_district"), entry.c.audience == bindparam("of_audience"))
        .where(entry.c.number > bindparam("after"), entry.c.number <= bindparam("top"))
        .where(revision.c.device != bindparam("of_device"))
        .order_by(entry.c.number)
        .limit(bindparam("most"))
    )


def most_rows(budget: int) -> int:
    """How many rows to read for a page of ``budget`` bytes."""
    return max(_FEWEST, min(PAGE_LIMIT, budget // _SMALL))


def fill_page(
    rows: Sequence[Row[Any]], after: int, top: int, budget: int, most: int
) -> tuple[list[int], list[bytes], int]:
    """Numbers and bodies of what fits into ``budget`` bytes, and the number up to which nothing is left out.

    ``rows`` have ``number`` and ``body``: what the reader did not write itself of ``after`` to ``top``, in order, the
    first ``most`` of it.
    """
    numbers: list[int] = []
    bodies: list[bytes] = []
    size = 0
    for row in rows:
        size += len(row.body)
        if bodies and size > budget:
            break
        numbers.append(row.number)
        bodies.append(bytes(row.body))
    whole = len(numbers) == len(rows) < most
    return numbers, bodies, max(after, top) if whole else numbers[-1]


def verified_head(connection: Connection, district: str, audience: str) -> tuple[int, bytes, dict[int, list[str]]]:
    """A feed's last number, its digest and the ids in each bucket, computed from the entries themselves.

    A stored digest that has drifted from its entries is set right; callers hold a writing transaction.
    """
    top, stored = _head(connection, district, audience, lock=True) or (0, digest.EMPTY)
    entry = tables.feed_entry
    ids = connection.execute(
        select(entry.c.revision).where(entry.c.district == district, entry.c.audience == audience)
    ).scalars()
    buckets = digest.by_bucket(ids)
    real = digest.add(digest.EMPTY, (item for bucket in buckets.values() for item in bucket))
    if real != stored:
        table = tables.feed
        connection.execute(
            update(table).where(table.c.district == district, table.c.audience == audience).values(digest=real)
        )
    return top, real, buckets


def in_buckets(
    connection: Connection, district: str, audience: str, buckets: Iterable[int]
) -> tuple[int, bytes, list[str]]:
    """A feed's last number, its stored digest and the ids in these buckets, read from those alone.

    Locks nothing: whoever asks has asked for :func:`verified_head` before.
    """
    top, stored = _head(connection, district, audience) or (0, digest.EMPTY)
    place = {"of_district": district, "of_audience": audience, "top": top}
    ids: list[str] = []
    for lowest, highest in map(digest.span_of, buckets):
        ids += connection.execute(_in_bucket(), {**place, "lowest": lowest, "highest": highest}).scalars()
    return top, stored, ids


@functools.cache
def _in_bucket() -> Select[Any]:
    entry = tables.feed_entry
    return (
        select(entry.c.revision)
        .where(entry.c.district == bindparam("of_district"), entry.c.audience == bindparam("of_audience"))
        .where(entry.c.revision.between(bindparam("lowest"), bindparam("highest")))
        # PostgreSQL may show what was committed since the digest was read.
        .where(entry.c.number <= bindparam("top"))
    )


def bodies_for(connection: Connection, district: str, audience: str, ids: Iterable[str], budget: int) -> list[bytes]:
    """The bytes of those of ``ids`` that are in the audience's feed, at most ``budget`` bytes (but at least one)."""
    entry, revision = tables.feed_entry, tables.revision
    rows = connection.execute(
        select(revision.c.body)
        .join(entry, (revision.c.district == entry.c.district) & (revision.c.id == entry.c.revision))
        .where(entry.c.district == district, entry.c.audience == audience, among(connection, entry.c.revision, ids))
        .order_by(entry.c.number)
        .limit(PAGE_LIMIT)
    ).scalars()
    return within_budget(rows, budget)


def within_budget(bodies: Iterable[bytes], budget: int) -> list[bytes]:
    """The first of these bodies, at most ``budget`` bytes of them but at least one."""
    found: list[bytes] = []
    size = 0
    for body in bodies:
        size += len(body)
        if found and size > budget:
            break
        found.append(bytes(body))
    return found


def _grants(revision: Revision, patients: Mapping[str, str]) -> list[tuple[str, str]]:
    """The (scope, audience) pairs that a revision entitles: a referral opens its patient and itself to the hospital."""
    fields: Mapping[str, Wire] = revision.fields
    target, patient, referral = fields.get("to_facility"), fields.get("patient"), fields.get("referral")
    if not is_id(target):
        return []
    if revision.type == "referral" and is_id(patient):
        return [(patient, target), (revision.record, target)]
    if revision.type == "referral_event" and fields.get("kind") == "dialihkan" and is_id(referral):
        known = patients.get(referral)
        return [*([(known, target)] if known else []), (referral, target)]
    return []


def _audiences(revision: Revision, identity: Identity, now: Mapping[str, set[str]]) -> set[str]:
    if is_public(revision.type):
        return {PUBLIC}
    scope = scope_of(revision.type, revision.record, revision.fields)
    return ({DISTRICT, revision.facility} | now.get(scope, set())) - {identity.facility}


def _earlier(
    connection: Connection, district: str, granted: Sequence[tuple[str, str]], fresh: set[str]
) -> dict[str, list[str]]:
    """For each newly entitled audience the revisions that were stored before, ancestors first."""
    if not granted:
        return {}
    table, entry = tables.revision, tables.feed_entry
    scopes = sorted({scope for scope, _ in granted})
    of_scopes = connection.execute(
        select(table.c.scope, table.c.id)
        .where(table.c.district == district, among(connection, table.c.scope, scopes))
        .order_by(table.c.stamp, table.c.id)
    )
    rows = [row for row in of_scopes if row.id not in fresh]
    if not rows:
        return {}
    rows_there = connection.execute(
        select(entry.c.audience, entry.c.revision).where(
            entry.c.district == district,
            entry.c.audience.in_({audience for _, audience in granted}),
            among(connection, entry.c.revision, [row.id for row in rows]),
        )
    )
    there = {(row.audience, row.revision) for row in rows_there}
    by_scope: dict[str, list[str]] = {}
    for row in rows:
        by_scope.setdefault(row.scope, []).append(row.id)
    found: dict[str, list[str]] = {}
    for scope, audience in granted:
        lacking = [item for item in by_scope.get(scope, ()) if (audience, item) not in there]
        if lacking:
            found.setdefault(audience, []).extend(lacking)
    return found


def _head(connection: Connection, district: str, audience: str, *, lock: bool = False) -> tuple[int, bytes] | None:
    query = _LOCKED_FEED if lock else _FEED
    row = connection.execute(query, {"of_district": district, "of_audience": audience}).one_or_none()
    return None if row is None else (row.number, bytes(row.digest))


def _append(connection: Connection, district: str, audience: str, ids: Sequence[str]) -> None:
    """Number ``ids`` and add them to a feed, under its row lock."""
    place = {"of_district": district, "of_audience": audience}
    row = connection.execute(_LOCKED_FEED, place).one_or_none()
    if row is None:
        first = {"district": district, "audience": audience, "number": 0, "count": 0, "digest": digest.EMPTY}
        insert_rows(connection, tables.feed, [first], new_only=True)
        row = connection.execute(_LOCKED_FEED, place).one()
    rows = [
        {"district": district, "audience": audience, "number": row.number + place, "revision": item}
        for place, item in enumerate(ids, start=1)
    ]
    insert_rows(connection, tables.feed_entry, rows)
    connection.execute(
        _GROWN,
        {
            **place,
            "new_number": row.number + len(ids),
            "new_count": row._mapping["count"] + len(ids),
            "new_digest": digest.add(bytes(row.digest), ids),
        },
    )
