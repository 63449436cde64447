"""The referrals this facility wrote: their state, and how far each has come (written, on the server, seen, answered).

Notes what happens to it: taken back with a reason, departed, a back-referral seen to. A letter is never changed here.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox

from desktop.actions.referrals import cancel
from desktop.letters.documents import referral_document
from desktop.letters.reading import read_letter
from desktop.letters.short_text import short_text
from desktop.queries.calls import Calls, calls_for
from desktop.queries.non_specialist import NonSpecialist
from desktop.queries.referrals import ReferralFile, ReferralLine, referral_file, sent_referrals
from desktop.queries.rrns import rrns_this_month
from desktop.ui import wording
from desktop.ui.desk import Desk
from desktop.ui.papers import PaperOffice
from desktop.ui.screen import Screen
from desktop.ui.screens.referral_detail import ReferralDetail
from desktop.ui.screens.referral_watch import late_mark
from desktop.ui.screens.step_saving import save_step
from desktop.ui.texts import tr
from desktop.ui.widgets.cards import Card, CardList
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.panels import list_side, pages, tab_order
from desktop.ui.widgets.parts import column, label, row
from desktop.ui.widgets.step_forms import StepGiven
from sync.replica.reader import Reader

#: How often the words that name an age are renewed, in milliseconds.
MINUTE = 60_000


def sent_card(line: ReferralLine, now: datetime) -> Card:
    """One referral in the sender's list."""
    return Card(
        id=line.id,
        title=line.patient_name or tr("Pasien tidak dikenal"),
        subtitle=f"{line.to_name} · {wording.diagnosis_words(line.diagnosis_code, line.diagnosis)}",
        right=wording.clock_words(line.written_at, now),
        marks=(wording.urgency_mark(line.urgency), late_mark(line, now) or wording.progress_mark(line)),
        stripe=wording.urgency_mark(line.urgency).tone,
    )


def wanted_lines(lines: Sequence[ReferralLine], which: str) -> list[ReferralLine]:
    """The lines that the filter lets through: "all", "waiting" (no answer yet) or "answered"."""
    if which == "waiting":
        return [line for line in lines if line.waits]
    if which == "answered":
        return [line for line in lines if not line.waits]
    return list(lines)


class ReferralsScreen(Screen):
    """List at the left, the chosen referral at the right. Its item is a referral's id."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._lines: list[ReferralLine] = []
        self._shown = ""
        self.filter = QComboBox()
        self.filter.setAccessibleName(tr("Tampilkan"))
        for key, words in (
            ("all", tr("Semua rujukan")),
            ("waiting", tr("Belum dijawab")),
            ("answered", tr("Sudah dijawab")),
        ):
            self.filter.addItem(words, key)
        self.filter.currentIndexChanged.connect(self._show_lines)
        self.count = label("", "quiet")
        self.list = CardList()
        self.list.setAccessibleName(tr("Daftar rujukan"))
        self.list.selected.connect(self._select)
        self.detail = ReferralDetail()
        self.detail.cancel_confirmed.connect(self._cancel)
        self.detail.steps.given.connect(self._add_step)
        self.office = PaperOffice(desk, self)
        self.office.serve(self.detail.papers, lambda key: partial(referral_document, key=key, referral_id=self._shown))
        self.detail.papers.copy_wanted.connect(self._copy_text)
        self.nothing = EmptyState(tr("Pilih rujukan"), tr("Rinciannya tampil di sini."))
        self.right = pages(self.nothing, self.detail)
        self.rrns = label("", "quiet", wrap=True)
        left = list_side(column(row(self.filter, self.count, 1, gap=10), self.list, self.rrns))
        self.setLayout(
            column(
                label(tr("Rujukan"), "pageTitle"),
                row(left, self.right, gap=16),
                margins=(20, 14, 20, 14),
                gap=8,
            )
        )
        self.setFocusProxy(self.list)
        tab_order(self.list, self.filter)
        timer = QTimer(self, interval=MINUTE)
        timer.timeout.connect(self._show_lines)
        timer.start()

    def refresh(self) -> None:
        facility = self.desk.identity.facility
        self.desk.read(lambda reader: sent_referrals(reader, facility), self._found, slot="referrals.list")
        now = datetime.now(UTC)
        self.desk.read(lambda reader: rrns_this_month(reader, facility, now), self._show_rrns, slot="referrals.rrns")
        if self._shown:
            self._select(self._shown)

    def open_item(self, argument: str) -> None:
        if argument:
            self.filter.setCurrentIndex(0)
            self._shown = argument
            self.refresh()

    def _found(self, lines: list[ReferralLine]) -> None:
        self._lines = lines
        self._show_lines()

    def _show_lines(self) -> None:
        lines = wanted_lines(self._lines, str(self.filter.currentData()))
        now = datetime.now(UTC)
        self.list.set_cards([sent_card(line, now) for line in lines])
        waiting = len(wanted_lines(self._lines, "waiting"))
        self.count.setText(tr("{n} belum dijawab").format(n=waiting) if waiting else "")
        if self._shown and self.list.current_id() != self._shown:
            self.list.select(self._shown)
        if not self._lines:
            self.nothing.set_content(
                tr("Belum ada rujukan"), tr("Cari pasien, lalu pilih “Tulis rujukan”. Jaringan tidak diperlukan.")
            )

    def _show_rrns(self, found: NonSpecialist) -> None:
        self.rrns.setText(wording.rrns_words(found))

    def _select(self, referral: str) -> None:
        self._shown = referral
        if not referral:
            self.right.setCurrentWidget(self.nothing)
            return

        def work(reader: Reader) -> tuple[ReferralFile, Calls] | None:
            file = referral_file(reader, referral)
            return None if file is None else (file, calls_for(reader, file, datetime.now(UTC)))

        self.desk.read(work, self._show, slot="referrals.file")

    def _show(self, found: tuple[ReferralFile, Calls] | None) -> None:
        if found is None or found[0].line.id != self._shown:
            return
        self.detail.show_file(*found, datetime.now(UTC))
        self.right.setCurrentWidget(self.detail)

    def _copy_text(self, named: bool) -> None:
        referral = self._shown
        self.office.copy(lambda reader: short_text(read_letter(reader, referral), named=named))

    def _cancel(self, note: str) -> None:
        referral = self._shown
        self.desk.act(
            lambda replica, person: cancel(replica, person, referral, note=note),
            lambda _done: self.desk.say("info", tr("Pembatalan tersimpan di komputer ini, menunggu dikirim.")),
        )

    def _add_step(self, given: StepGiven) -> None:
        def done() -> None:
            self.list.setFocus()
            self.desk.say("info", tr("Tersimpan di komputer ini, menunggu dikirim ke rumah sakit."))

        save_step(self.desk, self.detail.steps, self._shown, given, done)
