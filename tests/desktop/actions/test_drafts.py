"""Drafts are kept as they were typed, replaced, and forgotten; they are no records and wait for nobody."""

from datetime import UTC, datetime

from desktop.actions.drafts import drop_draft, keep_draft
from desktop.queries.drafts import Draft, read_draft, read_drafts
from tests.desktop.homes import Home
from tests.desktop.scenes import reading

AT = datetime(2026, 11, 26, 3, 32, tzinfo=UTC)
LETTER = Draft("referral_form", "1" * 32, "Siti Aminah", AT, {"systolic": "seratus", "danger_signs": ["000002"]})


def test_a_draft_is_kept_as_typed_and_is_no_revision(home: Home) -> None:
    before = home.replica.waiting_count()
    keep_draft(home.replica, LETTER)
    with reading(home) as reader:
        assert read_draft(reader, "referral_form", "1" * 32) == LETTER
        assert read_draft(reader, "visit_form", "1" * 32) is None
    assert home.replica.waiting_count() == before


def test_the_newest_draft_of_each_form_is_the_one_that_counts(home: Home) -> None:
    keep_draft(home.replica, LETTER)
    later = Draft("referral_form", "1" * 32, "Siti Aminah", AT.replace(minute=40), {"reason": "Rawat"})
    visit = Draft("visit_form", "1" * 32 + "/" + "2" * 32, "Siti Aminah", AT.replace(minute=36), {"complaint": "Batuk"})
    keep_draft(home.replica, visit)
    keep_draft(home.replica, later)
    home.replica.set_value("draftsman", "no draft")
    with reading(home) as reader:
        assert read_drafts(reader) == [later, visit]
    assert visit.patient == "1" * 32
    assert Draft("patient_form", "+", "", AT, {}).patient == ""


def test_a_draft_is_forgotten_and_the_others_stay(home: Home) -> None:
    other = Draft("referral_form", "3" * 32, "Budi", AT, {})
    keep_draft(home.replica, LETTER)
    keep_draft(home.replica, other)
    drop_draft(home.replica, "referral_form", "1" * 32)
    drop_draft(home.replica, "referral_form", "9" * 32)
    with reading(home) as reader:
        assert read_drafts(reader) == [other]
