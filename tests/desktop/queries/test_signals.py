"""Signals as lists: whose turn it is, the receipt, the clocks, the line list."""

from datetime import timedelta

import pytest

from desktop.actions.outbreak import add_signal_step
from desktop.queries.signals import case_lines, dismissals, signal_line, signals, waiting_signals
from desktop.queries.weekly import pressing
from sync.records import AlarmDismissal
from sync.records.weeks import week_of
from sync.replica.values import Edit
from tests.desktop.conftest import MakeHome
from tests.desktop.homes import Home
from tests.desktop.outbreak_scenes import add_signal, add_visit, today_of
from tests.desktop.scenes import add_facility, add_patient, nurse_of, reading


@pytest.fixture
def office(new_home: MakeHome) -> Home:
    return new_home("dinkes")


def test_a_signal_waits_for_its_receipt_then_for_its_verdict(office: Home) -> None:
    sender = add_facility(office, "Puskesmas Melati", "puskesmas", phone="0800-0001-0001")
    signal = add_signal(office, facility=sender.id)
    now, me = office.replica.now(), nurse_of(office)
    with reading(office) as reader:
        line = signal_line(reader, signal.id)
        assert pressing(reader, office.replica.identity.facility, now) == 1
    assert line is not None
    assert (line.facility_name, line.facility_phone) == ("Puskesmas Melati", "0800-0001-0001")
    assert (line.state, line.received, line.verify_by()) == ("dilaporkan", None, None)
    assert line.due_at == signal.found_at + timedelta(hours=24)
    add_signal_step(office.replica, me, signal.id, "diterima", {})
    with reading(office) as reader:
        line = signal_line(reader, signal.id)
        assert waiting_signals(reader) == 1
    assert line is not None
    assert line.received is not None
    assert line.verify_by() == line.received.at + timedelta(hours=24)
    add_signal_step(office.replica, me, signal.id, "terverifikasi", {"note": "Sesuai definisi"})
    with reading(office) as reader:
        line = signal_line(reader, signal.id)
        assert waiting_signals(reader) == 0
    assert line is not None
    assert (line.state, line.verify_by()) == ("terverifikasi", None)


def test_what_waits_longest_for_the_office_is_on_top(office: Home) -> None:
    ended = add_signal(office, age=timedelta(hours=1))
    add_signal_step(office.replica, nurse_of(office), ended.id, "tidak_terbukti", {"note": "bukan campak"})
    verified = add_signal(office, age=timedelta(hours=2))
    add_signal_step(office.replica, nurse_of(office), verified.id, "terverifikasi", {})
    received = add_signal(office, age=timedelta(hours=3))
    add_signal_step(office.replica, nurse_of(office), received.id, "diterima", {})
    older, newer = add_signal(office, age=timedelta(hours=9)), add_signal(office, age=timedelta(hours=4))
    with reading(office) as reader:
        found = signals(reader, office.replica.now())
    assert [line.id for line in found] == [older.id, newer.id, received.id, verified.id, ended.id]


def test_what_waits_for_the_office_is_listed_however_old_it_is(office: Home) -> None:
    forgotten = add_signal(office, age=timedelta(days=200))
    add_signal_step(office.replica, nurse_of(office), forgotten.id, "diterima", {})
    over = add_signal(office, age=timedelta(days=200))
    add_signal_step(office.replica, nurse_of(office), over.id, "ditutup", {"note": "selesai"})
    for hours in (2, 1):
        told = add_signal(office, age=timedelta(hours=hours))
        add_signal_step(office.replica, nurse_of(office), told.id, "terverifikasi", {})
    with reading(office) as reader:
        assert [line.id for line in signals(reader, office.replica.now(), limit=1)] == [forgotten.id, told.id]
        assert waiting_signals(reader) == 1


def test_an_update_tells_the_numbers_and_unknown_ones_stay_unknown(office: Home) -> None:
    signal = add_signal(office, cases=None, deaths=None)
    with reading(office) as reader:
        before = signal_line(reader, signal.id)
    add_signal_step(office.replica, nurse_of(office), signal.id, "pembaruan", {"cases": 5})
    with reading(office) as reader:
        after = signal_line(reader, signal.id)
    assert before is not None
    assert after is not None
    assert (before.numbers, after.numbers) == ((None, None), (5, None))


def test_the_line_list_names_each_person_once(home: Home) -> None:
    siti, budi = add_patient(home, "Siti Aminah", village="Karangsari"), add_patient(home, "Budi", sex="L")
    day = today_of(home)
    visits = [
        add_visit(home, siti, day, "B05.9", "Campak"),
        add_visit(home, siti, day - timedelta(days=3), "B05.9", "Campak"),
        add_visit(home, budi, day - timedelta(days=1), "B05.9", "Campak"),
    ]
    with reading(home) as reader:
        found = case_lines(reader, tuple(visit.id for visit in visits))
        assert case_lines(reader, ()) == []
    assert [(line.name, line.day, line.diagnosis) for line in found] == [
        ("Siti Aminah", day - timedelta(days=3), "B05.9 Campak"),
        ("Budi", day - timedelta(days=1), "B05.9 Campak"),
    ]


def test_a_signal_that_is_not_here_is_none(home: Home) -> None:
    with reading(home) as reader:
        assert signal_line(reader, "0a" * 16) is None


def test_dismissed_alarms_are_listed_for_a_month(home: Home) -> None:
    for days in (1, 40):
        dismissal = AlarmDismissal(
            id=home.replica.new_id(),
            facility=home.replica.identity.facility,
            disease_code="K",
            rule="SKDR-1",
            first_day=week_of(today_of(home)).first_day,
            reason="salah_kode",
            at=home.replica.now() - timedelta(days=days),
            by_name="Ns. Dewi",
        )
        home.replica.save([Edit(dismissal)], home.staff[0].id)
    with reading(home) as reader:
        (line,) = dismissals(reader, home.replica.now())
    assert (line.facility_name, line.dismissal.reason) == ("Puskesmas Melati", "salah_kode")
