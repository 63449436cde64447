"""Finding a hub in the network of the house: a hub announces itself by multicast DNS, PCs listen for a few seconds.

What is announced is a hint and proves nothing: pairing and the pinned certificate do. No name of a person and no number
of a patient is ever announced.
"""

import ipaddress
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import ifaddr
from zeroconf import InterfaceChoice, ServiceBrowser, ServiceInfo, ServiceListener, Zeroconf

_TYPE = "_rujuk._tcp.local."
#: Letters of the fingerprint (hexadecimal) that are announced; enough to know one's own hub again.
_MARK = 16
_RESOLVE_MS = 1500
Interfaces = list[str] | InterfaceChoice


@dataclass(frozen=True, slots=True)
class FoundHub:
    """A hub that announces itself. ``mark``: see :func:`mark_of`."""

    name: str
    url: str
    facility: str
    mark: str


def mark_of(fingerprint: bytes) -> str:
    """By what a PC knows its hub again when the address has changed."""
    return fingerprint.hex()[:_MARK]


def own_addresses() -> list[str]:
    """The addresses (IPv4) under which other computers of the house may reach this one."""
    found = (
        str(ip.ip)
        for adapter in ifaddr.get_adapters()
        for ip in adapter.ips
        if ip.is_IPv4 and not ipaddress.ip_address(str(ip.ip)).is_loopback
    )
    return sorted(found)


class Announcement:
    """Announces a hub until it is closed. Raises OSError where there is no network to announce it in."""

    def __init__(
        self,
        *,
        device: str,
        name: str,
        facility: str,
        fingerprint: bytes,
        port: int,
        addresses: Sequence[str],
        interfaces: Interfaces = InterfaceChoice.All,
    ) -> None:
        self._zeroconf = _network(interfaces)
        info = ServiceInfo(
            _TYPE,
            f"{device}.{_TYPE}",
            port=port,
            addresses=[socket.inet_aton(address) for address in addresses],
            properties={"name": name[:80], "facility": facility, "mark": mark_of(fingerprint)},
            server=f"rujuk-{device[-12:]}.local.",
        )
        try:
            self._zeroconf.register_service(info, allow_name_change=True)
        except BaseException:
            self._zeroconf.close()
            raise

    def close(self) -> None:
        """Take the announcement back."""
        self._zeroconf.close()


def find_hubs(seconds: float, *, mark: str = "", interfaces: Interfaces = InterfaceChoice.All) -> list[FoundHub]:
    """Whoever announces himself within ``seconds``, by name; with a ``mark`` only that one, as soon as it is there.

    Raises:
        OSError: there is no network.
    """
    with _Listening(mark) as listening, _network(interfaces) as network:
        browser = ServiceBrowser(network, _TYPE, listener=listening)
        listening.enough.wait(seconds)
        browser.cancel()
        return sorted(listening.found.values(), key=lambda hub: (hub.name, hub.url))


def _network(interfaces: Interfaces) -> Zeroconf:
    try:
        return Zeroconf(interfaces=interfaces)
    except RuntimeError as error:
        raise OSError("there is no network") from error


class _Listening(ServiceListener):
    def __init__(self, mark: str) -> None:
        self._mark = mark
        self.enough = threading.Event()
        self.found: dict[str, FoundHub] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.enough.set()

    def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        info = zc.get_service_info(type_, name, timeout=_RESOLVE_MS)
        addresses = info.parsed_addresses() if info is not None else []
        if info is None or info.port is None or not addresses:
            return
        said = {key.decode(): (value or b"").decode(errors="replace") for key, value in info.properties.items()}
        hub = FoundHub(
            said.get("name", ""), f"https://{addresses[0]}:{info.port}", said.get("facility", ""), said.get("mark", "")
        )
        if self._mark in ("", hub.mark):
            self.found[name] = hub
            if self._mark:
                self.enough.set()

    def update_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        self.add_service(zc, type_, name)

    def remove_service(self, _zc: Zeroconf, _type: str, name: str) -> None:
        self.found.pop(name, None)
