"""The page for a damaged database: what happened, and one button that rescues what can still be read.

The work is done by the command line program in a process of its own. Nothing is rescued without being asked for.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QWidget

from desktop import assets
from desktop.actions import copies
from desktop.settings import Settings
from desktop.ui import tones
from desktop.ui.command import NOT_STARTED, Command
from desktop.ui.texts import sentence_for, sentence_for_code, title_for, tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.notice import Notice
from desktop.ui.widgets.parts import button, column, label, named, row, waiting_bar
from desktop.ui.wording import number_words
from sync.errors import FileDamaged

_WIDTH = 620


class RescueScreen(QWidget):
    """Shown instead of the main window while the database of this PC cannot be read."""

    open_again = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._folder = ""
        self._known = copies.chosen_folder(settings) or copies.default_folder(settings)
        self._command = Command(settings.home, self)
        self._command.ended.connect(self._when_ended)
        self.title = label(title_for(FileDamaged("")), "pageTitle")
        self.sentence = label(sentence_for(FileDamaged("")), wrap=True)
        self.explanation = label(
            tr(
                "“Selamatkan data” menyisihkan berkas yang rusak (tidak dihapus), membaca semua yang masih terbaca "
                "dari berkas itu dan dari salinan harian, lalu melanjutkan bekerja dengan isinya. Yang sudah pernah "
                "terkirim diambil lagi dari server kabupaten."
            ),
            "quiet",
            wrap=True,
        )
        self.folder = label("", wrap=True)
        self._show_folder(str(self._known))
        self.choose_button = button(tr("&Pilih folder lain…"))
        self.choose_button.setToolTip(tr("Bila salinan harian ada di stik atau disk lain"))
        self.choose_button.clicked.connect(self._choose)
        self.result = Notice()
        self.working = waiting_bar()
        self.again = button(tr("&Coba lagi"))
        self.again.clicked.connect(self.open_again)
        self.start = button(tr("&Selamatkan data"), "primary")
        self.start.clicked.connect(self.rescue)
        self.open = button(tr("&Buka Rujuk"), "primary")
        self.open.clicked.connect(self.open_again)
        self.open.hide()
        self._icon = label()
        self._show_icon("alert-triangle", Tone.ATTENTION)
        panel = named(QFrame(), "panel")
        panel.setFixedWidth(_WIDTH)
        panel.setLayout(
            column(
                row(self._icon, self.title, 1, gap=12),
                self.sentence,
                self.explanation,
                self.folder,
                self.result,
                self.working,
                row(self.choose_button, 1, self.again, self.start, self.open),
                margins=(28, 22, 28, 24),
                gap=12,
            )
        )
        self.setLayout(row(1, column(1, panel, 1), 1))

    def rescue(self) -> None:
        """Rescue what can be read; nothing happens twice."""
        if not self._command.running:
            self._busy(busy=True)
            self._command.run("rescue", *(("--from", self._folder) if self._folder else ()))

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, tr("Folder dengan salinan harian"), str(self._known))
        if chosen:
            self._folder = chosen
            self._show_folder(chosen)

    def _show_folder(self, folder: str) -> None:
        # A path has no blanks at which a line could end.
        wrapping = re.sub(r"([/\\])", "\\1\u200b", folder)
        self.folder.setText(tr("Salinan harian dibaca dari: {folder}").format(folder=wrapping))

    def _when_ended(self, answer: Mapping[str, Any]) -> None:
        self._busy(busy=False)
        if answer.get("ok") is True:
            self._tell_success(answer)
        elif answer.get("code") == NOT_STARTED:
            self.result.say(tr("Program penyelamat tidak dapat dijalankan. Tidak ada yang diubah. Pasang ulang Rujuk."))
        elif answer.get("code") == "WrongUsage":
            self.result.say(str(answer["message"]), Tone.ATTENTION)
        else:
            self.result.say(sentence_for_code(str(answer.get("code", ""))), Tone.DANGER)

    def _tell_success(self, answer: Mapping[str, Any]) -> None:
        read, lost = int(answer.get("revisions", 0)), int(answer.get("unreadable", 0))
        whole_file = not answer.get("from_file")
        self.title.setText(_title_words(read, whole=not lost and not whole_file))
        self.sentence.setText(
            tr("{n} perubahan terbaca dan dipakai lagi; {waiting} di antaranya belum terkirim dan menunggu.").format(
                n=number_words(read), waiting=number_words(int(answer.get("waiting", 0)))
            )
        )
        self.sentence.setVisible(read > 0)
        self.explanation.setText(_lost_words(lost, read, whole_file=whole_file))
        kept = tr("Berkas yang rusak disimpan di folder data, dalam “{folder}”. Jangan dihapus dulu.").format(
            folder=Path(str(answer.get("aside", ""))).name
        )
        self.result.say(f"{_copies_words(len(answer.get('copies', ())))}\n{kept}", Tone.INFO)
        if read and not lost and not whole_file:
            self._show_icon("circle-check", Tone.GOOD)
        for part in (self.folder, self.choose_button, self.again, self.start):
            part.hide()
        self.open.show()
        self.open.setFocus()

    def _show_icon(self, name: str, tone: Tone) -> None:
        self._icon.setPixmap(assets.icon(name, tones.TONES[tone].ink).pixmap(40, 40))

    def _busy(self, *, busy: bool) -> None:
        self.result.say("")
        self.working.setVisible(busy)
        for widget in (self.again, self.start, self.choose_button):
            widget.setEnabled(not busy)


def _copies_words(used: int) -> str:
    if used:
        return tr("{n} salinan harian ikut dibaca.").format(n=used)
    return tr(
        "Tidak ada salinan harian yang terbaca di folder itu. Bila salinan ada di stik lain, simpan stik itu dan "
        "hubungi admin TI: isinya masih dapat diambil sesudah ini."
    )


def _title_words(read: int, *, whole: bool) -> str:
    if not read:
        return tr("Tidak ada data yang terbaca")
    return tr("Data sudah diselamatkan") if whole else tr("Sebagian data diselamatkan")


def _lost_words(lost: int, read: int, *, whole_file: bool) -> str:
    after = tr(
        "Yang sudah pernah terkirim datang lagi dari server kabupaten begitu ada jaringan; yang belum pernah terkirim "
        "mungkin perlu diisi ulang. Periksa kunjungan hari ini."
    )
    if not read:
        return tr("Berkas yang rusak tidak terbaca dan tidak ada salinan; Rujuk mulai kosong.") + " " + after
    if whole_file:
        return tr("Berkas yang rusak tidak terbaca sama sekali; isinya kini dari salinan terakhir.") + " " + after
    if lost:
        return tr("{n} perubahan tidak terbaca.").format(n=number_words(lost)) + " " + after
    return tr("Semuanya terbaca.")
