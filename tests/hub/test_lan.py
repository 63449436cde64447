"""A hub announces itself in the network and is found, also under a new address. On loopback, by real multicast."""

from sync.exchange.lan import Announcement, FoundHub, find_hubs, mark_of

LOOPBACK = ["127.0.0.1"]
FINGERPRINT = bytes(range(32))


def test_a_hub_is_found_by_its_mark_with_its_present_address() -> None:
    announcement = Announcement(
        device="0" * 31 + "a",
        name="PC TU Melati",
        facility="f" * 32,
        fingerprint=FINGERPRINT,
        port=4711,
        addresses=LOOPBACK,
        interfaces=LOOPBACK,
    )
    try:
        mark = mark_of(FINGERPRINT)
        found = find_hubs(30.0, mark=mark, interfaces=LOOPBACK)
        assert found == [FoundHub("PC TU Melati", "https://127.0.0.1:4711", "f" * 32, mark)]
    finally:
        announcement.close()
