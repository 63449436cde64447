"""The district before anything happens: made once by the product's own enrolment, then copied for each history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sync.exchange.enrol import enrol, identity_of
from sync.exchange.messages import DeviceCard
from sync.replica import links
from sync.replica.replica import Replica
from sync.server.app import create_app
from sync.server.district import add_facility, create_district
from sync.server.enrolment import Enrolment
from tests.simulation.chance import Clock, environment
from tests.simulation.disks import Disk, Shelf
from tests.simulation.edge import HERE, URL, ask, transport
from tests.simulation.hubs import HUB, PLACE, join
from tests.simulation.machines import DISTRICT_CODE

#: Facility, kind and number of PCs; the office comes with the district.
PLACES = (
    ("melati", "puskesmas", 3),
    ("kenanga", "puskesmas", 2),
    ("dahlia", "puskesmas", 1),
    ("rsud", "rs", 2),
    ("rs-bunda", "rs", 1),
    ("dinkes", "dinkes", 2),
)
PCS = sum(count for _, _, count in PLACES)


@dataclass(frozen=True, slots=True)
class Stage:
    """Copies of all disks as they are on the first morning."""

    shelf: Shelf
    server: Any
    pcs: Sequence[tuple[str, Any]]
    #: The PCs of the puskesmas with a hub, once they are paired with it.
    paired: Mapping[str, Any]
    facilities: Mapping[str, tuple[str, str]]


def build_stage() -> Stage:
    """A district whose computers are enrolled and know nothing yet."""
    shelf, clock = Shelf(), Clock()
    server_disk = shelf.take()
    replica = create_district(
        server_disk.engine, environment(clock, Random("stage server"), lambda: 0), DISTRICT_CODE, "Dinas Kesehatan"
    )
    facilities = {"dinkes": (replica.identity.facility, "dinkes")}
    for name, kind, _ in PLACES:
        if kind != "dinkes":
            facility = add_facility(replica, {"code": name[:8], "name": name.title(), "kind": kind})
            facilities[name] = (facility.id, kind)
    app, codes = create_app(replica, pool=HERE), Enrolment(replica)
    pcs = []
    house: dict[str, tuple[Replica, Disk]] = {}
    for name, _, count in PLACES:
        for letter in "ABC"[:count]:
            label = f"{name}-{letter}"
            made = Random(f"stage {label}")
            code, key = codes.new_code(facilities[name][0]).code, made.randbytes(32)
            with transport(None, lambda sent: ask(app, sent)) as road:
                card = enrol(road, code=code, pc_name=label, signing_key=key)
            ids = made.randbytes(16).hex(), made.randbytes(16).hex()
            identity = identity_of(card, replica=ids[0], epoch=ids[1], pc_name=label, signing_key=key)
            disk = shelf.take()
            replica = Replica.create(disk.engine, identity, environment(clock, made, lambda: 0))
            _know_server(replica, card)
            pcs.append((label, disk.copy()))
            if name == PLACE:
                house[label] = replica, disk
    for label, (replica, _) in house.items():
        if label != HUB:
            join(house[HUB][0], replica)
    paired = {label: disk.copy() for label, (_, disk) in house.items()}
    return Stage(shelf, server_disk.copy(), pcs, paired, facilities)


def _know_server(replica: Replica, card: DeviceCard) -> None:
    """What enrolment notes of the server. The epoch is learned by the first exchange, so that one is among them."""
    replica.write(
        lambda connection: links.write_link(
            connection, card.district, links.DISTRICT_PEER, url=URL, replica=card.replica, server_key=card.server_key
        )
    )
