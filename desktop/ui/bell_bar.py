"""What the bell shows and does around the window: the unopened emergencies and the switch of the sound in the header,
a message of the system, the flashing of the window.

It is told what rings and decides nothing. A PC that rings without a sound says so all the time.
"""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QFrame, QSystemTrayIcon, QWidget

from desktop import assets
from desktop.ui import sound, tones
from desktop.ui.bell import Bell, Ringing
from desktop.ui.texts import tr
from desktop.ui.tones import TONES, Tone
from desktop.ui.widgets.parts import button, row

#: So long a message of the system stays, in milliseconds, where the system lets us say so.
_STAYS = 20_000


class BellBar(QFrame):
    """Buttons at the right of the header."""

    wanted = Signal(str)
    """A referral to open, "" for the list."""

    def __init__(self, bell: Bell) -> None:
        super().__init__()
        self._bell = bell
        self.unopened = button("", "danger")
        self.unopened.setIcon(assets.icon("urgent", TONES[Tone.DANGER].ink))
        self.unopened.clicked.connect(self._open)
        self.switch = button("", "quiet")
        self.switch.clicked.connect(self._switch)
        self.setLayout(row(self.unopened, self.switch, gap=8))
        bell.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        count, muted = len(self._bell.unopened), self._bell.muted
        self.unopened.setText(tr("Gawat darurat belum dibuka ({n})").format(n=count))
        self.unopened.setVisible(count > 0)
        self.switch.setText(tr("Bunyi mati") if muted else tr("Bunyi nyala"))
        colour = TONES[Tone.ATTENTION].ink if muted else tones.ACCENT_DARK
        self.switch.setIcon(assets.icon("bell-off" if muted else "bell", colour))
        self.switch.setStyleSheet(_MUTED if muted else "")
        self.switch.setToolTip(
            tr("Rujukan baru tidak berbunyi di komputer ini. Tekan untuk menyalakan bunyi.")
            if muted
            else tr("Rujukan dan jawaban baru berbunyi di komputer ini. Tekan untuk mematikan bunyi.")
        )

    def _switch(self) -> None:
        self._bell.mute(muted=not self._bell.muted)

    def _open(self) -> None:
        if self._bell.unopened:
            self.wanted.emit(self._bell.unopened[0].referral)


class Outside(QObject):
    """Makes a ring heard and seen outside the window: sound, message of the system, flashing of the window."""

    wanted = Signal(str)
    """Somebody pressed the message: the referral to open, "" for the list."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._tray: QSystemTrayIcon | None = None
        self._referral = ""

    def ring(self, ringing: Ringing) -> None:
        """Let a ring be heard and seen; a PC without a tray for messages still sounds and flashes."""
        if ringing.sound:
            sound.play(ringing.sound)
        QApplication.alert(self._window)
        tray = self._tray_icon()
        if tray is not None:
            self._referral = ringing.referral
            tray.showMessage("Rujuk", ringing.text, QSystemTrayIcon.MessageIcon.Information, _STAYS)

    def close(self) -> None:
        """Take the icon out of the tray."""
        if self._tray is not None:
            self._tray.hide()

    def _open_rung(self) -> None:
        self.wanted.emit(self._referral)

    def _open_list(self) -> None:
        self.wanted.emit("")

    def _tray_icon(self) -> QSystemTrayIcon | None:
        if self._tray is None and QSystemTrayIcon.isSystemTrayAvailable():
            self._tray = QSystemTrayIcon(assets.icon("stethoscope", tones.ACCENT), self)
            self._tray.setToolTip(self._window.windowTitle())
            self._tray.messageClicked.connect(self._open_rung)
            self._tray.activated.connect(self._open_list)
            self._tray.show()
        return self._tray


_MUTED = (
    f"QPushButton {{ color: {TONES[Tone.ATTENTION].ink}; background: {TONES[Tone.ATTENTION].ground};"
    f" border: 1px solid {TONES[Tone.ATTENTION].edge}; font-weight: bold; }}"
    f"QPushButton:focus {{ border: 2px solid {TONES[Tone.ATTENTION].ink}; }}"
)
