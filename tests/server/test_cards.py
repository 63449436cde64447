"""The public cards of computers: there from enrolment on, everywhere, and saying when one was revoked."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from sync.exchange.credential import public_key
from sync.exchange.messages import EnrolRequest
from sync.records import Computer
from sync.records.sending import MAY_WRITE
from sync.replica import tables
from sync.replica.identity import PUBLIC
from sync.replica.projections import VALUE_TABLES
from sync.replica.replica import Replica
from sync.server.access import Access
from sync.server.cards import publish_missing_cards
from sync.server.enrolment import Enrolment
from tests.fakes.district import PUSKESMAS_CODE, created_district, new_code

KEY = bytes(range(32))


@pytest.fixture(params=["sqlite", "postgresql"])
def replica(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Replica]:
    """A fresh district on each kind of database."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    with created_district(tmp_path, url) as made:
        yield made


def enrol(replica: Replica) -> str:
    """Enrol a computer of the puskesmas; its id."""
    request = EnrolRequest(code=new_code(replica, PUSKESMAS_CODE), public_key=public_key(KEY), pc_name="PC-UJI")
    return Enrolment(replica).enrol(request, "192.0.2.1").device


def public_entries(replica: Replica) -> int:
    """How many revisions everybody may see."""
    table = tables.feed
    query = select(table.c.number).where(table.c.audience == PUBLIC)
    return int(replica.read(lambda connection: connection.execute(query).scalar_one()))


def test_an_enrolled_computer_has_a_card_in_the_public_feed(replica: Replica) -> None:
    before = public_entries(replica)
    device = enrol(replica)
    card = replica.get(Computer, device)
    assert card is not None
    assert card.record.public_key == public_key(KEY).hex()
    assert (card.record.letter, card.record.revoked_at) == ("A", None)
    assert public_entries(replica) == before + 1


def test_a_revoked_computer_is_said_to_be_revoked_once(replica: Replica) -> None:
    device = enrol(replica)
    assert Access(replica).revoke(device)
    first = replica.get(Computer, device)
    entries = public_entries(replica)
    assert Access(replica).revoke(device)
    again = replica.get(Computer, device)
    assert first is not None
    assert again is not None
    assert first.record.revoked_at is not None
    assert again.record == first.record
    assert public_entries(replica) == entries


def test_a_computer_enrolled_before_there_were_cards_gets_one(replica: Replica) -> None:
    device = enrol(replica)
    table = VALUE_TABLES["computer"]
    replica.write(lambda connection: connection.execute(delete(table).where(table.c.id == device)))
    replica.write(lambda connection: connection.execute(delete(tables.record).where(tables.record.c.id == device)))
    replica.write(
        lambda connection: connection.execute(delete(tables.revision).where(tables.revision.c.record == device))
    )
    assert replica.get(Computer, device) is None
    assert publish_missing_cards(replica) == 1
    assert publish_missing_cards(replica) == 0
    assert replica.get(Computer, device) is not None


def test_no_computer_writes_a_card(replica: Replica) -> None:
    assert not any("computer" in types for types in MAY_WRITE.values())
