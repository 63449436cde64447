"""The weekly report (W2/SKDR): weeks at the left; at the right the numbers that the visits here propose, beside those
that are reported.

A person confirms every number: nothing is ever reported by itself. What was typed stays while another week is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.actions.outbreak import report_week
from desktop.queries.weekly import WeekLine, WeekNumbers, week_lines, week_numbers
from desktop.ui.desk import Desk
from desktop.ui.screens.week_grid import WeekGrid
from desktop.ui.screens.week_words import (
    NUMBER_NOTE,
    report_words,
    share_words,
    week_card,
    week_mark,
    week_title,
)
from desktop.ui.texts import tr
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.cards import CardList
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.inline_question import InlineQuestion
from desktop.ui.widgets.panels import make_bold, pages, scrolling, trouble
from desktop.ui.widgets.parts import button, column, label, row
from sync.records.weekly_counts import message, read_counts, write_counts
from sync.replica.reader import Reader


@dataclass(frozen=True, slots=True)
class _Typed:
    """What was typed for a week and not saved yet."""

    counts: dict[str, str]
    total: str


class WeeklyTab(QWidget):
    """Its item is the Sunday of a week."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._lines: Sequence[WeekLine] = ()
        self._numbers: WeekNumbers | None = None
        self._shown: date | None = None
        self._typed: dict[date, _Typed] = {}
        self.share = label("", "quiet", wrap=True)
        self.list = CardList()
        self.list.setAccessibleName(tr("Minggu"))
        self.list.selected.connect(self._select)
        self.nothing = EmptyState(tr("Pilih minggu"), tr("Angka dari kunjungan diusulkan; petugas yang memastikan."))
        self.heading = make_bold(label())
        self.badge = Badge()
        self.state = label("", "quiet", wrap=True)
        self.grid = WeekGrid()
        self.grid.changed.connect(self._edited)
        self.total = QLineEdit()
        self.total.setFixedWidth(84)
        self.total.setMaxLength(6)
        self.total.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.total.setAccessibleName(tr("Total kunjungan"))
        self.total.textEdited.connect(self._edited)
        self.total_hint = label("", "quiet")
        self.sms = QLineEdit()
        self.sms.setReadOnly(True)
        self.sms.setAccessibleName(tr("Pesan SKDR"))
        self.copy_button = button(tr("S&alin SMS"))
        self.copy_button.clicked.connect(self._copy)
        self.problem = trouble()
        self.problem.hide()
        self.question = InlineQuestion()
        self.question.answered.connect(self._answered)
        self.nil_button = button(tr("Laporkan &nihil (Ctrl+0)"))
        self.nil_button.clicked.connect(self.report_nil)
        self.save_button = button(tr("Simpan laporan (Ctrl+S)"), "primary")
        self.save_button.clicked.connect(self.save)
        top = row(self.heading, self.badge, 1, gap=10)
        totals = row(
            make_bold(label(tr("X  Total kunjungan"))), self.total, self.total_hint, self.sms, self.copy_button, gap=8
        )
        totals.setStretch(3, 1)
        detail = column(top, self.state, gap=4)
        detail.addWidget(scrolling(self.grid), 1)
        detail.addLayout(totals)
        detail.addWidget(self.problem)
        detail.addWidget(self.question)
        self.hint = label("", "quiet")
        foot = row(
            self.hint,
            1,
            self.nil_button,
            self.save_button,
        )
        detail.addLayout(foot)
        self.detail = QWidget()
        self.detail.setLayout(detail)
        self.right = pages(self.nothing, self.detail)
        left = QWidget()
        left.setFixedWidth(340)
        left.setLayout(column(self.share, self.list, label(tr(NUMBER_NOTE), "quiet", wrap=True)))
        self.setLayout(row(left, self.right, gap=16))
        self.setFocusProxy(self.list)
        for keys, work in (("Ctrl+S", self.save), ("Ctrl+0", self.report_nil)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(work)

    def refresh(self) -> None:
        """Read again."""
        facility, now = self.desk.identity.facility, datetime.now(UTC)
        self.desk.read(lambda reader: week_lines(reader, facility, now), self._take, slot="surveillance.weeks")

    def open_item(self, argument: str) -> None:
        """Show one week."""
        self._select(argument)

    def has_unsaved(self) -> bool:
        """Whether numbers were typed and not saved."""
        return bool(self._typed)

    def save(self) -> None:
        """Save what is shown as the report of this week."""
        numbers, line = self.grid.numbers(), self._line()
        if numbers is None or line is None or self._numbers is None:
            self._say(tr("Tulis dengan angka bulat saja; kosong berarti 0.") if line else "")
            return
        text = self.total.text().strip()
        if text and not (text.isascii() and text.isdigit()):
            self._say(tr("Total kunjungan: tulis dengan angka bulat, atau kosongkan bila tidak diketahui."))
            self.total.setFocus()
            return
        self._save(line, numbers, int(text) if text else None)

    def report_nil(self) -> None:
        """Report that no disease of the list was seen; ask first where the visits say otherwise."""
        line, found = self._line(), self._numbers
        if line is None or found is None:
            return
        cases = sum(found.cases.values())
        if cases or line.report is not None:
            self.question.ask(
                tr("Kunjungan minggu ini menyebut {n} kasus. Tetap laporkan nihil?").format(n=cases)
                if cases
                else tr("Minggu ini sudah dilaporkan. Ganti dengan laporan nihil?"),
                [("no", tr("Tidak, periksa lagi")), ("nil", tr("Ya, laporkan nihil"))],
                cancel="no",
            )
        else:
            self._save_nil(line, found)

    def _answered(self, key: str) -> None:
        line, found = self._line(), self._numbers
        if key == "nil" and line is not None and found is not None:
            self._save_nil(line, found)
        else:
            self.grid.setFocus()

    def _save_nil(self, line: WeekLine, found: WeekNumbers) -> None:
        text = self.total.text().strip()
        self._save(line, {}, int(text) if text.isascii() and text.isdigit() else found.total_visits)

    def _save(self, line: WeekLine, numbers: dict[str, int], total: int | None) -> None:
        self._say("")
        before = line.report.id if line.report else None
        self.desk.act(
            lambda replica, person: report_week(replica, person, line.week, numbers, total, replaces=before),
            lambda _report: self._saved(line.week.first_day),
        )

    def _saved(self, first_day: date) -> None:
        self._typed.pop(first_day, None)
        self.desk.say("info", tr("Laporan minggu ini tersimpan di komputer ini, menunggu dikirim."))

    def _take(self, lines: Sequence[WeekLine]) -> None:
        self._lines = lines
        now = datetime.now(UTC)
        self.share.setText(share_words(lines, now))
        self.list.set_cards([week_card(line, now) for line in lines])
        if self._shown is None and lines:
            open_weeks = [line for line in lines if line.report is None]
            self._shown = (open_weeks or list(lines))[0].week.first_day
        if self._shown is not None and self.list.current_id() != self._shown.isoformat():
            self.list.select(self._shown.isoformat())
        self._read_numbers()

    def _select(self, item: str) -> None:
        shown = date.fromisoformat(item) if item else None
        if shown != self._shown:
            self.question.hide()
            self._say("")
            self._numbers = None
        self._shown = shown
        self._read_numbers()

    def _line(self) -> WeekLine | None:
        return next((line for line in self._lines if line.week.first_day == self._shown), None)

    def _read_numbers(self) -> None:
        line = self._line()
        if line is None:
            self.right.setCurrentWidget(self.nothing)
            return
        week = line.week

        def read(reader: Reader) -> WeekNumbers:
            return week_numbers(reader, week)

        self.desk.read(read, self._show, slot="surveillance.numbers")

    def _show(self, found: WeekNumbers) -> None:
        line = self._line()
        if line is None or line.week != found.week:
            return
        now = datetime.now(UTC)
        self._numbers = found
        self.heading.setText(week_title(line.week))
        mark = week_mark(line, now)
        self.badge.set_state(mark.text, mark.tone)
        self.state.setText(report_words(line, now))
        self.state.setToolTip((line.delivery.refusal or "") if line.delivery is not None else "")
        typed = self._typed.get(line.week.first_day)
        if typed is not None:
            counts, total = typed.counts, typed.total
        elif line.report is not None:
            counts = {letter: str(number) for letter, number in read_counts(line.report.counts).items()}
            total = "" if line.report.total_visits is None else str(line.report.total_visits)
        else:
            counts = {letter: str(number) for letter, number in found.cases.items() if number}
            total = str(found.total_visits)
        self.grid.show_numbers(counts, found.cases, found.shared)
        if self.total.text() != total:
            self.total.setText(total)
        shared = tr(" * kodenya juga terhitung di penyakit lain.") if found.shared else ""
        self.hint.setText(tr("Kosong berarti 0.{shared}").format(shared=shared))
        self.total_hint.setText(tr("usulan: {n}").format(n=found.total_visits))
        words = tr("Simpan laporan (Ctrl+S)") if line.report is None else tr("Simpan perbaikan (Ctrl+S)")
        self.save_button.setText(words)
        self._show_message()
        self.right.setCurrentWidget(self.detail)

    def _edited(self) -> None:
        if self._shown is not None and self._numbers is not None:
            self._typed[self._shown] = _Typed(self.grid.texts(), self.total.text())
            self.grid.show_numbers(self.grid.texts(), self._numbers.cases, self._numbers.shared)
            self._say("")
            self._show_message()

    def _show_message(self) -> None:
        line, total = self._line(), self.total.text().strip()
        texts = {letter: text.strip() or "0" for letter, text in self.grid.texts().items()}
        good = all(text.isascii() and text.isdigit() for text in (*texts.values(), total or "0"))
        if line is None or not good:
            self.sms.clear()
            return
        counts = write_counts({letter: int(text) for letter, text in texts.items()})
        self.sms.setText(message(line.week.number, line.week.year, counts, int(total) if total else None))
        self.sms.setCursorPosition(0)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.sms.text())
        self.desk.say(
            "info", tr("Pesan SKDR disalin. Kirim lewat SMS atau WhatsApp bila tidak ada jaringan sama sekali.")
        )

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
