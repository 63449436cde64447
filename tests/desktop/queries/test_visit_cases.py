"""What the visits on a computer propose, read from its encrypted file with no network."""

from datetime import timedelta

from desktop.actions.outbreak import dismiss_alarm, write_signal
from desktop.queries.visit_cases import alarms_of_visit, present_alarms
from sync.records import Void
from sync.records.weeks import week_of
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.outbreak_scenes import add_visit, add_visits, today_of
from tests.desktop.scenes import add_patient, nurse_of, reading


def test_a_visit_proposes_a_signal_at_once(home: Home) -> None:
    patient = add_patient(home, village="Karangsari", subdistrict="Karanganyar")
    visit = add_visit(home, patient, today_of(home), "B05.9")
    add_visit(home, patient, today_of(home), None)
    with reading(home) as reader:
        (alarm,) = present_alarms(reader, home.replica.now())
        assert alarms_of_visit(reader, visit.id, home.replica.now()) == [alarm]
    assert (alarm.letter, alarm.visits) == ("K", (visit.id,))
    assert alarm.villages == (("Karangsari", 1),)
    assert alarm.cases[0].visits[0].subdistrict == "Karanganyar"


def test_a_visit_without_such_a_diagnosis_or_too_few_say_nothing(home: Home) -> None:
    ordinary = add_visit(home, add_patient(home), today_of(home), "O14.1")
    (dengue,) = add_visits(home, today_of(home), "A91", 1)
    with reading(home) as reader:
        for visit in (ordinary, dengue):
            assert alarms_of_visit(reader, visit.id, home.replica.now()) == []


def test_what_was_taken_out_of_the_lists_does_not_count(home: Home) -> None:
    visit = add_visit(home, add_patient(home), today_of(home), "B05.9")
    void = Void(id=home.replica.new_id(), record=visit.id, record_type="visit", reason="salah pasien")
    home.replica.save([Edit(void)], home.staff[0].id)
    with reading(home) as reader:
        assert present_alarms(reader, home.replica.now()) == []


def test_what_was_reported_or_dismissed_is_not_proposed_again(home: Home) -> None:
    now, me = home.replica.now(), nurse_of(home)
    reported = add_visit(home, add_patient(home), today_of(home), "B05.9")
    dismissed = add_visit(home, add_patient(home), today_of(home), "A36.9")
    values = {"disease_label": "Suspek Campak", "found_at": now, "source": "kunjungan", "reporter_name": me.name}
    write_signal(home.replica, me, {**values, "visits": (reported.id,)})
    with reading(home) as reader:
        (alarm,) = present_alarms(reader, now)
    assert alarm.letter == "L"
    own = {"disease_code": "L", "rule": "SKDR-1", "first_day": week_of(today_of(home)).first_day}
    dismiss_alarm(home.replica, me, {**own, "visits": (dismissed.id,), "reason": "bukan_definisi", "note": None})
    with reading(home) as reader:
        assert present_alarms(reader, now) == []
    add_visits(home, today_of(home), "B05.9", 1)
    with reading(home) as reader:
        assert [alarm.letter for alarm in present_alarms(reader, now)] == ["K"]


def test_what_lies_weeks_back_is_only_compared_with(home: Home) -> None:
    add_visits(home, today_of(home) - timedelta(weeks=3), "B05.9", 2)
    with reading(home) as reader:
        assert present_alarms(reader, home.replica.now()) == []
