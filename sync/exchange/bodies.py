"""What a request over HTTP carries, signed: one message as a body of known length, several as a train on the move.

A body is handed to the socket in small pieces, so that a time-out watches each piece and not the whole. Nothing here
may know how the other side is reached.
"""

import io
import itertools
from collections.abc import Iterable, Iterator

from sync.exchange import train
from sync.exchange.compression import WORTH_COMPRESSING, compress
from sync.exchange.credential import Signer

#: A body, and the headers that belong to it.
Made = tuple[io.BytesIO | Iterator[bytes], dict[str, str]]

_PIECE = 4096


def one(signer: Signer | None, path: str, message: bytes) -> Made:
    """The body of one message, packed if that is worth it."""
    packed = len(message) >= WORTH_COMPRESSING
    sent = compress(message) if packed else message
    headers = {"Content-Encoding": "zstd"} if packed else {}
    if signer:
        headers["Authorization"] = signer.authorization("POST", path, sent)
    return _Pieces(sent), headers


def several(signer: Signer | None, path: str, messages: Iterable[bytes]) -> Made:
    """A train of messages, a single one as :func:`one` makes it.

    How long a train is nobody knows yet: what is packed leaves while the rest is being packed.
    """
    coming = iter(messages)
    first = list(itertools.islice(coming, 2))
    if len(first) == 1 or signer is None:
        return one(signer, path, first[0])
    credential, parts = signer.signed_train(path, train.packed(itertools.chain(first, coming)))
    return _pieces(train.coupled(parts)), {"Content-Type": train.TRAIN, "Authorization": credential}


class _Pieces(io.BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        return super().read(_PIECE if size is None or size < 0 else min(size, _PIECE))


def _pieces(parts: Iterable[bytes]) -> Iterator[bytes]:
    return (part[start : start + _PIECE] for part in parts for start in range(0, len(part), _PIECE))
