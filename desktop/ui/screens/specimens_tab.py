"""Specimens of this facility: which were taken, sent, received by the laboratory, and what came of them.

It only shows; what happens to a specimen is written in its form.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType

from PySide6.QtWidgets import QWidget

from desktop.queries.specimens import SpecimenLine, specimens
from desktop.ui import wording
from desktop.ui.desk import Desk
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.cards import Card, CardList, Mark
from desktop.ui.widgets.chain import ChainView
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.letter_view import Block, LetterView
from desktop.ui.widgets.panels import list_side, make_bold, pages, scrolling_column, tab_order
from desktop.ui.widgets.parts import button, column, label, row
from desktop.ui.wording import Step
from sync.records import Specimen
from sync.records.outbreak import SPECIMEN_KINDS

_STATES: Mapping[str, tuple[str, Tone]] = MappingProxyType(
    {
        "taken": ("Belum dikirim", Tone.ATTENTION),
        "sent": ("Dikirim", Tone.INFO),
        "received": ("Di laboratorium", Tone.INFO),
        "result": ("Ada hasil", Tone.GOOD),
    }
)


def specimen_card(line: SpecimenLine, now: datetime) -> Card:
    """A specimen in the list."""
    specimen = line.specimen
    word, tone = _STATES[line.state]
    return Card(
        id=specimen.id,
        title=tr("{kind} · {whose}").format(kind=kind_words(specimen), whose=whose(line)),
        subtitle=" · ".join(part for part in (specimen.suspected, specimen.laboratory) if part),
        right=wording.clock_words(specimen.taken_at, now),
        marks=(Mark(tr(word), tone),),
        stripe=tone,
    )


def kind_words(specimen: Specimen) -> str:
    """What it is."""
    return SPECIMEN_KINDS.get(specimen.kind, specimen.kind)


def whose(line: SpecimenLine) -> str:
    """Of whom or of what."""
    return line.patient_name or line.specimen.subject or tr("pasien tidak diketahui")


def specimen_steps(line: SpecimenLine, now: datetime) -> tuple[Step, ...]:
    """Taken, sent, received, result, each with its time."""
    specimen = line.specimen
    steps = [
        Step(name, wording.clock_words(at, now) if at else tr("belum"), reached=at is not None)
        for name, at in (
            (tr("Diambil"), specimen.taken_at),
            (tr("Dikirim"), specimen.sent_at),
            (tr("Diterima lab"), specimen.received_at),
        )
    ]
    done = specimen.result is not None
    day = wording.day_words(specimen.result_date) if specimen.result_date else tr("tanggal tidak ditulis")
    return (*steps, Step(tr("Hasil"), day if done else tr("belum"), reached=done))


def specimen_blocks(line: SpecimenLine) -> list[Block]:
    """All that is known of it."""
    specimen = line.specimen
    cold = tr("dengan rantai dingin") if specimen.cold_chain else tr("tanpa rantai dingin")
    blocks = [
        Block(tr("Hasil"), specimen.result or ""),
        Block(tr("Dugaan penyakit"), specimen.suspected or ""),
        Block(tr("Laboratorium tujuan"), specimen.laboratory),
        Block(tr("Media dan pengiriman"), " · ".join(part for part in (specimen.preservative, cold) if part)),
        Block(tr("Catatan"), specimen.note or ""),
    ]
    return [block for block in blocks if block.text]


class SpecimensTab(QWidget):
    """Its item is a specimen's id."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._lines: Sequence[SpecimenLine] = ()
        self._shown = ""
        self.count = label("", "quiet")
        self.new_button = button(tr("Spesimen baru"), "primary")
        self.new_button.clicked.connect(lambda: desk.go("specimen_form", "new"))
        self.list = CardList()
        self.list.setAccessibleName(tr("Daftar spesimen"))
        self.list.selected.connect(self.open_item)
        self.list.opened.connect(lambda specimen: desk.go("specimen_form", specimen))
        self.nothing = EmptyState(tr("Belum ada spesimen"), tr("Catat sejak diambil sampai hasilnya datang."))
        self.heading = make_bold(label(wrap=True))
        self.edit_button = button(tr("&Lanjutkan / perbaiki"))
        self.edit_button.clicked.connect(lambda: desk.go("specimen_form", self._shown))
        self.history_button = button(tr("&Riwayat"))
        self.history_button.clicked.connect(lambda: desk.go("history", f"specimen/{self._shown}"))
        self.chain = ChainView()
        self.letter = LetterView()
        top = row(self.heading, self.history_button, self.edit_button, gap=10)
        top.setStretch(0, 1)
        detail = column(top, gap=8)
        detail.addWidget(scrolling_column(self.chain, self.letter), 1)
        self.detail = QWidget()
        self.detail.setLayout(detail)
        self.right = pages(self.nothing, self.detail)
        left = list_side(column(row(self.count, 1, self.new_button), self.list))
        self.setLayout(row(left, self.right, gap=16))
        self.setFocusProxy(self.list)
        tab_order(self.list, self.new_button)

    def refresh(self) -> None:
        """Read again."""
        self.desk.read(specimens, self._take, slot="surveillance.specimens")

    def open_item(self, argument: str) -> None:
        """Show one specimen."""
        self._shown = argument
        self._show()

    def _take(self, lines: Sequence[SpecimenLine]) -> None:
        self._lines = lines
        now = datetime.now(UTC)
        open_ones = sum(line.state != "result" for line in lines)
        self.count.setText(tr("{n} spesimen · {open} belum ada hasil").format(n=len(lines), open=open_ones))
        self.list.set_cards([specimen_card(line, now) for line in lines])
        if self._shown and self.list.current_id() != self._shown:
            self.list.select(self._shown)
        if lines:
            self.nothing.set_content(tr("Pilih spesimen"), tr("Perjalanannya tampil di sini."))
        self._show()

    def _show(self) -> None:
        line = next((line for line in self._lines if line.specimen.id == self._shown), None)
        if line is None:
            self.right.setCurrentWidget(self.nothing)
            return
        self.heading.setText(f"{kind_words(line.specimen)} · {whose(line)}")
        self.chain.set_steps(specimen_steps(line, datetime.now(UTC)))
        self.letter.set_blocks(specimen_blocks(line))
        self.right.setCurrentWidget(self.detail)
