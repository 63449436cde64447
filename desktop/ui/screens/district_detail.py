"""One referral as the district office sees it: who owes what since when, the whole content with its history, the steps
of the office.

Values in by ``show_file``, noted steps out by the panels' signals; it neither reads nor saves.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from PySide6.QtWidgets import QWidget

from desktop.queries.beds import HospitalBeds
from desktop.queries.calls import Calls
from desktop.queries.letter_subject import known_allergies
from desktop.queries.referrals import ReferralFile
from desktop.ui import wording
from desktop.ui.screens.answer_clock import AnswerClock
from desktop.ui.screens.redirect_panel import RedirectPanel
from desktop.ui.screens.referral_answer import history_blocks, hospital_call_words
from desktop.ui.screens.referral_detail import AnswerBox
from desktop.ui.screens.referral_life import life_steps
from desktop.ui.screens.referral_watch import seen_by_several, seen_words
from desktop.ui.screens.step_panel import StepPanel
from desktop.ui.texts import tr
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.chain import ChainView
from desktop.ui.widgets.letter_view import LetterView, letter_blocks
from desktop.ui.widgets.panels import make_bold, scrolling_column
from desktop.ui.widgets.parts import button, column, label, row
from desktop.ui.widgets.patient_header import PatientHeader
from sync.records.referral_steps import office_steps


class DistrictDetail(QWidget):
    """One referral, to read, to remind of and to redirect."""

    def __init__(self) -> None:
        super().__init__()
        self.patient_header = PatientHeader()
        self.heading = make_bold(label(wrap=True))
        self.urgency, self.state = Badge(), Badge()
        self.clock, self.last_word = AnswerClock(), AnswerBox()
        self.phones = label("", "quiet", wrap=True)
        self.seen = label("", "quiet", wrap=True)
        self.chain, self.life, self.letter = ChainView(), ChainView(), LetterView()
        self.steps, self.redirect = StepPanel(), RedirectPanel()
        self.clock.call_wanted.connect(self._note_call)
        self.redirect_button = button(tr("Ali&hkan ke RS lain…"), "primary")
        self.redirect_button.clicked.connect(self.redirect.open)
        self.redirect.left.connect(self.redirect_button.setFocus)
        self.content = scrolling_column(
            self.clock, self.phones, self.chain, self.seen, self.life, self.last_word, self.letter
        )
        heading = row(self.heading, self.urgency, self.state, gap=10)
        heading.setStretch(0, 1)
        layout = column(self.patient_header, heading, gap=8)
        layout.addWidget(self.content, 1)
        layout.addWidget(self.redirect)
        foot = row(self.steps, self.redirect_button, gap=10)
        foot.setStretch(0, 1)
        layout.addLayout(foot)
        self.setLayout(layout)

    def show_file(self, file: ReferralFile, calls: Calls, hospitals: Sequence[HospitalBeds], now: datetime) -> None:
        """Show one referral at ``now`` (aware); ``hospitals`` are all that could be asked."""
        line = file.line
        allergies = known_allergies(file.patient, file.referral)
        self.patient_header.show_patient(file.patient, allergies, now.astimezone().date())
        words = tr("{number} · {sender} ke {hospital}")
        self.heading.setText(words.format(number=line.number, sender=line.from_name, hospital=line.to_name))
        urgency, state = wording.urgency_mark(line.urgency), wording.state_mark(line.state)
        self.urgency.set_state(urgency.text, urgency.tone)
        self.state.set_state(state.text, state.tone)
        # The office need not be told to call itself.
        self.clock.show_file(file, replace(calls, office=None), now)
        sender = tr("telp {phone}").format(phone=file.from_phone or tr("tidak diketahui"))
        others = [] if self.clock.calls() else [hospital_call_words(file, now)]
        self.phones.setText("\n".join([f"{line.from_name} {sender}", *others]))
        self.chain.set_steps(wording.chain_steps(line.chain, now))
        self.seen.setText(seen_words(line, now))
        self.seen.setVisible(seen_by_several(line))
        self.life.set_steps(life_steps(file.events, line.state, now))
        self.last_word.show_last_word(file, now)
        self.letter.set_blocks([*history_blocks(file, now), *letter_blocks(file.referral)])
        self.redirect.set_hospitals(hospitals, line.to_facility, file.referral.ward_class, now)
        steps = office_steps(line.state, answered=line.answer is not None)
        self.steps.offer(steps)
        self.redirect_button.setVisible("dialihkan" in steps)
        if "dialihkan" not in steps:
            self.redirect.hide()

    def clear(self) -> None:
        """Another referral: nothing is typed yet."""
        self.steps.clear()
        self.redirect.clear()
        self.content.verticalScrollBar().setValue(0)

    def _note_call(self) -> None:
        self.steps.ask("ditelepon")
