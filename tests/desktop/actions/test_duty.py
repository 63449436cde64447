"""Duty for referrals: the one who took over last has it, until the shift ends."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desktop.actions.duty import shift_end, take_duty
from desktop.queries.duty import is_on_duty, last_duty
from sync.errors import BadInput
from tests.desktop.homes import Home
from tests.desktop.scenes import nurse_of, reading


@pytest.mark.parametrize(("hour", "day", "end"), [(6, 24, 7), (7, 24, 14), (13, 24, 14), (20, 24, 21), (21, 25, 7)])
def test_a_shift_ends_at_the_next_change(hour: int, day: int, end: int) -> None:
    now = datetime(2026, 11, 24, hour, 30, tzinfo=UTC)
    assert shift_end(now) == datetime(2026, 11, day, end, tzinfo=UTC)


def test_who_took_over_last_is_on_duty_until_the_shift_ends(home: Home) -> None:
    now, hospital = home.replica.now(), home.replica.identity.facility
    with reading(home) as reader:
        assert last_duty(reader, hospital) is None
        assert not is_on_duty(None, now)
        for name in ("dr. Naura", "dr. Bagus"):
            until = now + timedelta(hours=6)
            take_duty(home.replica, nurse_of(home), {"name": name, "phone": "0800-0000-2222", "until": until})
        duty = last_duty(reader, hospital)
        assert duty is not None
        assert (duty.name, duty.phone, duty.facility) == ("dr. Bagus", "0800-0000-2222", hospital)
        assert is_on_duty(duty, now + timedelta(hours=5))
        assert not is_on_duty(duty, now + timedelta(hours=6, minutes=1))
        assert last_duty(reader, home.replica.new_id()) is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": None, "until": timedelta(hours=1)}, "name"),
        ({"name": "dr. Naura", "until": None}, "until"),
        ({"name": "dr. Naura", "until": timedelta(hours=-1)}, "until"),
        ({"name": "dr. Naura", "until": timedelta(hours=25)}, "until"),
    ],
)
def test_a_hand_over_that_cannot_be_is_not_saved(home: Home, values: dict[str, Any], field: str) -> None:
    until = values["until"]
    given = {**values, "until": None if until is None else home.replica.now() + until}
    with pytest.raises(BadInput) as raised:
        take_duty(home.replica, nurse_of(home), given)
    assert raised.value.field == field
    with reading(home) as reader:
        assert last_duty(reader, home.replica.identity.facility) is None
