"""What a computer tells the district of itself, and when: with an exchange, if it has changed or a while has passed.

It is said as it will be once the message that carries it has arrived, so that a PC switched off right after its last
exchange is not known as one where something waits.
"""

import json
from collections.abc import Sequence
from datetime import datetime

import msgspec

from sync.exchange.messages import Report
from sync.replica.replica import Replica
from sync.replica.standing import standing, waits_beside
from sync.replica.values import Link
from sync.replica.versions import program_version

#: Local value: the report that was sent last and when (JSON).
SENT_VALUE = "report.sent"
#: Local value: the last repairs (JSON list of ``at``, ``fetched`` and ``lost``, oldest first).
REPAIRS_VALUE = "sync.repairs"
_EVERY_MS = 15 * 60 * 1000
_REPAIRS_KEPT = 20


def due_report(replica: Replica, link: Link | None, brought: Sequence[str], *, first: bool) -> Report | None:
    """The report to send with a message that brings these revisions, ``None`` if the district knows it all.

    ``first``: the message begins an exchange; another one says only that now nothing waits any more.
    """
    if not first and replica.read(lambda connection: waits_beside(connection, replica.identity, brought)):
        return None
    stands = replica.read(lambda connection: standing(connection, replica.identity, brought))
    report = Report(
        waiting=stands.waiting,
        oldest=stands.oldest_ms,
        refused=stands.refused,
        carried=stands.carried,
        conflicts=stands.conflicts,
        program=program_version(),
        proven=moment_ms(link.last_sync_at if link else None),
    )
    kept = json.loads(replica.get_value(SENT_VALUE) or "null")
    now_ms = replica.environment.now_ms()
    recent = kept is not None and 0 <= now_ms - kept["at"] < _EVERY_MS
    return None if recent and kept["said"] == _said(report) else report


def note_sent(replica: Replica, report: Report) -> None:
    """Remember that the district has this report."""
    replica.set_value(SENT_VALUE, json.dumps({"at": replica.environment.now_ms(), "said": _said(report)}))


def note_repair(replica: Replica, fetched: int, lost: int) -> None:
    """Remember what a comparison mended, for the screen; nothing if nothing was lacking."""
    if not fetched and not lost:
        return
    kept = json.loads(replica.get_value(REPAIRS_VALUE) or "[]")
    at = replica.now().isoformat(timespec="seconds")
    replica.set_value(REPAIRS_VALUE, json.dumps([*kept, {"at": at, "fetched": fetched, "lost": lost}][-_REPAIRS_KEPT:]))


def moment_ms(moment: str | None) -> int:
    """A moment as links hold it, in milliseconds since 1970; 0 if there is none."""
    return 0 if moment is None else max(int(datetime.fromisoformat(moment).timestamp() * 1000), 0)


def _said(report: Report) -> list[object]:
    """What makes two reports different: all but the moment of the last proof, which changes every time."""
    return list(msgspec.structs.astuple(report))[:-1]
