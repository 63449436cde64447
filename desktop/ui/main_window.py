"""The main window: header, menu, one screen at a time, the banner and the sync bar.

It knows no screen by name; ``navigation`` does. Screens stay as they are while another one is shown, so nothing typed
is lost by looking elsewhere.
"""

from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMainWindow,
    QMessageBox,
    QStackedWidget,
    QWidget,
)

from desktop import assets
from desktop.settings import Settings
from desktop.ui import tones
from desktop.ui.background import Background
from desktop.ui.bell import Bell, Ringing
from desktop.ui.bell_bar import BellBar, Outside
from desktop.ui.desk import Desk
from desktop.ui.navigation import Entry, entries_for
from desktop.ui.screen import Screen
from desktop.ui.sync_status import SyncBar
from desktop.ui.texts import tr
from desktop.ui.update_note import UpdateNote
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.elided import ElidedLabel
from desktop.ui.widgets.parts import button, column, label, named, row
from sync.records.facility import FACILITY_KINDS, PROFESSIONS

#: The menu has room for this count beside each title that has one; of more it says so much and "+".
_MOST_COUNTED = 999
#: The frame of the menu where it has the focus, in pixels.
_MENU_FRAME = 4
#: Several changes that arrive together make one refresh, after this many milliseconds.
_SETTLE = 150
_CHOOSE_PERSON = "choose_person"
#: How often the menu counts anew, in milliseconds: things become late by the mere passing of time.
_COUNT = 60_000
#: And so long after a change, in milliseconds; counting is cheap, but not for every change of a long sync.
_COUNT_SOON = 1_000


class MainWindow(QMainWindow):
    """The window of one desk."""

    def __init__(self, desk: Desk, background: Background) -> None:
        super().__init__()
        self.desk = desk
        self._background = background
        self._entries = {entry.key: entry for entry in entries_for(desk.identity.facility_kind)}
        self._screens: dict[str, Screen] = {}
        self._shown: list[str] = []
        self._practice = Settings(desk.home).is_practice
        mark = "LATIHAN – " if self._practice else ""  # noqa: RUF001 - as below
        self.setWindowTitle(f"{mark}Rujuk – {desk.facility_name}")  # noqa: RUF001 - a dash as people write it
        self.resize(1200, 720)
        self.menu = self._make_menu()
        self.stack = QStackedWidget()
        self.banner = Banner()
        self.sync_bar = SyncBar(desk)
        self.bell = Bell(desk, self)
        self.bell_bar = BellBar(self.bell)
        self._outside = Outside(self)
        self._rung = ""
        self._person = ElidedLabel()
        self._change_person = button(tr("&Ganti petugas"), "quiet")
        self._change_person.clicked.connect(lambda: self.show_screen(_CHOOSE_PERSON))
        right = column(self.banner, self.stack, gap=0)
        right.setStretch(1, 1)
        self.update_note = UpdateNote(desk)
        self.update_note.setFixedWidth(self.menu.minimumWidth())
        left = column(self.menu, self.update_note, gap=0)
        left.setStretch(0, 1)
        middle = row(left, right, gap=0)
        middle.setStretch(1, 1)
        everything = column(self._make_header(), middle, self.sync_bar, gap=0)
        everything.setStretch(1, 1)
        centre = QWidget()
        centre.setLayout(everything)
        self.setCentralWidget(centre)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE)
        self._settle.timeout.connect(self._refresh_shown)
        self._counting = QTimer(self)
        self._counting.setInterval(_COUNT)
        self._counting.timeout.connect(self._count)
        self._counting.start()
        self._count_soon = QTimer(self)
        self._count_soon.setSingleShot(True)
        self._count_soon.setInterval(_COUNT_SOON)
        self._count_soon.timeout.connect(self._count)
        self._connect()
        self._show_person()
        self._show_first()
        self._count()
        self.bell.listen()

    @property
    def current_key(self) -> str:
        """The key of the screen that is shown, "" before the first."""
        return self._shown[-1] if self._shown else ""

    def screen_of(self, key: str) -> Screen:
        """The screen of a key, made when it is first wanted.

        Raises:
            KeyError: this kind of facility has no such screen.
        """
        if key not in self._screens:
            screen = self._entries[key].make(self.desk)
            self._screens[key] = screen
            screen.more_found.connect(self._count)
            self.stack.addWidget(screen)
        return self._screens[key]

    def show_screen(self, key: str, argument: str = "") -> None:
        """Show a screen, and in it what ``argument`` names."""
        screen = self.screen_of(key)
        if self.current_key != key:
            self._shown = [*self._shown[-20:], key]
        self.stack.setCurrentWidget(screen)
        self._mark_in_menu(key)
        if argument:
            screen.open_item(argument)
        screen.refresh()
        first = screen.focusProxy() or screen.nextInFocusChain()
        if first is not None:
            first.setFocus()

    def go_back(self) -> None:
        """Show the screen that was shown before."""
        if len(self._shown) > 1:
            self._shown.pop()
            self.show_screen(self._shown.pop())
        else:
            self._show_first()

    def closeEvent(self, event: QCloseEvent) -> None:
        unsaved = [self._entries[key].title_text() for key, screen in self._screens.items() if screen.has_unsaved()]
        if unsaved and not self._may_lose(unsaved):
            event.ignore()
            return
        self._outside.close()
        super().closeEvent(event)

    def _may_lose(self, titles: list[str]) -> bool:
        question = QMessageBox(self)
        question.setIcon(QMessageBox.Icon.Warning)
        question.setWindowTitle(tr("Tutup Rujuk?"))
        question.setText(tr("Ada isian yang belum disimpan: {titles}.").format(titles=", ".join(titles)))
        question.setInformativeText(
            tr(
                "Bila Rujuk ditutup sekarang, isian itu belum dikirim. Surat rujukan, kunjungan dan data pasien dapat "
                "dilanjutkan nanti dari daftar pasien; isian lain hilang. Yang sudah disimpan tetap aman."
            )
        )
        stay = question.addButton(tr("Kembali ke isian"), QMessageBox.ButtonRole.RejectRole)
        leave = question.addButton(tr("Tutup tanpa menyimpan"), QMessageBox.ButtonRole.DestructiveRole)
        question.setDefaultButton(stay)
        question.setEscapeButton(stay)
        question.exec()
        return question.clickedButton() is leave

    def _connect(self) -> None:
        desk, background = self.desk, self._background
        desk.said.connect(self.banner.say)
        desk.go_requested.connect(self.show_screen)
        desk.back_requested.connect(self.go_back)
        desk.person_changed.connect(self._show_person)
        desk.data_changed.connect(self._settle.start)
        desk.saved.connect(background.sync)
        background.data_arrived.connect(desk.data_changed)
        background.state_changed.connect(self._show_agent)
        self.sync_bar.sync_requested.connect(background.sync)
        self.bell.rang.connect(self._outside.ring)
        self.bell.rang.connect(self._say_ring)
        self.bell.changed.connect(self._forget_ring)
        self.bell_bar.wanted.connect(self._open_referral)
        self._outside.wanted.connect(self._open_referral)
        QShortcut(QKeySequence("F5"), self, background.sync)
        for keys, screen in (("Ctrl+E", "day_end"), ("Ctrl+Shift+K", "sync_facts")):
            if screen in self._entries:
                QShortcut(QKeySequence(keys), self, self._shower(screen))

    def _show_agent(self) -> None:
        self.sync_bar.set_agent(self._background.state)

    def _say_ring(self, ringing: Ringing) -> None:
        self._rung = ringing.text
        self.banner.say("warning" if ringing.urgent else "info", ringing.text)

    def _forget_ring(self) -> None:
        """An emergency that somebody has opened is no news any more."""
        if not self.bell.unopened and self._rung and self.banner.text() == self._rung:
            self.banner.clear()

    def _open_referral(self, referral: str) -> None:
        """Come to the front with the list of referrals, and with one of them where it is named."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()
        key = next((key for key in ("inbox", "referrals", "district") if key in self._entries), "")
        if key and self.desk.person is not None:
            self.show_screen(key, referral)

    def _make_header(self) -> QFrame:
        header = named(QFrame(), "header")
        icon = label()
        icon.setPixmap(
            assets.icon(_FACILITY_ICONS.get(self.desk.identity.facility_kind, "home"), tones.ACCENT).pixmap(28, 28)
        )
        kind = FACILITY_KINDS.get(self.desk.identity.facility_kind, "")
        name = named(ElidedLabel(self.desk.facility_name or kind), "facility")
        place = label(tr("{kind} · komputer {letter}").format(kind=kind, letter=self.desk.identity.letter), "quiet")
        person_icon = label()
        person_icon.setPixmap(assets.icon("user", tones.QUIET).pixmap(22, 22))
        header.setLayout(
            row(
                *([_practice_mark()] if self._practice else []),
                icon,
                column(name, place, gap=0),
                1,
                self.bell_bar,
                person_icon,
                self._person,
                self._change_person,
                margins=(16, 8, 12, 8),
                gap=10,
            )
        )
        return header

    def _make_menu(self) -> QListWidget:
        menu = named(QListWidget(), "menu")
        menu.setIconSize(QSize(20, 20))
        menu.setAccessibleName(tr("Menu"))
        menu.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for number, entry in enumerate(self._menu_entries(), start=1):
            item = QListWidgetItem(assets.icon(entry.icon, tones.ACCENT_DARK), _counted_title(entry, _MOST_COUNTED + 1))
            item.setData(Qt.ItemDataRole.UserRole, entry.key)
            menu.addItem(item)
            item.setHidden(entry.only_when_counted)
            if number <= 9:
                item.setToolTip(f"Ctrl+{number}")
                QShortcut(QKeySequence(f"Ctrl+{number}"), self, self._shower(entry.key))
        menu.ensurePolished()
        menu.setFixedWidth(menu.sizeHintForColumn(0) + _MENU_FRAME)
        for place, entry in enumerate(self._menu_entries()):
            menu.item(place).setText(entry.title_text())
        menu.setVisible(menu.count() > 0)
        menu.currentItemChanged.connect(self._when_chosen)
        # Also where the entry is the current one already: from a form a click or Enter leads back to its list.
        menu.itemClicked.connect(self._when_chosen)
        menu.itemActivated.connect(self._when_chosen)
        return menu

    def _menu_entries(self) -> list[Entry]:
        return [entry for entry in self._entries.values() if entry.in_menu]

    def _shower(self, key: str) -> "_Shower":
        return _Shower(self, key)

    def _when_chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(Qt.ItemDataRole.UserRole) != self.current_key:
            self.show_screen(item.data(Qt.ItemDataRole.UserRole))

    def _mark_in_menu(self, key: str) -> None:
        self.menu.blockSignals(True)  # noqa: FBT003 - Qt takes it by position
        if self._entries[key].in_bar:
            self.menu.setCurrentRow(-1)
        for place in range(self.menu.count()):
            if self.menu.item(place).data(Qt.ItemDataRole.UserRole) == key:
                self.menu.setCurrentRow(place)
        self.menu.blockSignals(False)  # noqa: FBT003 - Qt takes it by position

    def _show_first(self) -> None:
        entries = self._menu_entries()
        if self.desk.person is None or not entries:
            self.show_screen(_CHOOSE_PERSON)
        else:
            self.show_screen(entries[0].key)

    def _show_person(self) -> None:
        person = self.desk.person
        if person is None:
            self._person.setText(tr("Belum ada petugas"))
        else:
            profession = PROFESSIONS.get(person.profession, person.profession)
            self._person.setText(tr("{name} ({profession})").format(name=person.name, profession=profession))

    def _refresh_shown(self) -> None:
        if self.current_key:
            self._screens[self.current_key].refresh()
        if not self._count_soon.isActive():
            self._count_soon.start()

    def _count(self) -> None:
        """Say in the menu how much waits where that is known, and below it whether a new version does."""
        self.update_note.refresh()
        facility, now = self.desk.identity.facility, datetime.now(UTC)
        for entry in self._menu_entries():
            if entry.count is not None:
                query = partial(entry.count, facility=facility, now=now)
                self.desk.read(query, partial(self._say_count, entry), slot=f"menu.{entry.key}")

    def _say_count(self, entry: Entry, count: int) -> None:
        screen = self._screens.get(entry.key)
        count = max(count + (screen.more_waiting() if screen is not None else 0), 0)
        for place in range(self.menu.count()):
            item = self.menu.item(place)
            if item.data(Qt.ItemDataRole.UserRole) == entry.key:
                item.setText(_counted_title(entry, count))
                item.setHidden(entry.only_when_counted and not count and self.current_key != entry.key)


def _counted_title(entry: Entry, count: int) -> str:
    """The title with how much waits there; nothing is said of an entry where nothing is counted."""
    title = entry.title_text()
    if entry.count is None or not count:
        return title
    return tr("{title} ({n})").format(title=title, n=count if count <= _MOST_COUNTED else f"{_MOST_COUNTED}+")


def _practice_mark() -> QLabel:
    """Always in sight while nothing is real."""
    made = label(tr("LATIHAN"))
    made.setToolTip(tr("Semua pasien di sini karangan, dan tidak ada yang dikirim."))
    colours = tones.TONES[tones.Tone.ATTENTION]
    made.setStyleSheet(
        f"color: {colours.ink}; background: {colours.ground}; border: 2px solid {colours.ink}; border-radius: 4px;"
        " font-size: 12pt; font-weight: bold; padding: 4px 12px;"
    )
    return made


class _Shower:
    """Shows one screen when called: what a shortcut does."""

    def __init__(self, window: MainWindow, key: str) -> None:
        self._window, self._key = window, key

    def __call__(self) -> None:
        self._window.show_screen(self._key)


_FACILITY_ICONS = {"rs": "building-hospital", "puskesmas": "stethoscope", "klinik": "stethoscope", "dinkes": "home"}
