"""Bytes as the 45 characters that a QR code packs tightest and every hand scanner can type (RFC 9285).

Text in, bytes out and back. It must never guess: a text that no bytes give is refused.
"""

from sync.errors import BadInput

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}


def encode(plain: bytes) -> str:
    """Three characters for two bytes, two for a last single one."""
    letters = []
    for start in range(0, len(plain), 2):
        pair = plain[start : start + 2]
        number = int.from_bytes(pair)
        for _ in range(len(pair) + 1):
            number, value = divmod(number, 45)
            letters.append(ALPHABET[value])
    return "".join(letters)


def decode(text: str) -> bytes:
    """The bytes of :func:`encode`.

    Raises:
        BadInput: no bytes give this text.
    """
    if not set(text) <= set(ALPHABET) or len(text) % 3 == 1:
        raise BadInput("not base45")
    plain = bytearray()
    for start in range(0, len(text), 3):
        group = text[start : start + 3]
        number = sum(_VALUES[letter] * 45**place for place, letter in enumerate(group))
        if number >= 256 ** (len(group) - 1):
            raise BadInput("not base45")
        plain += number.to_bytes(len(group) - 1)
    return bytes(plain)
