"""The part of the hub's page for the PC that is the hub: the switch, the code for one more PC, and whom it serves.

Values in by :meth:`show_state`, wishes out by signals; it neither reads nor writes.
"""

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame

from desktop.queries.hub import HubPc, HubState
from desktop.ui.screens.hub_words import reach_words
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.cards import Card, CardList, Mark
from desktop.ui.widgets.notice import Notice
from desktop.ui.widgets.parts import button, column, label, named, row
from desktop.ui.wording import ago_words, clock_words, number_words

#: What a PC said longer ago says nothing of how it is now.
_RECENT = timedelta(days=1)


def pc_card(pc: HubPc, now: datetime) -> Card:
    """One PC in the list; "all at the server" is said of one that told so lately, and of no other."""
    if pc.last_seen is None:
        subtitle = tr("Komputer {letter}, belum pernah menghubungi hub").format(letter=pc.letter)
        return Card(pc.device, pc.name, subtitle, marks=(Mark(tr("belum diketahui"), Tone.NEUTRAL),))
    ago = ago_words(now - pc.last_seen)
    if pc.waiting:
        mark = Mark(tr("{n} menunggu dikirim").format(n=number_words(pc.waiting)), Tone.ATTENTION)
    elif pc.told_at is None or pc.is_unknown:
        mark = Mark(tr("belum diketahui"), Tone.NEUTRAL)
    elif now - pc.told_at > _RECENT:
        mark = Mark(tr("tidak ada yang menunggu {ago}").format(ago=ago_words(now - pc.told_at)), Tone.NEUTRAL)
    else:
        mark = Mark(tr("semua di server"), Tone.GOOD)
    subtitle = tr("Komputer {letter}, terakhir terdengar {ago}").format(letter=pc.letter, ago=ago)
    return Card(pc.device, pc.name, subtitle, marks=(mark,))


class ServingPanel(QFrame):
    """Whether this PC is a hub, and what goes with it."""

    switched = Signal(bool)
    code_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "panel")
        self.switch = QCheckBox(tr("&Jadikan komputer ini hub"))
        self.switch.clicked.connect(self.switched)
        self.place = label(wrap=True)
        self.trouble = Notice()
        self.reach = Notice()
        self.code = label("", "pageTitle")
        self.code_end = label("", "quiet")
        self.code_button = button(tr("&Kode untuk komputer lain"))
        self.code_button.clicked.connect(self.code_wanted)
        self.list_title = label(tr("Komputer yang dilayani"), "sectionTitle")
        self.nobody = label(tr("Belum ada komputer yang terhubung ke hub ini."), "quiet", wrap=True)
        self.list = CardList()
        self.list.setAccessibleName(tr("Komputer yang dilayani"))
        self.list.setMinimumHeight(120)
        words = tr(
            "Hub melayani komputer lain di fasilitas ini lewat jaringan setempat, juga tanpa internet. Pilih komputer "
            "yang menyala sepanjang jam kerja, dan cukup satu."
        )
        self.setLayout(
            column(
                self.switch,
                label(words, "quiet", wrap=True),
                self.trouble,
                self.place,
                row(self.code_button, self.code, self.code_end, 1, gap=12),
                self.reach,
                self.list_title,
                self.nobody,
                self.list,
                margins=(14, 12, 14, 12),
                gap=8,
            )
        )

    def show_state(self, state: HubState) -> None:
        """Show how it is."""
        now = datetime.now(UTC)
        self.switch.setChecked(state.on)
        for part in (self.place, self.code_button, self.code, self.code_end, self.list_title):
            part.setVisible(state.on)
        self.nobody.setVisible(state.on and not state.pcs)
        self.list.setVisible(state.on and bool(state.pcs))
        problem = tr("Hub tidak dapat melayani di jaringan ini. Data aman. Nyalakan ulang komputer, lalu coba lagi.")
        cut_off = tr(
            "Server Dinas Kesehatan menolak komputer hub ini, jadi titipan komputer lain berhenti di sini. Data aman "
            "di sini dan di komputer lain. Jadikan komputer lain sebagai hub, dan hubungi admin TI Dinas Kesehatan."
        )
        words = problem if state.problem else cut_off if state.cut_off else ""
        self.trouble.say(words if state.on else "", Tone.DANGER)
        reach, tone = reach_words(state, now)
        self.reach.say(reach if state.on and not state.problem else "", tone)
        where = ", ".join(state.addresses) or tr("sedang disiapkan")
        self.place.setText(tr("Nama: {name}. Alamat: {where}").format(name=state.pc_name, where=where))
        code = state.code
        alive = code is not None and not code.used and code.expires_at > now
        self.code.setText(f"{code.digits[:4]} {code.digits[4:]}" if code is not None and alive else "")
        end = tr("berlaku sampai {clock}, untuk satu komputer")
        self.code_end.setText(end.format(clock=clock_words(code.expires_at, now)) if code and alive else "")
        self.list.set_cards([pc_card(pc, now) for pc in state.pcs])
