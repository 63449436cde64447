"""Zstandard for bodies on the wire, bounded in both directions, and the sizes a body may have.

A few bytes can claim to unpack to gigabytes: this module must never unpack more than its caller allows.
"""

import sys

from sync.errors import BadInput

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

#: What a server reads of one request: bytes as sent, and bytes after unpacking.
MAX_SENT = 2 * 1024 * 1024
MAX_PLAIN = 8 * 1024 * 1024

#: What a client reads of one answer. Wider than a server writes: a guard, not a protocol limit.
MAX_ANSWER_SENT = 16 * 1024 * 1024
MAX_ANSWER_PLAIN = 64 * 1024 * 1024

#: Bodies smaller than this travel as they are: a frame would only add bytes.
WORTH_COMPRESSING = 200

#: Up to so many bytes a body is packed with more care: on a slow link and after a cut bodies are small, and packed
#: quickly they are a tenth larger.
_SMALL = 256 * 1024
_LEVEL, _SMALL_LEVEL = 9, 15


class TooLarge(BadInput):
    """A body is larger than its reader accepts."""


def compress(plain: bytes) -> bytes:
    """One Zstandard frame; 10,000 revisions cost about 0.1 s of CPU in large bodies and 0.8 s in small ones."""
    return zstd.compress(plain, _SMALL_LEVEL if len(plain) <= _SMALL else _LEVEL)


def decompress(sent: bytes, limit: int) -> bytes:
    """The unpacked bytes of exactly one whole frame.

    Raises:
        TooLarge: it would unpack to more than ``limit`` bytes; no more than that were unpacked.
        BadInput: it is not one whole Zstandard frame.
    """
    unpacker = zstd.ZstdDecompressor()
    try:
        plain = unpacker.decompress(sent, limit + 1)
    except zstd.ZstdError as error:
        raise BadInput("the body is not valid zstd") from error
    if len(plain) > limit:
        raise TooLarge(f"the body unpacks to more than {limit} bytes")
    if not unpacker.eof or unpacker.unused_data:
        raise BadInput("the body is not exactly one whole zstd frame")
    return plain
