"""A replica of a district's records: what a person saved, what others sent, and who may see which of it.

The same class runs on the encrypted file of a PC and on the district's PostgreSQL. Every public method is one
transaction (or one for each batch) and takes and returns values only; no row, connection or session leaves it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Row, bindparam, insert, select

from sync.errors import BadInput
from sync.records import Lane, Record, Wire
from sync.records.sending import is_fact
from sync.replica import chains, links, local_values, outgoing, receiving, serving, storing, tables
from sync.replica.identity import Identity
from sync.replica.opening import READ_ONLY, translated_errors
from sync.replica.rebuilding import ensure_projections
from sync.replica.seals import sealed
from sync.replica.serving import Admit
from sync.replica.transactions import with_retries
from sync.replica.values import Applied, ConflictedRecord, Edit, Incoming, Link, Seen
from sync.revisions.clock import next_stamp
from sync.revisions.environment import Environment
from sync.revisions.fold import contested
from sync.revisions.revision import Revision, decode, encode

_IDENTITY = select(tables.identity).where(tables.identity.c.district == bindparam("of_district"))

R = TypeVar("R", bound=Record)
T = TypeVar("T")


class Replica:
    """One district's records in one database.

    Attributes:
        identity: who this replica is.
        serves: whether it keeps feeds for others (a server, a hub) instead of a search index (a desktop).
    """

    def __init__(self, engine: Engine, identity: Identity, environment: Environment, *, serves: bool) -> None:
        self.engine = engine
        self.identity = identity
        self.environment = environment
        self.serves = serves
        self._district = identity.district

    @classmethod
    def create(cls, engine: Engine, identity: Identity, environment: Environment, *, serves: bool = False) -> "Replica":
        """Make the replica of a freshly enrolled computer in an opened database.

        Raises:
            BadInput: the database already holds this district.
        """
        replica = cls(engine, identity, environment, serves=serves)
        values = {name: getattr(identity, name) for name in Identity.__dataclass_fields__}

        def work(connection: Connection) -> None:
            table = tables.identity
            if connection.execute(select(table.c.district).where(table.c.district == identity.district)).first():
                raise BadInput("this database already holds the district")
            connection.execute(insert(table).values({**values, "serves": int(serves), "number": 0, "head": None}))

        replica.write(work)
        ensure_projections(engine, identity.district, searchable=not serves)
        return replica

    @classmethod
    def load(cls, engine: Engine, environment: Environment, district: str | None = None) -> "Replica | None":
        """The replica in an opened database; ``None`` while no district (or not this one) is there yet."""
        table = tables.identity
        query = select(table) if district is None else select(table).where(table.c.district == district)
        with translated_errors(), engine.connect().execution_options(**{READ_ONLY: True}) as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        identity = _identity(row)
        ensure_projections(engine, identity.district, searchable=not row.serves)
        return cls(engine, identity, environment, serves=bool(row.serves))

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()

    def refresh(self) -> Identity:
        """Who this replica is now: another process may have made it a new device (:meth:`renew`)."""
        self.read(self._refresh_within)
        return self.identity

    def link(self, peer: str = links.DISTRICT_PEER) -> Link | None:
        """What is known of a peer, if there is one."""
        return self.read(lambda connection: links.read_link(connection, self._district, peer))

    def new_id(self) -> str:
        """A new record id (UUIDv7 as 32 hexadecimal digits)."""
        return self.environment.new_id()

    def now(self) -> datetime:
        """The time in UTC, corrected by what the last exchange found this PC's clock to be off."""
        return self.read(self._now_within)

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in one reading transaction."""
        with self._reading() as connection:
            return work(connection)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in one writing transaction, again if the database says that two got in each other's way."""
        return with_retries(self.engine, work)

    # --- what a person does -----------------------------------------------------------------------------------------

    def get(self, cls: type[R], record_id: str) -> Seen[R] | None:
        """A record as it is now, with what an edit of it must say it has seen; ``None`` if it cannot be shown."""
        return self.read(lambda connection: self.get_within(connection, cls, record_id))

    def get_within(self, connection: Connection, cls: type[R], record_id: str) -> Seen[R] | None:
        """As :meth:`get`, inside a transaction that goes on to save."""
        known = storing.known_records(connection, self._district, [record_id]).get(record_id)
        if known is None or known.type_name != cls.type.name:
            return None
        fields = storing.known_fields(connection, self._district, cls.type.name, [record_id]).get(record_id)
        if fields is None:
            return None
        return Seen(cls.from_fields(record_id, fields), known.heads, known.conflicts, known.facility)

    def save(self, edits: Sequence[Edit], author: str) -> list[Revision]:
        """Save records in one transaction; when this returns, they survive a pulled plug.

        An edit without a change makes no revision. ``author`` is the id of the person (or, where a program acts
        without one, of the device).

        Raises:
            BadInput: a value is not of its field's kind, a fact is changed, or a new record's id is taken.
        """
        return self.write(lambda connection: self.save_within(connection, edits, author))

    def resolve(self, cls: type[R], decided: R, seen: Seen[R], author: str) -> list[Revision]:
        """Settle the conflicts of a record: ``decided`` holds, for every contested field, the value a person chose."""
        names = sorted({name for field in seen.conflicts for name in _with_group(cls, field)})
        wires = decided.to_fields()
        fields = {**decided.changed_fields(seen.record), **{name: wires[name] for name in names}}
        change = (cls.type.name, decided.id, seen.heads, fields)
        return self.write(lambda connection: self._write_changes(connection, [change], author))

    def history(self, record_id: str) -> list[Revision]:
        """All revisions of a record, oldest stamp first."""
        found = self.read(lambda connection: storing.history_of(connection, self._district, [record_id]))
        return sorted(found.get(record_id, []), key=lambda item: (item.stamp, item.id))

    def conflicts(self) -> list[ConflictedRecord]:
        """The records about which a person has to decide."""
        return self.read(lambda connection: storing.conflicted_records(connection, self._district))

    def contested(self, cls: type[R], record_id: str, name: str) -> Sequence[Revision]:
        """The revisions between which a person has to decide one field."""
        return contested(cls.type, self.history(record_id), name)

    # --- what others sent -------------------------------------------------------------------------------------------

    def apply(self, items: Sequence[Incoming], admit: Admit | None = None, brought_by: str | None = None) -> Applied:
        """Store what another replica sent and, where this one serves others, feed it on.

        Repeats change nothing. ``admit`` decides under the lock whether a revision may be stored; ``brought_by`` is the
        computer that brought them, which need not have written them.
        """

        def work(connection: Connection) -> Applied:
            applied = serving.apply(connection, self.identity, items, admit, serves=self.serves, brought_by=brought_by)
            if applied.forked:
                chains.mark_forked(connection, self._district, applied.forked, self._now_within(connection))
            if not applied.stored:
                raise _NothingStored(applied)
            return applied

        try:
            return self.write(work)
        except _NothingStored as nothing:
            return nothing.applied

    def waiting(self, limit: int, budget: int, peer: str = links.DISTRICT_PEER) -> list[tuple[str, bytes]]:
        """Id and bytes of what waits for a peer, most urgent first, about ``budget`` bytes."""
        return self.read(lambda connection: outgoing.waiting(connection, self.identity, limit, budget, peer))

    def emergencies(self, limit: int, budget: int, peer: str = links.DISTRICT_PEER) -> list[tuple[str, bytes]]:
        """As :meth:`waiting`, of emergencies and what goes with them alone."""
        args = (self.identity, limit, budget, peer, Lane.EMERGENCY)
        return self.read(lambda connection: outgoing.waiting(connection, *args))

    def emergency_waits(self, peer: str = links.DISTRICT_PEER) -> bool:
        """Whether an emergency waits for a peer."""
        return self.read(lambda connection: outgoing.emergency_waits(connection, self.identity, peer))

    def confirm(self, ids: Iterable[str], refused: Iterable[tuple[str, str]], peer: str = links.DISTRICT_PEER) -> None:
        """Note a peer's receipt, revision by revision: what it has, and what it refused with the reason."""
        wanted, not_wanted = list(ids), list(refused)
        self.write(
            lambda connection: receiving.confirm(
                connection, self.identity, wanted, not_wanted, peer, self._now_within(connection)
            )
        )

    def offer_again(self, reasons: Sequence[str], peer: str = links.DISTRICT_PEER) -> None:
        """Let what was refused for one of these reasons wait again; what a hub refused always."""
        self.write(lambda connection: links.offer_again(connection, self._district, reasons, peer))

    def receive(
        self,
        audience: str,
        items: Sequence[Incoming],
        *,
        expected: int | None = None,
        number: int | None = None,
        peer: str = links.DISTRICT_PEER,
    ) -> bool:
        """Store revisions that came from a feed and move its cursor with them, all in one transaction.

        Returns ``False``, having stored nothing, if the cursor is no longer at ``expected``.
        """
        return self.write(
            lambda connection: receiving.receive(
                connection,
                self.identity,
                items,
                audience,
                peer,
                self._now_within(connection),
                expected=expected,
                number=number,
                searchable=not self.serves,
            )
        )

    def waiting_count(self, peer: str = links.DISTRICT_PEER) -> int:
        """How many revisions wait for a peer."""
        return self.read(lambda connection: outgoing.waiting_count(connection, self.identity, peer))

    def known(self, ids: Iterable[str]) -> dict[str, bool]:
        """Which of these revisions are here, and whether the district has confirmed each."""
        return self.read(lambda connection: links.held_among(connection, self._district, ids, links.DISTRICT_PEER))

    def next_key(self) -> bytes:
        """The signing key this computer will have as a new device; the same one until :meth:`renew` was called."""

        def work(connection: Connection) -> bytes:
            kept = local_values.read_value(connection, self._district, chains.NEXT_KEY_VALUE)
            if kept is None:
                kept = self.environment.random_bytes(len(self.identity.signing_key)).hex()
                local_values.write_value(connection, self._district, chains.NEXT_KEY_VALUE, kept)
            return bytes.fromhex(kept)

        return self.write(work)

    def is_behind(self) -> bool:
        """Whether this computer has met revisions of its own device that it did not write: it needs another name."""
        return self.get_value(chains.BEHIND_VALUE) is not None

    def renew(self, device: str, letter: str, signing_key: bytes) -> None:
        """Go on as another device, with a chain of its own; what the former one wrote stays and still waits."""
        ids = (self.environment.new_id(), self.environment.new_id())
        successor = chains.successor_of(self.identity, device=device, letter=letter, signing_key=signing_key, ids=ids)
        self.write(lambda connection: chains.become(connection, self.identity, successor))
        self.refresh()

    # --- small values of this computer ------------------------------------------------------------------------------

    def get_value(self, name: str) -> str | None:
        """A value that :meth:`set_value` has kept on this computer, ``None`` if there is none."""
        return self.read(lambda connection: local_values.read_value(connection, self._district, name))

    def set_value(self, name: str, value: str | None) -> None:
        """Keep a small value on this computer, or forget it (``None``); it is never sent."""
        self.write(lambda connection: local_values.write_value(connection, self._district, name, value))

    # --- inside -----------------------------------------------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with (
            translated_errors(),
            self.engine.connect().execution_options(**{READ_ONLY: True}) as connection,
            connection.begin(),
        ):
            yield connection

    def _refresh_within(self, connection: Connection) -> None:
        self.identity = _identity(connection.execute(_IDENTITY, {"of_district": self._district}).one())

    def _corrected_ms(self, connection: Connection) -> int:
        return self.environment.now_ms() + links.clock_offset_ms(connection, self._district)

    def _now_within(self, connection: Connection) -> datetime:
        return replace(self.environment, now_ms=lambda: self._corrected_ms(connection)).now()

    def save_within(self, connection: Connection, edits: Sequence[Edit], author: str) -> list[Revision]:
        """As :meth:`save`, inside a transaction of :meth:`write` that first reads what the records depend on."""
        changes: list[tuple[str, str, tuple[str, ...], dict[str, Wire]]] = []
        created = [edit.record.id for edit in edits if edit.seen is None]
        if storing.known_records(connection, self._district, created) or len(set(created)) < len(created):
            raise BadInput("the id of a new record is taken")
        for edit in edits:
            if edit.seen is None:
                wires = edit.record.to_fields()
                changes.append(
                    (edit.record.type.name, edit.record.id, (), {n: w for n, w in wires.items() if w not in (None, [])})
                )
                continue
            if is_fact(edit.record.type.name):
                raise BadInput("a fact is never changed")
            fields = edit.record.changed_fields(edit.seen.record)
            if fields:
                changes.append((edit.record.type.name, edit.record.id, edit.seen.heads, fields))
        return self._write_changes(connection, changes, author)

    def _write_changes(
        self,
        connection: Connection,
        changes: Sequence[tuple[str, str, tuple[str, ...], dict[str, Wire]]],
        author: str,
    ) -> list[Revision]:
        if not changes:
            return []
        end = chains.chain_end(connection, self._district)
        if end.device != self.identity.device:
            self._refresh_within(connection)
        number, head = end.number, end.head
        now_ms = self._corrected_ms(connection)
        parents = {parent for _, _, heads, _ in changes for parent in heads}
        stamps = serving.stamps_of(connection, self._district, parents)
        items: list[Incoming] = []
        for type_name, record_id, heads, fields in changes:
            number += 1
            body = encode(
                device=self.identity.device,
                number=number,
                previous=head,
                type_name=type_name,
                record=record_id,
                parents=heads,
                stamp=next_stamp(now_ms, [stamps[item] for item in heads if item in stamps]),
                author=author,
                facility=self.identity.facility,
                fields=fields,
            )
            body = sealed(body, self.identity.signing_key) if self.serves else body
            revision = decode(body)
            head = revision.id
            items.append(Incoming(revision, body))
        chains.extend_chain(connection, self._district, number, head)
        if self.serves:
            serving.apply(connection, self.identity, items, None, serves=True)
        else:
            storing.store(
                connection,
                self._district,
                items,
                confirmed=storing.WAITS,
                searchable=True,
                at_hub=links.for_the_hub(connection, self.identity),
            )
            serving.hurry_patients(connection, self._district, [item.revision for item in items])
        return [item.revision for item in items]


def _identity(row: Row[Any]) -> Identity:
    values = {name: row._mapping[name] for name in Identity.__dataclass_fields__}
    return Identity(**{**values, "signing_key": bytes(row.signing_key)})


class _NothingStored(Exception):
    """Rolls back what only locking has written."""

    def __init__(self, applied: Applied) -> None:
        super().__init__()
        self.applied = applied


def _with_group(cls: type[Record], name: str) -> tuple[str, ...]:
    field = cls.type.fields.get(name)
    if field is None or field.group is None:
        return (name,)
    return cls.type.groups[field.group]
