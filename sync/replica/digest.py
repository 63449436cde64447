"""The digest of a set of revisions: 256 buckets, each the sum of hashes of the ids that fall into it.

Adding and taking away commute, so two replicas that hold the same set have the same digest however they came by it.
Pure: the digest is 8,192 bytes, kept by whoever stores the set.
"""

import hashlib
from collections.abc import Iterable

BUCKETS = 256
_SUM = 32
_MODULUS = 1 << (8 * _SUM)

EMPTY = bytes(BUCKETS * _SUM)


def bucket_of(revision_id: str) -> int:
    """The bucket of a revision: ids are hashes, so their first byte spreads evenly."""
    return int(revision_id[:2], 16)


def span_of(bucket: int) -> tuple[str, str]:
    """The lowest and the highest id that a bucket can have."""
    return f"{bucket:02x}".ljust(32, "0"), f"{bucket:02x}".ljust(32, "f")


def by_bucket(revision_ids: Iterable[str]) -> dict[int, list[str]]:
    """The ids in each bucket that has any."""
    buckets: dict[int, list[str]] = {}
    for item in revision_ids:
        buckets.setdefault(bucket_of(item), []).append(item)
    return buckets


def add(digest: bytes, revision_ids: Iterable[str], *, sign: int = 1) -> bytes:
    """The digest with these ids added (``sign`` -1: taken away). The caller sees to it that none is added twice."""
    sums: dict[int, int] = {}
    for item in revision_ids:
        value = int.from_bytes(hashlib.blake2b(bytes.fromhex(item), digest_size=_SUM).digest(), "big")
        bucket = bucket_of(item)
        sums[bucket] = sums.get(bucket, 0) + sign * value
    if not sums:
        return digest
    parts = bytearray(digest)
    for bucket, change in sums.items():
        place = slice(bucket * _SUM, (bucket + 1) * _SUM)
        total = (int.from_bytes(parts[place], "big") + change) % _MODULUS
        parts[place] = total.to_bytes(_SUM, "big")
    return bytes(parts)


def joined(digests: Iterable[bytes]) -> bytes:
    """The digest of several sets that have nothing in common, taken together."""
    sums = [0] * BUCKETS
    for digest in digests:
        for bucket in range(BUCKETS):
            sums[bucket] += int.from_bytes(digest[bucket * _SUM : (bucket + 1) * _SUM], "big")
    return b"".join((total % _MODULUS).to_bytes(_SUM, "big") for total in sums)


def root(digest: bytes) -> str:
    """16 bytes (as hexadecimal digits) that stand for the whole digest."""
    return hashlib.blake2b(digest, digest_size=16).hexdigest()


def differing(mine: bytes, theirs: bytes) -> list[int]:
    """The buckets in which two digests differ."""
    return [
        bucket
        for bucket in range(BUCKETS)
        if mine[bucket * _SUM : (bucket + 1) * _SUM] != theirs[bucket * _SUM : (bucket + 1) * _SUM]
    ]
