"""What a computer tells the district of itself and, at a hub, of its PCs: with an exchange, where it is news.

It is said as it will be once the message that carries it has arrived, so that a PC switched off right after its last
exchange is not known as one where something waits. Nobody's clock is told where a span does.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from sync.exchange.messages import MOST_AGO_S, MOST_SERVED, Report, ServedPc
from sync.replica.hub_peers import HubPeer, read_peers, waits_here
from sync.replica.replica import Replica
from sync.replica.standing import standing, waits_beside
from sync.replica.values import Link, left_waiting
from sync.replica.versions import program_version

#: Local value: the report that was sent last and when, and what was told of each PC so far (JSON).
SENT_VALUE = "report.sent"
#: Local value: the last repairs (JSON list of ``at``, ``fetched`` and ``lost``, oldest first).
REPAIRS_VALUE = "sync.repairs"
_EVERY_MS = 15 * 60 * 1000
#: That a PC has spoken at its hub is told sooner: whoever ends the day elsewhere waits for its word.
_SPOKEN_EVERY_MS = 30 * 1000
_REPAIRS_KEPT = 20
#: A contact that seems to be yet to come by less than these seconds was now: the clock was set right meanwhile.
_CLOCK_STEP_S = 60
_MOST_WAITING = 2**53
#: What was told of a PC that was never told of.
_UNTOLD = ("", None)


@dataclass(frozen=True, slots=True)
class DueReport:
    """A report, and what it tells of each PC (by device): when it spoke, as this hub keeps it, and what waited."""

    report: Report
    told: Mapping[str, tuple[str, int]]


def due_report(replica: Replica, link: Link | None, brought: Sequence[str], *, first: bool) -> DueReport | None:
    """The report to send with a message that brings these revisions, ``None`` if the district knows it all.

    ``first``: the message begins an exchange; another one says only that now nothing waits or is carried any more.
    """
    if not first and replica.read(lambda connection: waits_beside(connection, replica.identity, brought)):
        return None
    stands = replica.read(lambda connection: standing(connection, replica.identity, brought))
    kept = json.loads(replica.get_value(SENT_VALUE) or "null")
    told = kept.get("served", {}) if kept else {}
    news = _news(replica, told, brought)
    report = Report(
        waiting=stands.waiting,
        oldest=stands.oldest_ms,
        refused=stands.refused,
        carried=stands.carried,
        conflicts=stands.conflicts,
        program=program_version(),
        proven=moment_ms(link.last_sync_at if link else None),
        served=[pc for _, pc in news],
    )
    now_ms = replica.environment.now_ms()
    ago_ms = now_ms - kept["at"] if kept is not None else -1
    recent = 0 <= ago_ms < (_SPOKEN_EVERY_MS if news else _EVERY_MS)
    noticeable = any(pc.waiting != told.get(peer.device, _UNTOLD)[1] for peer, pc in news)
    if recent and not noticeable and kept["said"] == _said(report):
        return None
    return DueReport(report, {peer.device: (peer.told_at or "", pc.waiting) for peer, pc in news})


def note_sent(replica: Replica, due: DueReport) -> None:
    """Remember that the district has this report."""
    kept = json.loads(replica.get_value(SENT_VALUE) or "{}")
    sent = {
        "at": replica.environment.now_ms(),
        "said": _said(due.report),
        "carried": due.report.carried,
        "served": {**kept.get("served", {}), **due.told},
    }
    replica.set_value(SENT_VALUE, json.dumps(sent))


def carried_no_more(replica: Replica) -> bool:
    """Whether the district was last told that something is carried here, and it is known by now to have it all."""
    kept = json.loads(replica.get_value(SENT_VALUE) or "{}")
    if not kept.get("carried"):
        return False
    return not replica.read(lambda connection: standing(connection, replica.identity)).carried


def _news(
    replica: Replica, told: Mapping[str, Sequence[object]], brought: Sequence[str]
) -> list[tuple[HubPeer, ServedPc]]:
    """The PCs of this hub that are otherwise than the district was told, those told longest ago first."""
    district, now = replica.identity.district, replica.now()
    peers = replica.read(lambda connection: read_peers(connection, district))
    here = replica.read(lambda connection: waits_here(connection, district, brought)) if _any_held(peers) else {}
    found = [
        (peer, pc)
        for peer in peers
        if (pc := _served(peer, now, here.get(peer.device, 0))) is not None
        and [peer.told_at, pc.waiting] != list(told.get(peer.device, _UNTOLD))
    ]
    found.sort(key=lambda item: str(told.get(item[0].device, _UNTOLD)[0]))
    return found[:MOST_SERVED]


def _any_held(peers: Sequence[HubPeer]) -> bool:
    return any(peer.held for peer in peers)


def _served(peer: HubPeer, now: datetime, here: int) -> ServedPc | None:
    """A PC as it is told of; ``here``: how many of its revisions wait here.

    ``None`` if it never said what waits there. Whatever a wrong clock has left here is told of only when that PC speaks
    again.
    """
    if peer.told_at is None:
        return None
    ago = int((now - datetime.fromisoformat(peer.told_at)).total_seconds())
    if not -_CLOCK_STEP_S <= ago <= MOST_AGO_S:
        return None
    waiting = min(left_waiting(peer.waiting, peer.held, here), _MOST_WAITING)
    return ServedPc(bytes.fromhex(peer.device), max(ago, 0), waiting, peer.program)


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
    """What makes two reports different: all but the last proof, which changes every time, and other computers."""
    return list(msgspec.structs.astuple(msgspec.structs.replace(report, proven=0, served=[])))
