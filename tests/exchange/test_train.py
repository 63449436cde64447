"""Several messages in one body: what arrived whole is read, whatever the rest; nothing goes beyond the limits."""

import sys
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import BadInput
from sync.exchange.bodies import several
from sync.exchange.compression import TooLarge
from sync.exchange.credential import (
    SIGNATURE_BYTES,
    TRAIN_METHOD,
    Signer,
    header_of_part,
    public_key,
    read_credential,
)
from sync.exchange.train import TRAIN, Uncoupler, Unpacker, coupled, packed

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

DEVICE, KEY, PATH = "0190" + "a" * 28, bytes(range(32)), "/v1/exchange"
MESSAGES = st.lists(st.binary(min_size=1, max_size=400), min_size=1, max_size=6)


def body_of(parts: Iterable[bytes]) -> bytes:
    """The whole body that holds these parts."""
    return b"".join(coupled(parts))


def signed(signer: Signer, messages: Iterable[bytes]) -> tuple[str, list[bytes]]:
    """Head and parts of a train that is made to its end."""
    header, parts = signer.signed_train(PATH, messages)
    return header, list(parts)


@given(messages=MESSAGES, data=st.data())
def test_what_arrived_of_a_broken_train_is_its_first_messages(messages: list[bytes], data: st.DataObject) -> None:
    body = body_of(packed(messages))
    arrived = data.draw(st.integers(0, len(body)))
    step = data.draw(st.integers(1, 50))
    uncoupler, unpacker, found = Uncoupler(1000), Unpacker(400), list[bytes]()
    for start in range(0, arrived, step):
        found += map(unpacker.unpack, uncoupler.feed(body[start : min(arrived, start + step)]))
    assert found == messages[: len(found)]
    assert (found == messages) is (arrived == len(body))
    assert not uncoupler.ended or body_of(packed(messages[: len(found)])) == body[:arrived]


@given(messages=MESSAGES)
def test_a_train_whose_size_is_known_is_read_in_the_same_way(messages: list[bytes]) -> None:
    unpacker = Unpacker(400)
    assert [unpacker.unpack(part) for part in packed(messages, sum(map(len, messages)))] == messages


@pytest.mark.parametrize("signer", [Signer(DEVICE, KEY), None])
def test_a_train_leaves_while_it_is_being_made(signer: Signer | None) -> None:
    asked: list[int] = []

    def messages() -> Iterator[bytes]:
        for number in range(5):
            asked.append(number)
            yield bytes([number]) * 100

    body, headers = several(signer, PATH, messages())
    next(iter(body))
    assert asked == [0, 1]
    assert ("Authorization" in headers) is (headers.get("Content-Type") == TRAIN) is (signer is not None)


def test_small_messages_are_packed_together_as_well_as_one_large_one() -> None:
    messages = [
        f"Pasien {number} Contoh, Jalan Melati {number % 7}, demam sejak tiga hari".encode() for number in range(200)
    ]
    alone = sum(len(zstd.compress(message, 16)) for message in messages)
    assert len(body_of(packed(messages))) < alone / 2


@given(messages=MESSAGES)
def test_a_message_beyond_the_limit_is_refused_and_not_unpacked(messages: list[bytes]) -> None:
    *before, last = packed([*messages, b"\0" * 10_000_000])
    unpacker = Unpacker(400)
    for part in before:
        unpacker.unpack(part)
    with pytest.raises(TooLarge):
        unpacker.unpack(last)


def test_a_part_says_beforehand_if_it_is_too_long() -> None:
    with pytest.raises(TooLarge):
        list(Uncoupler(1000).feed(body_of([bytes(1001)])[:4]))


def test_a_stream_that_asks_for_much_memory_is_refused() -> None:
    options: dict[int, int] = {zstd.CompressionParameter.window_log: 27}
    packer = zstd.ZstdCompressor(options=options)
    part = packer.compress(b"one") + packer.flush(packer.FLUSH_BLOCK)
    with pytest.raises(BadInput):
        Unpacker(1000).unpack(part)


@given(st.lists(st.binary(max_size=200), max_size=4))
def test_any_parts_are_unpacked_or_refused(parts: list[bytes]) -> None:
    unpacker = Unpacker(1000)
    try:
        assert all(len(unpacker.unpack(part)) <= 1000 for part in parts)
    except BadInput:
        return


def test_a_finished_stream_has_no_further_message() -> None:
    with pytest.raises(BadInput):
        Unpacker(1000).unpack(zstd.compress(b"one"))


def proved(parts: list[bytes], header: str, path: str = PATH) -> int:
    """How many parts of a train are proved, one after another."""
    before = b""
    for place, part in enumerate(parts):
        signature, content = part[:SIGNATURE_BYTES], part[SIGNATURE_BYTES:]
        credential = read_credential(header_of_part(header, signature))
        if not credential.proves(public_key(KEY), TRAIN_METHOD, path, before + content):
            return place
        before = signature
    return len(parts)


def test_each_part_of_a_train_is_proved_without_those_behind_it() -> None:
    header, parts = signed(Signer(DEVICE, KEY), [b"one", b"two", b"three"])
    assert [proved(parts[:count], header) for count in range(4)] == [0, 1, 2, 3]
    assert proved(parts, header, "/v1/fetch") == 0


def test_a_part_that_is_altered_left_out_moved_or_of_another_train_is_not_proved() -> None:
    signer = Signer(DEVICE, KEY, lambda: 1.0)
    header, (one, two, three) = signed(signer, [b"one", b"two", b"three"])
    _, other = signed(signer, [b"One", b"two", b"three"])
    assert proved([one, two[:-1] + b"x", three], header) == 1
    assert proved([one, three], header) == 1
    assert proved([two, one, three], header) == 0
    assert proved([one, other[1], other[2]], header) == 1


def test_a_part_is_no_request_by_itself() -> None:
    header, (part,) = signed(Signer(DEVICE, KEY), [b"one"])
    content = part[SIGNATURE_BYTES:]
    assert read_credential(header).proves(public_key(KEY), TRAIN_METHOD, PATH, content)
    assert not read_credential(header).proves(public_key(KEY), "POST", PATH, content)
