"""The question about a record that one took out of the lists while another edited it: what was edited, and two answers.

A removal in by ``show_removal``, the answer out by ``chosen``; it neither reads nor saves.
"""

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.queries.taken_out import Removal
from desktop.queries.written import Writer
from desktop.ui import wording
from desktop.ui.screens.field_words import record_words, writer_words
from desktop.ui.screens.history import change_label, change_words, is_told
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.cards import Card, Mark
from desktop.ui.widgets.panels import make_bold, panel
from desktop.ui.widgets.parts import button, column, label, row
from sync.records import Patient

#: The places of the answers, as their keys 1 and 2 mean them.
RETURNS, STAYS_OUT = 0, 1


def removal_card(removal: Removal, now: datetime) -> Card:
    """The question in the queue."""
    record = removal.seen.record
    what = tr("dikeluarkan dari daftar, tetapi diubah")
    return Card(
        id=removal.id,
        title=removal.patient.name if removal.patient else record_words(record),
        subtitle=what if isinstance(record, Patient) else f"{record_words(record)}: {what}",
        more=tr("oleh {names}").format(names=" & ".join(dict.fromkeys(map(_name, _writers(removal))))),
        marks=(Mark(tr("menunggu {span}").format(span=wording.span_words(now - removal.since)), Tone.ATTENTION),),
        stripe=Tone.ATTENTION,
    )


def removal_words(removal: Removal) -> str:
    """The question itself."""
    words = tr(
        "{record} dikeluarkan dari daftar oleh {taker}; sementara itu {editor} mengubahnya. Kembalikan ke daftar?"
    )
    return words.format(
        record=record_words(removal.seen.record),
        taker=_names(removal.takers),
        editor=_names(tuple(item.writer for item in removal.late)),
    )


def decided_words(place: int) -> str:
    """What was decided."""
    if place == RETURNS:
        return tr("Dikembalikan ke daftar. Semua isian tetap seperti yang terakhir ditulis.")
    return tr("Dibiarkan di luar daftar. Isiannya tidak dihapus dan tetap ada di Riwayat isian.")


class RemovalPanel(QWidget):
    """Who took it out and why, what was changed meanwhile, and the two answers."""

    chosen = Signal(int)
    """:data:`RETURNS` or :data:`STAYS_OUT`."""

    def __init__(self) -> None:
        super().__init__()
        self.buttons = [
            button(tr("Kembalikan ke daftar  (tekan 1)"), "primary"),
            button(tr("Biarkan keluar  (tekan 2)")),
        ]
        for place, take in enumerate(self.buttons):
            take.clicked.connect(lambda _checked=False, place=place: self.chosen.emit(place))
        self._told = column(gap=8)
        self._boxes: list[QWidget] = []
        self.setLayout(column(self._told, row(*self.buttons, 1), gap=10))

    def show_removal(self, removal: Removal, now: datetime) -> None:
        """Show what was done on both sides."""
        for old in self._boxes:
            self._told.removeWidget(old)
            old.hide()
            old.deleteLater()
        reasons = ", ".join(dict.fromkeys(void.reason for void in removal.voids))
        taken = column(
            label(tr("Dikeluarkan dari daftar, alasan:"), "quiet"), make_bold(label(reasons, wrap=True)), gap=2
        )
        for writer in removal.takers:
            taken.addWidget(label(writer_words(writer, now, removal.owner_name), "quiet", wrap=True))
        boxes = [taken]
        for written in removal.late:
            box = column(gap=2)
            for change in filter(is_told, written.changes):
                box.addWidget(label(change_label(removal.record_type, change), "quiet"))
                new = change_words(removal.record_type, change, new=True, names=removal.names)
                box.addWidget(make_bold(label(new, wrap=True)))
            box.addWidget(label(writer_words(written.writer, now, removal.owner_name), "quiet", wrap=True))
            boxes.append(box)
        self._boxes = []
        for box in boxes:
            box.setContentsMargins(14, 8, 14, 8)
            self._boxes.append(panel(box))
            self._told.addWidget(self._boxes[-1])


def _writers(removal: Removal) -> list[Writer]:
    return [*removal.takers, *(item.writer for item in removal.late)]


def _name(writer: Writer) -> str:
    return writer.name or tr("petugas tidak dikenal")


def _names(writers: tuple[Writer, ...]) -> str:
    """Who, and at which computer: two people may have one name."""
    named = [
        tr("{name} (komputer {letter})").format(name=_name(item), letter=item.letter) if item.letter else _name(item)
        for item in writers
    ]
    return " & ".join(dict.fromkeys(named))
