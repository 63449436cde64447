"""The reasons of TACC are P-Care's, letter by letter, and the age is counted from the birth date."""

from datetime import date

import pytest

from sync.records import Referral
from sync.records.tacc import TACC_CODES, age_reason, tacc_reasons

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("born", "reason"),
    [
        (date(2026, 11, 24), "< 1 Bulan"),
        (date(2026, 10, 25), "< 1 Bulan"),
        (date(2026, 10, 24), ">= 1 Bulan s/d < 12 Bulan"),
        (date(2025, 11, 25), ">= 1 Bulan s/d < 12 Bulan"),
        (date(2025, 11, 24), ">= 1 Tahun s/d < 5 Tahun"),
        (date(2021, 11, 24), ">= 5 Tahun s/d < 12 Tahun"),
        (date(2014, 11, 25), ">= 5 Tahun s/d < 12 Tahun"),
        (date(2014, 11, 24), ">= 12 Tahun s/d < 55 Tahun"),
        (date(1971, 11, 25), ">= 12 Tahun s/d < 55 Tahun"),
        (date(1971, 11, 24), ">= 55 Tahun"),
        (date(2026, 11, 25), None),
    ],
)
def test_the_age_reason_changes_on_the_day_itself(born: date, reason: str | None) -> None:
    assert age_reason(born, TODAY) == reason


def test_only_the_fitting_age_is_offered_and_none_where_the_birth_date_is_unknown() -> None:
    assert tacc_reasons("2", date(1960, 1, 1), TODAY) == (">= 55 Tahun",)
    assert tacc_reasons("2", None, TODAY) == ()
    assert (
        tacc_reasons("1", None, TODAY) == tacc_reasons("4", None, TODAY) == ("< 3 Hari", ">= 3 - 7 Hari", ">= 7 Hari")
    )
    assert tacc_reasons("3", date(1960, 1, 1), TODAY) == tacc_reasons(None, None, TODAY) == ()


def test_a_letter_offers_the_codes_of_pcare() -> None:
    assert list(Referral.type.fields["kd_tacc"].choices) == list(TACC_CODES) == ["1", "2", "3", "4"]
    assert not Referral.type.fields["kd_tacc"].required
    assert not Referral.type.fields["tacc_reason"].required
