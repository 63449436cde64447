"""One referral as its sender sees it: the delivery chain, what happened since, the hospital's last word, the letter.

Values in by ``show_file``, a confirmed cancellation or a noted step out by signals; it neither reads nor writes.
"""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from desktop.queries.calls import Calls
from desktop.queries.letter_subject import known_allergies
from desktop.queries.referrals import ReferralFile
from desktop.ui import wording
from desktop.ui.screens.answer_clock import AnswerClock
from desktop.ui.screens.referral_answer import answer_words, history_blocks, hospital_call_words
from desktop.ui.screens.referral_life import back_referral_words, life_steps, question_words
from desktop.ui.screens.referral_watch import redirection_words, seen_by_several, seen_words
from desktop.ui.screens.step_panel import StepPanel
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.chain import ChainView
from desktop.ui.widgets.letter_view import LetterView, letter_blocks
from desktop.ui.widgets.panels import make_bold, scrolling_column, tint
from desktop.ui.widgets.paper_bar import PaperBar, referral_papers
from desktop.ui.widgets.parts import button, column, label, named, row
from desktop.ui.widgets.patient_header import PatientHeader
from sync.records import ReferralEvent
from sync.records.referral_steps import AWAITING, sender_steps


class ReferralDetail(QWidget):
    """One referral, to read."""

    cancel_confirmed = Signal(str)
    """The reason in words."""

    def __init__(self) -> None:
        super().__init__()
        self.patient_header = PatientHeader()
        self.heading = make_bold(label(wrap=True))
        self.urgency = Badge()
        self.state = Badge()
        self.chain = ChainView()
        self.life = ChainView()
        self.answer = AnswerBox()
        self.question = AnswerBox()
        self.steps = StepPanel()
        self.letter = LetterView()
        self.papers = PaperBar(referral_papers(referred_back=False), copies=True)
        self.cancel_button = button(tr("Batalkan rujukan…"))
        self.cancel_button.clicked.connect(self._ask_reason)
        self.reason = QLineEdit(placeholderText=tr("Mengapa dibatalkan? Misalnya: keluarga menolak"), maxLength=300)
        self.reason.setAccessibleName(tr("Alasan pembatalan"))
        self.reason.textChanged.connect(self._reason_typed)
        self.confirm_button = button(tr("Ya, batalkan"), "danger")
        self.confirm_button.clicked.connect(lambda: self.cancel_confirmed.emit(self.reason.text().strip()))
        self.keep_button = button(tr("Tidak jadi"))
        self.keep_button.clicked.connect(self._keep)
        heading = row(self.heading, self.urgency, self.state, gap=10)
        heading.setStretch(0, 1)
        layout = column(self.patient_header, heading, self.papers, gap=8)
        self.clock = AnswerClock()
        self.clock.call_wanted.connect(self._note_call)
        self.duty = label("", "quiet", wrap=True)
        self.seen = label("", "quiet", wrap=True)
        self.content = scrolling_column(
            self.clock, self.duty, self.chain, self.seen, self.life, self.answer, self.question, self.letter
        )
        layout.addWidget(self.content, 1)
        layout.addWidget(self.steps)
        foot, parts = QWidget(), row(self.reason, self.confirm_button, self.keep_button, 1, self.cancel_button)
        parts.setStretch(0, 10)
        foot.setLayout(parts)
        layout.addWidget(foot)
        escape = QShortcut(QKeySequence("Escape"), foot, self._keep)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.setLayout(layout)
        self._shown = ""
        self._cancellable = False
        self._close_reason()

    def show_file(self, file: ReferralFile, calls: Calls, now: datetime) -> None:
        """Show one referral and whom to call about it; ``now`` is the present moment (aware)."""
        line = file.line
        allergies = known_allergies(file.patient, file.referral)
        self.patient_header.show_patient(file.patient, allergies, now.astimezone().date())
        self.heading.setText(tr("{number} ke {hospital}").format(number=line.number, hospital=line.to_name))
        urgency, state = wording.urgency_mark(line.urgency), wording.progress_mark(line)
        self.urgency.set_state(urgency.text, urgency.tone)
        self.state.set_state(state.text, state.tone)
        self.chain.set_steps(wording.chain_steps(line.chain, now))
        self.clock.show_file(file, calls, now)
        self.duty.setText(hospital_call_words(file, now))
        self.duty.setVisible(line.state in {*AWAITING, "diterima"} and not self.clock.calls())
        self.seen.setText(seen_words(line, now))
        self.seen.setVisible(seen_by_several(line))
        self.life.set_steps(life_steps(file.events, line.state, now))
        self.answer.show_last_word(file, now)
        self.papers.set_papers(referral_papers(referred_back=file.latest("dirujuk_balik") is not None))
        question = file.question_to(file.referral.from_facility)
        self.question.show_question(question, now)
        self.letter.set_blocks([*letter_blocks(file.referral), *history_blocks(file, now)])
        if line.id != self._shown:
            self.steps.clear()
            self.content.verticalScrollBar().setValue(0)
        steps = sender_steps(line.state, file.events)
        self.steps.offer(steps, question)
        self._cancellable = "dibatalkan" in steps
        if line.id != self._shown or not self._cancellable:
            self._shown = line.id
            self._close_reason()

    def _note_call(self) -> None:
        self.steps.ask("ditelepon")

    def _ask_reason(self) -> None:
        self._show_reason(asking=True)
        self.reason.setFocus()

    def _keep(self) -> None:
        """The referral is not cancelled after all."""
        self._close_reason()
        self.cancel_button.setFocus()

    def _close_reason(self) -> None:
        self.reason.clear()
        self._show_reason(asking=False)

    def _show_reason(self, *, asking: bool) -> None:
        for widget in (self.reason, self.confirm_button, self.keep_button):
            widget.setVisible(asking)
        self.cancel_button.setVisible(not asking and self._cancellable)
        self._reason_typed()

    def _reason_typed(self) -> None:
        self.confirm_button.setEnabled(bool(self.reason.text().strip()))


class AnswerBox(QFrame):
    """What the other side said last, in a frame whose colour repeats what its headline says."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "answer")
        self.headline = make_bold(label(wrap=True))
        self.details = label(wrap=True)
        self.setLayout(column(self.headline, self.details, margins=(14, 8, 14, 8), gap=2))
        self.hide()

    def show_last_word(self, file: ReferralFile, now: datetime) -> None:
        """Show the back-referral, or while there is none the acceptance or refusal, or where it was redirected."""
        back, answer, moved = file.latest("dirujuk_balik"), file.line.answer, redirection_words(file, now)
        if back is not None:
            self.show_words(*back_referral_words(back, now), Tone.INFO)
        elif answer is not None:
            tone = Tone.GOOD if answer.kind == "diterima" else Tone.DANGER
            outpatient = file.line.kind == "rawat_jalan"
            self.show_words(*answer_words(answer, file.ward_names, now, outpatient=outpatient), tone)
        elif moved is not None:
            self.show_words(*moved, Tone.ATTENTION)
        else:
            self.hide()

    def show_question(self, question: ReferralEvent | None, now: datetime) -> None:
        """Show a question that waits for an answer of this side, or nothing."""
        if question is None:
            self.hide()
        else:
            self.show_words(*question_words(question, now), Tone.ATTENTION)

    def show_words(self, headline: str, details: str, tone: Tone) -> None:
        """Show a headline and details in the colours of ``tone``."""
        tint(self, tone)
        self.headline.setText(headline)
        self.details.setText(details)
        self.setAccessibleName(f"{headline}. {details}")
        self.show()
