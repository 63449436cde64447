"""The file on the stick: whatever is wrong with it has a name, nothing of it is stored, and nobody else can read it."""

import random
import struct
from dataclasses import dataclass

import msgspec
import pytest

from sync.errors import (
    BundleAltered,
    BundleCut,
    BundleElsewhere,
    BundleError,
    BundleNewer,
    BundleOtherDistrict,
    BundleSender,
    NotABundle,
)
from sync.exchange import bundle
from sync.exchange.bundle_taking import take_bundle
from sync.exchange.bundle_writing import write_bundles
from sync.exchange.compression import MAX_PLAIN
from sync.exchange.credential import public_key
from sync.exchange.messages import ExchangeRequest, encode_message
from sync.replica.replica import Replica
from sync.replica.values import Edit
from sync.server.bundles import Bundles
from tests.fakes.replicas import new_patient
from tests.fakes.sticks import Town, state_of

_FRONT_BYTES = 12


@dataclass(frozen=True)
class Pair:
    """A bundle on its way out and the answer to it."""

    out: bytes
    back: bytes


@pytest.fixture
def pair(town: Town) -> Pair:
    save(town.pc, "Siti Rahayu")
    save(town.second_pc, "Dewi Lestari")
    town.district.sync(town.second_pc)
    [out] = write_bundles(town.pc)
    [back] = town.district.answered([out.file])
    return Pair(out.file, back)


def save(replica: Replica, name: str) -> None:
    replica.save([Edit(new_patient(replica, name))], replica.identity.device)


def refused(town: Town, file: bytes) -> type[BundleError]:
    """The error of a file at the server, which must be a named one at the computer as well."""
    with pytest.raises(BundleError) as at_pc:
        take_bundle(town.pc, file)
    with pytest.raises(BundleError) as at_server:
        Bundles(town.district.server).answer(file)
    assert type(at_pc.value) is not BundleError
    return at_server.type


def test_every_length_short_of_the_whole_is_refused_by_name(town: Town, pair: Pair) -> None:
    before = state_of(town.pc), state_of(town.district.server)
    for file in (pair.out, pair.back):
        for length in range(len(file)):
            with pytest.raises(BundleCut if length else NotABundle):
                bundle.read_bundle(file[:length])
        for length in range(0, len(file), 97):
            assert refused(town, file[:length]) in (BundleCut, NotABundle)
        assert refused(town, file + b"\0") is BundleAltered
    assert (state_of(town.pc), state_of(town.district.server)) == before


def test_every_bit_of_front_and_header_and_many_of_the_content_are_guarded(town: Town, pair: Pair) -> None:
    before = state_of(town.pc), state_of(town.district.server)
    chance = random.Random(1)
    seen = set()
    for file in (pair.out, pair.back):
        front = _FRONT_BYTES + int.from_bytes(file[10:12], "big")
        bits = [*range(front * 8), *(chance.randrange(front * 8, len(file) * 8) for _ in range(120))]
        for bit in bits:
            damaged = bytearray(file)
            damaged[bit // 8] ^= 1 << bit % 8
            seen.add(refused(town, bytes(damaged)))
    assert (state_of(town.pc), state_of(town.district.server)) == before
    assert seen >= {
        NotABundle,
        BundleNewer,
        BundleCut,
        BundleAltered,
        BundleOtherDistrict,
        BundleElsewhere,
        BundleSender,
    }


def test_chance_bytes_are_refused_by_name(town: Town) -> None:
    chance = random.Random(2)
    for _ in range(250):
        noise = chance.randbytes(chance.randrange(400))
        assert refused(town, b"R" + noise) is NotABundle
        fronted = struct.pack(">8sHH", b"\x8bRUJUK\r\n", 1, chance.randrange(64)) + noise
        assert refused(town, fronted) in (NotABundle, BundleCut, BundleAltered)


def test_a_file_larger_than_any_bundle_is_not_looked_into(town: Town, pair: Pair) -> None:
    assert refused(town, pair.out + bytes(bundle.MOST_READ)) is NotABundle


def test_a_header_that_lies_about_its_kind_of_values_is_refused(town: Town, pair: Pair) -> None:
    header = msgspec.to_builtins(bundle.read_bundle(pair.out).header)
    for name, value in (("sender", "x"), ("sender", "é" * 32), ("size", -1), ("size", 2**62), ("created_at", "now")):
        front = msgspec.msgpack.encode({**header, name: value})
        file = struct.pack(">8sHH", b"\x8bRUJUK\r\n", 1, len(front)) + front + pair.out[-header["size"] :]
        assert refused(town, file) in (BundleSender, BundleAltered, BundleCut)


def test_who_carries_or_receives_by_mistake_can_neither_read_nor_forge(town: Town, pair: Pair) -> None:
    for file in (pair.out, pair.back):
        found = bundle.read_bundle(file)
        for stranger in (town.other_pc, town.second_pc, town.hospital_pc):
            key = stranger.identity.signing_key
            with pytest.raises(BundleAltered):
                bundle.open_bundle(found, signing_key=key, sender_key=public_key(key))
        for secret in (b"Siti", b"Dewi", b"patient", bytes.fromhex(town.pc.identity.facility)):
            assert secret not in file
    # A forger knows the server's public key, and can seal for it; only the signature of the sender is lacking.
    server_key = public_key(town.district.server.identity.signing_key)
    header = bundle.read_bundle(pair.out).header
    forged = bundle.seal(header, [], signing_key=town.other_pc.identity.signing_key, receiver_key=server_key)
    assert refused(town, forged) is BundleAltered
    answer = bundle.read_bundle(pair.back).header
    mine = public_key(town.pc.identity.signing_key)
    forged = bundle.seal(answer, [], signing_key=town.other_pc.identity.signing_key, receiver_key=mine)
    with pytest.raises(BundleAltered):
        take_bundle(town.pc, forged)


def test_a_sender_that_seals_bombs_or_nonsense_is_refused_and_nothing_is_stored(town: Town) -> None:
    server_key = public_key(town.district.server.identity.signing_key)
    [out] = write_bundles(town.pc)
    header = bundle.read_bundle(out.file).header
    before = state_of(town.district.server)
    good = bundle.pack_part(encode_message(ExchangeRequest(1, 1)))
    for parts in (
        [good, bundle.pack_part(bytes(MAX_PLAIN + 1))],
        [good, b"not zstd"],
        [good, bundle.pack_part(b"\xc1")],
        [good] * (bundle.MOST_PARTS + 1),
        [good] * (bundle.MOST_REQUESTS + 1),
    ):
        file = bundle.seal(header, parts, signing_key=town.pc.identity.signing_key, receiver_key=server_key)
        with pytest.raises(BundleAltered):
            Bundles(town.district.server).answer(file)
    assert state_of(town.district.server) == before
