"""Draws every screen of a PC off screen, and makes the paper of a letter; both from the data of a scratch folder.

Needs an application that is dressed. It must never show anything to the user nor start a sync agent.
"""

from pathlib import Path

from PySide6.QtGui import QImage

from desktop.app import Program
from desktop.checks.check import CheckFailed
from desktop.demo.hands import wait_until
from desktop.letters.documents import letter_document
from desktop.letters.output import pdf_bytes
from desktop.letters.reading import read_letter
from desktop.security.keys import load_key
from desktop.settings import Settings
from desktop.ui.main_window import MainWindow
from desktop.ui.navigation import entries_for
from sync.replica.reader import Reader

_WIDTH, _HEIGHT = 1366, 768
#: Seconds that one screen may take to read what it shows.
_PATIENCE_S = 30.0
#: A page that is drawn has at least this many colours at the points that are looked at, four apart.
_COLOURS, _STEP = 3, 4
_SHORTEST_PDF = 5_000


def draw_screens(settings: Settings, pictures: Path | None = None, *, only: int | None = None) -> str:
    """Open the window of a data folder and draw every screen of its kind of facility; how many.

    Args:
        pictures: a folder for what was drawn.
        only: so many screens are enough.

    Raises:
        CheckFailed: a screen stayed empty, or said that something went wrong.
    """
    program = Program(settings, start_agent=False)
    try:
        program.open()
        window = program.window
        if not isinstance(window, MainWindow):
            raise CheckFailed("jendela tidak terbuka")
        window.resize(_WIDTH, _HEIGHT)
        said: list[str] = []
        window.desk.said.connect(lambda level, text: said.append(text) if level == "error" else None)
        program.show()
        drawn = entries_for(window.desk.identity.facility_kind)[:only]
        for entry in drawn:
            window.show_screen(entry.key)
            wait_until(lambda: not window.desk.busy, entry.key, _PATIENCE_S)
            image = window.screen_of(entry.key).grab().toImage()
            if pictures is not None:
                window.grab().save(str(pictures / f"{window.desk.identity.facility_kind}-{entry.key}.png"))
            if said:
                raise CheckFailed(f"layar {entry.key}: {said[0]}")
            if _colours(image) < _COLOURS:
                raise CheckFailed(f"layar {entry.key} kosong")
        return f"{len(drawn)} layar"
    finally:
        program.close()


def letter_paper(settings: Settings, letter: str) -> str:
    """Make the PDF of a letter with its QR code; its size."""
    reader = Reader(settings.database, load_key(settings).secret)
    try:
        sealed = read_letter(reader, letter).sealed
        content = pdf_bytes(letter_document(reader, letter))
    finally:
        reader.close()
    if sealed is None:
        raise CheckFailed("surat tanpa kode QR")
    if not content.startswith(b"%PDF") or len(content) < _SHORTEST_PDF:
        raise CheckFailed(f"PDF tidak utuh ({len(content)} byte)")
    return f"PDF {len(content)} byte, QR {sealed.size} byte"


def _colours(image: QImage) -> int:
    points = ((x, y) for y in range(0, image.height(), _STEP) for x in range(0, image.width(), _STEP))
    return len({image.pixel(x, y) for x, y in points})
