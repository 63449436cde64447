"""Free beds of all hospitals as the puskesmas last heard of them, every number with its age, the beds that are
kept, and how likely one is still free.

A number older than six hours is grey and says "data lama"; what nobody knows says so and is never 0. Reads only.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QComboBox, QHeaderView, QTreeWidget, QTreeWidgetItem

from desktop.queries.bed_outlook import Outlook, outlooks
from desktop.queries.beds import HospitalBeds, WardLine, free_beds, hospital_beds, is_old
from desktop.ui import wording
from desktop.ui.desk import Desk
from desktop.ui.screen import Screen
from desktop.ui.screens.destination_words import likelihood_words
from desktop.ui.texts import tr
from desktop.ui.tones import INK, QUIET, TONES, Tone
from desktop.ui.widgets.parts import button, column, label, row
from sync.records.facility import WARD_CLASSES, WARD_SEXES

#: How often the ages of the numbers are renewed, in milliseconds.
MINUTE = 60_000

_COLUMNS = 6

#: Where a row keeps what the history screen is opened with.
_RECORD = Qt.ItemDataRole.UserRole


def ward_row(ward: WardLine, outlook: Outlook, now: datetime) -> tuple[str, str, str, str, str, str]:
    """One ward in words: class and name, for whom, free beds, likelihood, capacity, age of the number."""
    if ward.free is None:
        free = tr("tidak diketahui")
    elif ward.free == 0:
        free = tr("penuh")
    else:
        free = tr("{n} kosong").format(n=ward.free)
    if outlook.held:
        free = tr("{free}, {n} disimpan").format(free=free, n=outlook.held)
    aged = wording.counted_words(ward.counted_at, now)
    if ward.counted_at is not None and is_old(ward.counted_at, now):
        aged = tr("{aged} (data lama)").format(aged=aged)
    return (
        wording.ward_words(ward),
        WARD_SEXES.get(ward.sex, ward.sex),
        free,
        "—" if outlook.likelihood is None else likelihood_words(outlook.likelihood.word),
        tr("tidak diketahui") if ward.capacity is None else str(ward.capacity),
        aged,
    )


def ward_tone(ward: WardLine, now: datetime) -> Tone | None:
    """The colour of the number: good for room, danger for full, none for what cannot be relied on."""
    if ward.free is None or is_old(ward.counted_at, now):
        return None
    return Tone.GOOD if ward.free > 0 else Tone.DANGER


def hospital_words(hospital: HospitalBeds) -> str:
    """The heading of a hospital: its name and whom to call."""
    phone = hospital.emergency_phone or hospital.phone
    if phone is None:
        return hospital.name
    which = tr("IGD {phone}") if hospital.emergency_phone else tr("telp {phone}")
    return f"{hospital.name}   ·   {which.format(phone=phone)}"


def hospital_sum(wards: Sequence[WardLine], now: datetime) -> str:
    """The free beds of the shown wards together; an old number is in no sum, because a sum has no age."""
    if not wards:
        return tr("belum ada data")
    recent = [ward for ward in wards if not is_old(ward.counted_at, now)]
    beds = free_beds(recent)
    known = beds.known if beds else None
    if known is None:
        return tr("tidak diketahui")
    unsure = len(wards) - sum(ward.free is not None for ward in recent)
    words = tr("{n} kosong").format(n=known)
    return tr("{words} (+{n} ruang belum pasti)").format(words=words, n=unsure) if unsure else words


class BedsOverviewScreen(Screen):
    """A tree of hospitals and wards with a filter by class."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._hospitals: list[HospitalBeds] = []
        self._outlooks: Mapping[str, Outlook] = {}
        self.filter = QComboBox()
        self.filter.setAccessibleName(tr("Kelas"))
        self.filter.addItem(tr("Semua kelas"), None)
        for code, words in WARD_CLASSES.items():
            self.filter.addItem(words, code)
        self.filter.currentIndexChanged.connect(self._show_rows)
        self.tree = QTreeWidget()
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setIndentation(18)
        self.tree.setStyleSheet("QTreeWidget::item { padding: 4px 0; }")
        self.tree.setAccessibleName(tr("Tempat tidur rumah sakit"))
        self.tree.setHeaderLabels(
            [
                tr("Rumah sakit dan ruang"),
                tr("Untuk"),
                tr("Kosong"),
                tr("Masih ada?"),
                tr("Kapasitas"),
                tr("Umur data"),
            ]
        )
        self.tree.setSelectionBehavior(QTreeWidget.SelectionBehavior.SelectRows)
        self.history_button = button(tr("&Riwayat"))
        self.history_button.setEnabled(False)
        self.history_button.clicked.connect(lambda: desk.go("history", self._chosen()))
        self.tree.itemSelectionChanged.connect(lambda: self.history_button.setEnabled(bool(self._chosen())))
        header = self.tree.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        for number, width in enumerate((376, 82, 234, 140, 72)):
            header.resizeSection(number, width)
        self.setLayout(
            column(
                label(tr("Tempat tidur RS"), "pageTitle"),
                label(
                    tr(
                        "Angka terakhir dari rumah sakit, bukan janji. Lebih tua dari 6 jam: data lama, telepon dulu. "
                        "“Masih ada?” dari riwayat hitungan ruang itu; — bila riwayatnya belum cukup."
                    ),
                    "quiet",
                    wrap=True,
                ),
                row(label(tr("Kelas"), "fieldLabel"), self.filter, 1, self.history_button),
                self.tree,
                margins=(20, 14, 20, 14),
                gap=8,
            )
        )
        self.setFocusProxy(self.filter)
        timer = QTimer(self, interval=MINUTE)
        timer.timeout.connect(self._show_rows)
        timer.start()

    def refresh(self) -> None:
        self.desk.read(hospital_beds, self._found, slot="beds_overview")

    def _chosen(self) -> str:
        """What the history screen is opened with for the chosen ward or hospital; "" where none is chosen."""
        return next((str(item.data(0, _RECORD) or "") for item in self.tree.selectedItems()), "")

    def _found(self, hospitals: list[HospitalBeds]) -> None:
        """The numbers are shown at once; what many counts have to be read for comes after them."""
        self._hospitals, now = hospitals, datetime.now(UTC)
        self._show_rows()
        wards = [ward for hospital in hospitals for ward in hospital.wards]
        self.desk.read(lambda reader: outlooks(reader, wards, now), self._weighed, slot="beds_overview.outlooks")

    def _weighed(self, found: Mapping[str, Outlook]) -> None:
        self._outlooks = found
        self._show_rows()

    def _show_rows(self) -> None:
        wanted, now = self.filter.currentData(), datetime.now(UTC)
        scroll, chosen = self.tree.verticalScrollBar().value(), self._chosen()
        self.tree.clear()
        for hospital in self._hospitals:
            wards = [ward for ward in hospital.wards if wanted is None or ward.ward_class == wanted]
            if wanted is not None and not wards:
                continue
            self.tree.addTopLevelItem(_hospital_item(hospital, wards, self._outlooks, now))
        self.tree.expandAll()
        if not self._hospitals:
            self.tree.addTopLevelItem(QTreeWidgetItem([tr("Daftar rumah sakit belum diterima dari server kabupaten.")]))
        for item in self.tree.findItems("", Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive):
            if chosen and item.data(0, _RECORD) == chosen:
                self.tree.setCurrentItem(item)
        self.tree.verticalScrollBar().setValue(scroll)


def _hospital_item(
    hospital: HospitalBeds, wards: list[WardLine], known: Mapping[str, Outlook], now: datetime
) -> QTreeWidgetItem:
    item = QTreeWidgetItem([hospital_words(hospital), "", hospital_sum(wards, now), "", "", ""])
    item.setData(0, _RECORD, f"facility/{hospital.id}")
    bold = item.font(0)
    bold.setBold(True)
    for number in range(_COLUMNS):
        item.setFont(number, bold)
        item.setForeground(number, QBrush(QColor(INK)))
    for ward in wards:
        child = QTreeWidgetItem(list(ward_row(ward, known.get(ward.id, Outlook()), now)))
        child.setData(0, _RECORD, f"ward/{ward.id}")
        tone = ward_tone(ward, now)
        for number in range(_COLUMNS):
            child.setForeground(number, QBrush(QColor(QUIET if tone is None else INK)))
        if tone is not None:
            child.setForeground(2, QBrush(QColor(TONES[tone].ink)))
            child.setFont(2, bold)
        item.addChild(child)
    return item
