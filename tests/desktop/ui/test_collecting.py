"""Garbage is collected in the GUI thread alone: a timer that went in another thread would end the program."""

import gc
import threading
import weakref
from collections.abc import Iterator, Mapping

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop.collector import collector_paused
from desktop.ui.collecting import Collecting


class Ring:
    """Holds itself, so that only the collector takes it away."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collectors() -> Iterator[list[threading.Thread]]:
    """The threads in which Python collected."""
    threads: list[threading.Thread] = []

    def note(phase: str, _details: Mapping[str, int]) -> None:
        if phase == "start":
            threads.append(threading.current_thread())

    gc.callbacks.append(note)
    yield threads
    gc.callbacks.remove(note)


@pytest.fixture
def collecting(qtbot: QtBot) -> Iterator[Collecting]:
    gc.set_threshold(700, 10, 10)
    parent = QObject()
    yield Collecting(parent)
    gc.set_threshold(0)


def make_garbage() -> list["weakref.ref[Ring]"]:
    return [weakref.ref(Ring()) for _ in range(10_000)]


def test_another_thread_makes_garbage_and_this_one_collects_it(
    collecting: Collecting, collectors: list[threading.Thread]
) -> None:
    made: list[weakref.ref[Ring]] = []
    thread = threading.Thread(target=lambda: made.extend(make_garbage()))
    thread.start()
    thread.join()
    assert collectors == []
    assert all(ring() is not None for ring in made)
    collecting.collect()
    assert collectors == [threading.current_thread()]
    assert all(ring() is None for ring in made)


def test_little_is_left_until_it_is_much(collecting: Collecting, collectors: list[threading.Thread]) -> None:
    gc.collect()
    collectors.clear()
    collecting.collect()
    assert collectors == []


def test_older_generations_have_their_turn(collecting: Collecting) -> None:
    old = make_garbage()
    gc.collect(0)
    gc.collect(0)
    assert all(ring() is None for ring in old)
    kept = [Ring() for _ in range(10)]
    gc.collect(1)
    seen = [weakref.ref(ring) for ring in kept]
    kept.clear()
    for _ in range(200):
        made = make_garbage()
        collecting.collect()
        assert all(ring() is None for ring in made)
    assert all(ring() is None for ring in seen)


def test_a_query_that_asks_for_quiet_gets_it(collecting: Collecting, collectors: list[threading.Thread]) -> None:
    made = make_garbage()
    with collector_paused():
        collecting.collect()
        assert collectors == []
    collecting.collect()
    assert all(ring() is None for ring in made)


def test_it_looks_by_itself(collecting: Collecting, qtbot: QtBot) -> None:
    made = make_garbage()
    qtbot.waitUntil(lambda: all(ring() is None for ring in made))
