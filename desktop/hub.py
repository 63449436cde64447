"""A PC's dealings with the hub: its agent serves while the switch is on, finds, joins and speaks with another PC's.

The switch and how the hub is reached are local values (``sync.replica.hub_values``). Trouble here is kept and logged;
it must never hold up an exchange with the district.
"""

import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sync.errors import BadInput

if TYPE_CHECKING:
    from sync.exchange.lan import Announcement, FoundHub
    from sync.exchange.manner import Manner, Outcome
    from sync.replica.hub_links import Hub
    from sync.replica.replica import Replica
    from sync.server.hub import HubFace

#: Seconds to listen for hubs: when somebody looks for one, and when the own one is not where it was.
_LOOK_S, _LOOK_AGAIN_S = 4.0, 3.0
#: A hub stands in the same house: one that does not answer by then is off.
_CONNECT_S = 3.0
#: Seconds between two transactions for a PC while a window of this one is open.
_PAUSE_S = 0.010

_log = logging.getLogger("desktop.agent")


class HubSide:
    """One PC's dealings as a hub and with one. Not for more than one thread, but for what its face does."""

    def __init__(self, wake: Callable[[float], None], considerate: Callable[[], bool], updates: Path) -> None:
        """``wake``: called from other threads when PCs have brought something, with seconds until it shall go on.

        ``updates``: the folder with this PC's packages, which its hub hands on.
        """
        self._wake = wake
        self._considerate = considerate
        self._updates = updates
        self._face: HubFace | None = None
        self._announcement: Announcement | None = None

    def attend(self, replica: "Replica") -> None:
        """Be a hub or not, as the switch says."""
        from sync.replica import hub_values

        on = replica.read(lambda connection: hub_values.is_on(connection, replica.identity.district))
        if on and self._face is None:
            self._open(replica)
        elif not on and self._face is not None:
            self.close()

    def close(self) -> None:
        """Serve no longer."""
        if self._announcement is not None:
            self._announcement.close()
            self._announcement = None
        if self._face is not None:
            self._face.close()
            self._face = None

    def _open(self, replica: "Replica") -> None:
        from sync.exchange.hub_service import HubService
        from sync.exchange.lan import Announcement, own_addresses
        from sync.server.hub import HubFace

        identity, addresses = replica.identity, own_addresses()
        try:
            self._face = HubFace(replica, HubService(replica, self._wake, self._pause), updates=self._updates)
        except OSError as error:
            _log.warning("no hub: %s", type(error).__name__, exc_info=error)
            _say(replica, {"problem": type(error).__name__})
            return
        _say(replica, {"addresses": addresses, "port": self._face.port})
        _log.info("hub listens on port %d", self._face.port)
        try:
            self._announcement = Announcement(
                device=identity.device,
                name=identity.pc_name,
                facility=identity.facility,
                fingerprint=self._face.fingerprint,
                port=self._face.port,
                addresses=addresses,
            )
        except OSError as error:
            # Its address can still be typed.
            _log.warning("the hub cannot announce itself: %s", type(error).__name__)

    def _pause(self) -> None:
        if self._considerate():
            time.sleep(_PAUSE_S)


def own_hub(replica: "Replica") -> "Hub | None":
    """The hub of this PC, if it has one."""
    from sync.replica import hub_links

    return replica.read(lambda connection: hub_links.read_hub(connection, replica.identity.district))


def exchange_with(replica: "Replica", hub: "Hub", manner: "Manner") -> "Outcome":
    """One exchange with this PC's hub, wherever it is now; why it refuses is kept for the screen.

    Raises:
        LinkError, ReplicaError: it failed; everything waits where it was.
    """
    from sync.errors import NotAllowed
    from sync.replica import hub_links

    try:
        return _exchange_wherever(replica, hub, manner)
    except NotAllowed as error:
        if code := error.code:
            district = replica.identity.district
            replica.write(lambda connection: hub_links.note_refusal(connection, district, code))
        raise


def _exchange_wherever(replica: "Replica", hub: "Hub", manner: "Manner") -> "Outcome":
    from sync.errors import NotAllowed, Unreachable
    from sync.replica import hub_peers

    card = replica.read(lambda connection: hub_peers.read_card(connection, replica.identity.district, hub.device))
    if card is not None and card.revoked:
        raise NotAllowed("the district has revoked the hub", code="revoked_hub")
    try:
        return _exchange_at(replica, hub, manner)
    except (Unreachable, NotAllowed) as error:
        if isinstance(error, NotAllowed) and error.code != "changed_certificate":
            raise
        # Another address, or another computer at the old one.
        moved = look_again(replica, hub)
        if moved is None:
            raise
        return _exchange_at(replica, moved, manner)


def _exchange_at(replica: "Replica", hub: "Hub", manner: "Manner") -> "Outcome":
    from sync.exchange.credential import Signer
    from sync.exchange.engine import exchange
    from sync.exchange.http import HttpTransport
    from sync.replica import links

    signer = Signer(replica.identity.device, replica.identity.signing_key)
    with HttpTransport(
        hub.url,
        signer,
        fingerprint=hub.fingerprint,
        urgent=lambda: replica.emergency_waits(links.HUB_PEER),
        connect_s=_CONNECT_S,
    ) as transport:
        return exchange(replica, transport, manner, links.HUB_PEER)


def look_again(replica: "Replica", hub: "Hub") -> "Hub | None":
    """This PC's hub at its present address, if it announces itself at another than before."""
    from sync.exchange.lan import find_hubs, mark_of
    from sync.replica import hub_links

    try:
        found = find_hubs(_LOOK_AGAIN_S, mark=mark_of(hub.fingerprint))
    except OSError:
        return None
    if not found or found[0].url == hub.url:
        return None
    url = found[0].url
    replica.write(lambda connection: hub_links.move_hub(connection, replica.identity.district, url))
    return own_hub(replica)


def join(replica: "Replica", address: str, code: str) -> str:
    """Make the hub at ``address`` this PC's hub; how it is called.

    Raises:
        BadInput: address or code cannot be right. LinkError: with a ``code`` that says why.
    """
    from sync.exchange.http import HttpTransport, certificate_of
    from sync.exchange.pairing import pair

    url = url_of(address)
    fingerprint = certificate_of(url)
    with HttpTransport(url, fingerprint=fingerprint) as transport:
        return pair(replica, transport, url=url, fingerprint=fingerprint, code=code).pc_name


def url_of(typed: str) -> str:
    """The address of a hub as somebody typed it: 192.168.1.5, with or without port and https."""
    from sync.server.hub import DEFAULT_PORT

    bare = typed.strip().removeprefix("https://").rstrip("/")
    if not bare or " " in bare or "/" in bare:
        raise BadInput("not an address", field="url")
    return f"https://{bare}" if ":" in bare else f"https://{bare}:{DEFAULT_PORT}"


def find(replica: "Replica") -> "list[FoundHub]":
    """The hubs of this facility that announce themselves within a few seconds. Raises OSError without a network."""
    from sync.exchange.lan import find_hubs

    return [hub for hub in find_hubs(_LOOK_S) if hub.facility == replica.identity.facility]


def _say(replica: "Replica", face: Mapping[str, Any]) -> None:
    from sync.replica import hub_values

    district = replica.identity.district
    replica.write(lambda connection: hub_values.write_face(connection, district, face))
