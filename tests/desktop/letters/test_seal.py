"""The sealed text: whole it is read, altered in any character it is refused with a sentence."""

import zlib

import msgspec
import pytest

from desktop.letters import base45
from desktop.letters.coded_letter import unpack
from desktop.letters.common_words import WORDS_1
from desktop.letters.seal import CodeRefused, open_letter, seal_letter
from sync.errors import BadInput
from tests.desktop.letters.samples import DEVICE, SIGNING_KEY, emergency_letter, usual_letter


def sealed_text() -> str:
    sealed = usual_letter().sealed
    assert sealed is not None
    return sealed.text


def test_a_sealed_letter_is_read_as_it_was_written() -> None:
    letter = emergency_letter()
    assert letter.sealed is not None
    opened = open_letter(letter.sealed.text)
    assert opened.coded == letter.sealed.coded
    assert opened.device == DEVICE
    wires = letter.referral.to_fields()
    assert opened.coded.letter == {name: wires[name] for name in opened.coded.letter}


def test_blanks_around_it_and_broken_lines_do_not_matter() -> None:
    text = sealed_text()
    assert open_letter(f" {text[:300]}\r\n{text[300:]}\n").coded == open_letter(text).coded


def test_one_changed_character_anywhere_is_refused_with_a_sentence() -> None:
    text = sealed_text()
    for place in range(len(text)):
        other = "A" if text[place] != "A" else "B"
        with pytest.raises(CodeRefused) as refused:
            open_letter(text[:place] + other + text[place + 1 :])
        assert "Tidak ada yang disimpan" in refused.value.sentence


def test_one_changed_byte_anywhere_is_refused_as_altered() -> None:
    text = sealed_text()
    plain = base45.decode(text.removeprefix("RUJUK1:").removesuffix("/"))
    for place in range(len(plain)):
        changed = plain[:place] + bytes([plain[place] ^ 1]) + plain[place + 1 :]
        with pytest.raises(CodeRefused) as refused:
            open_letter(f"RUJUK1:{base45.encode(changed)}/")
        assert refused.value.reason == "altered"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not_a_letter"),
        ("https://contoh.example/abc", "not_a_letter"),
        ("RUJUK2:ABC/", "newer"),
        ("RUJUK1:", "incomplete"),
        ("RUJUK1:/", "incomplete"),
        ("RUJUK1:abc/", "incomplete"),
    ],
)
def test_what_is_no_letter_is_named(text: str, reason: str) -> None:
    with pytest.raises(CodeRefused) as refused:
        open_letter(text)
    assert refused.value.reason == reason


def test_what_lies_in_itself_without_end_is_no_letter() -> None:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS, zdict=WORDS_1.encode())
    facilities = msgspec.msgpack.encode(["", ""]) * 2
    begun = b"\x96" + msgspec.msgpack.encode(bytes(16)) + facilities + msgspec.msgpack.encode(False)  # noqa: FBT003 - a value
    with pytest.raises(BadInput, match="not a letter"):
        unpack(packer.compress(begun + b"\x91" * 60_000) + packer.flush())


def test_a_text_that_was_cut_is_incomplete() -> None:
    with pytest.raises(CodeRefused, match="incomplete"):
        open_letter(sealed_text()[:-40])


def test_signed_by_another_key_it_says_so_and_is_another_text() -> None:
    coded = open_letter(sealed_text()).coded
    other = open_letter(seal_letter(coded, DEVICE, bytes(reversed(SIGNING_KEY))).text)
    assert other.key != open_letter(sealed_text()).key
    assert other.coded == coded


@pytest.mark.parametrize("size", [0, 1, 2, 3, 44, 45, 255])
def test_base45_gives_back_what_it_took(size: int) -> None:
    plain = bytes(range(size))
    assert base45.decode(base45.encode(plain)) == plain


def test_base45_is_that_of_its_standard() -> None:
    assert base45.encode(b"Hello!!") == "%69 VD92EX0"
    for text in ("A", "GGW", "abc"):
        with pytest.raises(BadInput):
            base45.decode(text)
