"""The likelihood of a free bed: calibrated on months it did not learn from, silent without enough history."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.queries.bed_likelihood import Count, Likelihood, likelihood
from tests.fakes.forecasts import ENOUGH, judged_month
from tests.fakes.wards import HABITS, KINDS, Habit, hour_of, ward_story

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def daily(*free: int | None, age: timedelta = timedelta(hours=2)) -> list[Count]:
    """One count a day, the last one ``age`` ago."""
    return [Count(NOW - age - DAY * back, number) for back, number in reversed(list(enumerate(reversed(free))))]


def test_on_a_month_not_learned_from_it_is_calibrated_and_speaks() -> None:
    # Forecasts hours apart in one ward are much the same, so many wards with few forecasts tell more than the reverse.
    together, _ = judged_month(range(11, 17), step=7)
    assert sum(item.count >= ENOUGH for item in together.bins) >= 6
    assert together.worst <= 10
    assert together.spoken / together.hours >= 0.6
    assert together.errors["model"] < 0.85 * together.errors["last_count"]
    assert together.errors["model"] < 0.85 * together.errors["base_rate"]


def test_with_little_more_than_two_weeks_behind_it_speaks_and_is_calibrated_too() -> None:
    together, _ = judged_month(range(21, 25), learned_days=16, step=7)
    assert together.worst <= 10
    assert together.spoken / together.hours >= 0.6


def test_it_is_silent_before_two_weeks_of_history() -> None:
    assert likelihood(daily(*[3] * 14, age=timedelta(hours=2)), NOW) is None
    assert likelihood([], NOW) is None


def test_it_is_silent_where_too_few_times_were_similar() -> None:
    always_full_but_today = daily(*[0] * 40, 5)
    assert likelihood(always_full_but_today, NOW + DAY) is None
    assert likelihood(daily(*[0] * 41), NOW + DAY) is not None


def test_a_count_that_is_too_old_or_not_known_or_of_the_future_tells_nothing() -> None:
    assert likelihood(daily(*[3] * 40), NOW + 3 * DAY) is None
    assert likelihood(daily(*[3] * 40, None), NOW) is None
    assert likelihood(daily(*[3] * 40), NOW - timedelta(hours=4)) is None
    assert likelihood(daily(*[3] * 40), NOW - timedelta(hours=2, minutes=5)) is not None


def test_a_ward_that_was_never_full_is_very_likely_to_have_room_and_one_that_always_is_not() -> None:
    never, always = likelihood(daily(*[3] * 40), NOW), likelihood(daily(*[0] * 40), NOW)
    assert never is not None
    assert always is not None
    assert (never.word, always.word) == ("very_likely", "unlikely")
    assert 0 < always.probability < never.probability < 1


def test_beds_that_are_kept_for_others_make_one_more_less_likely() -> None:
    counts = ward_story(KINDS[0], HABITS[0], 60, 5).counts
    found = [likelihood(counts, counts[-1].at + timedelta(hours=5), beds) for beds in (1, 3)]
    assert found[0] is not None
    assert found[1] is not None
    assert found[1].probability < found[0].probability


@pytest.mark.parametrize(
    ("probability", "word"), [(0.9, "very_likely"), (0.7, "likely"), (0.4, "unsure"), (0.1, "unlikely")]
)
def test_a_probability_is_said_as_a_word(probability: float, word: str) -> None:
    assert Likelihood(probability, 10).word == word


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 40)), min_size=1, max_size=120),
    st.floats(0, 60),
    st.integers(1, 5),
)
def test_whatever_was_counted_the_answer_is_silence_or_no_certainty(
    free: list[int | None], hours: float, beds: int
) -> None:
    counts = [Count(NOW + timedelta(hours=8 * number), count) for number, count in enumerate(free)]
    found = likelihood(counts, counts[-1].at + timedelta(hours=hours), beds)
    assert found is None or 0 < found.probability < 1


def test_the_invented_wards_fill_and_empty_the_same_way_every_time() -> None:
    careful = Habit("careful", (2, 6, 10, 14, 18, 22), 0.0, 0.0, wrong=0.0)
    for kind in KINDS:
        story = ward_story(kind, careful, 60, 1)
        assert story == ward_story(kind, careful, 60, 1)
        assert len(story.free) == 60 * 24
        assert 0 <= min(story.free) < max(story.free) <= kind.beds
        assert [count.free for count in story.counts] == [
            story.free[int((count.at - hour_of(0)) / timedelta(hours=1))] for count in story.counts
        ]
