"""The end of the day: one button, every computer of the facility by name, and the server's receipt at the end.

All the work is done by the command line program in a process of its own. "Selesai" is only said with the receipt.
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from PySide6.QtWidgets import QProgressBar, QWidget

from desktop.actions.receipts import KeptReceipt, kept_receipts
from desktop.day_progress import DayProgress, DayShown, DayStep
from desktop.letters.reading import NotHere
from desktop.letters.receipt_sheet import receipt_document
from desktop.letters.sheet import Document
from desktop.proof_words import seen_words, state_words, type_words, verdict_words
from desktop.queries.computers import Computers
from desktop.queries.day_end import ABSENT, COMPLETE, QUIET, Own, PcState, facility_computers, verdict
from desktop.queries.sync_state import SyncState, pinned_key, sync_state
from desktop.settings import Settings
from desktop.ui.command import Command
from desktop.ui.desk import Desk
from desktop.ui.papers import Make, PaperOffice
from desktop.ui.screen import Screen
from desktop.ui.texts import sentence_for_code, tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.cards import Card, CardList, Mark
from desktop.ui.widgets.notice import Notice
from desktop.ui.widgets.panels import panel
from desktop.ui.widgets.paper_bar import PaperBar
from desktop.ui.widgets.parts import button, column, label, row
from desktop.ui.wording import clock_words, day_words
from sync.replica.reader import Reader
from sync.replica.receipts import Receipt


def pc_card(item: PcState, now: datetime) -> Card:
    """One computer in the list."""
    words = {COMPLETE: tr("lengkap"), QUIET: tr("belum pasti"), ABSENT: tr("tidak terjangkau")}
    mark = tr("{n} menunggu").format(n=item.waiting) if item.waiting else words.get(item.state, tr("belum jelas"))
    tone = Tone.ATTENTION
    if item.is_clear:
        tone = Tone.GOOD if item.state == COMPLETE else Tone.NEUTRAL
    below = seen_words(item.computer, now) if item.state == COMPLETE else state_words(item, now)
    return Card(
        id=item.computer.device,
        title=f"{item.computer.letter}  {item.computer.name}",
        subtitle=below[:1].upper() + below[1:],
        marks=(Mark(mark, tone),),
        stripe=tone,
    )


def receipt_words(receipt: Receipt) -> str:
    """A receipt in two lines."""
    at = datetime.fromisoformat(receipt.at).astimezone()
    counts = [f"{counted.records} {_in_a_sentence(type_words(name))}" for name, counted in receipt.kinds.items()]
    head = tr("Tanda terima server, {day} {clock}").format(day=day_words(at.date()), clock=f"{at:%H.%M}")
    return head + "\n" + tr("Di server kabupaten: {counts}").format(counts=", ".join(counts) or "0")


def _in_a_sentence(word: str) -> str:
    return word[:1].lower() + word[1:]


class DayEndScreen(Screen):
    """The button and the computers at the left, the receipts at the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._progress = DayProgress()
        self._answer: Mapping[str, Any] | None = None
        self._kept: dict[str, KeptReceipt] = {}
        self._command = Command(desk.home, self)
        self._command.ended.connect(self._when_ended)
        self._command.progressed.connect(self._when_progressed)
        self.start_button = button(tr("&Mulai sinkron akhir hari"), "primary")
        self.start_button.clicked.connect(self.start)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.hide()
        self.working = label("", wrap=True)
        self.working.hide()
        self.result = Notice()
        self.list = CardList()
        self.list.setAccessibleName(tr("Komputer fasilitas ini"))
        self.known = label("", "quiet", wrap=True)
        self.receipt = label("", wrap=True)
        self.receipts = CardList()
        self.receipts.setAccessibleName(tr("Tanda terima yang disimpan"))
        self.receipts.selected.connect(self._show_receipt)
        self.bar = PaperBar([("receipt", tr("Tanda terima (A4)"))])
        PaperOffice(desk, self).serve(self.bar, self._maker)
        explanation = tr(
            "Mengirim dan menerima semuanya, lalu meminta tanda terima dari server kabupaten. Anda boleh tetap bekerja."
        )
        top = column(
            label(explanation, wrap=True), row(self.start_button, 1), self.progress, self.working, self.result, gap=10
        )
        left = column(top, label(tr("Komputer fasilitas ini"), "sectionTitle"), self.list, self.known, gap=8)
        left.setStretch(2, 1)
        left.addStretch(0)
        self._kept_box = QWidget()
        kept = column(label(tr("Yang disimpan di komputer ini"), "fieldLabel"), self.receipts, gap=8)
        kept.setStretch(1, 1)
        self._kept_box.setLayout(kept)
        right = column(
            label(tr("Tanda terima"), "sectionTitle"),
            panel(column(self.receipt, self.bar, margins=(14, 12, 14, 12), gap=10)),
            self._kept_box,
            gap=8,
        )
        right.setStretch(2, 1)
        right.addStretch(0)
        both = row(left, right, gap=20)
        both.setStretch(0, 3)
        both.setStretch(1, 2)
        page = column(label(tr("Sinkron akhir hari"), "pageTitle"), both, margins=(20, 14, 20, 14), gap=12)
        page.setStretch(1, 1)
        self.setLayout(page)
        self.setFocusProxy(self.start_button)
        self._show_receipt("")

    def start(self) -> None:
        """Begin; nothing happens while it runs already."""
        if self._command.running:
            return
        self._answer = None
        self._progress = DayProgress()
        self.result.say("")
        self._show_progress(DayShown(tr("Menghubungi server kabupaten…")))
        self.progress.show()
        self.working.show()
        self._command.run("day-end", "--progress")

    def refresh(self) -> None:
        self.desk.read(
            lambda reader: (facility_computers(reader), sync_state(reader)),
            self._show_computers,
            slot="day_end.computers",
        )
        home = self.desk.home

        def kept(reader: Reader) -> list[KeptReceipt]:
            key = pinned_key(reader)
            return kept_receipts(Settings(home), key) if key is not None else []

        self.desk.read(kept, self._show_kept, slot="day_end.receipts")

    def _when_progressed(self, told: dict[str, Any]) -> None:
        self._show_progress(self._progress.take(DayStep.from_data(told), time.monotonic()))

    def _show_progress(self, shown: DayShown) -> None:
        self.progress.setRange(0, shown.all)
        self.progress.setValue(shown.done)
        self.working.setText(shown.words)

    def _when_ended(self, answer: Mapping[str, Any]) -> None:
        self.progress.hide()
        self.working.hide()
        if "done" in answer:
            self._answer = answer
        else:
            code = str(answer.get("code", ""))
            safe = tr("Belum lengkap: tanda terima tidak diperoleh.")
            self.result.say(safe + " " + sentence_for_code(code), Tone.ATTENTION)
        self.refresh()

    def _show_computers(self, read: tuple[Computers, SyncState]) -> None:
        found, figures = read
        own = Own(self.desk.identity.device, figures.waiting + figures.refused)
        now, answer = datetime.now(UTC), self._answer
        ended = datetime.fromisoformat(answer["at"]) if answer else now
        if ended.astimezone().date() != now.astimezone().date():
            # What was said of another day is no word about this one.
            self._answer = answer = None
            self.result.say("")
        lacking = [str(code) for code in answer["lacking"]] if answer else []
        judged = verdict(
            found.computers,
            own,
            lacking,
            now,
            datetime.fromisoformat(answer["since"]) if answer else None,
            receipt=bool(answer and answer.get("receipt")),
        )
        self.list.set_cards([pc_card(item, now) for item in judged.states])
        self.list.setVisible(bool(judged.states))
        if found.at is None:
            self.known.setText(tr("Daftar komputer belum diterima dari server."))
        else:
            self.known.setText(tr("Menurut server, {clock}").format(clock=clock_words(found.at, now)))
        if answer is not None:
            self.result.say(verdict_words(judged, ended), Tone.GOOD if judged.done else Tone.ATTENTION)

    def _show_kept(self, kept: list[KeptReceipt]) -> None:
        newest = kept[0].path.name if kept else ""
        fresh = newest not in self._kept
        self._kept = {item.path.name: item for item in kept}
        self.receipts.set_cards([_receipt_card(item) for item in kept])
        self._kept_box.setVisible(bool(kept))
        if kept and (fresh or not self.receipts.current_id()):
            self.receipts.select(newest)
            self._show_receipt(newest)

    def _show_receipt(self, name: str) -> None:
        kept = self._kept.get(name)
        if kept is None:
            self.receipt.setText(tr("Belum ada tanda terima. Muncul di sini setelah sinkron akhir hari selesai."))
        elif kept.receipt is None:
            self.receipt.setText(tr("Berkas ini TIDAK SAH: isinya berubah atau bukan dari server kabupaten ini."))
        else:
            self.receipt.setText(receipt_words(kept.receipt))
        self.bar.setVisible(kept is not None and kept.receipt is not None)

    def _maker(self, _key: str) -> Make:
        kept = self._kept[self.receipts.current_id()]

        def make(_reader: Reader) -> Document:
            if kept.receipt is None:
                raise NotHere(kept.path.name)
            return receipt_document(kept.receipt, kept.path.name)

        return make


def _receipt_card(item: KeptReceipt) -> Card:
    title = item.path.name.partition(".")[0]
    if item.receipt is None:
        return Card(item.path.name, title, tr("isi berubah atau rusak"), marks=(Mark(tr("tidak sah"), Tone.DANGER),))
    at = datetime.fromisoformat(item.receipt.at).astimezone()
    records = sum(counted.records for counted in item.receipt.kinds.values())
    return Card(
        item.path.name,
        f"{day_words(at.date())}  {at:%H.%M}",
        tr("{n} catatan di server").format(n=records),
        marks=(Mark(tr("sah"), Tone.GOOD),),
    )
