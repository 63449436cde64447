"""The facts of one referral as a replica holds them, for whoever is about to add another.

Reads only; what they amount to is decided in ``sync.records.referral_state``.
"""

from sqlalchemy import select

from sync.records import ReferralEvent
from sync.replica.projections import VALUE_TABLES, from_row
from sync.replica.replica import Replica


def facts_of(replica: Replica, referral: str) -> list[ReferralEvent]:
    """Every fact of a referral that is here, by id."""
    table = VALUE_TABLES["referral_event"]
    query = select(table).where(table.c.district == replica.identity.district, table.c.referral == referral)
    rows = replica.read(lambda connection: connection.execute(query.order_by(table.c.id)).all())
    return [ReferralEvent.from_fields(row.id, from_row(ReferralEvent.type, row._asdict())) for row in rows]
