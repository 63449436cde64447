"""The page of the stick: write what waits, read what came, and say in plain words what became of each file.

All the work is the command line program's, in a process of its own; a stick that is slow or gone never holds the
window up.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QFrame, QScrollArea, QWidget

from desktop.queries.drives import Drive, removable_drives
from desktop.queries.sticks import Away, stick_away
from desktop.stick_words import words_of
from desktop.ui.command import Command
from desktop.ui.desk import Desk
from desktop.ui.screen import Screen
from desktop.ui.screens.stick_update import UpdateOffer
from desktop.ui.texts import sentence_for_code, tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.notice import Notice
from desktop.ui.widgets.panels import panel
from desktop.ui.widgets.parts import button, column, label, row, waiting_bar
from desktop.ui.wording import clock_words
from sync.replica.reader import Reader

#: How often the page looks which sticks are plugged in, in milliseconds.
_LOOK = 3_000
#: Files told one by one; those beyond are only counted.
_MOST_TOLD = 12
_TONES = {"good": Tone.GOOD, "warn": Tone.ATTENTION, "quiet": Tone.NEUTRAL, "bad": Tone.DANGER}
_MEGABYTE = 10**6


def drives_now(_reader: Reader) -> list[Drive]:
    """The sticks that are plugged in; a read, so that a slow one does not hold the window up."""
    return removable_drives()


class StickScreen(Screen):
    """Which stick and what to do at the top, what became of its files below."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._command = Command(desk.home, self)
        self._command.ended.connect(self._when_ended)
        self._chosen: list[Path] = []
        self.drives = QComboBox()
        self.drives.setAccessibleName(tr("Stik"))
        self.drives.setMinimumWidth(320)
        self.drives.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.folder_button = button(tr("&Pilih folder lain…"))
        self.folder_button.clicked.connect(self._choose_folder)
        self.write_button = button(tr("&Simpan ke stik"), "primary")
        self.write_button.clicked.connect(lambda: self._run("export"))
        self.read_button = button(tr("&Baca stik"))
        self.read_button.clicked.connect(lambda: self._run("import"))
        self.away = Notice()
        self.update_offer = UpdateOffer(desk)
        self.update_offer.taken.connect(desk.data_changed)
        self.working = waiting_bar()
        self.results = QScrollArea()
        self.results.setWidgetResizable(True)
        self.results.setFrameShape(QFrame.Shape.NoFrame)
        self.notices: list[Notice] = []
        below = column(self.results, gap=6)
        below.setStretch(0, 1)
        page = column(label(tr("Stik"), "pageTitle"), self._top(), below, margins=(20, 14, 20, 14), gap=12)
        page.setStretch(2, 1)
        self.setLayout(page)
        self.drives.currentIndexChanged.connect(self._name_place)
        self._look = QTimer(self)
        self._look.setInterval(_LOOK)
        self._look.timeout.connect(self._find_drives)
        self.setFocusProxy(self.drives)
        self._show_drives([])

    def refresh(self) -> None:
        self._find_drives()
        self.desk.read(stick_away, self._show_away, slot="stick.away")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._look.stop()

    def _top(self) -> QWidget:
        lines = (
            tr(
                "Untuk hari tanpa internet. “Simpan ke stik” menulis semua yang belum terkirim. Bawa stik ke komputer "
                "Rujuk mana pun yang punya internet dan tekan “Baca stik” di sana: jawabannya ditulis ke stik yang "
                "sama. Bawa pulang dan tekan “Baca stik” di sini."
            ),
            tr("Isi stik tersegel: siapa pun yang membawanya tidak dapat membacanya. Stik hilang? Tulis lagi saja."),
        )
        return panel(
            column(
                label(lines[0], wrap=True),
                label(lines[1], "quiet", wrap=True),
                self.away,
                row(label(tr("Stik"), "fieldLabel"), self.drives, self.folder_button, 1, gap=8),
                row(self.write_button, self.read_button, 1, gap=8),
                self.working,
                self.update_offer,
                margins=(14, 12, 14, 12),
                gap=10,
            )
        )

    def _find_drives(self) -> None:
        self.desk.read(drives_now, self._show_drives, slot="stick.drives", failed=lambda _error: None)

    def _show_drives(self, drives: Sequence[Drive]) -> None:
        """Show the sticks and the folders that were chosen, the same one chosen as before."""
        places = [(_drive_words(drive), drive.path) for drive in drives]
        places += [(_folder_words(path), path) for path in self._chosen if path not in {place for _, place in places}]
        if [path for _, path in places] != [self.drives.itemData(n) for n in range(self.drives.count())] or not places:
            before = self.drives.currentData()
            self.drives.clear()
            for words, path in places:
                self.drives.addItem(words, path)
            if not places:
                self.drives.addItem(tr("Belum ada stik. Pasang stik, atau pilih folder."))
            elif before is not None:
                self.drives.setCurrentIndex(max(self.drives.findData(before), 0))
        self._enable()
        self.update_offer.look(self.drives.currentData())

    def _name_place(self) -> None:
        path = self.drives.currentData()
        self.update_offer.look(path)
        self.drives.setToolTip("" if path is None else str(path))

    def _enable(self) -> None:
        ready = self.drives.currentData() is not None and not self._command.running
        self.write_button.setEnabled(ready)
        self.read_button.setEnabled(ready)

    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, tr("Folder atau stik"))
        if chosen:
            path = Path(chosen)
            known = [self.drives.itemData(n) for n in range(self.drives.count())]
            if path not in known:
                self._chosen.append(path)
                if known == [None]:
                    self.drives.clear()
                self.drives.addItem(_folder_words(path), path)
            self.drives.setCurrentIndex(self.drives.findData(path))
            self._enable()

    def _run(self, what: str) -> None:
        self._tell(())
        self.working.show()
        self._command.run("bundle", what, str(self.drives.currentData()))
        self._enable()

    def _when_ended(self, answer: Mapping[str, Any]) -> None:
        self.working.hide()
        self._enable()
        if "files" in answer and answer["files"] and isinstance(answer["files"][0], dict):
            self._tell(_file_notices(answer["files"]))
        elif "words" in answer:
            self._tell([(tr(str(answer["words"])), Tone.GOOD if answer.get("ok") is True else Tone.DANGER)])
        elif answer.get("code") == "WrongUsage":
            self._tell([(tr(words_of("unusable")), Tone.DANGER)])
        else:
            self._tell([(sentence_for_code(str(answer.get("code", ""))), Tone.DANGER)])
        # The command wrote into the same database; everybody who shows it reads again.
        self.desk.data_changed.emit()
        self.refresh()

    def _tell(self, told: Sequence[tuple[str, Tone]]) -> None:
        page = QWidget()
        self.notices = [Notice() for _ in told]
        page.setLayout(column(*self.notices, 1, gap=8))
        self.results.setWidget(page)
        for notice, (words, tone) in zip(self.notices, told, strict=True):
            notice.say(words, tone)

    def _show_away(self, away: Away | None) -> None:
        if away is None:
            self.away.say("")
            return
        when = clock_words(away.written_at, datetime.now(UTC))
        if away.waiting:
            words = tr("Stik dari {when} dengan {n} perubahan belum kembali. Data aman di sini dan tetap menunggu.")
        else:
            words = tr(
                "Stik dari {when} belum kembali, tetapi semuanya sudah terkirim: stik itu tidak diperlukan lagi."
            )
        self.away.say(words.format(when=when, n=away.changes), Tone.INFO)


def _folder_words(path: Path) -> str:
    return tr("{name} (folder)").format(name=path.name or str(path))


def _drive_words(drive: Drive) -> str:
    if drive.free is None:
        return drive.name
    return tr("{name} ({free} MB kosong)").format(name=drive.name, free=drive.free // _MEGABYTE)


def _file_notices(files: Sequence[Mapping[str, Any]]) -> list[tuple[str, Tone]]:
    """What to say of each file: what is wrong first, then what is new; of very many the last are only counted."""
    order = {"bad": 0, "warn": 1, "good": 2, "quiet": 3}
    ranked = sorted(files, key=lambda file: order.get(str(file["tone"]), 0))
    told = [
        (f"{_file_title(file)}\n{tr(str(file['words']))}", _TONES.get(str(file["tone"]), Tone.DANGER))
        for file in ranked[:_MOST_TOLD]
    ]
    if len(ranked) > _MOST_TOLD:
        more = tr("… dan {n} berkas lain di stik ini.").format(n=len(ranked) - _MOST_TOLD)
        told.append((more, Tone.NEUTRAL))
    return told


def _file_title(file: Mapping[str, Any]) -> str:
    written = file.get("written_at")
    try:
        moment = datetime.fromisoformat(str(written))
    except ValueError:
        return str(file["name"])
    return tr("{name} · ditulis {when}").format(name=file["name"], when=clock_words(moment, datetime.now(UTC)))
