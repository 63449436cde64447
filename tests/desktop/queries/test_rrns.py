"""RRNS of the month: what counts above the line and below it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desktop.actions.referrals import cancel
from desktop.queries.rrns import month_of, rrns, rrns_this_month
from sync.records import Referral, Void
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.scenes import add_facility, add_patient, letter_values, nurse_of, reading


def add_letter(home: Home, written_at: datetime, **details: Any) -> Referral:
    values = letter_values(home.replica.new_id(), home.replica.new_id(), kind="rawat_jalan", urgency="hijau")
    own = {"number": "A-1", "from_facility": home.replica.identity.facility, "written_at": written_at}
    letter = Referral(**{**values, "id": home.replica.new_id(), **own, **details})
    home.replica.save([Edit(letter)], home.staff[0].id)
    return letter


@pytest.mark.parametrize(
    ("details", "counted", "explained"),
    [
        ({"diagnosis_code": "I10"}, 1, 0),
        ({"diagnosis_code": "i10", "kd_tacc": "-1"}, 1, 0),
        ({"diagnosis_code": "I10", "kd_tacc": "1"}, 0, 1),
        ({"diagnosis_code": "I10", "kind": "rawat_inap"}, 0, 0),
        ({"diagnosis_code": "I10", "kind": "gawat_darurat"}, 0, 0),
        ({"diagnosis_code": "O14.1"}, 0, 0),
        ({"diagnosis_code": None}, 0, 0),
        ({"diagnosis_code": "Z99.99"}, 0, 0),
    ],
)
def test_only_outpatients_of_the_list_without_tacc_count(
    home: Home, details: dict[str, Any], counted: int, explained: int
) -> None:
    now = home.replica.now()
    add_letter(home, now, **details)
    with reading(home) as reader:
        found = rrns_this_month(reader, home.replica.identity.facility, now)
    assert (found.counted, found.explained, found.letters) == (counted, explained, 1)


def test_the_month_is_the_calendars_of_this_place() -> None:
    first, following = month_of(datetime(2026, 12, 31, 12, tzinfo=UTC))
    assert (first.month, first.day, first.hour) == (12, 1, 0)
    assert (following.year, following.month, following.day, following.hour) == (2027, 1, 1, 0)


def test_no_referral_is_no_ratio(home: Home) -> None:
    with reading(home) as reader:
        found = rrns_this_month(reader, home.replica.identity.facility, home.replica.now())
    assert (found.counted, found.letters, found.percent) == (0, 0, None)


def test_letters_of_the_month_count_but_what_was_taken_back_and_what_others_wrote_do_not(home: Home) -> None:
    first, following = month_of(home.replica.now())
    add_letter(home, first, diagnosis_code="I10")
    add_letter(home, following - timedelta(milliseconds=1), diagnosis_code="I10", kd_tacc="2")
    add_letter(home, first, diagnosis_code="O14.1")
    add_letter(home, first, diagnosis_code="J00")
    add_letter(home, first - timedelta(milliseconds=1), diagnosis_code="I10")
    add_letter(home, following, diagnosis_code="I10")
    add_letter(home, first, diagnosis_code="I10", from_facility=add_facility(home, "Lain", "puskesmas").id)
    taken_back = add_letter(home, first, patient=add_patient(home).id, diagnosis_code="I10")
    cancel(home.replica, nurse_of(home), taken_back.id, note="Keluarga menolak")
    taken_out = add_letter(home, first, diagnosis_code="I10")
    void = Void(id=home.replica.new_id(), record=taken_out.id, record_type="referral", reason="Tertulis dua kali")
    home.replica.save([Edit(void)], home.staff[0].id)
    with reading(home) as reader:
        found = rrns(reader, home.replica.identity.facility, first, following)
    assert (found.counted, found.explained, found.letters, found.percent) == (2, 1, 4, 50.0)
