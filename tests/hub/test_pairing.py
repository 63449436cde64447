"""Who may speak to a hub, and why not: codes, certificates, other facilities, revoked computers."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from sync.errors import BadInput, NotAllowed, Refused, Unreachable
from sync.exchange.credential import Signer
from sync.exchange.http import HttpTransport, certificate_of
from sync.exchange.messages import PAIR, PairAnswer, PairRequest, decode_message, encode_message
from sync.exchange.pairing import pair
from sync.replica import hub_codes, hub_links, hub_peers, tables
from sync.replica.replica import Replica
from sync.replica.versions import program_version
from tests.fakes.hub import House, house, records
from tests.fakes.replicas import DISTRICT


@pytest.fixture
def place(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as made:
        yield made


def refused(place: House, pc: Replica, code: str) -> str:
    """Try to pair; the code of the refusal. Nothing has changed at the PC."""
    before = pc.read(lambda connection: hub_links.read_hub(connection, DISTRICT))
    with pytest.raises(NotAllowed) as caught:
        place.pair(pc, code=code)
    assert pc.read(lambda connection: hub_links.read_hub(connection, DISTRICT)) == before
    return caught.value.code


def other_code(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code) + 1) % 10**8:08}"


def test_five_wrong_codes_take_the_code_away(place: House) -> None:
    fresh, code = place.computer("C"), place.code()
    for _ in range(hub_codes.MOST_TRIES):
        assert refused(place, fresh, other_code(code)) == "wrong_code"
    assert refused(place, fresh, code) == "no_code"
    place.pair(fresh)
    assert place.to_hub(fresh).proven


def test_a_code_ends_after_ten_minutes(place: House) -> None:
    fresh = place.computer("C")
    long_ago = place.hub.now() - hub_codes.CODE_LIFETIME - timedelta(seconds=1)
    code = place.hub.write(lambda connection: hub_codes.new_code(connection, DISTRICT, long_ago, bytes(range(16))))
    assert refused(place, fresh, code.digits) == "expired_code"


def test_a_code_serves_one_computer_which_may_ask_again(place: House) -> None:
    code, fresh, late = place.code(), place.computer("C"), place.computer("D")
    place.pair(fresh, code=code)
    place.pair(fresh, code=f"{code[:4]} {code[4:]}")
    assert refused(place, late, code) == "used_code"


def test_what_cannot_be_a_code_is_not_sent(place: House) -> None:
    with pytest.raises(BadInput):
        place.pair(place.computer("C"), code="1234")


def test_a_pc_of_another_facility_is_refused(place: House) -> None:
    stranger = place.computer("X", place.district.other_puskesmas)
    assert refused(place, stranger, place.code()) == "other_facility"


def test_a_pc_that_only_claims_to_be_of_this_facility_is_refused_by_its_card(place: House) -> None:
    stranger = place.computer("X", place.district.other_puskesmas)
    place.to_district(place.hub)
    table = tables.identity
    stranger.write(lambda connection: connection.execute(table.update().values(facility=place.district.puskesmas)))
    assert refused(place, stranger, place.code()) == "other_facility"


def test_a_pc_that_the_district_has_revoked_is_refused_from_then_on(place: House) -> None:
    place.register(place.pc)
    place.publish(place.pc, revoked=True)
    place.to_district(place.hub)
    with pytest.raises(NotAllowed) as caught:
        place.to_hub(place.pc)
    assert caught.value.code == "revoked_device"
    assert refused(place, place.pc, place.code()) == "revoked_device"
    assert not records(place.hub)


def test_a_pc_that_was_never_here_is_let_in_by_the_districts_card_alone(place: House) -> None:
    """As one is that has got a new name after its disk was cloned."""
    fresh, unknown = place.computer("C"), place.computer("D", card=False)
    place.to_district(place.hub)
    hub = place.pc.read(lambda connection: hub_links.read_hub(connection, DISTRICT))
    assert hub is not None
    for replica in (fresh, unknown):
        replica.write(
            lambda connection, replica=replica: hub_links.join_hub(  # type: ignore[misc]  # bound per turn on purpose
                connection, replica.identity, hub, replica.new_id()
            )
        )
    assert place.to_hub(fresh).proven
    with pytest.raises(NotAllowed) as caught:
        place.to_hub(unknown)
    assert caught.value.code == "unknown_device"


def test_a_hub_with_another_certificate_gets_nothing(place: House) -> None:
    place.register(place.pc)
    place.face.close()
    table = tables.local
    place.hub.write(lambda connection: connection.execute(delete(table).where(table.c.name == "hub.certificate")))
    place.face = place.serve(place.hub, port=place.face.port)
    place.woken.clear()
    with pytest.raises(NotAllowed) as caught:
        place.to_hub(place.pc)
    assert caught.value.code == "changed_certificate"
    assert place.woken == []
    place.pair(place.pc)
    assert place.to_hub(place.pc).proven


def test_a_hub_that_is_off_is_unreachable(place: House) -> None:
    place.face.close()
    with pytest.raises(Unreachable):
        place.to_hub(place.pc)


class Between:
    """Somebody between PC and hub, with a certificate of his own; he passes on what he is sent."""

    def __init__(self, place: House, *, knows_nothing: bool = False) -> None:
        self.url = f"https://127.0.0.1:{place.face.port}"
        self.knows_nothing = knows_nothing

    def send(self, path: str, body: bytes) -> bytes:
        if self.knows_nothing:
            asked = decode_message(body, PairRequest)
            return encode_message(PairAnswer("0" * 32, asked.facility, "PC palsu", bytes(32), bytes(64)))
        with HttpTransport(self.url, fingerprint=certificate_of(self.url)) as transport:
            return transport.send(path, body)


@pytest.mark.parametrize("knows_nothing", [True, False])
def test_whoever_stands_between_fails_at_both_ends(place: House, knows_nothing: bool) -> None:
    fresh, between, code = place.computer("C"), Between(place, knows_nothing=knows_nothing), place.code()
    with pytest.raises(NotAllowed) as caught:
        pair(fresh, between, url=between.url, fingerprint=bytes(32), code=code)
    assert caught.value.code == "wrong_code"
    known = place.hub.read(lambda connection: hub_peers.read_peers(connection, DISTRICT))
    assert fresh.identity.device not in {peer.device for peer in known}


def test_requests_without_a_proven_credential_are_refused(place: House) -> None:
    url = f"https://127.0.0.1:{place.face.port}"
    forged = Signer(place.pc.identity.device, bytes(32))
    for signer, code in ((None, "no_credential"), (forged, "bad_signature")):
        with HttpTransport(url, signer, fingerprint=certificate_of(url)) as transport:
            with pytest.raises(NotAllowed) as caught:
                transport.send("/v1/confirmed", b"")
            assert caught.value.code == code


def test_a_computer_is_not_its_own_hub(place: House) -> None:
    assert refused(place, place.hub, place.code()) == "own_computer"


def test_the_hub_lists_its_computers_with_what_waits_there(place: House) -> None:
    place.pulled = {"pc-district", "hub-district"}
    place.register(place.pc)
    place.to_hub(place.pc)
    peers = {
        peer.device: peer for peer in place.hub.read(lambda connection: hub_peers.read_peers(connection, DISTRICT))
    }
    assert [peer.name for peer in peers.values()] == ["PC A", "PC B"]
    assert peers[place.pc.identity.device].waiting == 1
    assert peers[place.pc.identity.device].last_seen is not None
    assert peers[place.pc.identity.device].program == program_version()


def test_a_message_for_pairing_needs_sound_parts(place: House) -> None:
    url = f"https://127.0.0.1:{place.face.port}"
    request = PairRequest("bukan perangkat", place.district.puskesmas, "PC", "A", bytes(32), bytes(32))
    with HttpTransport(url, fingerprint=certificate_of(url)) as transport, pytest.raises(Refused) as caught:
        transport.send(PAIR, encode_message(request))
    assert "wrong_type" in str(caught.value)
