"""The hospital's inbox: every referral with its whole content before anybody decides, then the answer.

Opening a referral records the fact "dilihat", once for each person and only when somebody chose it. The answer is a
fact of this hospital and waits for no network. What happens afterwards, from arrival to back-referral, is noted here
too.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.actions.duty import take_duty
from desktop.actions.referral_life import add_step
from desktop.actions.referrals import accept, mark_seen, refuse
from desktop.queries.beds import WardLine, wards_of
from desktop.queries.duty import last_duty
from desktop.queries.holds import held_by_ward, holds
from desktop.queries.letter_subject import known_allergies
from desktop.queries.referrals import ReferralFile, ReferralLine, inbox, referral_file
from desktop.ui import wording
from desktop.ui.desk import Desk
from desktop.ui.screen import Screen
from desktop.ui.screens.back_referral_bar import BackReferralBar
from desktop.ui.screens.decision_panel import Acceptance, DecisionPanel, Refusal
from desktop.ui.screens.duty_bar import DutyBar
from desktop.ui.screens.paper_scan import PaperScan, paper_card
from desktop.ui.screens.received import needs_seen_fact, received_card
from desktop.ui.screens.referral_answer import history_blocks
from desktop.ui.screens.referral_detail import AnswerBox
from desktop.ui.screens.referral_life import life_steps
from desktop.ui.screens.referral_watch import left_mark, redirection_words, reminder_words, seen_words
from desktop.ui.screens.step_panel import StepPanel
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.cards import CardList
from desktop.ui.widgets.chain import ChainView
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.letter_view import LetterView, letter_blocks
from desktop.ui.widgets.panels import list_side, make_bold, pages, scrolling_column
from desktop.ui.widgets.parts import column, label, row
from desktop.ui.widgets.patient_header import PatientHeader
from desktop.ui.widgets.step_forms import StepGiven
from sync.errors import BadInput
from sync.records import Duty
from sync.records.referral_steps import hospital_steps
from sync.replica.reader import Reader

#: How often what is left of the time for an answer is said anew, in milliseconds.
_TICK = 15_000


class InboxScreen(Screen):
    """List at the left, the whole referral and the decision at the right. Its item is a referral's id."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._lines: Sequence[ReferralLine] = ()
        self._shown = ""
        self._marked: set[tuple[str, str, datetime]] = set()
        self._duty: Duty | None = None
        self.duty = DutyBar(tr("Rujukan masuk"))
        self.duty.take_button.clicked.connect(self._ask_duty)
        self.duty.taken.connect(self._take_duty)
        self.count = label("", "quiet")
        self.list = CardList()
        self.list.setAccessibleName(tr("Rujukan masuk"))
        self.list.selected.connect(self._select)
        self.nothing = EmptyState(
            tr("Pilih rujukan"),
            tr("Isinya tampil lengkap sebelum dijawab. Puskesmas melihat bahwa rujukan dibuka."),
        )
        self.patient_header = PatientHeader()
        self.heading = make_bold(label(wrap=True))
        self.phone = label("", "quiet")
        self.urgency = Badge()
        self.state = Badge()
        self.letter = LetterView()
        self.answer = AnswerBox()
        self.question = AnswerBox()
        self.seen = label("", "quiet", wrap=True)
        self.life = ChainView()
        self.panel = DecisionPanel()
        self.panel.accepted.connect(self._accept)
        self.panel.refused.connect(self._refuse)
        self.steps = StepPanel()
        self.steps.given.connect(self._add_step)
        self.papers = BackReferralBar(desk, self)
        self.detail = QWidget()
        heading = row(column(self.heading, self.phone, gap=0), self.urgency, self.state, gap=10)
        heading.setStretch(0, 1)
        detail: QVBoxLayout = column(self.patient_header, heading, self.papers, gap=8)
        self.content = scrolling_column(self.seen, self.life, self.answer, self.question, self.letter)
        detail.addWidget(self.content, 1)
        detail.addWidget(self.panel)
        detail.addWidget(self.steps)
        self.detail.setLayout(detail)
        self.right = pages(self.nothing, self.detail)
        self.scan = PaperScan(desk)
        self.scan.changed.connect(self._show_lines)
        self.scan.found.connect(self._open_found)
        self.right.addWidget(self.scan.view)
        left = list_side(column(self.count, self.scan, self.list, gap=6))
        self.setLayout(
            column(
                self.duty,
                row(left, self.right, gap=16),
                margins=(20, 14, 20, 14),
                gap=8,
            )
        )
        self.setFocusProxy(self.list)
        timer = QTimer(self, interval=_TICK)
        timer.timeout.connect(self._show_lines)
        timer.start()

    def refresh(self) -> None:
        facility = self.desk.identity.facility
        self.desk.read(lambda reader: inbox(reader, facility), self._found, slot="inbox.list")
        self.desk.read(lambda reader: last_duty(reader, facility), self._show_duty, slot="inbox.duty")
        self.scan.refresh()
        if self._shown:
            self._read_file()

    def open_item(self, argument: str) -> None:
        if argument:
            self._select(argument)

    def _found(self, lines: Sequence[ReferralLine]) -> None:
        self._lines = lines
        self._show_lines()

    def _show_lines(self) -> None:
        now = datetime.now(UTC)
        self.duty.show_duty(self._duty, now)
        facility, here = self.desk.identity.facility, {line.id for line in self._lines}
        papers = [paper_card(paper, now) for paper in self.scan.letters() if paper.id not in here]
        self.list.set_cards([*papers, *(received_card(line, facility, now) for line in self._lines)])
        waiting = sum(line.waits_for(facility) for line in self._lines)
        self.count.setText(tr("{n} menunggu jawaban").format(n=waiting) if waiting else tr("Semua sudah dijawab"))
        if self._shown and self.list.current_id() != self._shown:
            self.list.select(self._shown)
        for line in self._lines:
            if line.id == self._shown:
                self._show_state(line, now)
        if not self._lines:
            self.count.clear()
            self.nothing.set_content(tr("Belum ada rujukan masuk"), tr("Rujukan baru muncul sendiri di sini."))

    def _select(self, referral: str) -> None:
        if referral != self._shown:
            self.panel.clear()
            self.steps.clear()
            self.content.verticalScrollBar().setValue(0)
        self._shown = referral
        if referral and self.scan.show_letter(referral):
            self.right.setCurrentWidget(self.scan.view)
        elif referral:
            self._read_file()
        else:
            self.right.setCurrentWidget(self.nothing)

    def _open_found(self, referral: str) -> None:
        if not self.list.select(referral):
            self._select(referral)

    def _read_file(self) -> None:
        referral, facility = self._shown, self.desk.identity.facility

        def work(reader: Reader) -> tuple[ReferralFile | None, list[WardLine], dict[str, int]]:
            held = held_by_ward(holds(reader, datetime.now(UTC), facility))
            return referral_file(reader, referral), wards_of(reader, facility), held

        self.desk.read(work, self._show, slot="inbox.file")

    def _show(self, found: tuple[ReferralFile | None, list[WardLine], dict[str, int]]) -> None:
        file, wards, held = found
        if file is None or file.line.id != self._shown:
            return
        now = datetime.now(UTC)
        line = file.line
        allergies = known_allergies(file.patient, file.referral)
        self.patient_header.show_patient(file.patient, allergies, now.astimezone().date())
        self.heading.setText(tr("{number} dari {name}").format(number=line.number, name=line.from_name))
        self.phone.setText(tr("telp {phone}").format(phone=file.from_phone) if file.from_phone else "")
        urgency = wording.urgency_mark(line.urgency)
        self.urgency.set_state(urgency.text, urgency.tone)
        self._show_state(line, now)
        self.letter.set_blocks([*letter_blocks(file.referral), *history_blocks(file, now)])
        self.panel.set_wards(wards, now, held)
        self.panel.setVisible(line.waits_for(self.desk.identity.facility))
        self.papers.show_file(file)
        self._show_life(file, now)
        self.right.setCurrentWidget(self.detail)
        self._record_seen(file)

    def _show_state(self, line: ReferralLine, now: datetime) -> None:
        waits = line.waits_for(self.desk.identity.facility)
        state = left_mark(line, now) if waits else wording.state_mark(line.state)
        self.state.set_state(state.text, state.tone)

    def _show_life(self, file: ReferralFile, now: datetime) -> None:
        facility = self.desk.identity.facility
        line, question, moved = file.line, file.question_to(facility), redirection_words(file, now)
        asked = line.to_facility == facility
        watched = (seen_words(line, now), reminder_words(file, now))
        self.seen.setText("\n".join(words for words in watched if words))
        self.seen.setVisible(asked and bool(self.seen.text()))
        self.life.set_steps(life_steps(file.events, line.state, now))
        if asked or moved is None:
            self.answer.show_last_word(file, now)
        else:
            self.answer.show_words(*moved, Tone.ATTENTION)
        self.question.show_question(question, now)
        self.steps.offer(hospital_steps(line.state, answered=line.answer is not None, asked=asked), question)

    def _record_seen(self, file: ReferralFile) -> None:
        referral, person = file.line.id, self.desk.person
        if person is None or not needs_seen_fact(file.line, self.desk.identity.facility, person.id):
            return
        mark = (referral, person.id, file.line.asked_at)
        if mark in self._marked:
            return
        self._marked.add(mark)

        def forget(error: Exception) -> None:
            self._marked.discard(mark)
            self.desk.say_error(error)

        self.desk.act(lambda replica, person: mark_seen(replica, person, referral), lambda _done: None, forget)

    def _accept(self, given: Acceptance) -> None:
        referral = self._shown
        self._answer_saving(saving=True)
        self.desk.act(
            lambda replica, person: accept(replica, person, referral, ward=given.ward, bed=given.bed, note=given.note),
            lambda _done: self._answered(tr("Diterima. Jawaban tersimpan di komputer ini, menunggu dikirim.")),
            self._failed,
        )

    def _refuse(self, given: Refusal) -> None:
        referral = self._shown
        self._answer_saving(saving=True)
        self.desk.act(
            lambda replica, person: refuse(replica, person, referral, reason=given.reason, note=given.note),
            lambda _done: self._answered(tr("Ditolak. Jawaban tersimpan di komputer ini, menunggu dikirim.")),
            self._failed,
        )

    def _add_step(self, given: StepGiven) -> None:
        referral = self._shown
        self._answer_saving(saving=True)
        self.desk.act(
            lambda replica, person: add_step(replica, person, referral, given.kind, given.values),
            lambda _done: self._answered(tr("Tersimpan di komputer ini, menunggu dikirim ke puskesmas.")),
            self._failed,
        )

    def _show_duty(self, duty: Duty | None) -> None:
        self._duty = duty
        self.duty.show_duty(duty, datetime.now(UTC))

    def _ask_duty(self) -> None:
        person, last = self.desk.person, self._duty
        self.duty.open_form(person.name if person else "", last.phone if last else None, datetime.now(UTC))

    def _take_duty(self, values: Mapping[str, Any]) -> None:
        def saved(_duty: Duty) -> None:
            self.duty.close_form()
            self.list.setFocus()
            self.desk.say("info", tr("Jaga dicatat di komputer ini, menunggu dikirim ke puskesmas."))

        def failed(error: Exception) -> None:
            self.desk.say_error(error)
            if isinstance(error, BadInput):
                self.duty.show_problem(error)

        self.desk.act(lambda replica, person: take_duty(replica, person, values), saved, failed)

    def _answered(self, words: str) -> None:
        self._answer_saving(saving=False)
        self.panel.clear()
        self.steps.clear()
        self.list.setFocus()
        self.desk.say("info", words)

    def _failed(self, error: Exception) -> None:
        self._answer_saving(saving=False)
        self.desk.say_error(error)
        if isinstance(error, BadInput):
            self.steps.show_problem(error)

    def _answer_saving(self, *, saving: bool) -> None:
        """A second answer waits for the first."""
        self.panel.setEnabled(not saving)
        self.steps.setEnabled(not saving)
