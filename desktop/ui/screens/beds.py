"""The free beds of the hospital, all wards in one screen, by keyboard in a minute, with one save.

Only what was counted is saved; a row nobody touched keeps its number and its age. Not known is a value of its own.
"""

from datetime import UTC, datetime

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from desktop.actions.beds import BedCount, save_counts, save_ward
from desktop.queries.beds import WardLine, wards_of
from desktop.queries.holds import Hold, holds
from desktop.ui.desk import Desk
from desktop.ui.screen import Screen
from desktop.ui.screens.bed_entry import BedEntry
from desktop.ui.texts import tr
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.panels import panel, scrolling, tab_order
from desktop.ui.widgets.parts import button, column, label, row
from desktop.ui.widgets.record_form import RecordForm, Section
from sync.errors import BadInput
from sync.records import Ward
from sync.replica.reader import Reader

#: How often the ages of the numbers are renewed, in milliseconds.
MINUTE = 60_000


def summary_words(wards: int, counted: int) -> str:
    """What a save would do."""
    if counted == 0:
        return tr("Belum ada yang dihitung. Ketik angka, atau Enter untuk “sama seperti terakhir”.")
    if counted < wards:
        return tr("{n} dari {all} ruang akan disimpan; yang lain tetap dengan umur datanya.").format(
            n=counted, all=wards
        )
    return tr("Semua {n} ruang akan disimpan.").format(n=counted)


def _loose_words(number: int) -> str:
    """Accepted patients whose room is to follow; "" for none."""
    return tr("{n} pasien sudah diterima dan belum punya ruang.").format(n=number) if number else ""


class BedsScreen(Screen):
    """The bed count."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.entries: list[BedEntry] = []
        self._kept: list[Hold] = []
        self._at_button = False
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(18)
        self.grid.setVerticalSpacing(6)
        self.grid.setColumnStretch(7, 1)
        titles = (tr("Ruang"), tr("Untuk"), tr("Kapasitas"), tr("Terakhir dihitung"), tr("Kosong sekarang"))
        for number, words in enumerate(titles):
            self.grid.addWidget(label(words, "fieldLabel"), 0, number)
        inner = QWidget()
        body: QVBoxLayout = column(self.grid, margins=(2, 2, 10, 2))
        body.addStretch(1)
        inner.setLayout(body)
        self.summary = label("", "quiet", wrap=True)
        self.kept = label("", "quiet", wrap=True)
        self.kept.hide()
        self.save_button = button(tr("Simpan hitungan (Ctrl+S)"), "primary")
        self.save_button.clicked.connect(self.save)
        self.add_button = button(tr("Tambah ruang…"))
        self.add_button.clicked.connect(self._show_ward_form)
        self.ward_form = RecordForm(Ward, [Section(tr("Ruang baru"), [["name", "ward_class", "sex", "capacity"]])])
        self.ward_save = button(tr("Simpan ruang"), "primary")
        self.ward_save.clicked.connect(self._save_ward)
        self.ward_back = button(tr("Tidak jadi"))
        self.ward_back.clicked.connect(self._hide_ward_form)
        self.ward_box = panel(column(self.ward_form, row(1, self.ward_back, self.ward_save), margins=(14, 8, 14, 10)))
        foot = row(gap=10)
        foot.addWidget(self.summary, 1)
        foot.addWidget(self.add_button)
        foot.addWidget(self.save_button)
        layout: QVBoxLayout = column(
            label(tr("Tempat tidur kosong"), "pageTitle"),
            label(
                tr(
                    "Angka, lalu Enter. Enter saja: sama seperti terakhir. Tanda tanya: tidak diketahui. "
                    "Hitung juga tempat yang disimpan."
                ),
                "quiet",
            ),
            margins=(20, 14, 20, 12),
            gap=8,
        )
        layout.addWidget(self.kept)
        self._rows = scrolling(inner)
        layout.addWidget(self._rows, 1)
        self.nothing = EmptyState(
            tr("Belum ada ruang"),
            tr("Tambahkan ruang rawat rumah sakit ini. Setelah dihitung, puskesmas melihat tempat tidur yang kosong."),
            action=tr("Tambah ruang…"),
        )
        self.nothing.action_chosen.connect(self._show_ward_form)
        self.nothing.hide()
        layout.addWidget(self.nothing, 1)
        layout.addWidget(self.ward_box)
        layout.addLayout(foot)
        self.setLayout(layout)
        self.ward_box.hide()
        for keys in ("Ctrl+S", "Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self, self.save)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        timer = QTimer(self, interval=MINUTE)
        timer.timeout.connect(self._show_ages)
        timer.start()

    def refresh(self) -> None:
        facility = self.desk.identity.facility
        now = datetime.now(UTC)

        def query(reader: Reader) -> tuple[list[WardLine], list[Hold]]:
            return wards_of(reader, facility), holds(reader, now, facility)

        self.desk.read(query, self._show, slot="beds.wards")

    def has_unsaved(self) -> bool:
        return any(entry.input.text() or entry.unknown.isChecked() for entry in self.entries)

    def save(self) -> None:
        """Save every row that was counted, or go to the first that cannot be read."""
        if not self.save_button.isEnabled():
            return
        for entry in self.entries:
            if entry.typed().problem:
                entry.input.setFocus()
                self.summary.setText(tr("Belum tersimpan: {name} belum berupa angka.").format(name=entry.ward.name))
                return
        counted = [(entry, count) for entry in self.entries if (count := entry.typed().count) is not None]
        if not counted:
            self.summary.setText(summary_words(len(self.entries), 0))
            return
        # A button that is switched off gives the focus away, and the next Enter would press something else.
        self._at_button = self.save_button.hasFocus()
        self.save_button.setEnabled(False)
        self.desk.act(
            lambda replica, person: save_counts(replica, person, [count for _, count in counted]),
            lambda saved: self._saved([(entry, count) for entry, count in counted], saved),
            self._failed,
        )

    def _show(self, found: tuple[list[WardLine], list[Hold]]) -> None:
        (wards, self._kept), now = found, datetime.now(UTC)
        if [entry.ward.id for entry in self.entries] != [ward.id for ward in wards]:
            self._rebuild(wards)
        for entry, ward in zip(self.entries, wards, strict=True):
            entry.show_ward(ward, now, self._held(ward))
        self.kept.setText(_loose_words(sum(hold.ward is None and hold.bed for hold in self._kept)))
        self.kept.setVisible(bool(self.kept.text()))
        self.nothing.setVisible(not wards)
        for part in (self._rows, self.add_button, self.save_button):
            part.setVisible(bool(wards))
        self._show_summary()

    def _rebuild(self, wards: list[WardLine]) -> None:
        """Other wards than before; what was typed for those that stay is kept."""
        shown_before = bool(self.entries)
        typed = {entry.ward.id: (entry.input.text(), entry.unknown.isChecked()) for entry in self.entries}
        for entry in self.entries:
            entry.remove()
        self.entries = [BedEntry(ward, self.grid, number + 1, self) for number, ward in enumerate(wards)]
        for number, entry in enumerate(self.entries):
            text, unknown = typed.get(entry.ward.id, ("", False))
            entry.input.setText(text)
            entry.unknown.setChecked(unknown)
            entry.changed.connect(self._show_summary)
            entry.finished.connect(lambda number=number: self._next(number))
            entry.history_wanted.connect(lambda ward: self.desk.go("history", f"ward/{ward}"))
        if self.entries:
            controls = [control for entry in self.entries for control in (entry.input, entry.unknown)]
            # The way of the count comes first; looking back is not part of it.
            tab_order(*controls, self.add_button, self.save_button, *(entry.history for entry in self.entries))
            self.setFocusProxy(controls[0])
            if not shown_before and self.isVisible():
                controls[0].setFocus()

    def _next(self, number: int) -> None:
        target = self.entries[number + 1].input if number + 1 < len(self.entries) else self.save_button
        target.setFocus()

    def _saved(self, counted: list[tuple[BedEntry, BedCount]], saved: int) -> None:
        self._may_save_again()
        for entry, count in counted:
            # A row that was typed into again meanwhile stays as it is.
            if entry in self.entries and entry.typed().count == count:
                entry.clear_typed()
        self.desk.say("info", tr("{n} ruang tersimpan di komputer ini, menunggu dikirim.").format(n=saved))
        self._show_summary()

    def _failed(self, error: Exception) -> None:
        self._may_save_again()
        self.desk.say_error(error)

    def _may_save_again(self) -> None:
        self.save_button.setEnabled(True)
        if self._at_button:
            self.save_button.setFocus()

    def _show_summary(self) -> None:
        counted = sum(entry.typed().count is not None for entry in self.entries)
        self.summary.setText(summary_words(len(self.entries), counted) if self.entries else "")

    def _show_ages(self) -> None:
        now = datetime.now(UTC)
        for entry in self.entries:
            entry.show_ward(entry.ward, now, self._held(entry.ward))

    def _held(self, ward: WardLine) -> int:
        """Beds of a ward that are kept now; a hold ends while nobody looks."""
        now = datetime.now(UTC)
        return sum(hold.ward == ward.id and now < hold.until for hold in self._kept)

    def _show_ward_form(self) -> None:
        self.ward_box.show()
        self.add_button.setEnabled(False)
        self.ward_form.editor("name").control.setFocus()

    def _hide_ward_form(self) -> None:
        self.ward_form.clear()
        self.ward_box.hide()
        self.add_button.setEnabled(True)

    def _save_ward(self) -> None:
        try:
            values = self.ward_form.values()
        except BadInput:
            return
        self.desk.act(
            lambda replica, person: save_ward(replica, person, values),
            lambda _ward: self._hide_ward_form(),
        )
