"""How words of a diagnosis are compared: folded to plain letters, filler left out, other spellings meant too.

Plain functions on text. They find; they must never decide what is written into a record.
"""

from collections.abc import Mapping
from types import MappingProxyType

_LETTERS = "abcdefghijklmnopqrstuvwxyz"

#: Other letters are taken for these; signs part words.
_PLAIN = tuple(zip("éèêëäåáàöóòüúíçñ-/,.()[]:'\u2019\"+&", "eeeeaaaaooouuicn" + " " * 14, strict=True))

#: Says nothing about a diagnosis.
_FILLER = frozenset(
    (
        "dan",
        "atau",
        "dengan",
        "pada",
        "di",
        "ke",
        "dari",
        "yang",
        "karena",
        "akibat",
        "oleh",
        "untuk",
        "of",
        "the",
        "and",
        "with",
        "in",
        "to",
        "by",
        "due",
    )
)

#: What is meant by a word that the table writes in another way.
MEANT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "fraktur": ("fraktur", "patah"),
        "fracture": ("fracture", "patah"),
        "ca": ("ca", "kanker"),
        "karsinoma": ("karsinoma", "kanker"),
        "bayi": ("bayi", "neonat"),
        "anak": ("anak", "bayi"),
        "bumil": ("hamil", "kehamilan"),
        "hamil": ("hamil", "kehamilan"),
        "tangan": ("tangan", "lengan"),
        "kaki": ("kaki", "tungkai"),
        "nafas": ("napas", "nafas"),
        "syaraf": ("saraf", "syaraf"),
        "pendarahan": ("perdarahan", "pendarahan"),
        "sesar": ("sesar", "sesarea"),
        "tht": ("telinga", "hidung", "tenggorok"),
        "suspect": ("suspek",),
        "susp": ("suspek",),
        "kronis": ("kronik", "kronis"),
        "melitus": ("melitus", "mellitus"),
        "mellitus": ("melitus",),
        "diabetes": ("diabetes", "dm"),
    }
)


def fold(text: str) -> str:
    """``text`` in small plain letters; line breaks and semicolons stay, each followed by one blank at least."""
    plain = text.lower()
    for letter, taken_for in _PLAIN:
        plain = plain.replace(letter, taken_for)
    while "  " in plain:
        plain = plain.replace("  ", " ")
    return plain.replace(" ;", ";")


def split_query(text: str) -> tuple[str, ...]:
    """The words that say something; all of them if none does."""
    words = tuple(fold(text.replace(";", " ")).replace("|", " ").split())
    said = tuple(word for word in words if word not in _FILLER)
    return said or words


def code_key(text: str) -> str:
    """A code as it is compared: capitals, without dot and blanks."""
    return "".join(letter for letter in text.upper() if letter.isalnum())


def one_letter_off(word: str) -> frozenset[str]:
    """Words with one letter too many, too few or wrong, or two that changed places."""
    places = range(len(word))
    made = {word[:i] + word[i + 1 :] for i in places}
    made |= {word[:i] + letter + word[i + 1 :] for i in places for letter in _LETTERS}
    made |= {word[:i] + letter + word[i:] for i in range(len(word) + 1) for letter in _LETTERS}
    made |= {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in places[:-1]}
    return frozenset(made - {word, ""})
