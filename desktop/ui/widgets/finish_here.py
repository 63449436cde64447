"""A quiet note beside the letter: this diagnosis can usually be finished at the puskesmas; if referred, why (TACC).

It advises and asks. It must never block a letter, take the focus, or be there in an emergency.
"""

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from desktop.queries.diagnoses import Diagnosis
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.fields import ChoiceEditor, LineEditor
from desktop.ui.widgets.panels import tint
from desktop.ui.widgets.parts import column, label, named
from sync.records import Referral
from sync.records.tacc import AGE, COMPLICATION, TACC_CODES, tacc_reasons

_REASON = Referral.type.fields["tacc_reason"]


class FinishHereNote(QFrame):
    """The note with its two questions; hidden until :meth:`show_for` finds a reason for it."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "finishHere")
        self.text = label("", wrap=True)
        self.source = label(tr("Daftar 144 diagnosis, belum diperiksa terhadap KMK 1186/2022."), "quiet", wrap=True)
        self.rrns = label("", "quiet", wrap=True)
        self.code = ChoiceEditor(Referral.type.fields["kd_tacc"], TACC_CODES.items())
        self.choice = ChoiceEditor(_REASON, ())
        self.line = LineEditor(_REASON)
        self.complication = label(
            tr("Tulis kode dan nama komplikasi, misalnya: I50.0 - Gagal jantung"), "quiet", wrap=True
        )
        self.setLayout(
            column(
                label(tr("Bisa selesai di sini?"), "sectionTitle"),
                self.text,
                self.code,
                self.choice,
                self.line,
                self.complication,
                self.rrns,
                self.source,
                margins=(12, 6, 12, 10),
                gap=6,
            )
        )
        tint(self, Tone.NEUTRAL)
        self._birth_date: date | None = None
        self._today = date.min
        self._shown_for = ""
        self._typed: tuple[str, str | None] | None = None
        self.code.changed.connect(self._code_chosen)
        self.choice.changed.connect(self.changed)
        self.line.changed.connect(self.changed)
        self._ask_reason()
        self.hide()

    def clear(self, birth_date: date | None, today: date) -> None:
        """Start anew for a patient."""
        self._birth_date, self._today, self._shown_for = birth_date, today, ""
        self._typed = None
        self.code.set_value(None)
        self._ask_reason()
        self.hide()

    def show_for(self, diagnosis: Diagnosis | None, *, emergency: bool) -> None:
        """Show or hide the note; another diagnosis is asked about anew, an emergency never."""
        wanted = diagnosis is not None and diagnosis.finished_here and not emergency
        if diagnosis is not None and wanted:
            if diagnosis.code != self._shown_for:
                self._shown_for = diagnosis.code
                self.code.set_value(None)
                self._ask_reason()
                self._answer_again()
            self.text.setText(advice(diagnosis))
        self.setVisible(wanted)

    def values(self) -> dict[str, str | None]:
        """``kd_tacc`` and ``tacc_reason``; both ``None`` where nothing is asked or answered."""
        code = self.code.value()
        if self.isHidden() or code is None:
            return {"kd_tacc": None, "tacc_reason": None}
        reason = self.line.value() if code == COMPLICATION else self.choice.value()
        return {"kd_tacc": str(code), "tacc_reason": None if reason is None else str(reason)}

    def show_rrns(self, words: str) -> None:
        """Say how this month's ratio of non-specialist referrals stands."""
        self.rrns.setText(words)
        self.rrns.setVisible(bool(words))

    def set_typed(self, code: str | None, reason: str | None) -> None:
        """Answer again what was answered before, now or as soon as the diagnosis is known to be on the list."""
        self._typed = None if code is None else (code, reason)
        if not self.isHidden():
            self._answer_again()

    def _answer_again(self) -> None:
        if self._typed is None:
            return
        code, reason = self._typed
        self._typed = None
        self.code.set_value(code)
        self._ask_reason()
        (self.line if code == COMPLICATION else self.choice).set_value(reason)

    def _code_chosen(self) -> None:
        self._ask_reason()
        self.changed.emit()

    def _ask_reason(self) -> None:
        code = self.code.value()
        known = None if code is None else str(code)
        reasons = tacc_reasons(known, self._birth_date, self._today)
        self.choice.set_value(None)
        self.choice.set_choices([(reason, reason) for reason in reasons])
        if known == AGE and reasons:
            self.choice.set_value(reasons[0])
        self.line.set_value(None)
        self.choice.setVisible(bool(reasons))
        self.line.setVisible(known == COMPLICATION)
        self.complication.setVisible(known == COMPLICATION)


def advice(diagnosis: Diagnosis) -> str:
    """What the note says about a diagnosis of the list."""
    condition = tr(" (bila {condition})").format(condition=diagnosis.condition) if diagnosis.condition else ""
    sentence = tr(
        "{name}{condition} biasanya dapat diselesaikan di puskesmas. Bila tetap dirujuk, catat alasannya (TACC)."
    )
    return sentence.format(name=diagnosis.label, condition=condition)
