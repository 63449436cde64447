"""The sync bar, always visible: what waits, when the last sync was, whether the link is there, and a button.

"Semua terkirim" is said only on the server's receipt: the figures come from the database, where receipts are kept.
"""

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QSizePolicy

from desktop.queries.sync_state import SyncState, sync_state
from desktop.ui.background import AgentState
from desktop.ui.desk import Desk
from desktop.ui.texts import sentence_for_code, tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.elided import ElidedLabel
from desktop.ui.widgets.parts import button, named, row
from desktop.ui.wording import ago_words, clock_words, number_words, repair_words

#: The age of the last sync is said anew this often, in milliseconds.
_TICK = 20_000
#: So long the bar says what a comparison has mended; the page about the sync goes on saying it.
_REPAIR_SAID = timedelta(minutes=10)
#: The bar never makes the window wider than a small screen: so many letters of a mark are left in the narrowest.
_LEAST = 7
#: Least and usual width of the progress, in pixels.
_PROGRESS = (90, 220)

_LINKS = {
    "up": ("Terhubung", Tone.GOOD),
    "down": ("Tidak terhubung", Tone.ATTENTION),
    "refused": ("Kiriman ditolak", Tone.DANGER),
    "not_allowed": ("Komputer ditolak server", Tone.DANGER),
}
_HUB_LINKS = {
    "up": ("Hub terhubung", Tone.GOOD),
    "down": ("Hub tidak terhubung", Tone.ATTENTION),
    "not_allowed": ("Hub menolak komputer ini", Tone.DANGER),
    "changed_certificate": ("Hub tidak dikenali", Tone.DANGER),
    "revoked_hub": ("Hub dicabut Dinas", Tone.DANGER),
}
#: What an error kept in the database says about the link, until the agent has tried again.
_LINK_OF_ERROR = {"NotAllowed": "not_allowed", "Refused": "refused"}


class SyncBar(QFrame):
    """Shows what :meth:`set_state` is told and what it reads through the desk."""

    sync_requested = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        named(self, "syncBar")
        self._desk = desk
        self._agent = AgentState()
        self._figures: SyncState | None = None
        self.link = Badge()
        self.hub = Badge()
        self.waiting = ElidedLabel(least=_LEAST)
        self.refused = Badge()
        for mark in (self.link, self.hub, self.refused):
            mark.let_give_way(_LEAST)
        # Gives way before all others, and takes what is free.
        self.last = named(ElidedLabel(), "quiet")
        self.last.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.progress = _Progress()
        self.progress.hide()
        self.button = button(tr("Sinkr&on sekarang"))
        self.button.clicked.connect(self.sync_requested)
        self.stick = button(tr("Pakai s&tik…"), "quiet")
        self.stick.setToolTip(tr("Kirim dan terima tanpa internet"))
        self.stick.clicked.connect(lambda: desk.go("stick"))
        self.stick.hide()
        self.facts_button = button(tr("&Keadaan"), "quiet")
        self.facts_button.setToolTip(tr("Keadaan sinkronisasi dan uji sambungan (Ctrl+Shift+K)"))
        self.facts_button.clicked.connect(lambda: desk.go("sync_facts"))
        self.day_end_button = button(tr("&Akhir hari"))
        self.day_end_button.setToolTip(tr("Sinkron akhir hari dengan tanda terima (Ctrl+E)"))
        self.day_end_button.clicked.connect(lambda: desk.go("day_end"))
        buttons = (self.stick, self.facts_button, self.day_end_button, self.button)
        parts = (self.link, self.hub, self.refused, self.waiting, self.last, 0, self.progress, *buttons)
        layout = row(*parts, margins=(16, 6, 12, 6), gap=8)
        layout.setStretchFactor(self.last, 1)
        self.setLayout(layout)
        self.day_end_button.setVisible(desk.identity.facility_kind != "dinkes")
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK)
        self._tick.timeout.connect(self.refresh)
        self._tick.start()
        desk.data_changed.connect(self.refresh)
        self._show()
        self.refresh()

    def refresh(self) -> None:
        """Read the figures again."""
        self._desk.read(sync_state, self._take_figures, slot="sync_bar")

    def set_agent(self, state: AgentState) -> None:
        """Show what the agent said; a finished round makes the figures be read again."""
        finished = self._agent.running and not state.running
        self._agent = state
        self._show()
        if finished:
            self.refresh()

    def _take_figures(self, figures: SyncState) -> None:
        self._figures = figures
        self._show()

    def _show(self) -> None:
        self._show_link()
        self._show_hub()
        self._show_progress()
        figures = self._figures
        if figures is None:
            return  # nothing is claimed before it has been read
        if figures.waiting:
            self.waiting.setText(tr("{n} catatan menunggu dikirim").format(n=number_words(figures.waiting)))
        else:
            sent = tr("Selain itu sudah terkirim") if figures.refused else tr("Semua catatan sudah terkirim")
            self.waiting.setText(sent)
        refused = tr("{n} catatan ditolak server").format(n=number_words(figures.refused)) if figures.refused else ""
        self.refused.set_state(refused, Tone.DANGER)
        tip = tr("Catatan ini tetap tersimpan di komputer ini. Hubungi admin TI Dinas Kesehatan.")
        self.refused.setToolTip(f"{refused}\n{tip}")
        self._show_last(figures, datetime.now(UTC))

    def _show_last(self, figures: SyncState, now: datetime) -> None:
        repair = figures.repair
        fresh = repair is not None and now - repair.at < _REPAIR_SAID
        words = _last_words(figures.last_sync_at, now)
        if repair is None or not fresh:
            self.last.setText(words)
            return
        mended = number_words(repair.fetched + repair.lost)
        self.last.setText(
            tr("Data diperbaiki ({n} catatan)").format(n=mended),
            f"{repair_words(repair.fetched, repair.lost)}\n{words}",
        )

    def _show_link(self) -> None:
        link = self._agent.link
        known = self._figures.last_error if self._figures is not None else None
        error = self._agent.error if self._agent.connected else known
        if link == "unknown" and error:
            link = _LINK_OF_ERROR.get(error, "down")
        words, tone = _LINKS.get(link, ("Sambungan belum diketahui", Tone.NEUTRAL))
        more = sentence_for_code(error) if error else ""
        if not self._agent.connected:
            words, tone = "Pengirim belum berjalan", Tone.NEUTRAL
            more = tr("Data aman. Tunggu sebentar; bila tetap, tutup Rujuk dan buka lagi.")
        self.link.set_state(tr(words), tone)
        self.stick.setVisible(self._agent.connected and link == "down")
        self.link.setToolTip(f"{tr(words)}\n{more}".rstrip())

    def _show_hub(self) -> None:
        agent = self._agent
        words, tone = _HUB_LINKS.get(agent.hub_link, _HUB_LINKS["down"])
        # Whether it is there is known only after the first try.
        known = bool(agent.hub) and agent.connected and agent.hub_link != "unknown"
        self.hub.set_state(tr(words) if known else "", tone)
        self.hub.setToolTip(f"{tr(words)}\n{agent.hub}")

    def _show_progress(self) -> None:
        agent = self._agent
        # Also while an exchange runs: a button switched off would give the focus to something else. The wish is kept.
        self.button.setEnabled(agent.connected)
        self.progress.setVisible(agent.running)
        self.last.setVisible(not agent.running)
        if not agent.running:
            return
        if agent.total and agent.sent < agent.total:
            self._show_share(tr("Mengirim {n} dari {all}"), agent.sent, agent.total)
        elif agent.coming:
            self._show_share(tr("Menerima {n} dari {all}"), agent.received, agent.received + agent.coming)
        else:
            self.progress.setRange(0, 1)
            self.progress.setValue(1)
            words = tr("Menerima {n} perubahan").format(n=number_words(agent.received))
            self.progress.say(words if agent.received else tr("Menyinkron…"), tr("Sinkron…"))

    def _show_share(self, words: str, done: int, everything: int) -> None:
        self.progress.setRange(0, everything)
        self.progress.setValue(done)
        said = words.format(n=number_words(done), all=number_words(everything))
        self.progress.say(said, f"{done * 100 // everything}%")


class _Progress(QProgressBar):
    """Says less where there is little room; the tip says all."""

    def __init__(self) -> None:
        super().__init__()
        self._words, self._short = "", ""
        self.setMinimumWidth(_PROGRESS[0])
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(_PROGRESS[1], super().sizeHint().height())

    def say(self, words: str, short: str) -> None:
        self._words, self._short = words, short
        self.setToolTip(words)
        self.update()

    def text(self) -> str:
        fits = self.fontMetrics().horizontalAdvance(self._words) < self.width()
        return self._words if fits else self._short


def _last_words(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return tr("Belum pernah sinkron")
    return tr("Sinkron terakhir {ago} ({clock})").format(ago=ago_words(now - moment), clock=clock_words(moment, now))
