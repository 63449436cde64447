"""What a PC keeps of a trouble with its hub, so that its page can say which one it is: real hub, real certificates."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.actions.hub import new_hub_code, switch_hub
from desktop.commands.hub import pair
from desktop.exchanging import Exchanging
from desktop.queries.hub import hub_state
from sync.errors import NotAllowed
from sync.exchange.hub_service import HubService
from sync.records import Computer
from sync.replica import hub_peers
from sync.replica.values import Edit
from sync.server.hub import HubFace
from tests.desktop.homes import Home, make_home
from tests.desktop.scenes import reading


@pytest.fixture
def pc(tmp_path: Path) -> Iterator[Home]:
    made = make_home(tmp_path / "pc")
    yield made
    made.close()


@pytest.fixture
def hub(tmp_path: Path, pc: Home) -> Iterator[tuple[Home, HubFace]]:
    """A hub that the PC is paired with."""
    made = make_home(tmp_path / "hub", letter="B", facility=pc.replica.identity.facility)
    switch_hub(made.replica, on=True)
    face = HubFace(made.replica, HubService(made.replica), host="127.0.0.1", port=0)
    pair(pc.settings, f"127.0.0.1:{face.port}", new_hub_code(made.replica))
    yield made, face
    face.close()
    made.close()


@pytest.fixture
def exchanging(pc: Home) -> Iterator[Exchanging]:
    made = Exchanging(pc.settings, lambda _progress: None)
    yield made
    made.close()


def kept_error(pc: Home) -> str | None:
    with reading(pc) as reader:
        return hub_state(reader).own_error


def refused(exchanging: Exchanging) -> str:
    with pytest.raises(NotAllowed) as caught:
        exchanging.exchange_with_hub()
    return caught.value.code


def test_a_hub_that_forgot_this_pc_is_told_from_others_and_the_next_good_exchange_clears_it(
    pc: Home, hub: tuple[Home, HubFace], exchanging: Exchanging
) -> None:
    at_hub, face = hub
    assert exchanging.exchange_with_hub() is not None
    assert kept_error(pc) is None
    identity = pc.replica.identity
    at_hub.replica.write(lambda connection: hub_peers.forget_peer(connection, identity.district, identity.device))
    assert refused(exchanging) == kept_error(pc) == "unknown_device"
    pair(pc.settings, f"127.0.0.1:{face.port}", new_hub_code(at_hub.replica))
    assert exchanging.exchange_with_hub() is not None
    assert kept_error(pc) is None


def test_another_certificate_at_the_hubs_address_is_kept_as_such_and_gets_nothing(
    tmp_path: Path, pc: Home, hub: tuple[Home, HubFace], exchanging: Exchanging
) -> None:
    _at_hub, face = hub
    face.close()
    stranger = make_home(tmp_path / "stranger", letter="C", facility=pc.replica.identity.facility)
    other = HubFace(stranger.replica, HubService(stranger.replica), host="127.0.0.1", port=face.port)
    try:
        assert other.port == face.port
        assert refused(exchanging) == kept_error(pc) == "changed_certificate"
    finally:
        other.close()
        stranger.close()


def test_a_hub_that_the_district_revoked_is_kept_as_such(
    pc: Home, hub: tuple[Home, HubFace], exchanging: Exchanging
) -> None:
    identity, replica = hub[0].replica.identity, pc.replica
    card = Computer(
        id=identity.device,
        facility=identity.facility,
        letter=identity.letter,
        public_key="00",
        enrolled_at=replica.now(),
        revoked_at=replica.now(),
    )
    replica.save([Edit(card)], replica.identity.device)
    assert refused(exchanging) == kept_error(pc) == "revoked_hub"
