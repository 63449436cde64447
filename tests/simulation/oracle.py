"""What must hold in every database of a simulated history, whatever happened in it.

Reads with plain SQL and compares with ``model``. It must never ask the product's feeds, digests or fold what is right.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.records import RECORD_TYPES, ReferralEvent, Wire
from sync.records.referral_state import PRECEDENCE, referral_state
from sync.revisions.revision import Revision
from tests.simulation.disks import Disk
from tests.simulation.machines import Pc
from tests.simulation.model import PUBLIC_TYPES, Visibility, expected_fold
from tests.simulation.reading import ids_of, rows, split, stored, values_of
from tests.simulation.story import Violation

if TYPE_CHECKING:
    from tests.simulation.hubs import Hub
    from tests.simulation.world import World


@dataclass(frozen=True, slots=True)
class Shown:
    """What every replica that holds a record must make of it."""

    fields: Mapping[str, Wire]
    heads: Sequence[str]
    conflicts: Sequence[str]


def check_proof(world: "World", pc: Pc) -> None:
    """An exchange said that both sides are equal: they are, as of the feed numbers this PC has reached."""
    held = rows(pc.disk.driver, "id, type", "revision", "confirmed = 1")
    for audience in ("public", _home(pc)):
        cursor = rows(pc.disk.driver, "number", "cursor", "peer = 'district' AND audience = ?", audience)
        reached = cursor[0][0] if cursor else 0
        entries = rows(
            world.server.disk.driver, "revision", "feed_entry", "audience = ? AND number <= ?", audience, reached
        )
        mine = {bytes(row[0]) for row in held if (row[1] in PUBLIC_TYPES) == (audience == "public")}
        if mine != {bytes(row[0]) for row in entries}:
            raise Violation(f"{pc.name} says that it equals the server and does not")


def check_confirmed(world: "World", pc: Pc) -> None:
    """What counts as confirmed at a PC the district has, unless that was put back from a copy since."""
    if world.server_restored:
        return
    told = {bytes(row[0]) for row in rows(pc.disk.driver, "id", "revision", "confirmed = 1")}
    if told - {bytes(row[0]) for row in rows(world.server.disk.driver, "id", "revision")}:
        raise Violation(f"{pc.name} believes that the district has what it does not have")


def check_hub_proof(pc: Pc, hub: "Hub") -> None:
    """An exchange said that a PC and its hub are equal: they are, as far as this PC has read the hub's feed."""
    [(reached,)] = rows(pc.disk.driver, "number", "cursor", "peer = 'hub'") or [(0,)]
    theirs = {bytes(row[0]) for row in rows(hub.disk.driver, "id", "revision", "rowid <= ?", reached)}
    mine = {bytes(row[0]) for row in rows(pc.disk.driver, "id", "revision", "at_hub = 1")}
    if mine != theirs:
        raise Violation(f"{pc.name} says that it equals its hub and does not")


def check(world: "World") -> None:
    """Everything that must hold once the world has healed."""
    server = stored(world.server.disk)
    disks = [world.server.disk, *(pc.disk for pc in world.pcs)]
    everything = {item.id: item for disk in disks for item in stored(disk)}
    _check_saves(world, everything, {item.id for item in server})
    expected = _shown(server)
    visibility = Visibility(server)
    states = _states(server)
    for pc in world.pcs:
        seen = [item for item in server if visibility.sees(pc.identity.facility, pc.identity.facility_kind, item)]
        _check_pc(world, pc, {item.id for item in seen}, expected)
        for referral in ids_of(pc.disk, "referral"):
            if _state_at(pc, referral) != states[referral]:
                raise Violation(f"{pc.name} sees another state of referral {referral}")
    _check_records("server", world.server.disk, expected, {item.record for item in server})
    _check_feeds(world, server, visibility)
    _check_chains(world, server)
    _check_names(world)
    world.story.count("conflicts left for a person", sum(1 for shown in expected.values() if shown.conflicts))
    world.story.count("conflicts decided", world.books.resolved)
    world.story.tell("world", f"ends with {len(server)} revisions and {_hash_of(expected)}")


def _home(pc: Pc) -> str:
    """The audience of a PC beside the public one."""
    return "district" if pc.identity.facility_kind == "dinkes" else pc.identity.facility


def _hash_of(expected: Mapping[str, Shown]) -> str:
    plain = [[record, dict(item.fields), item.heads, item.conflicts] for record, item in sorted(expected.items())]
    return hashlib.blake2b(json.dumps(plain, sort_keys=True).encode(), digest_size=8).hexdigest()


# --- what people were told --------------------------------------------------------------------------------------------


def _check_saves(world: "World", everything: Mapping[str, Revision], at_server: set[str]) -> None:
    """Every acknowledged save is on its PC and at the server, whole and once; what was out of place is not there."""
    books = world.books
    for revision_id, pc in books.acknowledged.items():
        if not rows(pc.disk.driver, "1", "revision", "id = ?", bytes.fromhex(revision_id)):
            raise Violation(f"{pc.name} said that {revision_id[:8]} is saved and does not have it")
        if revision_id in books.forged and revision_id in at_server:
            raise Violation(f"the server took {revision_id[:8]} of {pc.name}, which is not its to write")
        if revision_id not in books.forged and revision_id not in at_server:
            raise Violation(f"the server lacks {revision_id[:8]} of {pc.name}, which was saved")
    roots = {item.record for item in everything.values() if not item.parents}
    for together in books.together:
        if len(roots & set(together)) not in (0, len(together)):
            raise Violation("a save is half there")
    registered: dict[Wire, str] = {}
    for item in everything.values():
        number = item.fields.get("record_number" if item.type == "patient" else "number")
        if number is not None and not item.parents and registered.setdefault(number, item.record) != item.record:
            raise Violation(f"registration {number} is there twice")


# --- what every replica holds -----------------------------------------------------------------------------------------


def _shown(revisions: Iterable[Revision]) -> dict[str, Shown]:
    """What each record amounts to."""
    histories: dict[str, list[Revision]] = {}
    for item in revisions:
        histories.setdefault(item.record, []).append(item)
    found = {}
    for record, history in histories.items():
        folded = expected_fold(RECORD_TYPES[history[0].type], history)
        if folded.missing:
            raise Violation(f"record {record} lacks revisions that others have seen")
        declared = RECORD_TYPES[history[0].type].fields
        fields = {name: wire for name, wire in folded.fields.items() if wire is not None and name in declared}
        found[record] = Shown(fields, list(folded.heads), list(folded.conflicts))
    return found


def _check_pc(world: "World", pc: Pc, wanted: set[str], expected: Mapping[str, Shown]) -> None:
    """A PC holds what its facility may see and nothing else, shows what it amounts to, and waits for nothing."""
    held = stored(pc.disk)
    refused = {bytes(row[0]).hex() for row in rows(pc.disk.driver, "id", "revision", "refusal IS NOT NULL")}
    if refused - world.books.forged:
        raise Violation(f"an honest change of {pc.name} was refused")
    mine = {item.id for item in held} - refused
    if mine - wanted:
        raise Violation(f"{pc.name} holds {len(mine - wanted)} revisions that it may not see or that nobody confirmed")
    if wanted - mine:
        raise Violation(f"{pc.name} lacks {len(wanted - mine)} revisions that it is entitled to")
    if pc.replica.waiting_count():
        raise Violation(f"{pc.name} still has changes waiting")
    if {item.id for item in stored(pc.disk, "confirmed <> 1")} != refused:
        raise Violation(f"{pc.name} does not know what the server has")
    # A record with a refused change is shown with that change, on this PC only.
    apart = {item.record for item in held if item.id in refused}
    own = _shown(item for item in held if item.record in apart)
    _check_records(pc.name, pc.disk, {**expected, **own}, {item.record for item in held})


def _check_records(name: str, disk: Disk, expected: Mapping[str, Shown], records: set[str]) -> None:
    """Values, heads and conflicts of each record in a database are what its revisions amount to."""
    there = rows(disk.driver, "id, type, heads, conflicts, missing", "record")
    if {bytes(row[0]).hex() for row in there} != records:
        raise Violation(f"{name} keeps books about other records than it holds")
    for raw, type_name, heads, conflicts, missing in there:
        record = bytes(raw).hex()
        wanted = expected[record]
        found = (split(bytes(heads)), json.loads(conflicts or "[]"), missing)
        if found != (wanted.heads, wanted.conflicts, None):
            raise Violation(f"{name} has other heads or conflicts of {type_name} {record}")
        if values_of(disk, type_name, record) != wanted.fields:
            raise Violation(f"{name} shows other values of {type_name} {record}")


def _states(revisions: Iterable[Revision]) -> dict[str, str]:
    """The furthest step of each referral, by nothing but the written precedence and the chain of redirections."""
    everything = list(revisions)
    facts: dict[str, list[Revision]] = {item.record: [] for item in everything if item.type == "referral"}
    for item in everything:
        if item.type == "referral_event":
            facts[str(item.fields["referral"])].append(item)
    return {referral: _furthest(found) for referral, found in facts.items()}


def _furthest(facts: Sequence[Revision]) -> str:
    moved = {item.record: item.fields.get("answers") for item in facts if item.fields["kind"] == "dialihkan"}
    depths = {record: _depth(moved, record) for record in moved}
    ends = sorted(record for record in moved if depths[record] == max(depths.values()))
    said = {end: {item.fields["kind"] for item in facts if item.fields.get("answers") == end} for end in ends}
    promised = [end for end in ends if "diterima" in said[end]]
    still_open = [end for end in ends if "ditolak" not in said[end]]
    last = next(iter([*promised, *still_open, *ends]), None)
    steps = ["dialihkan" if moved else "diajukan"]
    for item in facts:
        kind, asked = str(item.fields["kind"]), item.fields.get("answers")
        if kind in PRECEDENCE and (kind not in ("dilihat", "ditolak", "diterima", "tidak_datang") or asked == last):
            steps.append(kind)
    return max(steps, key=PRECEDENCE.index)


def _depth(moved: Mapping[str, Wire], record: str) -> int:
    before = moved.get(record)
    return 1 if before is None else 1 + _depth(moved, str(before))


def _state_at(pc: Pc, referral: str) -> str:
    there = rows(pc.disk.driver, "id", "referral_event", "referral = ?", bytes.fromhex(referral))
    events = [pc.replica.get(ReferralEvent, bytes(row[0]).hex()) for row in there]
    return referral_state(seen.record for seen in events if seen is not None).code


# --- the server's books -----------------------------------------------------------------------------------------------


def _check_feeds(world: "World", server: Sequence[Revision], visibility: Visibility) -> None:
    """Each feed holds just what its audience may see, each once; every digest and cursor is that of the feed."""
    private = [item for item in server if item.type not in PUBLIC_TYPES]
    audiences = {"public": {item.id for item in server if item.type in PUBLIC_TYPES}}
    for facility, kind in world.facilities.values():
        seen = {item.id for item in private if visibility.sees(facility, kind, item)}
        audiences["district" if kind == "dinkes" else facility] = seen
    for audience, wanted in audiences.items():
        entries = rows(
            world.server.disk.driver, "number, revision", "feed_entry", "audience = ? ORDER BY number", audience
        )
        if [row[0] for row in entries] != list(range(1, len(entries) + 1)):
            raise Violation(f"the feed of {audience} has a gap")
        if sorted(bytes(row[1]).hex() for row in entries) != sorted(wanted):
            raise Violation(f"the feed of {audience} is not what it may see, each once")
        columns = "number, count, digest"
        readers = [pc for pc in world.pcs if audience in ("public", _home(pc)) and not pc.by_hub_alone]
        counted = [
            ("server", rows(world.server.disk.driver, columns, "feed", "audience = ?", audience)),
            *((pc.name, rows(pc.disk.driver, columns, "cursor", "audience = ?", audience)) for pc in readers),
        ]
        digest = _digest(wanted)
        for name, row in counted:
            if [(number, count, bytes(sums)) for number, count, sums in row] != [(len(wanted), len(wanted), digest)]:
                if not wanted and not row:
                    continue  # nothing was ever fed to it
                raise Violation(f"number, count or digest of {audience} at {name} is not that of its revisions")


def _digest(ids: Iterable[str]) -> bytes:
    """256 sums of 32-byte hashes, the bucket being the first byte of the id."""
    sums = [0] * 256
    for item in ids:
        raw = bytes.fromhex(item)
        sums[raw[0]] += int.from_bytes(hashlib.blake2b(raw, digest_size=32).digest(), "big")
    return b"".join((total % 2**256).to_bytes(32, "big") for total in sums)


def _check_chains(world: "World", server: Sequence[Revision]) -> None:
    """The chain of each device has come whole, unless its disk was put back or something of it was refused."""
    chains: dict[str, list[Revision]] = {}
    for item in server:
        chains.setdefault(item.device, []).append(item)
    for device, chain in chains.items():
        chain.sort(key=lambda item: (item.number, item.id))
        before = [None, *(item.id for item in chain)]
        whole = all(item.number == place + 1 and item.previous == before[place] for place, item in enumerate(chain))
        if device not in world.books.broken_chains and not whole:
            raise Violation(f"the chain of {device[:8]} has a hole")


def _check_names(world: "World") -> None:
    """A computer and its clone have names of their own, unless neither has written since."""
    for pc, twin, number in world.cloned:
        if pc.identity.device == twin.identity.device:
            numbers = [rows(disk.driver, "number", "identity")[0][0] for disk in (pc.disk, twin.disk)]
            if max(numbers) > number:
                raise Violation(f"{pc.name} and its twin go on with one name")
