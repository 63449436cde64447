"""The code of a letter: every slip of one character and every swap of two neighbours is noticed."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import BadInput
from sync.records.letter_code import ALPHABET, LENGTH, grouped, letter_code, read_letter_code

ids = st.binary(min_size=16, max_size=16).map(bytes.hex)
SAMPLE = "0190a3c4d5e67f8091a2b3c4d5e6f708"


def is_taken(letters: str) -> bool:
    try:
        read_letter_code(letters)
    except BadInput:
        return False
    return True


@given(ids)
def test_a_code_is_read_back_as_it_was_written(referral: str) -> None:
    code = letter_code(referral)
    assert len(code.replace("-", "")) == LENGTH
    assert read_letter_code(code) == code == letter_code(referral)
    assert read_letter_code(f" {code.lower().replace('-', ' ')}\n".strip()) == code


@given(ids)
def test_every_single_wrong_character_is_noticed(referral: str) -> None:
    letters = letter_code(referral).replace("-", "")
    for place, right in enumerate(letters):
        for wrong in ALPHABET.replace(right, ""):
            assert not is_taken(letters[:place] + wrong + letters[place + 1 :])


@given(ids)
def test_every_swap_of_two_characters_is_noticed(referral: str) -> None:
    letters = letter_code(referral).replace("-", "")
    for first in range(LENGTH):
        for second in range(first + 1, LENGTH):
            swapped = list(letters)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            assert is_taken("".join(swapped)) == (letters[first] == letters[second])


@given(ids, ids)
def test_two_letters_have_two_codes(one: str, other: str) -> None:
    assert (letter_code(one) == letter_code(other)) == (one == other)


def test_a_code_never_changes_between_versions_of_the_program() -> None:
    assert letter_code(SAMPLE) == "YJAS-DYKS-WARG"


def test_letters_that_are_taken_for_digits_are_read_as_digits() -> None:
    letters = next(
        code for code in (letter_code(f"{number:032x}") for number in range(10_000)) if {"0", "1"} <= set(code)
    )
    spoken = letters.replace("0", "o").replace("1", "l", 1).replace("1", "I")
    assert spoken != letters
    assert read_letter_code(spoken) == letters


@pytest.mark.parametrize(
    ("text", "reason"), [("", "length"), ("0" * 13, "length"), ("U" * 12, "character"), ("00000000000Z", "check")]
)
def test_what_is_no_code_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_letter_code(text)
    assert refused.value.reason == reason


def test_an_id_that_is_none_is_refused() -> None:
    with pytest.raises(BadInput):
        letter_code("no id")


def test_codes_are_spread_over_the_whole_alphabet() -> None:
    letters = "".join(letter_code(f"{number:032x}").replace("-", "") for number in range(500))
    assert set(letters) == set(ALPHABET)


def test_codes_are_shown_in_groups_of_four() -> None:
    groups = grouped("0123456789AB").split("-")
    assert [len(group) for group in groups] == [4, 4, 4]
    assert all(a < b for a, b in pairwise(groups))
