"""A window in which somebody types a letter, made to be killed: ``python -m tests.journeys.typist --home DIR ...``.

It types with real keys into the real form, says what the program has kept, goes on typing and never saves.
"""

import argparse
import os
import time
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop import assets
from desktop.app import Program
from desktop.settings import Settings
from desktop.ui.main_window import MainWindow
from desktop.ui.screens.referral_form import ReferralFormScreen

ANAMNESIS = "Nyeri kepala hebat sejak empat jam"
PATIENCE_S = 60.0


def main() -> None:
    """Type until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--patient", required=True)
    given = parser.parse_args()
    application = QApplication([])
    assets.dress(application)
    program = Program(Settings(given.home), start_agent=False)
    program.open()
    window = program.window
    if not isinstance(window, MainWindow):
        raise SystemExit("no main window")
    program.show()
    window.activateWindow()
    settle(application, window)
    window.desk.go("referral_form", given.patient)
    settle(application, window)
    form = window.screen_of("referral_form")
    if not isinstance(form, ReferralFormScreen):
        raise SystemExit("no form")
    for name, text in (("anamnesis", ANAMNESIS), ("systolic", "seratus"), ("pulse", "88")):
        control = form.form.editor(name).control
        control.setFocus()
        QTest.keyClicks(control, text)
        settle(application, window)
    os.write(1, b"kept all but the last\n")
    while True:
        QTest.keyClicks(form.form.editor("reason").control, "lagi ")
        settle(application, window)


def settle(application: QApplication, window: MainWindow) -> None:
    """Let the program work until it has answered."""
    end = time.monotonic() + PATIENCE_S
    application.processEvents()
    while window.desk.busy and time.monotonic() < end:
        application.processEvents()


if __name__ == "__main__":
    main()
