"""Tests of the figures about what waits."""

from desktop.queries.sync_state import sync_state
from sync.exchange.settling import settle
from sync.records import Patient
from sync.replica.values import Edit, Incoming
from sync.revisions.revision import encode_revision
from tests.desktop.homes import Home
from tests.desktop.scenes import reading
from tests.revisions.generators import revision


def test_only_what_this_computer_wrote_waits_to_be_sent_from_it(home: Home) -> None:
    audience = home.replica.identity.home_audience
    foreign = revision(1, {"name": "Siti Rahayu", "sex": "P"})
    home.replica.receive(audience, [Incoming(foreign, encode_revision(foreign))])
    # A server that begins anew has lost it; only the computer that wrote it may bring it back.
    assert settle(home.replica, {foreign.id}, set()) == [foreign.id]
    with reading(home) as reader:
        before = sync_state(reader).waiting
        home.replica.save([Edit(Patient(id=home.replica.new_id(), name="Dewi", sex="P"))], home.staff[0].id)
        assert sync_state(reader).waiting == before + 1
        assert before + 1 == home.replica.waiting_count()
