"""The bell: it rings outside the window for what arrives, names nobody, insists for an emergency, and can be muted."""

import wave
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import assets
from desktop.actions.referrals import mark_seen
from desktop.queries.ringing import Ring, is_muted
from desktop.ui.bell import Bell, Ringing
from desktop.ui.bell_bar import BellBar, Outside
from desktop.ui.desk import Desk
from desktop.ui.legibility import legibility_problems
from desktop.ui.main_window import MainWindow
from desktop.ui.ring_words import ring_words
from sync.records import Referral
from tests.desktop.conftest import MakeHome
from tests.desktop.homes import Home
from tests.desktop.scenes import add_facility, add_patient, add_received_letter, nurse_of, reading
from tests.desktop.ui.conftest import Open

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PATIENT, DIAGNOSIS = "Siti Aminah", "Preeklamsia"


class Listener:
    """A bell on a desk, and what it rang."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk, self._qtbot = desk, qtbot
        self.bell = Bell(desk, desk)
        self.rung: list[Ringing] = []
        self.bell.rang.connect(self.rung.append)

    def listen(self) -> list[Ringing]:
        """What rings when it listens once."""
        self.rung.clear()
        self.bell.listen()
        self._qtbot.waitUntil(lambda: not self.desk.busy)
        return self.rung


@pytest.fixture
def hospital(new_home: MakeHome) -> Home:
    return new_home("rs", person=True)


@pytest.fixture
def listener(hospital: Home, new_desk: Callable[[Home], Desk], qtbot: QtBot) -> Listener:
    return Listener(new_desk(hospital), qtbot)


def receive(home: Home, **details: object) -> Referral:
    return add_received_letter(home, add_patient(home, PATIENT).id, **details)  # type: ignore[arg-type]  # passed on


def test_an_emergency_rings_and_names_neither_patient_nor_diagnosis(hospital: Home, listener: Listener) -> None:
    assert listener.listen() == []
    letter = receive(hospital)
    (ringing,) = listener.listen()
    assert ringing == Ringing(
        "Rujukan gawat darurat baru dari Puskesmas Melati", urgent=True, sound="emergency", referral=letter.id
    )
    assert PATIENT not in ringing.text
    assert DIAGNOSIS not in ringing.text
    assert listener.listen() == []


def test_an_emergency_insists_until_somebody_opened_it_and_not_longer(hospital: Home, listener: Listener) -> None:
    letter = receive(hospital, age=timedelta(minutes=4))
    listener.listen()
    listener.rung.clear()
    listener.bell.insist()
    (ringing,) = listener.rung
    words = "Belum dibuka: rujukan gawat darurat dari Puskesmas Melati, sudah 4 menit"
    assert ringing == Ringing(words, urgent=True, sound="emergency", referral=letter.id)
    mark_seen(hospital.replica, nurse_of(hospital), letter.id)
    assert listener.listen() == []
    listener.bell.insist()
    assert listener.rung == []


def test_an_emergency_that_was_opened_and_not_answered_in_time_rings_once_more(
    hospital: Home, listener: Listener
) -> None:
    letter = receive(hospital, age=timedelta(minutes=16))
    mark_seen(hospital.replica, nurse_of(hospital), letter.id)
    (ringing,) = listener.listen()
    assert ringing.text == "Belum dijawab: rujukan gawat darurat Puskesmas Melati ke RSUD Kenanga"
    assert ringing.urgent
    assert listener.listen() == []


def test_the_office_hears_of_late_emergencies_only(
    new_home: MakeHome, new_desk: Callable[[Home], Desk], qtbot: QtBot
) -> None:
    office = new_home("dinkes", person=True)
    hospital = add_facility(office)
    listener = Listener(new_desk(office), qtbot)
    receive(office, to_facility=hospital.id, age=timedelta(minutes=5))
    receive(office, to_facility=hospital.id, age=timedelta(hours=5), kind="rawat_jalan", urgency="hijau")
    assert listener.listen() == []
    receive(office, to_facility=hospital.id, age=timedelta(minutes=16))
    (ringing,) = listener.listen()
    assert ringing.text == "Belum dijawab: rujukan gawat darurat Puskesmas Melati ke RSUD Kenanga"


def test_one_that_is_no_emergency_rings_once_with_the_other_sound(hospital: Home, listener: Listener) -> None:
    listener.listen()
    receive(hospital, kind="rawat_jalan", urgency="hijau")
    (ringing,) = listener.listen()
    assert (ringing.text, ringing.sound) == ("Rujukan baru dari Puskesmas Melati", "new")
    listener.rung.clear()
    listener.bell.insist()
    assert listener.rung == []


def test_what_arrives_together_rings_once(hospital: Home, listener: Listener) -> None:
    listener.listen()
    for urgency in ("hijau", "merah", "hijau"):
        receive(hospital, urgency=urgency, kind="rawat_jalan")
    (ringing,) = listener.listen()
    assert ringing.text == "Rujukan gawat darurat baru dari Puskesmas Melati. 2 rujukan baru"
    assert (ringing.sound, ringing.referral) == ("emergency", "")


def test_a_muted_pc_shows_the_message_without_a_sound_and_remembers(
    hospital: Home, listener: Listener, new_desk: Callable[[Home], Desk], qtbot: QtBot
) -> None:
    listener.listen()
    listener.bell.mute(muted=True)
    qtbot.waitUntil(lambda: not listener.desk.busy)
    receive(hospital)
    (ringing,) = listener.listen()
    assert (ringing.sound, ringing.text) == ("", "Rujukan gawat darurat baru dari Puskesmas Melati")
    with reading(hospital) as reader:
        assert is_muted(reader)
    again = Listener(new_desk(hospital), qtbot)
    again.listen()
    assert again.bell.muted
    again.bell.mute(muted=False)
    qtbot.waitUntil(lambda: not again.desk.busy)
    with reading(hospital) as reader:
        assert not is_muted(reader)


def test_every_kind_of_ring_has_words_for_one_and_for_several() -> None:
    for kind in (
        "baru",
        "diterima",
        "ditolak",
        "dialihkan",
        "dirujuk_balik",
        "pertanyaan",
        "jawaban",
        "diingatkan",
        "terlambat",
        "belum_terkirim",
    ):
        rings = [
            Ring(
                str(number),
                kind,
                "0a" * 16,
                emergency=False,
                place="RSUD Kenanga",
                sender="Puskesmas Melati",
                hospital="RSUD Kenanga",
                since=NOW,
            )
            for number in range(3)
        ]
        assert "RSUD Kenanga" in ring_words(rings[:1])
        assert ring_words(rings).startswith("3 ")


def test_the_switch_says_that_the_sound_is_off(hospital: Home, listener: Listener, qtbot: QtBot) -> None:
    bar = BellBar(listener.bell)
    qtbot.addWidget(bar)
    bar.show()
    listener.listen()
    assert bar.switch.text() == "Bunyi nyala"
    assert not bar.unopened.isVisible()
    letter = receive(hospital)
    listener.listen()
    bar.switch.click()
    assert bar.switch.text() == "Bunyi mati"
    assert bar.unopened.text() == "Gawat darurat belum dibuka (1)"
    assert legibility_problems(bar) == []
    with qtbot.waitSignal(bar.wanted) as asked:
        bar.unopened.click()
    assert asked.args == [letter.id]
    qtbot.waitUntil(lambda: not listener.desk.busy)


def test_a_hidden_window_rings_too_and_a_pc_without_a_tray_is_no_error(
    hospital: Home, opened: Open, qtbot: QtBot
) -> None:
    window: MainWindow = opened(hospital)
    window.hide()
    letter = receive(hospital)
    with qtbot.waitSignal(window.bell.rang) as rung:
        window.desk.data_changed.emit()
    assert rung.args is not None
    assert rung.args[0].referral == letter.id
    Outside(window).ring(rung.args[0])
    window.show()
    assert "gawat darurat baru" in window.banner.text()
    window.bell_bar.unopened.click()
    assert window.current_key == "inbox"
    qtbot.waitUntil(lambda: not window.desk.busy and not window.bell_bar.unopened.isVisible())
    assert not window.banner.isVisible(), "an emergency that was opened is no news any more"
    window.resize(1093, 614)
    # What a window of another size shows is laid out in later events.
    qtbot.waitUntil(lambda: legibility_problems(window) == [])


def test_a_small_screen_holds_an_unopened_emergency_beside_the_switch_and_an_open_letter(
    hospital: Home, opened: Open, qtbot: QtBot
) -> None:
    """1366 x 768 at 125 % leaves 1093 x 614."""
    letter = receive(hospital, age=timedelta(minutes=19))
    receive(hospital, age=timedelta(minutes=3))
    window = opened(hospital)
    window.bell.mute(muted=True)
    window.show_screen("inbox", letter.id)
    qtbot.waitUntil(lambda: not window.desk.busy and window.bell_bar.unopened.isVisible())
    window.banner.clear()
    window.resize(1093, 614)
    QApplication.processEvents()
    assert (window.width(), window.height()) == (1093, 614)
    # What a window of another size shows is laid out in later events.
    qtbot.waitUntil(lambda: legibility_problems(window) == [])


@pytest.mark.parametrize("name", ["new", "emergency"])
def test_the_sounds_are_short_files_that_windows_plays(name: str) -> None:
    with wave.open(str(assets.sound_file(name))) as file:
        assert file.getcomptype() == "NONE"
        assert 0.3 < file.getnframes() / file.getframerate() < 3
