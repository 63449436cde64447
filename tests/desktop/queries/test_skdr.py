"""The shipped list of diseases and rules is whole and says how sure it is."""

import pytest

from desktop.queries.diagnoses import TABLE_FILE, DiagnosisTable
from desktop.queries.skdr import disease_words, diseases, letters_of, rules, rules_for


def test_every_disease_has_a_name_a_definition_and_codes() -> None:
    assert len(diseases()) == 24
    assert not set("IOTX") & set(diseases())
    for disease in diseases().values():
        assert disease.name
        assert disease.definition
        assert disease.prefixes


def test_every_disease_has_just_one_rule_of_skdr() -> None:
    for letter in diseases():
        own = [rule for rule in rules_for(letter) if rule.id.startswith("SKDR")]
        assert len(own) == 1, letter


def test_every_rule_can_be_judged_or_says_that_people_do() -> None:
    assert len({rule.id for rule in rules()}) == len(rules())
    for rule in rules():
        assert rule.kind in {"count", "ratio", "rise", "trend", "manual"}
        assert rule.certainty in {"read", "second", "unsure"}
        assert rule.source
        assert rule.words
        assert set(rule.letters) <= set(diseases())
        assert bool(rule.letters) == (rule.kind != "manual")
        if rule.kind in {"ratio", "rise"}:
            assert rule.factor > 1
        if rule.kind in {"count", "ratio", "rise"}:
            assert rule.least >= 1
        if rule.certainty == "unsure":
            assert rule.kind == "manual"


@pytest.mark.parametrize(
    ("code", "letters"),
    [
        ("B05.9", ("K",)),
        ("A91", ("C",)),
        ("A09", ("A",)),
        ("A06.0", ("E",)),
        ("A06.9", ()),
        ("J22", ("Y", "AA")),
        ("O14.1", ()),
        ("", ()),
        (None, ()),
    ],
)
def test_a_code_proposes_a_disease(code: str | None, letters: tuple[str, ...]) -> None:
    assert letters_of(code) == letters


def test_the_search_of_diagnoses_knows_the_same_diseases() -> None:
    table = DiagnosisTable(TABLE_FILE.read_text("utf-8"))
    for place in range(len(table.lines)):
        found = table.diagnosis(place)
        assert set(found.skdr) == set(letters_of(found.code)), found.code


def test_a_disease_is_called_as_it_was_entered() -> None:
    assert disease_words("K") == "Suspek Campak (K)"
    assert disease_words("K", "Campak di SDN 2") == "Campak di SDN 2 (K)"
    assert disease_words(None, "Keracunan makanan") == "Keracunan makanan"
    assert disease_words("ZZ") == "ZZ (ZZ)"
