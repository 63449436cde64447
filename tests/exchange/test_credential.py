"""A signature holds for exactly one request of one computer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import BadInput
from sync.exchange.credential import Signer, public_key, read_credential

DEVICE = "0190" + "a" * 28
KEY = bytes(range(32))


def test_a_request_is_proved_by_its_own_signature() -> None:
    header = Signer(DEVICE, KEY, lambda: 1_700_000_000.9).authorization("POST", "/v1/exchange", b"body")
    assert header.startswith(f"Rujuk device={DEVICE},time=1700000000,signature=")
    credential = read_credential(header)
    assert (credential.device, credential.time) == (DEVICE, "1700000000")
    assert credential.proves(public_key(KEY), "POST", "/v1/exchange", b"body")


@given(method=st.sampled_from(["POST", "GET"]), path=st.sampled_from(["/v1/exchange", "/v1/fetch"]), body=st.binary())
def test_any_other_request_is_not_proved(method: str, path: str, body: bytes) -> None:
    credential = read_credential(Signer(DEVICE, KEY, lambda: 1.0).authorization("POST", "/v1/exchange", b"body"))
    same = (method, path, body) == ("POST", "/v1/exchange", b"body")
    assert credential.proves(public_key(KEY), method, path, body) is same


@given(place=st.integers(0, 511))
def test_one_flipped_bit_is_noticed(place: int) -> None:
    credential = read_credential(Signer(DEVICE, KEY, lambda: 1.0).authorization("POST", "/p", b"body"))
    flipped = bytearray(credential.signature)
    flipped[place // 8] ^= 1 << place % 8
    changed = type(credential)(credential.device, credential.time, bytes(flipped))
    assert not changed.proves(public_key(KEY), "POST", "/p", b"body")


def test_another_key_does_not_prove() -> None:
    credential = read_credential(Signer(DEVICE, KEY).authorization("POST", "/p", b""))
    assert not credential.proves(public_key(bytes(32)), "POST", "/p", b"")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(BadInput):
        read_credential(text)


def test_a_secret_key_is_never_shown() -> None:
    assert "\\x" not in repr(Signer(DEVICE, KEY))
    assert KEY.hex() not in repr(Signer(DEVICE, KEY))
