"""Who may be registered already, beside what is being typed: a few lines and a key each. It never stands in the way.

Values in by ``show_candidates``, the wish to see one out by a signal; it neither reads nor decides.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from desktop.queries.duplicates import MOST, Candidate
from desktop.ui import wording
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.elided import ElidedLabel
from desktop.ui.widgets.panels import tint
from desktop.ui.widgets.parts import button, column, label, named, row
from sync.records.likeness import Level, Likeness

_LEVELS: Mapping[Level, str] = MappingProxyType(
    {Level.STRONG: "nomor sama", Level.LIKELY: "sangat mirip", Level.SIMILAR: "mirip"}
)

#: What agrees, as people say it.
_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "nik": "NIK sama",
        "jkn_number": "nomor JKN sama",
        "name": "bunyi nama sama",
        "name_alike": "nama mirip",
        "birth_date": "tanggal lahir sama",
        "birth_date_swapped": "tanggal dan bulan lahir tertukar",
        "birth_date_near": "tanggal lahir beda satu angka",
        "birth_year": "tahun lahir sama",
        "mother": "ibu sama",
        "village": "desa sama",
        "number_alike": "nomor beda satu angka",
    }
)


def likeness_words(alike: Likeness) -> str:
    """``sangat mirip: bunyi nama sama, tanggal lahir sama``."""
    return f"{level_words(alike)}: {reason_words(alike)}"


def level_words(alike: Likeness) -> str:
    """``sangat mirip``."""
    return tr(_LEVELS[alike.level])


def reason_words(alike: Likeness) -> str:
    """``bunyi nama sama, tanggal lahir sama``."""
    return ", ".join(tr(_REASONS[name]) for name in alike.agrees)


def candidate_words(candidate: Candidate, today: date) -> str:
    """Who it is, and why it may be the same person."""
    traits = candidate.traits
    who = (traits.name, wording.person_words(traits.sex, traits.birth_date, today), traits.village or "")
    return f"{' · '.join(part for part in who if part)} ({likeness_words(candidate.alike)})"


class DuplicatePanel(QFrame):
    """Hidden while nobody is alike."""

    opened = Signal(str)
    """The id of a patient that is registered already."""

    def __init__(self) -> None:
        super().__init__()
        tint(named(self, "duplicatePanel"), Tone.ATTENTION)
        self.title = label(tr("Mungkin sudah terdaftar. Bila bukan orangnya, teruskan menyimpan."), wrap=True)
        self.buttons: list[QPushButton] = []
        self.lines: list[ElidedLabel] = []
        self._rows: list[QWidget] = []
        self._shown: list[Candidate] = []
        layout = column(self.title, margins=(12, 6, 12, 6), gap=2)
        for place in range(MOST):
            keys = f"Alt+{place + 1}"
            line, see = ElidedLabel(), button(tr("Buka ({keys})").format(keys=keys), "link")
            see.clicked.connect(lambda _checked=False, place=place: self._open(place))
            shortcut = QShortcut(QKeySequence(keys), self, lambda place=place: self._open(place))
            # As long as it is in sight: the focus is in the form beside it.
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            whole = QWidget()
            whole.setLayout(row(line, see, 1))
            self.lines.append(line)
            self.buttons.append(see)
            self._rows.append(whole)
            layout.addWidget(whole)
        self.setLayout(layout)
        self.hide()

    def show_candidates(self, candidates: Sequence[Candidate], today: date) -> None:
        """Show those who may be the same person; nobody hides it."""
        self._shown = list(candidates)
        for place, whole in enumerate(self._rows):
            whole.setVisible(place < len(candidates))
            if place < len(candidates):
                words = candidate_words(candidates[place], today)
                self.lines[place].setText(words)
                self.buttons[place].setAccessibleName(tr("Buka {who}").format(who=words))
        self.setVisible(bool(candidates))

    def _open(self, place: int) -> None:
        if self.isVisible() and place < len(self._shown):
            self.opened.emit(self._shown[place].stands)
