"""Stamps order an edit after what its author saw, and never make a record that nobody can edit any more."""

import pytest

from sync.revisions.clock import next_stamp, stamp_ms

LAST = 2**63 - 1


@pytest.mark.parametrize("now_ms", [-(2**70), 0, 1_700_000_000_000, 2**70])
def test_a_stamp_follows_its_parents_whatever_the_clock_says(now_ms: int) -> None:
    assert next_stamp(now_ms, [5 << 16, 7 << 16]) > 7 << 16


def test_a_stamp_tells_the_clock_of_its_writer() -> None:
    assert stamp_ms(next_stamp(1_700_000_000_000, [])) == 1_700_000_000_000


@pytest.mark.parametrize("parent", [LAST - 1, LAST])
def test_an_edit_of_what_bears_the_last_stamp_is_still_a_revision(parent: int) -> None:
    assert next_stamp(0, [parent]) == LAST
