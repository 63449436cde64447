"""``rujuk sync-test``: goes through this PC's roads step by step; each step is good or has a code for the telephone.

A PC that has a hub is tested on both roads. Where the hub's is whole, the other one need not be: that is no error.
"""

import socket
import ssl
import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from desktop.commands.answers import FAILED, Answer, NotEnrolled
from desktop.commands.exchanging import considerate, road
from desktop.commands.place import open_reader, open_replica
from desktop.hub import exchange_with, look_again, own_hub
from desktop.link_words import GOOD, STEPS, verdict_words
from desktop.queries.hub import hub_state
from desktop.queries.values import to_moment
from desktop.security.keys import KeyMissing, load_key
from desktop.settings import Settings
from sync.errors import FileDamaged, LinkError, NotAllowed, ReplicaError
from sync.replica import links
from sync.replica.standing import standing

if TYPE_CHECKING:
    from sync.replica.hub_links import Hub
    from sync.replica.replica import Replica

#: Seconds that reaching another machine may take, and a clock's error that is worth a telephone call.
_CONNECT_S, _CLOCK = 10.0, timedelta(minutes=5)
#: Seconds that one exchange of the test may take.
_LONGEST_S = 60.0


def sync_test(settings: Settings) -> Answer:
    """Test each step; the answer has them all, and one code: that of the first that is needed and failed."""
    steps = _Steps()
    try:
        if not settings.database.exists():
            raise NotEnrolled("no database file")
        load_key(settings)
        steps.good("key")
        with open_replica(settings) as replica:
            steps.good("database")
            _test_file(settings, steps)
            _test_roads(replica, steps)
        _test_own_hub(settings, steps)
    except KeyMissing:
        steps.bad("key", "K-2102")
    except NotEnrolled:
        steps.bad("enrolled", "K-2113")
    except ReplicaError:
        steps.bad("database", "K-2101")
    told = [asdict(step) for step in steps.done]
    words = [*(step.words for step in steps.done), f"Kode untuk petugas TI: {steps.code}"]
    words.append(verdict_words(steps.code, told))
    return Answer("\n".join(words), {"code": steps.code, "steps": told}, 0 if steps.code == GOOD else FAILED)


@dataclass(frozen=True, slots=True)
class _Step:
    """``needed``: whether it counts that it failed. ``note``: more about it, for people."""

    step: str
    ok: bool
    code: str = ""
    needed: bool = True
    note: str = ""

    @property
    def words(self) -> str:
        mark = "OK" if self.ok else "GAGAL" if self.needed else "TIDAK"
        more = "  ".join(part for part in (self.code, self.note, "" if self.needed else "tidak diperlukan") if part)
        return f"{mark:<6} {STEPS[self.step]}  {more}".rstrip()


class _Steps:
    """What was tried, in order."""

    def __init__(self) -> None:
        self.done: list[_Step] = []

    @property
    def code(self) -> str:
        """The code of the first step that is needed and failed; K-2100 if none did."""
        return next((item.code for item in self.done if item.needed and not item.ok), GOOD)

    def good(self, step: str, note: str = "") -> None:
        self.done.append(_Step(step, ok=True, note=note))

    def bad(self, step: str, code: str, *, needed: bool = True, note: str = "") -> None:
        self.done.append(_Step(step, ok=False, code=code, needed=needed, note=note))

    def check(self, step: str, code: str, *, ok: bool) -> None:
        if ok:
            self.good(step)
        else:
            self.bad(step, code)


def _test_file(settings: Settings, steps: _Steps) -> None:
    from sync.replica.copying import check_database

    try:
        check_database(settings.database, load_key(settings).secret)
    except FileDamaged:
        steps.bad("file", "K-2103")
    else:
        steps.good("file")


def _test_roads(replica: "Replica", steps: _Steps) -> None:
    hub = own_hub(replica)
    by_hub = hub is not None and _test_hub(replica, hub, steps)
    equal = _test_server(replica, steps, needed=not by_hub)
    if not by_hub and equal is None:
        return
    stands = replica.read(lambda connection: standing(connection, replica.identity))
    # Where there is no road but the hub's, what the hub has is on its way.
    waiting = replica.waiting_count(links.HUB_PEER) if equal is None else stands.waiting
    steps.check("sent", "K-2112", ok=not waiting)
    steps.check("accepted", "K-2111", ok=not stands.refused)
    if equal is not None:
        steps.check("equal", "K-2110", ok=equal)


def _test_hub(replica: "Replica", hub: "Hub", steps: _Steps) -> bool:
    """At a PC that has a hub: whether it is found, is the one it was, answers, and holds the same as this PC."""
    before = _last_equal(replica)
    if not _reaches(hub.url) and look_again(replica, hub) is None:
        steps.bad("hub_found", "K-2115", note=before)
        return False
    steps.good("hub_found", hub.name)
    try:
        outcome = exchange_with(replica, own_hub(replica) or hub, considerate(time.monotonic() + _LONGEST_S))
    except LinkError as error:
        if error.code == "changed_certificate":
            steps.bad("hub_certificate", "K-2116", note=before)
            return False
        steps.good("hub_certificate")
        steps.bad("hub_answers", "K-2118" if isinstance(error, NotAllowed) else "K-2117", note=before)
        return False
    steps.good("hub_certificate")
    steps.good("hub_answers")
    if outcome.proven:
        steps.good("hub_equal", _last_equal(replica))
    else:
        steps.bad("hub_equal", "K-2119", note=before)
    return outcome.proven


def _test_server(replica: "Replica", steps: _Steps, *, needed: bool) -> bool | None:
    """Whether the district's server and this PC hold the same now; ``None`` if it did not answer."""
    from sync.exchange.engine import exchange

    with road(replica) as transport:
        link = replica.link()
        if link is None or not _reaches(link.url):
            steps.bad("network", "K-2105", needed=needed)
            return None
        steps.good("network")
        try:
            outcome = exchange(replica, transport, considerate(time.monotonic() + _LONGEST_S))
        except NotAllowed:
            # Its word is about this computer, whichever road it uses.
            steps.bad("server", "K-2107")
            return None
        except LinkError:
            steps.bad("server", "K-2106", needed=needed)
            return None
    steps.good("server")
    link = replica.link()
    off = timedelta(milliseconds=link.clock_offset_ms if link else 0)
    steps.check("clock", "K-2108", ok=abs(off) <= _CLOCK)
    return outcome.proven


def _test_own_hub(settings: Settings, steps: _Steps) -> None:
    """At a PC that is a hub: whether any other PC has come through to it yet."""
    with open_reader(settings) as (reader, _identity):
        state = hub_state(reader)
    if state.on:
        steps.check("hub", "K-2114", ok=state.reached_at is not None)


def _last_equal(replica: "Replica") -> str:
    link = replica.link(links.HUB_PEER)
    at = to_moment(link.last_sync_at) if link is not None else None
    return f"terakhir sama {at.astimezone():%d-%m-%Y %H.%M}" if at is not None else "belum pernah sama"


def _reaches(url: str) -> bool:
    """Whether the machine at this address takes a connection at all."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with socket.create_connection((parts.hostname or "", port), timeout=_CONNECT_S):
            return True
    except (OSError, ssl.SSLError):
        return False
