"""A train: several messages in one body, in one Zstandard stream, each of them whole when its last byte has arrived.

What arrived of a train that broke off counts, and small messages are packed as well as large ones. It must never
unpack a message whose sender is not proved where that is asked for, nor more of it than its reader allows.
"""

import struct
import sys
from collections.abc import Iterable, Iterator

from sync.errors import BadInput
from sync.exchange.compression import TooLarge

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

#: What a body that is a train calls itself, and what whoever can read one accepts.
TRAIN = "application/x-rujuk"
#: How a side says that it takes a train where it was sent one message, in the header ``Accept-Post``.
ACCEPT_POST = "Accept-Post"

_LENGTH = struct.Struct(">I")
#: Packed with care: who sends a train waits for the link. The window bounds what both sides keep of a train; the tables
#: in which repetitions are looked up (powers of two, too) are no larger than it can fill, as clearing them costs more
#: than packing a little train.
_LEVEL, _WINDOW_LOG, _CHAIN_LOG, _HASH_LOG = 16, 20, 20, 19


def packed(messages: Iterable[bytes], size: int | None = None) -> Iterator[bytes]:
    """Each message packed, readable by whoever has those before it; ``size`` of all of them, if that is known."""
    options: dict[int, int] = {
        zstd.CompressionParameter.compression_level: _LEVEL,
        zstd.CompressionParameter.window_log: _WINDOW_LOG,
        zstd.CompressionParameter.chain_log: _CHAIN_LOG,
        zstd.CompressionParameter.hash_log: _HASH_LOG,
    }
    packer = zstd.ZstdCompressor(options=options)
    packer.set_pledged_input_size(size)
    for message in messages:
        yield packer.compress(message) + packer.flush(packer.FLUSH_BLOCK)


class Unpacker:
    """Unpacks the messages of one train in their order, each to at most ``limit`` bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._unpacker = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _WINDOW_LOG})

    def unpack(self, part: bytes) -> bytes:
        """The next message.

        Raises:
            TooLarge: it would unpack to more than the limit; no more than that was unpacked.
            BadInput: it is not part of a Zstandard stream, or asks for more memory than a train may.
        """
        try:
            plain = self._unpacker.decompress(part, self._limit + 1)
        except (zstd.ZstdError, EOFError) as error:
            raise BadInput("the train is not valid zstd") from error
        if len(plain) > self._limit:
            raise TooLarge(f"a message unpacks to more than {self._limit} bytes")
        if self._unpacker.eof or not self._unpacker.needs_input:
            raise BadInput("the train's zstd stream ends before the train")
        return plain


def coupled(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The body that holds these parts, part by part."""
    return (_LENGTH.pack(len(part)) + part for part in parts)


class Uncoupler:
    """Finds the parts of a train's body as its bytes arrive; a part may have ``limit`` bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take more bytes; the parts that are whole with them.

        Raises:
            TooLarge: a part says that it is longer than the limit.
        """
        self._bytes += data
        while len(self._bytes) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._bytes)
            if length > self._limit:
                raise TooLarge(f"a part of a train may have at most {self._limit} bytes")
            end = _LENGTH.size + length
            if len(self._bytes) < end:
                return
            part = bytes(self._bytes[_LENGTH.size : end])
            del self._bytes[:end]
            yield part

    @property
    def ended(self) -> bool:
        """Whether nothing of a further part has arrived."""
        return not self._bytes
