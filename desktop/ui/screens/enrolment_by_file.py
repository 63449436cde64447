"""Enrolment with a file from a stick: which files there are, what each is for, and one press.

The file is read here for its words only; enrolling is done by the command line program. A file is never changed.
"""

import socket
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QListWidget, QWidget

from desktop.settings import Settings
from desktop.ui.command import Command
from desktop.ui.enrolment_words import enrolment_sentence, file_words
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.notice import Notice
from desktop.ui.widgets.parts import button, column, label, named, row, waiting_bar

_WIDTH = 560
_PATTERN = "*.rujuk-daftar"
_LIST_HEIGHT = 150


class EnrolmentByFile(QWidget):
    """One page of the first start."""

    enrolled = Signal()
    back = Signal()

    def __init__(self, settings: Settings, find: Callable[[], Sequence[Path]]) -> None:
        super().__init__()
        self._find = find
        self._paths: list[Path] = []
        self._command = Command(settings.home, self)
        self._command.ended.connect(self._when_ended)
        self.files = QListWidget()
        self.files.setAccessibleName(tr("Berkas pendaftaran"))
        self.files.setFixedHeight(_LIST_HEIGHT)
        self.files.setWordWrap(True)
        self.files.setSpacing(4)
        self.files.itemActivated.connect(self.enrol)
        self.files.currentRowChanged.connect(self._show_choice)
        self.problem = Notice()
        self.working = waiting_bar()
        self.submit = button(tr("&Daftarkan komputer ini"), "primary")
        self.submit.clicked.connect(self.enrol)
        self._again = button(tr("&Cari lagi"))
        self._again.clicked.connect(self.look)
        self._choose = button(tr("&Pilih berkas…"))
        self._choose.clicked.connect(self._ask)
        self._back = button(tr("&Kembali"), "quiet")
        self._back.clicked.connect(self.back)
        panel = named(QFrame(), "panel")
        panel.setFixedWidth(_WIDTH)
        panel.setLayout(
            column(
                label(tr("Daftar dengan berkas"), "pageTitle"),
                label(tr("Pasang stik dari admin Dinas Kesehatan, lalu pilih berkasnya."), "quiet", wrap=True),
                self.files,
                row(self._again, self._choose, 1),
                self.problem,
                self.working,
                row(self._back, 1, self.submit),
                margins=(28, 22, 28, 24),
                gap=10,
            )
        )
        self.setLayout(row(1, column(1, panel, 1), 1))
        self._show_choice()

    def look(self) -> None:
        """Look at the sticks again."""
        self._show_files(list(self._find()))
        if not self._paths:
            self._again.setFocus()
            self.problem.say(tr("Belum ada berkas pendaftaran di stik. Pasang stik, tunggu sebentar, lalu cari lagi."))

    def add(self, path: Path) -> None:
        """Show a file that was chosen by hand, too."""
        self._show_files([path, *(known for known in self._paths if known != path)])

    def enrol(self) -> None:
        """Enrol with the file that is chosen; nothing happens twice."""
        number = self.files.currentRow()
        if self._command.running or not 0 <= number < len(self._paths):
            return
        self._set_busy(busy=True)
        self._command.run("enrol", "--file", str(self._paths[number]), "--name", socket.gethostname() or "PC")

    def _show_files(self, paths: list[Path]) -> None:
        self.problem.say("")
        self._paths = paths
        self.files.clear()
        now = datetime.now().astimezone()
        self.files.addItems([file_words(path, now) for path in paths])
        if paths:
            self.files.setCurrentRow(0)
            self.files.setFocus()
        self._show_choice()

    def _ask(self) -> None:
        chosen, _filter = QFileDialog.getOpenFileName(
            self,
            tr("Pilih berkas pendaftaran"),
            "",
            tr("Berkas pendaftaran Rujuk ({pattern})").format(pattern=_PATTERN),
        )
        if chosen:
            self.add(Path(chosen))

    def _when_ended(self, answer: Mapping[str, Any]) -> None:
        self._set_busy(busy=False)
        # "Already": an earlier try went through and only its answer was lost.
        if answer.get("ok") is True or answer.get("code") == "AlreadyEnrolled":
            self.enrolled.emit()
        else:
            self.problem.say(enrolment_sentence(answer), Tone.DANGER)
            self.files.setFocus()

    def _set_busy(self, *, busy: bool) -> None:
        if busy:
            self.problem.say("")
        self.working.setVisible(busy)
        for widget in (self.files, self._again, self._choose, self._back):
            widget.setEnabled(not busy)
        self._show_choice()

    def _show_choice(self) -> None:
        self.submit.setEnabled(self.files.currentRow() >= 0 and not self._command.running)
