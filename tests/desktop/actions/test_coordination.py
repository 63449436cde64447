"""A redirection of the district office: agreed with somebody, for a reason, to a hospital that is not asked already."""

from typing import Any

import pytest

from desktop.actions.coordination import redirect
from desktop.actions.referral_life import add_step
from desktop.actions.referrals import accept, mark_seen, refuse
from desktop.queries.referrals import ReferralLine, referral_file
from sync.errors import BadInput
from sync.replica.facts import facts_of
from tests.desktop.conftest import MakeHome
from tests.desktop.homes import Home
from tests.desktop.scenes import add_facility, add_patient, add_received_letter, nurse_of, reading


def line_of(home: Home, letter: str) -> ReferralLine:
    with reading(home) as reader:
        file = referral_file(reader, letter)
    assert file is not None
    return file.line


@pytest.mark.parametrize("lacking", ["to_facility", "spoke_with", "note"])
def test_a_redirection_says_where_to_with_whom_it_was_agreed_and_why(home: Home, lacking: str) -> None:
    letter = add_received_letter(home, add_patient(home).id).id
    values: dict[str, Any] = {"to_facility": add_facility(home).id, "spoke_with": "dr. Gita", "note": "ICU penuh"}
    with pytest.raises(BadInput) as raised:
        redirect(home.replica, nurse_of(home), letter, {**values, lacking: None})
    assert raised.value.field == lacking
    assert facts_of(home.replica, letter) == []


def test_each_redirection_names_the_one_before_and_the_hospital_that_is_asked_is_not_asked_again(
    new_home: MakeHome,
) -> None:
    home = new_home("dinkes")
    first, second = add_facility(home, "RSUD Kenanga"), add_facility(home, "RSU Bhakti")
    letter = add_received_letter(home, add_patient(home).id, to_facility=first.id).id
    agreed = {"spoke_with": "dr. Gita", "note": "ICU penuh"}
    nurse = nurse_of(home)
    with pytest.raises(BadInput, match="asked_already"):
        redirect(home.replica, nurse, letter, {**agreed, "to_facility": first.id})
    redirect(home.replica, nurse, letter, {**agreed, "to_facility": second.id})
    with pytest.raises(BadInput, match="asked_already"):
        redirect(home.replica, nurse, letter, {**agreed, "to_facility": second.id})
    redirect(home.replica, nurse, letter, {**agreed, "to_facility": first.id})
    one, two = facts_of(home.replica, letter)
    assert (one.answers, two.answers) == (None, one.id)
    assert line_of(home, letter).to_name == "RSUD Kenanga"


def test_what_a_hospital_says_names_the_redirection_by_which_it_was_asked(new_home: MakeHome) -> None:
    home = new_home("rs")
    other, nurse = add_facility(home, "RSU Bhakti"), nurse_of(home)
    letter = add_received_letter(home, add_patient(home).id, to_facility=other.id).id
    agreed = {"spoke_with": "dr. Gita", "note": "ICU penuh"}
    redirect(home.replica, nurse, letter, {**agreed, "to_facility": home.replica.identity.facility})
    (moved,) = facts_of(home.replica, letter)
    mark_seen(home.replica, nurse, letter)
    refuse(home.replica, nurse, letter, reason="icu_penuh", note=None)
    accept(home.replica, nurse, letter, ward=None, bed=None, note=None)
    add_step(home.replica, nurse, letter, "tidak_datang", {})
    add_step(home.replica, nurse, letter, "tiba", {"at": home.replica.now()})
    add_step(home.replica, nurse, letter, "pertanyaan", {"note": "Sudah sadar?"})
    named = {fact.kind: fact.answers for fact in facts_of(home.replica, letter)}
    assert named == {
        "dialihkan": None,
        **dict.fromkeys(("dilihat", "ditolak", "diterima", "tidak_datang", "tiba"), moved.id),
        "pertanyaan": None,
    }


def test_a_hospital_that_was_asked_by_the_letter_names_nothing_also_after_a_redirection(new_home: MakeHome) -> None:
    home = new_home("rs")
    other, nurse = add_facility(home, "RSU Bhakti"), nurse_of(home)
    letter = add_received_letter(home, add_patient(home).id).id
    redirect(home.replica, nurse, letter, {"to_facility": other.id, "spoke_with": "dr. Gita", "note": "Penuh"})
    accept(home.replica, nurse, letter, ward=None, bed=None, note=None)
    line = line_of(home, letter)
    assert (line.state, line.to_name, line.answer) == ("dialihkan", "RSU Bhakti", None)
