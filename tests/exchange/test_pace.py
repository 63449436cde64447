"""The pace of an exchange: it follows the measured speed of the link, shrinks on trouble and grows again."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.exchange.pace import (
    AFTER_TROUBLE,
    BEGINNING,
    GROWTH,
    LARGEST,
    LARGEST_TRAIN,
    SECONDS,
    SMALLEST,
    START,
    TRAIN_SECONDS,
    Pace,
)

BUDGETS = st.integers(SMALLEST, LARGEST_TRAIN)
PACES = st.builds(Pace, budget=BUDGETS, growth=st.sampled_from([1.25, 4.0]), most=BUDGETS)
TRAINS = pytest.mark.parametrize("train", [False, True], ids=["one message", "train"])


def over(pace: Pace, speed: float, messages: int, *, train: bool) -> Pace:
    """The pace after full messages on a link that carries ``speed`` bytes in a second."""
    for _ in range(messages):
        pace = pace.after(pace.budget, pace.budget / speed, train=train)
    return pace


@TRAINS
@given(start=BUDGETS, speed=st.integers(1, 10**8))
def test_on_an_even_link_a_message_soon_takes_as_long_as_it_should(start: int, speed: int, train: bool) -> None:
    seconds, largest = (TRAIN_SECONDS, LARGEST_TRAIN) if train else (SECONDS, LARGEST)
    budget = over(Pace(budget=start), speed, 6, train=train).budget
    assert budget == pytest.approx(min(max(speed * seconds, SMALLEST), largest), abs=6)


@TRAINS
def test_a_slower_link_is_followed_at_once_and_a_faster_one_step_by_step(train: bool) -> None:
    wanted = TRAIN_SECONDS if train else SECONDS
    assert BEGINNING.after(START, 4 * wanted, train=train).budget == START // 4
    assert BEGINNING.after(START, wanted / 2, train=train).budget == 2 * START
    assert BEGINNING.after(START, wanted / 1000, train=train).budget == 4 * START
    assert BEGINNING.after(START, 0.0, train=train).budget == 4 * START


@TRAINS
@given(pace=PACES, data=st.data(), seconds=st.floats(0, 10**6))
def test_nearly_nothing_teaches_nothing(pace: Pace, data: st.DataObject, seconds: float, train: bool) -> None:
    size = data.draw(st.integers(0, pace.budget // 2 - 1))
    assert pace.after(size, seconds, train=train) == pace


@TRAINS
@given(pace=PACES, size=st.integers(0, 2**24), seconds=st.floats(0, 10**6))
def test_a_message_is_never_beyond_its_limits(pace: Pace, size: int, seconds: float, train: bool) -> None:
    found = pace.after(size, seconds, train=train)
    assert found == pace or SMALLEST <= found.budget <= min(LARGEST_TRAIN if train else LARGEST, pace.most)
    assert found.budget <= max(SMALLEST, pace.budget * (GROWTH if train else pace.growth))


def test_trouble_before_trains_were_known_does_not_keep_them_short() -> None:
    """A first message that is lost tells nothing yet of whether the other side takes trains."""
    after = BEGINNING.after_trouble()
    assert after.after(after.budget, 0.1, train=False).budget == int(1.25 * after.budget)
    assert after.after(after.budget, 0.1, train=True).budget == 4 * after.budget


def test_a_train_is_halved_by_trouble_down_to_its_floor() -> None:
    pace, budgets = Pace(budget=LARGEST_TRAIN), []
    for _ in range(8):
        pace = pace.after_trouble(train=True)
        budgets.append(pace.budget)
    assert budgets == [*(LARGEST_TRAIN // 2**times for times in range(1, 7)), AFTER_TROUBLE, AFTER_TROUBLE]


def test_a_single_message_is_quartered_by_trouble_down_to_its_floor() -> None:
    pace, budgets = Pace(budget=LARGEST), []
    for _ in range(4):
        pace = pace.after_trouble()
        budgets.append(pace.budget)
    assert budgets == [LARGEST // 4, AFTER_TROUBLE, AFTER_TROUBLE, AFTER_TROUBLE]


@TRAINS
@given(pace=PACES)
def test_trouble_at_least_halves_and_never_goes_below_its_floor_nor_up(pace: Pace, train: bool) -> None:
    after = pace.after_trouble(train=train)
    assert after.budget <= max(pace.budget // 2, AFTER_TROUBLE)
    assert min(pace.budget, AFTER_TROUBLE) <= after.budget <= pace.budget
    assert after == replace(pace, budget=after.budget, growth=pace.growth if train else 1.25)


def test_after_trouble_it_grows_again_a_train_as_before_and_a_single_message_slowly() -> None:
    fast = 10**8
    train = BEGINNING.after_trouble(train=True)
    assert over(train, fast, 1, train=True).budget == 4 * AFTER_TROUBLE
    assert over(train, fast, 6, train=True).budget == LARGEST_TRAIN
    single = BEGINNING.after_trouble()
    assert over(single, fast, 1, train=False).budget == AFTER_TROUBLE * 5 // 4
    assert over(single, fast, 20, train=False).budget == LARGEST


@given(pace=PACES, size=st.integers(0, 2**24), speed=st.integers(1, 10**8))
def test_what_was_refused_for_its_size_is_halved_and_not_sent_again_so_large(pace: Pace, size: int, speed: int) -> None:
    after = pace.after_too_large(size)
    assert after.budget == max(SMALLEST, min(size, pace.budget) // 2)
    for train in (False, True):
        assert over(after, speed, 10, train=train).budget <= after.budget
