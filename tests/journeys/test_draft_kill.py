"""The power goes while a letter is being typed: what was typed into the fields that were left is offered again."""

import signal
import subprocess
import sys
from pathlib import Path

from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop.ui.desk import Desk
from desktop.ui.place import load_place
from desktop.ui.screens.referral_form import ReferralFormScreen
from tests.desktop.homes import make_home
from tests.desktop.scenes import add_patient
from tests.journeys.typist import ANAMNESIS, PATIENCE_S


def test_a_letter_goes_on_after_the_process_was_killed(tmp_path: Path, qtbot: QtBot) -> None:
    home = make_home(tmp_path / "home", person=True)
    patient = add_patient(home)
    command = [sys.executable, "-m", "tests.journeys.typist", "--home", str(home.settings.home)]
    typist = subprocess.Popen([*command, "--patient", patient.id], stdout=subprocess.PIPE, text=True)
    try:
        assert typist.stdout is not None
        assert typist.stdout.readline() == "kept all but the last\n"
    finally:
        typist.send_signal(signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
        typist.wait(PATIENCE_S)
        if typist.stdout is not None:
            typist.stdout.close()

    place = load_place(home.settings)
    assert place is not None
    desk = Desk(place)

    def settled() -> None:
        qtbot.waitUntil(lambda: not desk.busy)

    screen = ReferralFormScreen(desk)
    qtbot.addWidget(screen)
    screen.show()
    screen.open_item(patient.id)
    settled()
    offered = next(words for words in screen.question.buttons() if words.startswith("Lanjutkan isian "))
    screen.question.buttons()[offered].click()
    settled()
    assert screen.form.editor("anamnesis").value() == ANAMNESIS
    systolic = screen.form.editor("systolic").control
    assert isinstance(systolic, QLineEdit)
    assert systolic.text() == "seratus"
    assert home.replica.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM referral").scalar_one()) == 0
    desk.close()
    home.close()
