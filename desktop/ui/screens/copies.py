"""Copies of this computer's data: where they go, which there are, and one made now.

All the work is the command line program's, in a process of its own; a stick that is gone never holds the window up.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QDir
from PySide6.QtWidgets import QFileDialog

from desktop.ui.command import Command
from desktop.ui.desk import Desk
from desktop.ui.screen import Screen
from desktop.ui.texts import sentence_for_code, tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.cards import Card, CardList
from desktop.ui.widgets.elided import ElidedLabel
from desktop.ui.widgets.notice import Notice
from desktop.ui.widgets.panels import panel
from desktop.ui.widgets.parts import button, column, label, row, waiting_bar
from desktop.ui.wording import day_words

_MEBIBYTE = 2**20


def copy_card(copy: Mapping[str, Any]) -> Card:
    """One copy in the list."""
    size = f"{copy['bytes'] / _MEBIBYTE:.1f}".replace(".", ",")
    name = str(copy["path"]).replace("\\", "/").rpartition("/")[2]
    return Card(id=name, title=day_words(date.fromisoformat(copy["day"])), subtitle=name, right=f"{size} MB", marks=())


def _failed_words(found: Sequence[Mapping[str, Any]]) -> str:
    """That the automatic copy failed, and since when there is none; ``found``: the copies in the folder."""
    days = [date.fromisoformat(copy["day"]) for copy in found]
    # A stick that was taken out shows none, whatever there is on it.
    since = tr("salinannya tidak ditemukan di folder ini")
    if days:
        since = tr("belum ada salinan baru sejak {day}").format(day=day_words(max(days)))
    return tr(
        "Salinan otomatis terakhir gagal. Data di komputer ini aman, tetapi {since}. Periksa apakah stik terpasang dan "
        "tidak penuh, lalu tekan Salin sekarang; bila tetap gagal, pilih folder atau stik lain."
    ).format(since=since)


class CopiesScreen(Screen):
    """Where copies go at the top, the copies that are there below."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._folder = ""
        self._command = Command(desk.home, self)
        self._command.ended.connect(self._when_ended)
        self.folder = ElidedLabel()
        self.choose_button = button(tr("&Pilih folder atau stik…"))
        self.choose_button.clicked.connect(self._choose)
        self.copy_button = button(tr("&Salin sekarang"), "primary")
        self.copy_button.clicked.connect(lambda: self._run("now"))
        self.working = waiting_bar()
        self.result = Notice()
        self.none = label(tr("Membaca daftar salinan…"), "quiet", wrap=True)
        self.list = CardList()
        self.list.hide()
        self.list.setAccessibleName(tr("Salinan yang ada"))
        explanation = tr(
            "Setiap hari Rujuk membuat satu salinan terenkripsi dan menyimpan 14 yang terakhir. Pilih stik atau disk "
            "lain, agar salinan tetap ada bila komputer ini rusak. Kunci salinan hanya dapat dibuka server kabupaten: "
            "stik yang hilang tidak membocorkan data pasien."
        )
        top = panel(
            column(
                label(explanation, wrap=True),
                row(label(tr("Disimpan di"), "fieldLabel"), self.folder, 1, gap=10),
                row(self.choose_button, self.copy_button, 1, gap=8),
                self.working,
                self.result,
                margins=(14, 12, 14, 12),
                gap=10,
            )
        )
        below = column(label(tr("Salinan yang ada"), "sectionTitle"), self.none, self.list, gap=6)
        below.setStretch(2, 1)
        below.addStretch(0)
        self.setLayout(column(label(tr("Salinan data"), "pageTitle"), top, below, margins=(20, 14, 20, 14), gap=12))
        self.setFocusProxy(self.copy_button)

    def refresh(self) -> None:
        if not self._command.running and not self._folder:
            self._command.run("copy", "list")

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, tr("Folder untuk salinan"), self._folder)
        if chosen:
            self._run("now", "--folder", chosen)

    def _run(self, *arguments: str) -> None:
        self.result.say("")
        self.working.show()
        self._command.run("copy", *arguments)

    def _when_ended(self, answer: Mapping[str, Any]) -> None:
        self.working.hide()
        if answer.get("ok") is not True:
            sentence = tr("Salinan tidak dapat dibuat di folder ini: mungkin stik dicabut, penuh, atau terkunci.")
            known = answer.get("code") in ("ReplicaError", "OSError")
            self.result.say(sentence if known else sentence_for_code(str(answer.get("code", ""))), Tone.DANGER)
        elif "copies" in answer:
            self._show(str(answer["folder"]), answer["copies"])
            if answer.get("error"):
                self.result.say(_failed_words(answer["copies"]), Tone.ATTENTION)
        else:
            self.result.say(tr("Salinan hari ini sudah dibuat dan terbaca kembali."), Tone.GOOD)
            self._command.run("copy", "list")

    def _show(self, folder: str, found: Sequence[Mapping[str, Any]]) -> None:
        self._folder = folder
        self.folder.setText(QDir.toNativeSeparators(folder))
        self.none.setText(tr("Belum ada salinan di folder ini."))
        self.none.setVisible(not found)
        self.list.setVisible(bool(found))
        self.list.set_cards([copy_card(copy) for copy in found])
