"""Proposed and reported signals: the list at the left, the whole at the right, and what can be done with it.

The same for the reporting facility, which also sees what its visits propose, and for the district office, which
receives, verifies and hands on. Looking at a signal changes nothing; a receipt is given by a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop.actions.outbreak import add_signal_step, dismiss_alarm
from desktop.queries.alarms import Alarm
from desktop.queries.signals import CaseLine, DismissalLine, SignalLine, case_lines, dismissals, signals
from desktop.queries.visit_cases import present_alarms
from desktop.ui.desk import Desk
from desktop.ui.screens.alarm_panel import AlarmPanel
from desktop.ui.screens.alarm_words import (
    alarm_blocks,
    alarm_card,
    alarm_words,
    case_words,
    dismissal_card,
    dismissal_words,
)
from desktop.ui.screens.referral_detail import AnswerBox
from desktop.ui.screens.signal_steps import SignalSteps
from desktop.ui.screens.signal_words import (
    chain_steps,
    signal_blocks,
    signal_card,
    signal_heading,
    signal_text,
    state_mark,
    turn_words,
)
from desktop.ui.screens.step_saving import save_typed
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.cards import CardList
from desktop.ui.widgets.chain import ChainView
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.letter_view import Block, LetterView
from desktop.ui.widgets.panels import list_side, make_bold, pages, scrolling_column, tab_order
from desktop.ui.widgets.parts import button, column, label, row
from desktop.ui.widgets.step_forms import StepGiven
from sync.records.signal_state import office_steps, reporter_steps
from sync.replica.reader import Reader


@dataclass(frozen=True, slots=True)
class Found:
    """What the list shows."""

    alarms: Sequence[Alarm]
    signals: Sequence[SignalLine]
    dismissals: Sequence[DismissalLine]


class SignalsTab(QWidget):
    """Its items are ``alarm:<id>`` and ``signal:<id>``."""

    def __init__(self, desk: Desk, *, at_office: bool) -> None:
        super().__init__()
        self.desk = desk
        self._at_office = at_office
        self._found = Found((), (), ())
        self._shown = ""
        self.count = label("", "quiet")
        self.new_button = button(tr("Sinyal baru (W1)"), "primary")
        self.new_button.setVisible(not at_office)
        self.new_button.clicked.connect(lambda: desk.go("signal_form", "new"))
        self.list = CardList()
        self.list.setAccessibleName(tr("Daftar sinyal"))
        self.list.selected.connect(self._select)
        self.list.opened.connect(self._open)
        self.nothing = EmptyState("")
        self.heading = make_bold(label(wrap=True))
        self.badge = Badge()
        self.specimen_button = button(tr("S&pesimen baru…"), "quiet")
        self.specimen_button.clicked.connect(lambda: desk.go("specimen_form", self._shown))
        self.copy_button = button(tr("Salin &teks"), "quiet")
        self.copy_button.clicked.connect(self._copy)
        self.chain = ChainView()
        self.turn = AnswerBox()
        self.letter = LetterView()
        self.alarm_panel = AlarmPanel()
        self.alarm_panel.reported.connect(lambda: self._open(self._shown))
        self.alarm_panel.dismissed.connect(self._dismiss)
        self.steps = SignalSteps()
        self.steps.given.connect(self._add_step)
        self.content = scrolling_column(self.chain, self.turn, self.letter)
        top = row(self.heading, self.copy_button, self.specimen_button, self.badge, gap=6)
        top.setStretch(0, 1)
        detail = column(top, gap=8)
        detail.addWidget(self.content, 1)
        detail.addWidget(self.alarm_panel)
        detail.addWidget(self.steps)
        self.detail = QWidget()
        self.detail.setLayout(detail)
        self.right = pages(self.nothing, self.detail)
        left = list_side(column(row(self.count, 1, self.new_button), self.list))
        self.setLayout(row(left, self.right, gap=16))
        self.setFocusProxy(self.list)
        tab_order(self.list, self.new_button)
        self._show_list()

    def refresh(self) -> None:
        """Read again."""
        now, at_office = datetime.now(UTC), self._at_office

        def read(reader: Reader) -> Found:
            alarms = () if at_office else present_alarms(reader, now)
            return Found(alarms, signals(reader, now), dismissals(reader, now))

        self.desk.read(read, self._take, slot="surveillance.signals")

    def open_item(self, argument: str) -> None:
        """Show one proposal or signal."""
        self._select(argument)

    def has_unsaved(self) -> bool:
        """Whether details of a step or of a dismissal have been begun."""
        return self.steps.is_typed() or self.alarm_panel.is_typed()

    def _take(self, found: Found) -> None:
        self._found = found
        self._show_list()
        self._read_cases()

    def _show_list(self) -> None:
        now, found = datetime.now(UTC), self._found
        cards = [alarm_card(alarm) for alarm in found.alarms]
        cards += [signal_card(line, now, at_office=self._at_office) for line in found.signals]
        cards += [dismissal_card(line, now) for line in found.dismissals]
        self.list.set_cards(cards)
        if self._shown and self.list.current_id() != self._shown:
            self.list.select(self._shown)
        proposed = "" if self._at_office else tr("{n} usulan · ").format(n=len(found.alarms))
        self.count.setText(tr("{proposed}{n} sinyal").format(proposed=proposed, n=len(found.signals)))
        if cards:
            self.nothing.set_content(tr("Pilih sinyal"), tr("Isi, jam 24 jam, dan langkah berikutnya tampil di sini."))
        elif self._at_office:
            self.nothing.set_content(
                tr("Tidak ada sinyal"), tr("Laporan W1 puskesmas muncul di sini begitu sampai di server.")
            )
        else:
            self.nothing.set_content(
                tr("Tidak ada sinyal"),
                tr("Program memeriksa setiap kunjungan, juga tanpa jaringan, dan mengusulkan sinyal di sini."),
            )

    def _select(self, item: str) -> None:
        if item != self._shown:
            self.steps.clear()
            self.alarm_panel.clear()
            self.content.verticalScrollBar().setValue(0)
        self._shown = item
        self._read_cases()

    def _alarm(self) -> Alarm | None:
        return next((alarm for alarm in self._found.alarms if f"alarm:{alarm.id}" == self._shown), None)

    def _line(self) -> SignalLine | None:
        return next((line for line in self._found.signals if f"signal:{line.id}" == self._shown), None)

    def _dismissal(self) -> DismissalLine | None:
        found = self._found.dismissals
        return next((line for line in found if f"dismissal:{line.dismissal.id}" == self._shown), None)

    def _visits(self) -> tuple[str, ...] | None:
        """The visits behind what is chosen; ``None`` if nothing is."""
        alarm, line, dismissal = self._alarm(), self._line(), self._dismissal()
        if alarm is not None:
            return alarm.visits
        if line is not None:
            return line.signal.visits
        return None if dismissal is None else dismissal.dismissal.visits

    def _read_cases(self) -> None:
        shown, visits = self._shown, self._visits()
        if visits is None:
            self.right.setCurrentWidget(self.nothing)
            return
        self.desk.read(
            lambda reader: (shown, case_lines(reader, visits)),
            lambda found: self._show(*found),
            slot="surveillance.cases",
        )

    def _show(self, shown: str, cases: list[CaseLine]) -> None:
        if shown != self._shown:
            return
        now, alarm, line, dismissal = datetime.now(UTC), self._alarm(), self._line(), self._dismissal()
        self.alarm_panel.setVisible(alarm is not None)
        self.steps.setVisible(line is not None)
        self.heading.setVisible(line is not None)
        self.copy_button.setVisible(line is not None)
        self.specimen_button.setVisible(line is not None and not self._at_office)
        if line is None:
            self.badge.set_state("", Tone.NEUTRAL)
            self.chain.set_steps(())
        if alarm is not None:
            self.turn.show_words(*alarm_words(alarm), Tone.DANGER)
            self.letter.set_blocks(alarm_blocks(alarm, cases, now))
        elif dismissal is not None:
            self.turn.show_words(*dismissal_words(dismissal, now), Tone.NEUTRAL)
            words = case_words(cases, now.astimezone().date())
            self.letter.set_blocks([Block(tr("Daftar kasus ({n})").format(n=len(cases)), words)])
        elif line is not None:
            mark = state_mark(line)
            self.heading.setText(signal_heading(line))
            self.badge.set_state(mark.text, mark.tone)
            self.chain.set_steps(chain_steps(line, now))
            self.turn.show_words(*turn_words(line, now, at_office=self._at_office))
            self.letter.set_blocks(signal_blocks(line, cases, now))
            self.steps.offer(office_steps(line.events) if self._at_office else reporter_steps(line.events))
        self.right.setCurrentWidget(self.detail)

    def _copy(self) -> None:
        line = self._line()
        if line is not None:
            QGuiApplication.clipboard().setText(signal_text(line))
            self.desk.say("info", tr("Teks laporan disalin. Kirim lewat SMS atau WhatsApp bila tidak ada jaringan."))

    def _open(self, item: str) -> None:
        if item.startswith("alarm:"):
            self.desk.go("signal_form", item)

    def _dismiss(self, values: dict[str, Any]) -> None:
        alarm = self._alarm()
        if alarm is None:
            return
        own = {
            "disease_code": alarm.letter,
            "rule": alarm.rules[0].id,
            "first_day": alarm.week.first_day,
            "visits": alarm.visits,
        }
        save_typed(
            self.desk,
            self.alarm_panel,
            lambda replica, person: dismiss_alarm(replica, person, {**values, **own}),
            self._dismissed,
        )

    def _dismissed(self) -> None:
        self.list.setFocus()
        self.desk.say("info", tr("Tercatat: bukan sinyal. Kasus yang sama tidak diusulkan lagi."))

    def _add_step(self, given: StepGiven) -> None:
        line = self._line()
        if line is None:
            return
        signal = line.id
        save_typed(
            self.desk,
            self.steps,
            lambda replica, person: add_signal_step(replica, person, signal, given.kind, given.values),
            self._step_saved,
        )

    def _step_saved(self) -> None:
        self.list.setFocus()
        self.desk.say("info", tr("Tersimpan di komputer ini, menunggu dikirim."))
