"""What a new computer shows first: enrol it with a code, with a file on a stick, or try the program with invented data.

Everything is done by the command line program in a process of its own. Practice opens another window on a folder of
its own, so that nothing invented and nothing real ever meet.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QProcess, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QStackedWidget, QWidget

from desktop.queries.drives import files_on, removable_drives
from desktop.settings import Settings
from desktop.ui.background import PROGRAM_FOLDER, python_command
from desktop.ui.command import Command
from desktop.ui.screens.enrolment import EnrolmentScreen
from desktop.ui.screens.enrolment_by_file import EnrolmentByFile
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.notice import Notice
from desktop.ui.widgets.parts import button, column, label, named, row
from sync.enrolment_file import SUFFIX

_WIDTH = 560


class FirstStart(QStackedWidget):
    """Shown instead of the main window while this PC is not enrolled."""

    enrolled = Signal()

    def __init__(self, settings: Settings, roots: Callable[[], Sequence[Path]] | None = None) -> None:
        super().__init__()
        self._settings = settings
        self._roots = roots or (lambda: [drive.path for drive in removable_drives()])
        self._command = Command(settings.home, self)
        self._command.ended.connect(self._when_practice_is_ready)
        self.notice = Notice()
        self.by_code = _choice(tr("&Daftarkan komputer ini"), "primary")
        self.by_file = _choice(tr("Pakai &berkas pendaftaran dari stik"))
        self.practice = _choice(tr("&Coba dulu dengan data karangan"))
        self.code_page = EnrolmentScreen(settings)
        self.file_page = EnrolmentByFile(settings, self._found_files)
        self._choices = self._make_choices()
        self.by_code.clicked.connect(lambda: self.setCurrentWidget(self.code_page))
        self.by_file.clicked.connect(self.show_files)
        self.practice.clicked.connect(self.start_practice)
        for page in (self._choices, self.code_page, self.file_page):
            self.addWidget(page)
        for form in (self.code_page, self.file_page):
            form.enrolled.connect(self.enrolled)
            form.back.connect(lambda: self.setCurrentWidget(self._choices))

    def show_files(self) -> None:
        """The page of files, with what lies on the sticks now."""
        self.file_page.look()
        self.setCurrentWidget(self.file_page)

    def start_practice(self) -> None:
        """Make the practice data, unless it is there, and open its window."""
        self._set_busy(busy=True)
        self.notice.say(tr("Data latihan sedang disiapkan; perlu sekitar setengah menit."))
        self._command.run("practice")

    def _found_files(self) -> Sequence[Path]:
        return files_on(self._roots(), SUFFIX)

    def _when_practice_is_ready(self, answer: Mapping[str, Any]) -> None:
        self._set_busy(busy=False)
        if answer.get("ok") is not True:
            self.notice.say(
                tr("Data latihan tidak dapat disiapkan. Tidak ada data lain yang berubah. Periksa ruang disk."),
                Tone.DANGER,
            )
            return
        program, arguments = python_command("desktop", "--home", str(answer["home"]))
        QProcess.startDetached(program, arguments, str(PROGRAM_FOLDER))
        self.notice.say(
            tr("Latihan dibuka di jendela lain yang bertanda LATIHAN. Tutup jendela itu bila selesai."), Tone.GOOD
        )

    def _set_busy(self, *, busy: bool) -> None:
        for choice in (self.by_code, self.by_file, self.practice):
            choice.setEnabled(not busy)

    def _make_choices(self) -> QWidget:
        words = (
            (self.by_code, tr("Anda punya alamat server dan kode sekali pakai dari admin Dinas Kesehatan.")),
            (self.by_file, tr("Admin Dinas Kesehatan memberi Anda berkas di stik; tidak ada yang perlu diketik.")),
            (self.practice, tr("Pasien dan rumah sakit karangan, di folder tersendiri. Tidak ada yang dikirim.")),
        )
        panel = named(QFrame(), "panel")
        panel.setFixedWidth(_WIDTH)
        panel.setLayout(
            column(
                label(tr("Selamat datang di Rujuk"), "pageTitle"),
                label(tr("Komputer ini belum terdaftar. Apa yang ingin Anda lakukan?"), "quiet", wrap=True),
                *(column(choice, label(text, "quiet", wrap=True), gap=4) for choice, text in words),
                self.notice,
                margins=(28, 22, 28, 24),
                gap=16,
            )
        )
        page = QWidget()
        page.setLayout(row(1, column(1, panel, 1), 1))
        return page


def _choice(text: str, name: str = "") -> QPushButton:
    made = button(text, name)
    made.setMinimumHeight(44)
    return made
