"""One line with which a paper is chosen and then printed or saved; beside a referral also its text for the telephone.

It says what a person wants and does nothing itself.
"""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QMenu, QSizePolicy, QWidget

from desktop.actions.forms import POLIS
from desktop.ui.texts import tr
from desktop.ui.widgets.parts import button, row


class PaperBar(QWidget):
    """The papers of one thing; the first is the usual one."""

    print_wanted = Signal(str)
    """The key of the paper."""
    save_wanted = Signal(str)
    """The key of the paper."""
    copy_wanted = Signal(bool)
    """Whether with the patient's name."""

    def __init__(self, papers: Sequence[tuple[str, str]], *, copies: bool = False) -> None:
        """``papers`` are (key, words); ``copies``: whether there is a text for telephone and WhatsApp."""
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.choice = QComboBox()
        self.choice.setAccessibleName(tr("Kertas yang dicetak"))
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.set_papers(papers)
        self.print_button = button(tr("&Cetak…"))
        self.print_button.clicked.connect(lambda: self.print_wanted.emit(self.key()))
        self.save_button = button(tr("Simpan &PDF"))
        self.save_button.clicked.connect(lambda: self.save_wanted.emit(self.key()))
        self.copy_button = button(tr("&Teks WA"))
        self.copy_button.setToolTip(tr("Ringkasan SBAR untuk telepon atau WhatsApp, tanpa NIK dan nomor kartu"))
        menu = QMenu(self.copy_button)
        self.copy_short = menu.addAction(tr("Salin dengan &inisial pasien"))
        self.copy_short.triggered.connect(lambda: self.copy_wanted.emit(False))  # noqa: FBT003 - a signal's value
        self.copy_named = menu.addAction(tr("Salin dengan &nama pasien"))
        self.copy_named.triggered.connect(lambda: self.copy_wanted.emit(True))  # noqa: FBT003 - a signal's value
        self.copy_button.setMenu(menu)
        self.setLayout(row(self.choice, self.print_button, self.save_button, 1, self.copy_button))
        # Only now it has a parent: shown before, it would be a window of its own.
        self.copy_button.setVisible(copies)

    def key(self) -> str:
        """The chosen paper."""
        return str(self.choice.currentData())

    def set_papers(self, papers: Sequence[tuple[str, str]]) -> None:
        """Offer other papers; what is chosen stays chosen if it is still there."""
        offered = [(self.choice.itemData(place), self.choice.itemText(place)) for place in range(self.choice.count())]
        if offered == list(papers):
            return
        chosen = self.choice.currentData()
        self.choice.clear()
        for key, words in papers:
            self.choice.addItem(words, key)
        self.choice.setCurrentIndex(max(self.choice.findData(chosen), 0))


#: How the key of a ticket begins; the poli follows.
TICKET = "ticket:"


def patient_papers() -> list[tuple[str, str]]:
    """What can be printed about a patient."""
    return [
        ("consent", tr("Persetujuan rujukan")),
        ("refusal", tr("Penolakan rujukan")),
        ("online_queue", tr("Cara antrean online RS")),
        *((f"{TICKET}{key}", tr("Karcis {poli}").format(poli=name)) for key, name in POLIS.items()),
    ]


def referral_papers(*, referred_back: bool) -> list[tuple[str, str]]:
    """The papers of one referral; a back-referral is the one that is wanted once it is there."""
    letters = [("letter_a5", tr("Surat A5")), ("letter_a4", tr("Surat A4"))]
    return [("back_referral", tr("Rujuk balik")), *letters] if referred_back else letters
