"""The first page on a new PC: server, one-time code and the PC's name make it a computer of its facility.

The work is done by the command line program in a process of its own, because the window never speaks to the network.
What was typed stays when it fails.
"""

import json
import socket
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QProcess, QProcessEnvironment, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QProgressBar, QWidget

from desktop.settings import HOME_VARIABLE, Settings
from desktop.ui.background import PROGRAM_FOLDER, python_command
from desktop.ui.enrolment_words import enrolment_sentence
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.notice import Notice
from desktop.ui.widgets.parts import button, column, label, named, row

_WIDTH = 560


class EnrolmentScreen(QWidget):
    """Shown instead of the main window while this PC is not enrolled."""

    enrolled = Signal()
    back = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._process: QProcess | None = None
        self.server = self._line(tr("Alamat server kabupaten"), "https://")
        self.code = self._line(tr("Kode sekali pakai"), "XXXXX-XXXXX")
        self.pc_name = self._line(tr("Nama komputer ini"), tr("misalnya Loket pendaftaran"))
        self.pc_name.setText(socket.gethostname())
        self.problem = Notice()
        self.working = QProgressBar()
        self.working.setRange(0, 0)
        self.working.setTextVisible(False)
        self.working.hide()
        self.submit = button(tr("&Daftarkan komputer ini"), "primary")
        self.submit.clicked.connect(self.enrol)
        self._back = button(tr("&Kembali"), "quiet")
        self._back.clicked.connect(self.back)
        for line in (self.server, self.code, self.pc_name):
            line.returnPressed.connect(self.enrol)
        panel = named(QFrame(), "panel")
        panel.setFixedWidth(_WIDTH)
        panel.setLayout(
            column(
                label(tr("Daftarkan komputer ini"), "pageTitle"),
                label(
                    tr("Alamat server dan kode sekali pakai diberikan oleh admin Dinas Kesehatan."),
                    "quiet",
                    wrap=True,
                ),
                *self._labelled(self.server),
                *self._labelled(self.code),
                *self._labelled(self.pc_name),
                self.problem,
                self.working,
                row(self._back, 1, self.submit),
                margins=(28, 22, 28, 24),
                gap=8,
            )
        )
        self.setLayout(row(1, column(1, panel, 1), 1))

    def enrol(self) -> None:
        """Ask the server for a place in the district; nothing happens twice."""
        if self._process is not None:
            return
        values = [line.text().strip() for line in (self.server, self.code, self.pc_name)]
        for line, value in zip((self.server, self.code, self.pc_name), values, strict=True):
            if not value:
                self._say(tr("{what} belum diisi.").format(what=line.accessibleName()))
                line.setFocus()
                return
        server, code, name = values
        if "://" not in server:
            server = f"https://{server}"
        self._start("enrol", "--server", server, "--code", code, "--name", name, "--json")

    def _start(self, *arguments: str) -> None:
        self._busy(busy=True)
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert(HOME_VARIABLE, str(self._settings.home))
        environment.insert("PYTHONIOENCODING", "utf-8")
        process.setProcessEnvironment(environment)
        process.setWorkingDirectory(str(PROGRAM_FOLDER))
        process.finished.connect(self._when_finished)
        process.errorOccurred.connect(self._when_broken)
        self._process = process
        process.start(*python_command("desktop.cli", *arguments))

    def _when_finished(self) -> None:
        if self._process is None:
            return  # it never started, which has been said
        printed = bytes(self._process.readAllStandardOutput().data())
        self._process = None
        self._busy(busy=False)
        answer = _last_object(printed)
        # "Already": an earlier try went through and only its answer was lost.
        if answer.get("ok") is True or answer.get("code") == "AlreadyEnrolled":
            self.enrolled.emit()
        else:
            self._say(enrolment_sentence(answer))

    def _when_broken(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._process = None
            self._busy(busy=False)
            self._say(tr("Program pendaftaran tidak dapat dijalankan. Belum ada yang tersimpan. Pasang ulang Rujuk."))

    def _busy(self, *, busy: bool) -> None:
        self.problem.say("")
        self.working.setVisible(busy)
        for widget in (self.server, self.code, self.pc_name, self.submit, self._back):
            widget.setEnabled(not busy)

    def _say(self, text: str) -> None:
        self.problem.say(text, Tone.DANGER)

    @staticmethod
    def _line(name: str, example: str) -> QLineEdit:
        made = QLineEdit()
        made.setAccessibleName(name)
        made.setPlaceholderText(example)
        made.setMaxLength(200)
        return made

    @staticmethod
    def _labelled(line: QLineEdit) -> tuple[QWidget, QWidget]:
        above = label(line.accessibleName(), "fieldLabel")
        above.setBuddy(line)
        return above, line


def _last_object(printed: bytes) -> Mapping[str, Any]:
    """The JSON object in what a command printed; an empty one if there is none."""
    try:
        found = json.loads(printed.decode("utf-8"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
