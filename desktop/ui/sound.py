"""Plays one of our sounds: on Windows the file itself, elsewhere the beep of the desktop (QtMultimedia is not shipped).

Returns at once and never fails because a PC has no loudspeaker.
"""

import sys

from PySide6.QtWidgets import QApplication

from desktop import assets


def play(name: str) -> None:
    """Let ``resources/sounds/<name>.wav`` be heard."""
    if sys.platform == "win32":
        import winsound

        flags = winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT
        try:
            winsound.PlaySound(str(assets.sound_file(name)), flags)
        except RuntimeError:  # a PC without a sound card: it beeps, if it can
            QApplication.beep()
    else:
        QApplication.beep()
