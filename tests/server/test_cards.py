"""The public cards of computers: there from enrolment on, everywhere, and saying when one was revoked."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection, delete, select

from sync.errors import BadInput
from sync.exchange.credential import public_key
from sync.exchange.messages import EnrolRequest, GiveBackRequest
from sync.exchange.service import MOST_RETURNED, Service
from sync.records import Computer
from sync.records.sending import MAY_WRITE
from sync.replica import tables
from sync.replica.devices import known_computers
from sync.replica.identity import PUBLIC
from sync.replica.projections import VALUE_TABLES
from sync.replica.replica import Replica
from sync.revisions.packing import pack
from sync.revisions.revision import Revision
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


def forget(replica: Replica, record: str) -> list[Revision]:
    """Lose a card as a restore does: nothing of it is left; what there was."""
    history = replica.history(record)
    ids = [item.id for item in history]
    entry, revision = tables.feed_entry, tables.revision

    def work(connection: Connection) -> None:
        connection.execute(delete(entry).where(entry.c.revision.in_(ids)))
        connection.execute(delete(revision).where(revision.c.id.in_(ids)))
        for table in (tables.record, tables.device, VALUE_TABLES["computer"]):
            connection.execute(delete(table).where(table.c.id == record))

    replica.write(work)
    return history


def test_a_lost_card_is_taken_back_once_however_many_bring_it_at_once(replica: Replica) -> None:
    device = enrol(replica)
    lost = pack(forget(replica, device))
    entries = public_entries(replica)
    with ThreadPoolExecutor(6) as threads:
        taken = list(threads.map(lambda _turn: Service(replica).give_back(GiveBackRequest(lost)).taken, range(6)))
    assert taken == [[0]] * 6
    [known] = Access(replica).devices()
    assert (known.id, known.letter, known.name) == (device, "A", "PC-UJI")
    assert public_entries(replica) == entries + 1


def test_a_letter_given_away_meanwhile_is_noticed_and_the_next_computer_gets_a_free_one(replica: Replica) -> None:
    lost = pack(forget(replica, enrol(replica)))
    enrol(replica)
    assert Service(replica).give_back(GiveBackRequest(lost)).taken == [0]
    found = replica.read(lambda connection: known_computers(connection, replica.identity.district))
    assert sorted((item.letter, item.forked_at is None) for item in found) == [("A", False), ("A", True)]
    enrol(replica)
    letters = [item.letter for item in Access(replica).devices()]
    assert sorted(letters) == ["A", "A", "B"]


def test_more_than_any_computer_returns_is_refused(replica: Replica) -> None:
    card = forget(replica, enrol(replica))[0]
    many = [msgspec.structs.replace(card, number=number) for number in range(1, MOST_RETURNED + 2)]
    with pytest.raises(BadInput, match="too many"):
        Service(replica).give_back(GiveBackRequest(pack(many)))


def test_no_computer_writes_a_card(replica: Replica) -> None:
    assert not any("computer" in types for types in MAY_WRITE.values())
