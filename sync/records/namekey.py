"""How an Indonesian name sounds: spellings of one name (Muhammad, Mochamad, Moh.; Soeharto, Suharto) get one key.

A search index keeps the keys of each name in every order of its words, so that a name typed in any order, its last
word only begun, is one range of the index. Pure text in, text out: nothing here may read a database or a clock.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, permutations
from types import MappingProxyType

#: Grows whenever the same name would get other keys: an index made with an older number must be made anew.
NAMEKEY_VERSION = 1

#: Begins the key of a name as it is written; no other key begins so.
LITERAL = "="

#: Every letter a key of a Latin name is made of.
KEY_LETTERS = "abcdeghiklmnprstuw"

#: Names with more words are rare: the others get one key each instead of one for each pair.
_PAIRED_WORDS = 6

_HIGHEST = "\U0010ffff"
_VOWELS = frozenset("aeiou")
_APOSTROPHES = dict.fromkeys(map(ord, "'`\u00b4\u2018\u2019\u02bb\u02bc\u02bf"))

#: Letters and what they sound like; the longest that fits counts. Old spelling (oe, dj, tj, sj), Arabic names
#: (kh, sy, dz, ts, kho/kha), and letters people confuse (f/v/p, z/j/s, q/k, o/u). The letters y and w are below.
_SOUNDS: Mapping[str, str] = MappingProxyType(
    {letter: letter for letter in "abcdeghiklmnprstu"}
    | {"f": "p", "v": "p", "ph": "p", "q": "k", "ck": "k", "x": "ks", "o": "u", "oe": "u", "ie": "i", "ae": "ai"}
    | {"j": "s", "z": "s", "dj": "s", "dz": "s", "ts": "s", "sy": "s", "sh": "s", "sj": "s", "tj": "c"}
    | {"th": "t", "dh": "d", "gh": "g", "kh": "h", "ch": "h"}
    | {h + "o": "ha" for h in ("h", "kh", "ch")}
    | {h + "oe": "hu" for h in ("h", "kh", "ch")}
)
_LONGEST = max(map(len, _SOUNDS))
#: What was read so far, and what it may still become when more letters follow.
_MAY_BECOME: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        start: tuple(sound for letters, sound in _SOUNDS.items() if letters.startswith(start) and letters != start)
        for start in {letters[:size] for letters in _SOUNDS for size in range(1, len(letters))}
    }
)

#: Short and foreign forms, by their sound.
_SAME_NAME: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("muh", "muhd", "mhd", "muhamed", "muhamud"), "muhamad") | {"abd": "abdul"}
)


@dataclass(frozen=True, slots=True)
class KeyRange:
    """Keys from ``low`` on and below ``high``."""

    low: str
    high: str


def split_words(text: str) -> tuple[str, ...]:
    """The words of a name in small letters without accents; an apostrophe does not divide (Nur'aini)."""
    letters = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES).casefold())
    plain = (letter if letter.isalnum() else " " for letter in letters if not unicodedata.combining(letter))
    return tuple("".join(plain).split())


@lru_cache(maxsize=20_000)
def word_key(word: str) -> str:
    """The key of one whole word, as :func:`split_words` gives it."""
    return _ended(_sounds(word, begun=False)[0])


@lru_cache(maxsize=2_000)
def begun_keys(word: str) -> tuple[str, ...]:
    """What the key of a word that begins with ``word`` begins with: one to four possibilities, the likeliest first.

    A possibility with a space at its end is a whole key. Every word's key begins with one of the possibilities of
    every beginning of that word.
    """
    found: list[str] = []
    for sound in _sounds(word, begun=True):
        ends = [target for source, target in _SAME_NAME.items() if source.startswith(sound)]
        for start in (sound, _ended(sound) + " ", *(_ended(end) + " " for end in ends)):
            if not start.startswith(tuple(found)):
                found.append(start)
    return tuple(found)


def name_keys(name: str) -> frozenset[str]:
    """All keys of a name: as written, every pair of words first, and neighbours written as one (Nur Aini, Nuraini).

    Each word of a key ends with a space, so that a whole word can be told from a begun one.
    """
    words = split_words(name)
    if not words:
        return frozenset()
    keys = [word_key(word) + " " for word in words]
    rows = {LITERAL + " ".join(words)}
    if len(keys) == 1:
        rows.add(keys[0])
    for first, second in permutations(range(min(len(keys), _PAIRED_WORDS)), 2):
        rest = (key for place, key in enumerate(keys) if place not in {first, second})
        rows.add(keys[first] + keys[second] + "".join(rest))
    for place in range(_PAIRED_WORDS, len(keys)):
        rows.add(keys[place] + "".join(keys[:place] + keys[place + 1 :]))
    for place, (left, right) in enumerate(pairwise(words[:_PAIRED_WORDS])):
        rows.add(word_key(left + right) + " " + "".join(keys[:place] + keys[place + 2 :]))
    return frozenset(rows)


def plain_key(name: str) -> str:
    """The keys of a name's words as they follow each other, for :func:`fits`."""
    return " ".join(map(word_key, split_words(name)))


def starting_with(start: str) -> KeyRange:
    """All keys that begin with ``start``."""
    return KeyRange(start, start + _HIGHEST)


def literal_range(words: Sequence[str]) -> KeyRange:
    """The names that begin as typed, letter by letter."""
    return starting_with(LITERAL + " ".join(words))


def query_ranges(words: Sequence[str]) -> list[KeyRange]:
    """Where the names lie that hold all ``words`` in any order, the last one only begun; the likeliest first.

    Of three words and more only two make the range: what it gives must be looked through with :func:`fits`.
    """
    *whole, last = words
    if not whole:
        return [starting_with(start) for start in begun_keys(last)]
    whole.sort(key=len, reverse=True)
    if len(whole) > 1 and len(last) < len(whole[1]):
        return [starting_with(f"{word_key(whole[0])} {word_key(whole[1])} ")]
    return [starting_with(f"{word_key(whole[0])} {start}") for start in begun_keys(last)]


def begun_ranges(words: Sequence[str]) -> list[KeyRange]:
    """Where names may lie of which every one of ``words`` is only begun; look through them with :func:`fits`."""
    return [starting_with(start) for start in begun_keys(max(words, key=len))]


def fits(words: Sequence[str], key: str, *, all_begun: bool = False) -> bool:
    """Whether every word typed sounds like one in a key of a name, the last one (or all of them) only begun."""
    *whole, last = words
    there = [part + " " for part in key.split()]
    starts = [begun_keys(word) if all_begun else (word_key(word) + " ",) for word in whole]
    return all(any(part.startswith(start) for part in there) for start in (*starts, begun_keys(last)))


def one_letter_off(key: str) -> frozenset[str]:
    """Keys that differ from ``key`` by one letter too many, too few, wrong, or by two that changed places."""
    places = range(len(key) + 1)
    made = {key[:i] + letter + key[i:] for i in places for letter in KEY_LETTERS}
    made |= {key[:i] + letter + key[i + 1 :] for i in places[:-1] for letter in KEY_LETTERS}
    made |= {key[:i] + key[i + 1 :] for i in places[:-1]}
    made |= {key[:i] + key[i + 1] + key[i] + key[i + 2 :] for i in places[:-2]}
    return frozenset(made - {key, ""})


def _ended(sound: str) -> str:
    """The key of a whole word: nobody hears -d from -t, -b from -p, or the -h of Fatimah, at its end."""
    whole = _SAME_NAME.get(sound, sound)
    if len(whole) > 1 and whole[-1] == "h" and whole[-2] in _VOWELS:
        return whole[:-1]
    return whole[:-1] + {"d": "t", "b": "p"}.get(whole[-1], whole[-1])


def _sounds(word: str, *, begun: bool) -> list[str]:
    """How a word sounds; of a begun word everything its letters may turn out to sound like."""
    out = ""
    place = 0
    while place < len(word):
        letters, sounds = _next_sound(word, place, begun=begun)
        place += len(letters)
        if begun and place == len(word):
            return list(dict.fromkeys(_joined(out, sound) for sound in sounds))
        out = _joined(out, sounds[0])
    return [out or word]


def _next_sound(word: str, place: int, *, begun: bool) -> tuple[str, tuple[str, ...]]:
    """The letters read at ``place`` and their sound, with what it may become if more letters follow at the end."""
    letter = word[place]
    if letter == "y":
        return letter, tuple(_sounds_of_y(word, place, begun=begun))
    if letter == "w":
        # Suwarno and Suarno: between u and a vowel nobody hears it.
        after_u = word[place - 1 : place] == "u" or word[max(place - 2, 0) : place] == "oe"
        return letter, ("" if after_u else "w",)
    letters = next(
        (word[place : place + size] for size in range(_LONGEST, 0, -1) if word[place : place + size] in _SOUNDS), letter
    )
    sound = _SOUNDS.get(letters, letter)
    if begun and place + len(letters) == len(word):
        return letters, (sound, *_MAY_BECOME.get(letters, ()))
    return letters, (sound,)


def _sounds_of_y(word: str, place: int, *, begun: bool) -> Iterator[str]:
    """Y is the consonant of Yusuf (Jusuf) before a vowel, else the vowel i; after i nobody hears it (Supriyadi)."""
    before, after = word[place - 1 : place], word[place + 1 : place + 2]
    if before == "i":
        yield ""
    elif before and before not in _VOWELS:
        yield "i"
    elif after:
        yield "s" if after in _VOWELS else "i"
    else:
        yield "i"
        if begun:
            yield "s"


def _joined(out: str, sound: str) -> str:
    """``out`` with one more sound; a doubled letter sounds once."""
    for letter in sound:
        if not out.endswith(letter):
            out += letter
    return out
