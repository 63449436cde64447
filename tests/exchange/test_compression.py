"""Packing loses nothing, and unpacking never goes beyond what its caller allows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import BadInput
from sync.exchange.compression import TooLarge, compress, decompress


@given(st.binary(max_size=5000))
def test_what_was_packed_comes_back(plain: bytes) -> None:
    assert decompress(compress(plain), len(plain)) == plain


@given(st.binary(min_size=1, max_size=5000))
def test_one_byte_beyond_the_limit_is_too_large(plain: bytes) -> None:
    with pytest.raises(TooLarge):
        decompress(compress(plain), len(plain) - 1)


@given(st.binary(max_size=500))
def test_any_bytes_are_unpacked_or_refused(sent: bytes) -> None:
    try:
        plain = decompress(sent, 10_000)
    except BadInput:
        return
    assert len(plain) <= 10_000


@given(st.binary(min_size=1, max_size=2000), st.data())
def test_a_cut_frame_is_refused(plain: bytes, data: st.DataObject) -> None:
    packed = compress(plain)
    with pytest.raises(BadInput):
        decompress(packed[: data.draw(st.integers(0, len(packed) - 1))], 10_000)


def test_something_after_the_frame_is_refused() -> None:
    with pytest.raises(BadInput):
        decompress(compress(b"one") + b"x", 100)
