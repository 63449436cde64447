"""The base tables of a replica: revisions, their bookkeeping, feeds, links and the edge of a server.

They only grow, by migrations; value and search tables are projections (``projections``). Every key and every WHERE
begins with the district, so the same statements run on one SQLite file and on a cluster partitioned by district.
Synced records have no foreign keys between them: a child may arrive before its parent.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from sync.replica.types import Id

metadata = MetaData()


def _key(*columns: str) -> PrimaryKeyConstraint:
    return PrimaryKeyConstraint(*columns)


#: Who this replica is; one row for each district it holds (a desktop holds one).
identity = Table(
    "identity",
    metadata,
    Column("district", Text, nullable=False),
    Column("replica", Id, nullable=False),
    Column("epoch", Id, nullable=False),
    Column("serves", Integer, nullable=False),
    Column("device", Id, nullable=False),
    Column("letter", Text, nullable=False),
    Column("facility", Id, nullable=False),
    Column("facility_kind", Text, nullable=False),
    Column("pc_name", Text, nullable=False),
    Column("signing_key", LargeBinary, nullable=False),
    #: Last number and id of the device's own chain of revisions.
    Column("number", BigInteger, nullable=False),
    Column("head", Id),
    _key("district"),
)

revision = Table(
    "revision",
    metadata,
    Column("district", Text, nullable=False),
    Column("id", Id, nullable=False),
    Column("device", Id, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("record", Id, nullable=False),
    #: The record whose entitlements decide who may see this revision.
    Column("scope", Id, nullable=False),
    Column("facility", Id, nullable=False),
    Column("author", Id, nullable=False),
    Column("stamp", BigInteger, nullable=False),
    Column("lane", Integer, nullable=False),
    #: 0: it waits here to be brought to the district; 1: the district's server has it (on the server itself: always);
    #: 2: it came from the hub, and another computer brings it.
    Column("confirmed", Integer, nullable=False),
    #: When this replica learned that the district has what it had saved or carried itself; ISO 8601 in UTC.
    Column("confirmed_at", Text),
    #: Why the district's server refused it; such a revision stays visible and waits no longer.
    Column("refusal", Text),
    #: The canonical bytes, stored and forwarded unchanged.
    Column("body", LargeBinary, nullable=False),
    #: On a PC with a hub: 0 it waits for the hub, 1 the hub has it, 2 the hub would not have it; else NULL.
    Column("at_hub", Integer),
    #: On a server and a hub: the computer that brought it, where that is not the one that wrote it.
    Column("brought_by", Id),
    _key("district", "id"),
)
Index("revision_record", revision.c.district, revision.c.record)
Index("revision_scope", revision.c.district, revision.c.scope)
Index("revision_chain", revision.c.district, revision.c.device, revision.c.number)
Index(
    "revision_waiting",
    revision.c.district,
    revision.c.lane,
    revision.c.number,
    sqlite_where=text("confirmed = 0"),
    postgresql_where=text("confirmed = 0"),
)
Index(
    "revision_carried",
    revision.c.district,
    revision.c.number,
    sqlite_where=text("confirmed = 2"),
    postgresql_where=text("confirmed = 2"),
)
Index(
    "revision_for_hub",
    revision.c.district,
    revision.c.lane,
    revision.c.number,
    sqlite_where=text("at_hub = 0"),
    postgresql_where=text("at_hub = 0"),
)

#: One row per record: what the fold needs to go on without reading the history again.
record = Table(
    "record",
    metadata,
    Column("district", Text, nullable=False),
    Column("id", Id, nullable=False),
    Column("type", Text, nullable=False),
    Column("facility", Id, nullable=False),
    #: Ids of the revisions that no other revision has as a parent, joined.
    Column("heads", LargeBinary, nullable=False),
    #: JSON list of the fields that two people changed differently, else NULL.
    Column("conflicts", Text),
    #: Ids of parents that have not arrived yet, joined, else NULL.
    Column("missing", LargeBinary),
    _key("district", "id"),
)
Index(
    "record_conflicts",
    record.c.district,
    record.c.type,
    sqlite_where=text("conflicts IS NOT NULL"),
    postgresql_where=text("conflicts IS NOT NULL"),
)

#: What one audience may see, in order of commit. Only replicas that serve others keep entries.
feed = Table(
    "feed",
    metadata,
    Column("district", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    _key("district", "audience"),
)

feed_entry = Table(
    "feed_entry",
    metadata,
    Column("district", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("revision", Id, nullable=False),
    _key("district", "audience", "number"),
)
Index("feed_entry_revision", feed_entry.c.district, feed_entry.c.revision, feed_entry.c.audience, unique=True)

#: The row that an edit and a grant of one record both lock, before they read who is entitled.
scope = Table(
    "scope",
    metadata,
    Column("district", Text, nullable=False),
    Column("id", Id, nullable=False),
    _key("district", "id"),
)

entitlement = Table(
    "entitlement",
    metadata,
    Column("district", Text, nullable=False),
    Column("scope", Id, nullable=False),
    Column("audience", Text, nullable=False),
    _key("district", "scope", "audience"),
)

#: The other replicas this one exchanges with (``peer`` is "district" or "hub").
link = Table(
    "link",
    metadata,
    Column("district", Text, nullable=False),
    Column("peer", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("replica", Id),
    Column("epoch", Id),
    Column("last_sync_at", Text),
    Column("last_try_at", Text),
    Column("last_error", Text),
    Column("clock_offset_ms", BigInteger, nullable=False),
    #: The public key (Ed25519) of the other replica, remembered when it was first told; never replaced.
    Column("server_key", LargeBinary),
    _key("district", "peer"),
)

#: How far this replica has read a feed of the other, and the digest of what both hold of it.
cursor = Table(
    "cursor",
    metadata,
    Column("district", Text, nullable=False),
    Column("peer", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    _key("district", "peer", "audience"),
)

#: Which version of a derived table is in the file, and how far its rebuilding has come.
projection = Table(
    "projection",
    metadata,
    Column("district", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("position", LargeBinary),
    _key("district", "name"),
)

#: Small values of this computer alone, never sent.
local = Table(
    "local",
    metadata,
    Column("district", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False),
    _key("district", "name"),
)

#: At a server: the computers that may speak to it.
device = Table(
    "device",
    metadata,
    Column("district", Text, nullable=False),
    Column("id", Id, nullable=False),
    Column("facility", Id, nullable=False),
    Column("name", Text, nullable=False),
    Column("letter", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("enrolled_at", Text, nullable=False),
    Column("revoked_at", Text),
    Column("last_seen_at", Text),
    Column("program", Text),
    #: What the computer last said of itself (JSON), and when both sides were last known to be equal.
    Column("report", Text),
    Column("proven_at", Text),
    #: When two chains of revisions with this device's name were seen: its disk was cloned or put back from a copy.
    Column("forked_at", Text),
    #: The device whose place this one took after a fork.
    Column("former", Id),
    #: When the server last answered a stick of this computer.
    Column("stick_at", Text),
    #: When the computer last spoke to its hub, and how many of its revisions waited there then, by the hub's word.
    Column("told_at", Text),
    Column("hub_at", Text),
    Column("hub_waiting", BigInteger),
    _key("district", "id"),
)
#: Not unique: a computer that a restored server takes back may find its letter given away, until it has taken another.
Index("device_letter", device.c.district, device.c.facility, device.c.letter)

enrolment_code = Table(
    "enrolment_code",
    metadata,
    Column("district", Text, nullable=False),
    Column("code_hash", LargeBinary, nullable=False),
    Column("facility", Id, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("used_by", Id),
    Column("used_at", Text),
    Column("public_key", LargeBinary),
    _key("district", "code_hash"),
)
