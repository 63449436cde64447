"""The part of the hub's page for a PC that is to use the hub of another: search, address and code, and how it stands.

Values in by ``show_*``, wishes out by signals; it neither reads nor writes.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from desktop.queries.hub import HubState
from desktop.ui.screens.hub_words import hub_trouble
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.cards import Card, CardList
from desktop.ui.widgets.notice import Notice
from desktop.ui.widgets.parts import button, column, label, named, row, waiting_bar
from desktop.ui.wording import ago_words, number_words

#: Room for two hubs; who has more scrolls.
_LIST_HEIGHT = 120


class JoiningPanel(QFrame):
    """Which hub this PC has, and the way to one."""

    find_wanted = Signal()
    pair_wanted = Signal(str, str)
    """Address and code as they were typed."""
    leave_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "panel")
        self.own = label(wrap=True)
        self.own_state = label("", "quiet", wrap=True)
        self.trouble = Notice()
        self.leave = button(tr("&Lepaskan hub"))
        self.leave.clicked.connect(self.leave_wanted)
        self.search = button(tr("&Cari hub"))
        self.search.clicked.connect(self.find_wanted)
        self.list = CardList()
        self.list.setAccessibleName(tr("Hub yang ditemukan"))
        self.list.setFixedHeight(_LIST_HEIGHT)
        self.list.hide()
        self.list.selected.connect(self._take_address)
        self.address = QLineEdit()
        self.address.setPlaceholderText("192.168.1.5")
        self.code = QLineEdit()
        self.code.setPlaceholderText("1234 5678")
        self.code.returnPressed.connect(self._pair)
        self.list.opened.connect(lambda _url: self.code.setFocus())
        self.pair = button(tr("&Hubungkan"), "primary")
        self.pair.clicked.connect(self._pair)
        self.working = waiting_bar()
        self.result = Notice()
        own = row(self.own_state, self.leave, gap=8)
        own.setStretch(0, 1)
        words = tr("Di layar komputer hub, buka halaman ini dan tekan Kode untuk komputer lain.")
        self.setLayout(
            column(
                label(tr("Pakai hub di komputer lain"), "sectionTitle"),
                self.own,
                own,
                self.trouble,
                label(words, "quiet", wrap=True),
                row(self.search, 1),
                self.list,
                row(_field(tr("Alamat hub"), self.address), _field(tr("Kode"), self.code), 1, self.pair, gap=10),
                self.working,
                self.result,
                margins=(14, 8, 14, 12),
                gap=8,
            )
        )

    def show_state(self, state: HubState) -> None:
        """Show which hub this PC has."""
        has_one = bool(state.own_url)
        self.leave.setVisible(has_one)
        self.own_state.setVisible(has_one)
        name = tr("Hub komputer ini: {name} ({url})").format(name=state.own_name, url=state.own_url)
        self.own.setText(name if has_one else tr("Komputer ini belum memakai hub."))
        error = state.own_error if has_one else None
        words, tone = hub_trouble(error)
        self.trouble.say(words, tone)
        if not has_one:
            return
        now = datetime.now(UTC)
        last = state.own_last_sync_at
        words = tr("Terakhir sama isinya {ago}").format(ago=ago_words(now - last)) if last else tr("Belum pernah sama")
        waits = tr("{n} catatan menunggu hub").format(n=number_words(state.own_waiting)) if state.own_waiting else ""
        self.own_state.setText(". ".join(part for part in (words, waits) if part) + ".")

    def show_working(self, working: bool) -> None:
        """Whether something is under way."""
        self.working.setVisible(working)
        for part in (self.search, self.pair):
            part.setEnabled(not working)

    def show_found(self, found: Sequence[Mapping[str, Any]]) -> None:
        """Show the hubs that were found."""
        self.list.set_cards([Card(hub["url"], hub["name"], hub["url"]) for hub in found])
        self.list.setVisible(bool(found))
        if found:
            self.list.select(found[0]["url"])
            self._take_address(found[0]["url"])
            self.code.setFocus()
            self.result.say("")
        else:
            self.result.say(
                tr("Tidak ada hub yang ditemukan. Periksa kabel atau Wi-Fi, atau ketik alamat dari layar hub."),
                Tone.ATTENTION,
            )

    def _take_address(self, url: str) -> None:
        if url:
            self.address.setText(url.removeprefix("https://"))

    def _pair(self) -> None:
        address, code = self.address.text().strip(), self.code.text().strip()
        if address and code:
            self.pair_wanted.emit(address, code)
        else:
            self.result.say(tr("Isi alamat hub dan kode dari layar hub."), Tone.ATTENTION)


def _field(words: str, edit: QLineEdit) -> QWidget:
    made, name = QWidget(), label(words, "fieldLabel")
    name.setBuddy(edit)
    edit.setAccessibleName(words)
    edit.setMinimumWidth(190)
    made.setLayout(column(name, edit, gap=2))
    return made
