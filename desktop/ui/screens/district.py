"""The district office's view of all running referrals: what is late, the whole content, and what the office can do.

It reminds a hospital, and names another one once that was agreed by telephone; it never answers for a hospital.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox

from desktop.actions.coordination import redirect
from desktop.queries.beds import HospitalBeds, hospital_beds
from desktop.queries.calls import Calls, calls_for
from desktop.queries.district import VIEWS, Overview, chosen, overview
from desktop.queries.referrals import ReferralFile, ReferralLine, referral_file
from desktop.ui import wording
from desktop.ui.desk import Desk
from desktop.ui.screen import Screen
from desktop.ui.screens.district_detail import DistrictDetail
from desktop.ui.screens.referral_watch import waiting_mark
from desktop.ui.screens.step_saving import save_step, save_typed
from desktop.ui.screens.worklist_words import other_side
from desktop.ui.texts import tr
from desktop.ui.widgets.cards import Card, CardList
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.panels import list_side, pages, tab_order
from desktop.ui.widgets.parts import column, label, row
from desktop.ui.widgets.step_forms import StepGiven
from sync.replica.reader import Reader

#: How often the list is made anew, in milliseconds: things become late by the mere passing of time.
_TICK = 30_000
#: The list of a whole district costs a second or two to read: in a long sync it is read this often, in milliseconds.
_REST = 5_000
#: More cards than this nobody reads; the count says how many there are.
_CARDS = 400

_VIEW_NAMES: Mapping[str, str] = {
    "all": "Semua yang berjalan",
    "unanswered": "Belum dijawab",
    "late": "Terlambat",
    "refused": "Ditolak RS",
    "outside": "Ke luar kabupaten",
}

_Found = tuple[ReferralFile, Calls, list[HospitalBeds]]


def district_card(line: ReferralLine, now: datetime) -> Card:
    """One referral in the office's list."""
    return Card(
        id=line.id,
        title=line.patient_name or tr("Data pasien belum diterima"),
        subtitle=other_side(line, "office"),
        right=wording.clock_words(line.asked_at, now),
        marks=(
            wording.urgency_mark(line.urgency),
            waiting_mark(line, now) if line.waits else wording.state_mark(line.state),
        ),
        stripe=wording.urgency_mark(line.urgency).tone,
    )


class DistrictScreen(Screen):
    """List at the left, the chosen referral at the right. Its item is a referral's id."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._found: Overview | None = None
        self._shown = ""
        self.view, self.hospital, self.puskesmas = QComboBox(), QComboBox(), QComboBox()
        for box, name in (
            (self.view, tr("Tampilkan")),
            (self.hospital, tr("Rumah sakit")),
            (self.puskesmas, tr("Perujuk")),
        ):
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(24 if box is self.view else 12)
        for view in VIEWS:
            self.view.addItem("", view)
        self.hospital.addItem(tr("Semua rumah sakit"), None)
        self.puskesmas.addItem(tr("Semua perujuk"), None)
        for box in (self.view, self.hospital, self.puskesmas):
            box.currentIndexChanged.connect(self._show_lines)
        self.count = label("", "quiet")
        self.list = CardList()
        self.list.setAccessibleName(tr("Rujukan kabupaten"))
        self.list.selected.connect(self._select)
        self.nothing = EmptyState(tr("Pilih rujukan"), tr("Isi lengkap dan riwayatnya tampil di sini."))
        self.detail = DistrictDetail()
        self.detail.steps.given.connect(self._add_step)
        self.detail.redirect.given.connect(self._redirect)
        self.right = pages(self.nothing, self.detail)
        places = row(self.hospital, self.puskesmas, gap=8)
        places.setStretch(0, 1)
        places.setStretch(1, 1)
        left = list_side(column(row(self.view, self.count, 1, gap=10), places, self.list, gap=6))
        title = label(tr("Rujukan kabupaten"), "pageTitle")
        self.setLayout(column(title, row(left, self.right, gap=16), margins=(20, 14, 20, 14), gap=8))
        self.setFocusProxy(self.list)
        tab_order(self.list, self.view, self.hospital, self.puskesmas)
        timer = QTimer(self, interval=_TICK)
        timer.timeout.connect(self._read_list)
        timer.start()
        self._rest = QTimer(self, interval=_REST, singleShot=True)
        self._rest.timeout.connect(self._read_again)
        self._changed = False

    def refresh(self) -> None:
        self._changed = True
        self._read_again()
        if self._shown:
            self._read_file()

    def open_item(self, argument: str) -> None:
        if argument:
            for box in (self.view, self.hospital, self.puskesmas):
                box.setCurrentIndex(0)
            self._select(argument)

    def _read_again(self) -> None:
        if self._changed and not self._rest.isActive():
            self._changed = False
            self._rest.start()
            self._read_list()

    def _read_list(self) -> None:
        now = datetime.now(UTC)
        self.desk.read(lambda reader: overview(reader, now), self._take, slot="district.list")

    def _take(self, found: Overview) -> None:
        self._found = found
        hospitals = [(site.id, site.name) for site in found.sites if site.kind == "rs"]
        _offer(self.hospital, hospitals)
        _offer(self.puskesmas, [(site.id, site.name) for site in found.sites])
        self._show_lines()

    def _show_lines(self) -> None:
        found, now = self._found, datetime.now(UTC)
        if found is None:
            return
        hospital, sender = self.hospital.currentData(), self.puskesmas.currentData()
        for place, view in enumerate(VIEWS):
            count = len(chosen(found, view, hospital, sender))
            self.view.setItemText(place, tr("{name} ({n})").format(name=tr(_VIEW_NAMES[view]), n=count))
        lines = chosen(found, str(self.view.currentData()), hospital, sender)
        self.list.set_cards([district_card(line, now) for line in lines[:_CARDS]])
        self.count.setText(_count_words(len(lines), complete=found.complete))
        if self._shown and self.list.current_id() != self._shown:
            self.list.select(self._shown)
        if not found.lines:
            self.nothing.set_content(tr("Tidak ada rujukan yang berjalan"), tr("Rujukan baru muncul sendiri di sini."))

    def _select(self, referral: str) -> None:
        if referral != self._shown:
            self.detail.clear()
        self._shown = referral
        if referral:
            self._read_file()
        else:
            self.right.setCurrentWidget(self.nothing)

    def _read_file(self) -> None:
        referral = self._shown

        def work(reader: Reader) -> _Found | None:
            file = referral_file(reader, referral)
            return None if file is None else (file, calls_for(reader, file, datetime.now(UTC)), hospital_beds(reader))

        self.desk.read(work, self._show, slot="district.file")

    def _show(self, found: _Found | None) -> None:
        if found is None or found[0].line.id != self._shown:
            return
        self.detail.show_file(*found, datetime.now(UTC))
        self.right.setCurrentWidget(self.detail)

    def _add_step(self, given: StepGiven) -> None:
        save_step(self.desk, self.detail.steps, self._shown, given, self._done)

    def _redirect(self, values: Mapping[str, Any]) -> None:
        referral = self._shown
        save_typed(
            self.desk,
            self.detail.redirect,
            lambda replica, person: redirect(replica, person, referral, values),
            self._done,
        )

    def _done(self) -> None:
        self.list.setFocus()
        self.desk.say("info", tr("Tersimpan di komputer ini, menunggu dikirim ke puskesmas dan rumah sakit."))


def _offer(box: QComboBox, items: list[tuple[str, str]]) -> None:
    """Offer other facilities; what is chosen stays chosen."""
    known = [(box.itemData(place), box.itemText(place)) for place in range(1, box.count())]
    if known == items:
        return
    before = box.currentData()
    blocked = box.blockSignals(True)  # noqa: FBT003 - Qt takes it by position
    while box.count() > 1:
        box.removeItem(1)
    for facility, name in items:
        box.addItem(name, facility)
    box.setCurrentIndex(max(box.findData(before), 0))
    box.blockSignals(blocked)


def _count_words(count: int, *, complete: bool) -> str:
    if not complete:
        return tr("hanya yang terbaru; persempit saringan")
    return tr("{n} dari {all} ditampilkan").format(n=_CARDS, all=count) if count > _CARDS else ""
