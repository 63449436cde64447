"""Every error has a sentence: what happened, whether the data is safe, what to do."""

import inspect

import pytest

import sync.errors
from desktop.security.keys import KeyMissing
from desktop.ui.desk import NoPerson
from desktop.ui.texts import problem_text, sentence_for, sentence_for_code, title_for
from sync.errors import BadInput, ReplicaError, RujukError
from sync.records import Patient

OUR_ERRORS = [
    cls
    for _, cls in inspect.getmembers(sync.errors, inspect.isclass)
    if issubclass(cls, RujukError) and cls is not RujukError
]
SAFE = ("aman", "masih ada", "tidak diubah")


@pytest.mark.parametrize("cls", [*OUR_ERRORS, KeyMissing, NoPerson])
def test_every_error_of_ours_says_whether_the_data_is_safe(cls: type[RujukError]) -> None:
    sentence = sentence_for(cls("rahasia"))
    assert any(word in sentence for word in SAFE), sentence
    assert "rahasia" not in sentence
    assert sentence == sentence_for_code(cls.__name__)


def test_an_error_nobody_expected_gets_a_sentence_as_well() -> None:
    assert "tidak terduga" in sentence_for(ZeroDivisionError("x"))
    assert "tidak terduga" in sentence_for_code("SesuatuYangBaru")


def test_a_new_kind_of_replica_error_is_said_as_its_family() -> None:
    class Melted(ReplicaError):
        pass

    assert sentence_for(Melted()) == sentence_for(ReplicaError())
    assert title_for(Melted())


@pytest.mark.parametrize("reason", ["missing", "not_a_day", "not_whole", "not_decimal", "too_long", "sesuatu"])
def test_every_reason_under_a_field_is_a_whole_sentence(reason: str) -> None:
    words = problem_text(BadInput(reason, field="name"), Patient.type.fields["name"])
    assert words.endswith(".")
    assert "{" not in words
