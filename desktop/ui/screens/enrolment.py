"""The first page on a new PC: server, one-time code and the PC's name make it a computer of its facility.

The work is done by the command line program in a process of its own, because the window never speaks to the network.
What was typed stays when it fails.
"""

import socket
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from desktop.settings import Settings
from desktop.ui.command import NOT_STARTED, Command
from desktop.ui.enrolment_words import enrolment_sentence
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.notice import Notice
from desktop.ui.widgets.parts import button, column, label, named, row, waiting_bar

_WIDTH = 560
#: What went wrong, as the command says it, by the input that it is about.
_ABOUT_THE_CODE = frozenset({"unknown_code", "used_code", "expired_code", "too_many_tries", "NotAllowed", "code"})
_ABOUT_THE_SERVER = frozenset({"Unreachable", "Refused", "BadInput", "url"})


class EnrolmentScreen(QWidget):
    """Shown instead of the main window while this PC is not enrolled."""

    enrolled = Signal()
    back = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._command = Command(settings.home, self)
        self._command.ended.connect(self._when_ended)
        self.server = self._line(tr("Alamat server kabupaten"), "https://")
        self.code = self._line(tr("Kode sekali pakai"), "XXXXX-XXXXX")
        self.pc_name = self._line(tr("Nama komputer ini"), tr("misalnya Loket pendaftaran"))
        self.pc_name.setText(socket.gethostname())
        self.problem = Notice()
        self.working = waiting_bar()
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
        if self._command.running:
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
        self._busy(busy=True)
        self._command.run("enrol", "--server", server, "--code", code, "--name", name)

    def _when_ended(self, answer: Mapping[str, Any]) -> None:
        self._busy(busy=False)
        # "Already": an earlier try went through and only its answer was lost.
        if answer.get("ok") is True or answer.get("code") == "AlreadyEnrolled":
            self.enrolled.emit()
        elif answer.get("code") == NOT_STARTED:
            self._say(tr("Program pendaftaran tidak dapat dijalankan. Belum ada yang tersimpan. Pasang ulang Rujuk."))
            self.submit.setFocus()
        else:
            self._say(enrolment_sentence(answer))
            self._part_to_mend(answer).setFocus()

    def _part_to_mend(self, answer: Mapping[str, Any]) -> QWidget:
        """Where the keyboard goes on: to what was wrong, or to the button where it only has to be tried again."""
        known = {answer.get(name) for name in ("server_code", "field", "code")}
        if known & _ABOUT_THE_CODE:
            return self.code
        return self.server if known & _ABOUT_THE_SERVER else self.submit

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
