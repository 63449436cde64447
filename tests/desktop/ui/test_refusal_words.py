"""Every reason that the server's rules can give has Indonesian words; a new one must get them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.ui.refusal_words import refusal_words
from sync.exchange import admission

NOT_ALLOWED = "tidak diizinkan untuk fasilitas ini"
#: Reason -> words. What depends on the revision stands for itself in braces.
WORDS = {
    admission.REFERRAL_NOT_KNOWN: "rujukan ini belum ada di server; dikirim lagi sendiri",
    admission.PATIENT_NOT_KNOWN: "pasien ini belum ada di server; dikirim lagi sendiri",
    admission.SIGNAL_NOT_KNOWN: "sinyal ini belum ada di server; dikirim lagi sendiri",
    admission.VOIDED_NOT_KNOWN: "catatan yang dihapus dari daftar belum ada di server; dikirim lagi sendiri",
    admission.LINK_NOT_KNOWN: "pernyataan satu orang yang ditarik belum ada di server; dikirim lagi sendiri",
    admission.UNKNOWN_TYPE: "server perlu diperbarui; dikirim lagi sendiri",
    admission.UNKNOWN_FIELD: "server perlu diperbarui; dikirim lagi sendiri",
    "{error.field}: {error.reason}": "ada isian yang tidak diterima server",
    "a facility of kind {facility_kind} does not write {revision.type}": NOT_ALLOWED,
    "a fact has no parents": NOT_ALLOWED,
    "a fact is never changed": NOT_ALLOWED,
    "only the district office receives, verifies and escalates": NOT_ALLOWED,
    "only the district office redirects": NOT_ALLOWED,
    "only the district office reminds": NOT_ALLOWED,
    "the record belongs to another facility": NOT_ALLOWED,
    "the record is of another type": NOT_ALLOWED,
    "what it names is not a patient": NOT_ALLOWED,
    "what it names is not a referral": NOT_ALLOWED,
    "what it names is not a signal": NOT_ALLOWED,
    "what it takes back is not a link of this facility": NOT_ALLOWED,
    "what it takes out of the lists belongs to another facility": NOT_ALLOWED,
    "written in the name of another facility": NOT_ALLOWED,
    "written with a computer of another facility": NOT_ALLOWED,
}


def reasons_of(source: str) -> Iterator[str]:
    """Every text with a blank in it that is no docstring: the module has no other texts than its reasons."""
    tree = ast.parse(source)
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef) and node.body and isinstance(node.body[0], ast.Expr)
    }
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield ast.unparse(node)[2:-1]
        elif isinstance(node, ast.Constant) and id(node) not in told | inside and " " in str(node.value):
            yield str(node.value)


def test_every_reason_of_the_rules_has_words() -> None:
    found = set(reasons_of(Path(admission.__file__).read_text("utf-8")))
    assert found == set(WORDS)


@pytest.mark.parametrize(("reason", "words"), WORDS.items())
def test_a_reason_is_said_in_indonesian(reason: str, words: str) -> None:
    assert refusal_words(reason) == words


def test_what_time_takes_away_is_said_to_be_sent_again() -> None:
    assert all("dikirim lagi sendiri" in refusal_words(reason) for reason in admission.PASSING_REASONS)


def test_a_reason_of_a_newer_server_gets_words_too() -> None:
    assert refusal_words("something quite new") == NOT_ALLOWED
