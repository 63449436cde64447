"""Numbers of forms and tickets: reserved ones go to no other letter, and each is given once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest

from desktop.actions.forms import next_ticket, reserve_forms
from desktop.actions.letter_numbers import CopiedForm, read_form_number, series_end
from desktop.actions.referrals import write_referral
from desktop.queries.forms import Form, reserved_forms
from desktop.security.keys import load_key
from sync.errors import BadInput
from sync.records import Referral
from sync.replica.opening import open_sqlite
from sync.replica.replica import Replica
from sync.replica.values import Edit
from sync.revisions.environment import system_environment
from tests.desktop.homes import Home
from tests.desktop.scenes import add_facility, add_patient, letter_values, nurse_of, reading


def write(home: Home, number: str = "", written_at: datetime | None = None) -> Referral:
    values = letter_values(add_patient(home).id, add_facility(home).id)
    form = CopiedForm(number, written_at or home.replica.now()) if number else None
    return write_referral(home.replica, nurse_of(home), values, form)


def forms_of(home: Home) -> list[Form]:
    with reading(home) as reader:
        return reserved_forms(reader)


def test_no_later_letter_gets_a_reserved_number(home: Home) -> None:
    end = series_end(home.replica.now().astimezone())
    first = write(home)
    forms = reserve_forms(home.replica, 3)
    assert [form.number for form in forms] == [f"A-000{running}{end}" for running in (2, 3, 4)]
    assert [first.number, write(home).number] == [f"A-0001{end}", f"A-0005{end}"]
    assert [form.number for form in reserve_forms(home.replica, 1)] == [f"A-0006{end}"]
    assert len({form.referral for form in forms_of(home)}) == 4


def test_a_copied_form_takes_its_number_its_id_and_its_time(home: Home) -> None:
    form = reserve_forms(home.replica, 2)[1]
    written_at = (home.replica.now() - timedelta(hours=5)).replace(microsecond=0)
    letter = write(home, number=f"rujukf1:{form.number}:7QX4-M0ZK-2B9D", written_at=written_at)
    assert (letter.number, letter.id, letter.written_at) == (form.number, form.referral, written_at)
    assert [item.used for item in forms_of(home)] == [False, True]


@pytest.mark.parametrize(
    ("number", "reason"),
    [("A-0009", "not_a_form"), ("apa saja", "not_a_form"), ("B-0001", "form_of_other_pc"), ("A-0001", "form_used")],
)
def test_a_number_that_is_no_free_form_of_this_pc_is_refused(home: Home, number: str, reason: str) -> None:
    end = series_end(home.replica.now().astimezone())
    used = reserve_forms(home.replica, 1)[0]
    write(home, number=used.number)
    with pytest.raises(BadInput) as refused:
        write(home, number=f"{number}{end}" if "-" in number else number)
    assert (refused.value.reason, refused.value.field) == (reason, "number")


def test_a_form_was_not_written_in_the_future(home: Home) -> None:
    form = reserve_forms(home.replica, 1)[0]
    with pytest.raises(BadInput, match="in_the_future"):
        write(home, number=form.number, written_at=home.replica.now() + timedelta(hours=1))


def test_how_a_form_number_is_read() -> None:
    assert read_form_number(" a-0012/xi/2026 ") == ("A", 12, "/XI/2026")


def test_forms_printed_before_this_pc_took_another_letter_are_copied_with_their_numbers(home: Home) -> None:
    former, other = home.replica.identity, reserve_forms(home.replica, 2)
    home.replica.renew("0e" * 16, "C", former.signing_key)
    form = other[1]
    assert form.number.startswith(f"{former.letter}-")
    letter = write(home, number=form.number)
    assert (letter.number, letter.id) == (form.number, form.referral)
    with pytest.raises(BadInput, match="form_used"):
        write(home, number=form.number)
    assert [item.used for item in forms_of(home)] == [False, True]
    assert write(home).number.startswith("C-0001")
    assert reserve_forms(home.replica, 1)[0].number.startswith("C-0002")


def test_a_form_is_copied_though_the_pc_that_has_its_letter_now_wrote_the_same_number(home: Home) -> None:
    form = reserve_forms(home.replica, 1)[0]
    write(home, number=form.number)
    home.replica.renew("0e" * 16, "C", home.replica.identity.signing_key)
    mine = reserve_forms(home.replica, 1)[0]
    home.replica.renew("0f" * 16, "D", home.replica.identity.signing_key)
    other = letter_values(add_patient(home).id, add_facility(home).id)
    there = Referral(
        **{
            **other,
            "id": "0a" * 16,
            "number": mine.number,
            "from_facility": home.replica.identity.facility,
            "written_at": home.replica.now(),
        }
    )
    home.replica.save([Edit(there)], nurse_of(home).id)
    assert write(home, number=mine.number).id == mine.referral


def test_every_poli_counts_from_one_every_day(home: Home) -> None:
    monday, tuesday = date(2026, 11, 23), date(2026, 11, 24)
    given = [next_ticket(home.replica, poli, day) for poli, day in [("umum", monday)] * 2 + [("gigi", monday)]]
    assert given == ["A-001", "A-002", "A-001"]
    assert next_ticket(home.replica, "umum", tuesday) == "A-001"
    assert home.replica.waiting_count() == 3


def test_two_programs_at_once_never_give_a_number_twice(home: Home) -> None:
    key, day = load_key(home.settings).secret, date(2026, 11, 23)

    def take_some(count: int) -> list[tuple[str, str]]:
        replica = Replica.load(open_sqlite(home.settings.database, key), system_environment())
        assert replica is not None
        taken = [(next_ticket(replica, "umum", day), reserve_forms(replica, 1)[0].number) for _ in range(count)]
        replica.close()
        return taken

    with ThreadPoolExecutor(2) as pool:
        pairs = [pair for part in pool.map(take_some, (5, 5)) for pair in part]
    tickets, numbers = zip(*pairs, strict=True)
    assert sorted(tickets) == [f"A-{number:03d}" for number in range(1, 11)]
    assert sorted(number[:6] for number in numbers) == [f"A-{number:04d}" for number in range(1, 11)]
