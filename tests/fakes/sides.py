"""Records that another facility wrote, as they come to a replica: with a revision of a device that is not its own."""

from sync.records import Record
from sync.replica.replica import Replica
from sync.replica.values import Edit, Incoming
from sync.revisions.revision import decode
from tests.fakes.replicas import make_replica


def written_elsewhere(replica: Replica, record: Record, facility: str, kind: str = "rs") -> None:
    """Let ``record`` arrive at ``replica`` as a PC of ``facility`` wrote it."""
    there = make_replica(facility, kind)
    there.save([Edit(record)], there.identity.device)
    bodies = [body for _, body in there.waiting(10, 1_000_000)]
    there.close()
    replica.apply([Incoming(decode(body), body) for body in bodies])
