"""The 12-character code of a letter, to be read out on the telephone: computed from the referral's id, stored nowhere.

Whoever has the referral can compute its code; the code alone says nothing about anybody and opens nothing. Its last
character checks the others, so that a slip of the tongue or the pen is noticed instead of naming another letter.
"""

from hashlib import blake2b

from sync.errors import BadInput

#: Crockford's 32 characters: no I, L, O and U, which are taken for others.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12

_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
_READ_AS = str.maketrans("OIL", "011", " -.")
_BITS = 5
#: x^5 + x^2 + 1, the primitive polynomial that makes the 32 values a field.
_POLYNOMIAL = 0b100101


def letter_code(referral_id: str) -> str:
    """The code of the referral with this id, such as ``7QX4-M0ZK-2B9D``.

    Raises:
        BadInput: not an id.
    """
    try:
        digest = blake2b(bytes.fromhex(referral_id), digest_size=8, person=b"rujuk letter").digest()
    except ValueError as error:
        raise BadInput("not an id") from error
    number = int.from_bytes(digest) >> (64 - _BITS * (LENGTH - 1))
    values = [number >> (_BITS * place) & 31 for place in range(LENGTH - 1)]
    return grouped("".join(ALPHABET[value] for value in (*values, _check_value(values))))


def read_letter_code(text: str) -> str:
    """A code as somebody typed or heard it, written as :func:`letter_code` writes it.

    Small letters, blanks and hyphens do not matter; O is read as 0, I and L as 1.

    Raises:
        BadInput: "length", "character", or "check" where one character is wrong or two have changed places.
    """
    letters = text.upper().translate(_READ_AS)
    if not set(letters) <= set(ALPHABET):
        raise BadInput("character")
    if len(letters) != LENGTH:
        raise BadInput("length")
    values = [_VALUES[letter] for letter in letters]
    if _check_value(values[:-1]) != values[-1]:
        raise BadInput("check")
    return grouped(letters)


def grouped(letters: str) -> str:
    """The characters in groups of four, as people read them out."""
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def _check_value(values: list[int]) -> int:
    """Every place weighs a different power of x, so one wrong value, or two that swapped, never cancel out."""
    total = 0
    for value in reversed(values):
        total = _times_x(total ^ value)
    return total


def _times_x(value: int) -> int:
    doubled = value << 1
    return doubled ^ _POLYNOMIAL if doubled >> _BITS else doubled
