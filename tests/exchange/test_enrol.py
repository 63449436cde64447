"""The computer's half of enrolment."""

import pytest

from sync.errors import BadInput, Refused
from sync.exchange.credential import public_key
from sync.exchange.enrol import derive_signing_key, enrol, identity_of
from sync.exchange.messages import ENROL, DeviceCard, EnrolRequest, decode_message, encode_message

CARD = DeviceCard("3329", "d" * 32, "B", "f" * 32, "puskesmas", "Puskesmas Melati", "a" * 32, "e" * 32)


class Road:
    """A road to a server that always answers the same."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.sent: list[tuple[str, bytes]] = []

    def send(self, path: str, body: bytes) -> bytes:
        """Note what was sent."""
        self.sent.append((path, body))
        return self.answer


def test_the_code_the_name_and_the_public_key_are_sent() -> None:
    road = Road(encode_message(CARD))
    assert enrol(road, code="abcde-fghjk", pc_name="  PC-LOKET ", signing_key=bytes(32)) == CARD
    ((path, body),) = road.sent
    assert path == ENROL
    assert decode_message(body, EnrolRequest) == EnrolRequest("ABCDEFGHJK", public_key(bytes(32)), "PC-LOKET")


@pytest.mark.parametrize(("code", "name", "field"), [("ABC", "PC", "code"), ("ABCDEFGHJK", "  ", "pc_name")])
def test_nothing_is_sent_that_cannot_be_right(code: str, name: str, field: str) -> None:
    road = Road(b"")
    with pytest.raises(BadInput) as told:
        enrol(road, code=code, pc_name=name, signing_key=bytes(32))
    assert told.value.field == field
    assert road.sent == []


def test_an_answer_that_is_no_card_is_refused() -> None:
    with pytest.raises(Refused):
        enrol(Road(b"\xc0"), code="ABCDEFGHJK", pc_name="PC", signing_key=bytes(32))


def test_the_same_computer_and_code_make_the_same_key_again() -> None:
    key = derive_signing_key(b"k" * 32, "ABCDE-FGHJK")
    assert key == derive_signing_key(b"k" * 32, "abcde fghjk")
    assert len(key) == 32
    assert key != derive_signing_key(b"k" * 32, "ABCDE-FGHJM")
    assert key != derive_signing_key(b"l" * 32, "ABCDE-FGHJK")


def test_the_identity_is_what_the_card_says() -> None:
    identity = identity_of(CARD, replica="1" * 32, epoch="2" * 32, pc_name="PC", signing_key=b"s" * 32)
    assert (identity.district, identity.device, identity.letter) == ("3329", "d" * 32, "B")
    assert (identity.replica, identity.epoch) == ("1" * 32, "2" * 32)
    assert "sss" not in repr(identity)
