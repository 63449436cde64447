"""The desk: reads and writes leave the GUI thread, answers come back in order, no error vanishes."""

import logging
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from functools import partial

import pytest
import shiboken6
from pytestqt.qtbot import QtBot
from sqlalchemy import Connection

from desktop.ui.desk import PERSON_VALUE, Desk, NoPerson, Person
from desktop.ui.place import load_place
from desktop.ui.screen import Screen
from sync.errors import BadInput
from sync.records import Patient
from sync.replica.reader import Reader
from sync.replica.replica import Replica
from sync.replica.values import Edit
from tests.desktop.homes import Home


def count_patients(reader: Reader) -> int:
    return int(reader.value("SELECT count(*) FROM patient WHERE district = :district"))


def save_patient(replica: Replica, person: Person) -> str:
    patient = Patient(id=replica.new_id(), name="Siti Rahayu", sex="P")
    replica.save([Edit(patient, None)], person.id)
    return patient.id


def typed(text: str, _reader: Reader) -> str:
    return text


def choose(desk: Desk, home: Home) -> Person:
    staff = home.staff[0]
    person = Person(staff.id, staff.name, staff.profession)
    desk.choose_person(person)
    return person


def test_a_read_runs_in_another_thread_and_answers_in_this_one(desk: Desk, qtbot: QtBot) -> None:
    threads: list[threading.Thread] = []
    answers: list[tuple[int, threading.Thread]] = []

    def query(reader: Reader) -> int:
        threads.append(threading.current_thread())
        return count_patients(reader)

    desk.read(query, lambda n: answers.append((n, threading.current_thread())))
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == [(0, threading.current_thread())]
    assert threads[0] is not threading.current_thread()


def test_of_reads_in_one_slot_only_the_newest_answers(desk: Desk, qtbot: QtBot) -> None:
    gate = threading.Event()
    answers: list[str] = []
    desk.read(lambda _reader: gate.wait(10), lambda _result: answers.append("lain"))
    for text in ("s", "si", "siti"):
        desk.read(partial(typed, text), answers.append, slot="search")
    gate.set()
    qtbot.waitUntil(lambda: not desk.busy)
    assert answers == ["lain", "siti"]


def test_an_answer_overtaken_while_it_was_read_is_dropped(desk: Desk, qtbot: QtBot) -> None:
    begun, gate = threading.Event(), threading.Event()
    answers: list[str] = []

    def slow(_reader: Reader) -> str:
        begun.set()
        gate.wait(10)
        return "lama"

    desk.read(slow, answers.append, slot="search")
    assert begun.wait(10)
    desk.read(lambda _reader: "baru", answers.append, slot="search")
    gate.set()
    qtbot.waitUntil(lambda: not desk.busy)
    assert answers == ["baru"]


def test_an_answer_for_a_screen_that_is_gone_is_dropped(desk: Desk, qtbot: QtBot) -> None:
    gate = threading.Event()
    taken: list[object] = []

    class Gone(Screen):
        def take(self, result: object) -> None:
            taken.append(result)

    screen = Gone(desk)
    desk.read(lambda _reader: gate.wait(10), screen.take)
    with qtbot.waitSignal(screen.destroyed):
        screen.deleteLater()
    gate.set()
    qtbot.waitUntil(lambda: not desk.busy)
    assert taken == []


def test_what_was_saved_is_told_of_and_an_error_is_said_when_the_screen_is_gone(
    desk: Desk, home: Home, qtbot: QtBot
) -> None:
    choose(desk, home)
    taken: list[object] = []
    screen = Screen(desk)

    def fail(_reader: Reader) -> None:
        raise BadInput("missing", field="name")

    with qtbot.waitSignals([desk.saved, desk.data_changed, desk.said]):
        desk.act(save_patient, lambda result: taken.append((screen, result)))
        desk.read(fail, taken.append, failed=lambda error: taken.append((screen, error)))
        shiboken6.delete(screen)
    assert taken == []


def test_a_thread_keeps_nothing_of_what_it_has_done(desk: Desk, qtbot: QtBot) -> None:
    class Asking(Screen):
        def take(self, _result: object) -> None:
            pass

        def fail(self, _reader: Reader) -> None:
            raise BadInput("missing", field="name")

    screen = Asking(desk)
    desk.read(count_patients, screen.take)
    desk.read(screen.fail, screen.take, failed=screen.take)
    qtbot.waitUntil(lambda: not desk.busy)
    left = weakref.ref(screen)
    del screen
    assert left() is None, "its last reference would go in the thread, and the widget with it"


ABANDONED = """
import gc, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from desktop.app import Program
from desktop.settings import Settings
from desktop.ui.desk import Desk
from desktop.ui.place import load_place
settings = Settings(Path(sys.argv[1]))
application = QApplication([])
program = Program(settings, start_agent=False)
program.open()
program.show()
del program
gc.collect()
alone = Desk(load_place(settings))
del alone
gc.collect()
kept = Desk(load_place(settings))
kept.warm_up()
print("whole")
"""


def test_a_desk_that_nobody_closed_ends_its_threads_before_it_goes(home: Home) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ABANDONED, str(home.settings.home)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "whole\n"), done.stderr


def test_a_save_is_there_when_it_is_reported_and_everybody_hears_of_it(desk: Desk, home: Home, qtbot: QtBot) -> None:
    person = choose(desk, home)
    saved: list[str] = []
    with qtbot.waitSignals([desk.saved, desk.data_changed]):
        desk.act(save_patient, saved.append)
    history = home.replica.history(saved[0])
    assert [revision.author for revision in history] == [person.id]


def test_an_error_of_a_read_is_said_and_logged(desk: Desk, qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR), qtbot.waitSignal(desk.said) as said:
        desk.read(lambda reader: reader.value("SELECT bukan FROM mana"), lambda _result: None)
    assert said.args is not None
    level, sentence = said.args
    assert level == "error"
    assert "tidak terduga" in sentence
    assert "OperationalError" in caplog.text


def test_an_error_of_an_action_reaches_the_screen_that_asked(desk: Desk, home: Home, qtbot: QtBot) -> None:
    choose(desk, home)
    errors: list[Exception] = []

    def fail(_replica: Replica, _person: Person) -> None:
        raise BadInput("missing", field="name")

    with qtbot.assertNotEmitted(desk.data_changed), qtbot.assertNotEmitted(desk.said):
        desk.act(fail, lambda _result: None, errors.append)
        qtbot.waitUntil(lambda: not desk.busy)
    assert isinstance(errors[0], BadInput)


def test_nothing_is_written_while_nobody_is_chosen(desk: Desk, home: Home, qtbot: QtBot) -> None:
    errors: list[Exception] = []
    desk.act(save_patient, lambda _result: None, errors.append)
    assert isinstance(errors[0], NoPerson)
    with qtbot.waitSignal(desk.said) as said:
        desk.act(save_patient, lambda _result: None)
    assert said.args is not None
    assert "Ganti petugas" in said.args[1]


def test_the_person_is_remembered_for_the_next_start(
    desk: Desk, home: Home, new_desk: Callable[[Home], Desk], qtbot: QtBot
) -> None:
    with qtbot.waitSignal(desk.person_changed):
        person = choose(desk, home)
    qtbot.waitUntil(lambda: not desk.busy)
    assert home.replica.get_value(PERSON_VALUE) == person.id
    assert new_desk(home).person == person


def test_a_person_who_has_left_is_not_taken_for_the_present_one(home: Home) -> None:
    home.replica.set_value(PERSON_VALUE, home.staff[0].id)
    seen = home.replica.get(type(home.staff[0]), home.staff[0].id)
    assert seen is not None
    gone = type(seen.record)(id=seen.record.id, name=seen.record.name, profession="perawat", active=False)
    home.replica.save([Edit(gone, seen)], home.staff[0].id)
    place = load_place(home.settings)
    assert place is not None
    assert place.person is None


def test_what_was_being_saved_is_finished_when_the_desk_closes(
    home: Home, new_desk: Callable[[Home], Desk], qtbot: QtBot
) -> None:
    desk = new_desk(home)
    choose(desk, home)
    for _ in range(5):
        desk.act(save_patient, lambda _result: None)
    desk.close()
    reader = Reader(home.settings.database, home_key(home))
    try:
        assert count_patients(reader) == 5
    finally:
        reader.close()


def test_the_log_of_what_is_said_holds_no_names(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        desk.say("info", "Siti Rahayu tersimpan di komputer ini")
    assert "Siti" not in caplog.text


def home_key(home: Home) -> bytes:
    place = load_place(home.settings)
    assert place is not None
    return place.key


def test_after_an_upgrade_the_first_read_waits_for_the_tables_of_this_program(
    desk: Desk, home: Home, qtbot: QtBot
) -> None:
    home.replica.save([Edit(Patient(id=home.replica.new_id(), name="Siti Rahayu", sex="P"))], home.staff[0].id)

    def as_an_older_program_left_it(connection: Connection) -> None:
        connection.exec_driver_sql("UPDATE projection SET version = 'older'")
        connection.exec_driver_sql("DROP TABLE patient")

    home.replica.write(as_an_older_program_left_it)
    answers: list[int] = []
    with qtbot.waitSignal(desk.said) as said:
        desk.read(count_patients, answers.append)
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == [1]
    assert said.args is not None
    assert said.args[0] == "info"
