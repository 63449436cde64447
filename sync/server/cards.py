"""The public cards of enrolled computers: which key signs for which facility, and whether it was revoked.

Cards are records like any other and reach every computer through the public feed, so that a hospital can tell without a
network whether the signature on a letter is that of a puskesmas. Only the server writes them; no secret is in them.
"""

from datetime import datetime

from sqlalchemy import Connection, select

from sync.records import Computer
from sync.replica.projections import VALUE_TABLES
from sync.replica.replica import Replica
from sync.replica.tables import device
from sync.replica.values import Edit


def publish_card(connection: Connection, replica: Replica, device_id: str) -> None:
    """Say in the card of a computer what the server knows of it now; inside the transaction that changed it."""
    district = replica.identity.district
    row = connection.execute(select(device).where(device.c.district == district, device.c.id == device_id)).one()
    card = Computer(
        id=device_id,
        facility=row.facility,
        letter=row.letter,
        public_key=bytes(row.public_key).hex(),
        enrolled_at=datetime.fromisoformat(row.enrolled_at),
        revoked_at=datetime.fromisoformat(row.revoked_at) if row.revoked_at else None,
        name=row.name or None,
        former=row.former,
    )
    seen = replica.get_within(connection, Computer, device_id)
    replica.save_within(connection, [Edit(card, seen)], replica.identity.device)


def publish_missing_cards(replica: Replica) -> int:
    """Make whole the cards of computers that were enrolled before cards, or names in them; how many there were."""
    card, district = VALUE_TABLES["computer"], replica.identity.district
    there = select(card.c.id).where(card.c.district == district, card.c.name.is_not(None))
    query = select(device.c.id).where(device.c.district == district, device.c.id.not_in(there)).order_by(device.c.id)
    query = query.where(device.c.name != "")

    def work(connection: Connection) -> int:
        missing = list(connection.execute(query).scalars())
        for device_id in missing:
            publish_card(connection, replica, device_id)
        return len(missing)

    return replica.write(work)
