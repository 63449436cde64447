"""Letters from paper at a hospital without a network: where a code is scanned, pasted or typed, and what it says.

What is refused is said in the panel and stored nowhere. A letter from paper is shown and kept, never answered: the
answer needs the referral itself.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QLineEdit, QSizePolicy, QWidget

from desktop.actions.paper_letters import drop_paper_letter, keep_paper_letter
from desktop.queries.letter_subject import known_allergies
from desktop.queries.paper_letters import paper_texts
from desktop.ui import wording
from desktop.ui.desk import Desk
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.cards import Card, Mark
from desktop.ui.widgets.letter_view import LetterView, letter_blocks
from desktop.ui.widgets.panels import make_bold, scrolling_column, tint, trouble
from desktop.ui.widgets.parts import button, column, label, named, row
from desktop.ui.widgets.patient_header import PatientHeader
from sync.replica.reader import Reader

if TYPE_CHECKING:
    # Imported when it is first needed, in the reading thread: the inbox is a hospital's first paint.
    from desktop.letters.paper_letters import PaperLetter
    from desktop.letters.vouching import Signer

_FROM_PAPER = "Dari kertas, belum datang lewat jaringan"


def paper_card(paper: "PaperLetter", now: datetime) -> Card:
    """One letter from paper in the inbox."""
    referral = paper.letter.referral
    return Card(
        id=paper.id,
        title=paper.letter.patient_name,
        subtitle=f"{tr(_FROM_PAPER)} · {wording.diagnosis_words(referral.diagnosis_code, referral.diagnosis_label)}",
        right=wording.clock_words(referral.written_at, now),
        marks=(wording.urgency_mark(referral.urgency), Mark(tr("Dari kertas"), Tone.ATTENTION)),
        stripe=wording.urgency_mark(referral.urgency).tone,
    )


class PaperScan(QFrame):
    """A button that opens the line for a code; knows the letters from paper and shows one in :attr:`view`."""

    found = Signal(str)
    """The id of a referral to be opened, from the network or from paper; "" for none any more."""
    changed = Signal()
    """Other letters from paper are here than before."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._letters: dict[str, PaperLetter] = {}
        self.view = PaperView()
        self.view.drop_wanted.connect(self._drop)
        self.open_button = button(tr("Pindai &QR surat…"))
        self.open_button.clicked.connect(self.open)
        self.code = QLineEdit(placeholderText=tr("Pindai, tempel, atau ketik kode 12 huruf"))
        self.code.setAccessibleName(tr("Kode surat rujukan"))
        self.code.returnPressed.connect(self._entered)
        self.problem = trouble()
        self.code.textEdited.connect(self.problem.hide)
        self.read_button = button(tr("Baca"), "primary")
        self.read_button.clicked.connect(self._entered)
        self.close_button = button(tr("Tutup"))
        self.close_button.clicked.connect(self.close_panel)
        hint = label(tr("Arahkan pemindai ke QR, atau tempel teksnya. Jaringan tidak diperlukan."), "quiet", wrap=True)
        self._panel = named(QFrame(), "panel")
        line = row(self.code, self.read_button, self.close_button)
        self._panel.setLayout(column(hint, line, self.problem, margins=(12, 8, 12, 8), gap=6))
        self.setLayout(column(row(self.open_button, 1), self._panel, gap=4))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        escape = QShortcut(QKeySequence("Escape"), self._panel, self.close_panel)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.close_panel()

    def open(self) -> None:
        """Wait for a code."""
        self._show_panel(shown=True)
        self.code.setFocus()

    def close_panel(self) -> None:
        """Back to the button; what was not read is given up."""
        self.code.clear()
        self.problem.hide()
        self._show_panel(shown=False)

    def refresh(self) -> None:
        """Read the letters from paper again; those whose referral has come are no longer among them."""
        self._desk.read(_paper_letters, self._show_letters, slot="paper_scan.letters")

    def letters(self) -> "list[PaperLetter]":
        """The letters known from paper alone."""
        return list(self._letters.values())

    def show_letter(self, referral: str) -> bool:
        """Show a letter from paper in :attr:`view`; whether there is one with this id."""
        paper = self._letters.get(referral)
        if paper is not None:
            self.view.show_letter(paper, datetime.now(UTC))
        return paper is not None

    def _entered(self) -> None:
        text = self.code.text()
        if text.strip():
            self._desk.read(lambda reader: _look_up(reader, text), self._looked_up, failed=self._failed)

    def _looked_up(self, result: "str | PaperLetter") -> None:
        if isinstance(result, str):
            self.close_panel()
            self.found.emit(result)
        else:
            self._desk.write(
                lambda replica: keep_paper_letter(replica, result.id, result.text), lambda _done: self._kept(result)
            )

    def _kept(self, paper: "PaperLetter") -> None:
        self._letters = {paper.id: paper, **self._letters}
        self.close_panel()
        self.changed.emit()
        self.found.emit(paper.id)
        self._desk.say("info", tr("Surat dari kertas tersimpan sementara di komputer ini saja."))

    def _drop(self, referral: str) -> None:
        def done(_done: None) -> None:
            self.refresh()
            self.found.emit("")
            self._desk.say("info", tr("Surat dari kertas dikeluarkan dari daftar. Pindai lagi bila perlu."))

        self._desk.write(lambda replica: drop_paper_letter(replica, referral), done)

    def _failed(self, error: Exception) -> None:
        from desktop.letters.seal import CodeRefused

        if not isinstance(error, CodeRefused):
            self._desk.say_error(error)
            return
        self.problem.setText(tr(error.sentence))
        self.problem.show()
        # The next scan replaces what was refused.
        self.code.selectAll()
        self.code.setFocus()

    def _show_letters(self, letters: "list[PaperLetter]") -> None:
        self._letters = {paper.id: paper for paper in letters}
        self.changed.emit()

    def _show_panel(self, *, shown: bool) -> None:
        self._panel.setVisible(shown)
        self.open_button.setVisible(not shown)


class PaperView(QWidget):
    """A letter from paper, to read, under the sentence that says what it is worth."""

    drop_wanted = Signal(str)
    """The id of the referral whose letter shall leave the list."""

    def __init__(self) -> None:
        super().__init__()
        self.patient_header = PatientHeader()
        self.heading = make_bold(label())
        self.urgency = Badge()
        self.note = named(QFrame(), "answer")
        self.headline = make_bold(label(tr(_FROM_PAPER), wrap=True))
        self.details = label(wrap=True)
        self.note.setLayout(column(self.headline, self.details, margins=(14, 8, 14, 8), gap=2))
        tint(self.note, Tone.ATTENTION)
        self.letter = LetterView()
        self._shown = ""
        layout = column(self.patient_header, row(self.heading, self.urgency, 1, gap=10), gap=8)
        layout.addWidget(scrolling_column(self.note, self.letter), 1)
        self.drop_button = button(tr("Keluarkan dari daftar"))
        self.drop_button.clicked.connect(lambda: self.drop_wanted.emit(self._shown))
        layout.addLayout(row(1, self.drop_button))
        self.setLayout(layout)

    def show_letter(self, paper: "PaperLetter", now: datetime) -> None:
        """Show one; ``now`` is the present moment (aware)."""
        letter, referral = paper.letter, paper.letter.referral
        self._shown = paper.id
        allergies = known_allergies(letter.patient, referral)
        self.patient_header.show_patient(letter.patient, allergies, now.astimezone().date())
        sender = letter.sender.name if letter.sender else ""
        self.heading.setText(tr("{number} dari {name}").format(number=referral.number, name=sender))
        mark = wording.urgency_mark(referral.urgency)
        self.urgency.set_state(mark.text, mark.tone)
        receiver = letter.receiver.name if letter.receiver else ""
        sentences = (
            "" if paper.for_us else tr("Surat ini ditujukan ke {name}, bukan ke fasilitas ini.").format(name=receiver),
            signer_words(paper.signer, sender, now),
            tr("Teks panjang dipendekkan; lengkapnya di kertas.") if paper.shortened else "",
            tr("Jawaban dapat ditulis setelah suratnya datang lewat jaringan; sementara itu telepon {phone}.").format(
                phone=referral.contact_phone or sender
            ),
        )
        self.details.setText("\n".join(sentence for sentence in sentences if sentence))
        self.letter.set_blocks(letter_blocks(referral))


def signer_words(signer: "Signer", sender: str, now: datetime) -> str:
    """What the signature is worth, and as of when that is known."""
    as_of = wording.clock_words(signer.as_of, now) if signer.as_of else tr("belum pernah")
    check = tr("Cocokkan dengan surat bercap, atau telepon perujuknya.")
    if signer.foreign:
        return tr("Tanda tangannya bukan milik perujuknya: jangan dipakai, beri tahu Dinas Kesehatan.")
    if signer.revoked_at is not None:
        day = wording.day_words(signer.revoked_at.astimezone().date())
        return tr("Komputer pembuatnya dicabut Dinas Kesehatan pada {day}.").format(day=day) + " " + check
    if signer.known:
        words = tr("Utuh, dan ditandatangani komputer {sender} yang terdaftar (daftar per {time}).")
        return words.format(sender=sender, time=as_of)
    words = tr("Utuh, tetapi komputer pembuatnya tidak ada di daftar di sini (daftar per {time}).").format(time=as_of)
    return f"{words} {check}"


def _paper_letters(reader: Reader) -> "list[PaperLetter]":
    if not paper_texts(reader):
        return []
    from desktop.letters.paper_letters import paper_letters

    return paper_letters(reader)


def _look_up(reader: Reader, text: str) -> "str | PaperLetter":
    from desktop.letters.paper_letters import look_up

    return look_up(reader, text)
