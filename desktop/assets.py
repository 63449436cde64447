"""The only reader of ``resources``: fonts, icons, sounds and the style sheet.

Everything is read from the installed files once and kept by Qt; nothing here may write or reach the network.
"""

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from desktop.ui import tones
from desktop.ui.tones import TONES, Tone

RESOURCES = Path(__file__).resolve().parent.parent / "resources"

#: The size of running text; nothing on the screen is smaller than 9 pt.
FONT_POINTS = 10
FONT_FAMILY = "Noto Sans"
#: Signs that the other does not have: ticks, crosses, circles.
SIGNS_FAMILY = "Noto Sans Symbols2"

_ICON_SIZES = (16, 20, 24, 32, 48, 64)


def dress(application: QApplication) -> None:
    """Give the program its font, colours and style. Costs some 15 ms and happens before the first window."""
    load_fonts()
    application.setStyle("Fusion")
    application.setFont(QFont([FONT_FAMILY, SIGNS_FAMILY], FONT_POINTS))
    application.setPalette(palette())
    application.setStyleSheet(style_sheet())
    application.setWindowIcon(icon("stethoscope", tones.ACCENT))


def load_fonts() -> None:
    """Make our fonts known to Qt.

    Raises:
        FileNotFoundError: the installation is not whole.
    """
    for name in ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "NotoSansSymbols2-Regular.ttf"):
        data = (RESOURCES / "fonts" / name).read_bytes()
        QFontDatabase.addApplicationFontFromData(QByteArray(data))


@cache
def icon(name: str, colour: str = tones.QUIET) -> QIcon:
    """The icon ``resources/icons/<name>.svg``, drawn in ``colour``.

    Raises:
        FileNotFoundError: there is no such icon.
    """
    svg = (RESOURCES / "icons" / f"{name}.svg").read_text("utf-8").replace("currentColor", colour)
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    made = QIcon()
    for size in _ICON_SIZES:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        made.addPixmap(pixmap)
    return made


def sound_file(name: str) -> Path:
    """The file of a sound, ``resources/sounds/<name>.wav``, for whoever plays it."""
    return RESOURCES / "sounds" / f"{name}.wav"


def style_sheet() -> str:
    """``app.qss`` with our colours and our font in it."""
    sheet = (RESOURCES / "style" / "app.qss").read_text("utf-8")
    values = {
        "INK": tones.INK,
        "QUIET": tones.QUIET,
        "FAINT": tones.FAINT,
        "PAPER": tones.PAPER,
        "DESK": tones.DESK,
        "MENU": tones.MENU,
        "LINE": tones.LINE,
        "EDGE": tones.EDGE,
        "ACCENT": tones.ACCENT,
        "ACCENT_DARK": tones.ACCENT_DARK,
        "ACCENT_PALE": tones.ACCENT_PALE,
        "DANGER": TONES[Tone.DANGER].ink,
        "ATTENTION": TONES[Tone.ATTENTION].ink,
        "FAMILIES": f'"{FONT_FAMILY}", "{SIGNS_FAMILY}"',
        "POINTS": str(FONT_POINTS),
        "CHEVRON": (RESOURCES / "style" / "chevron-down.svg").as_posix(),
    }
    for name, value in values.items():
        sheet = sheet.replace(f"{{{name}}}", value)
    return sheet


def palette() -> QPalette:
    """The colours of everything that the style sheet does not name."""
    made = QPalette()
    role = QPalette.ColorRole
    for place, colour in (
        (role.Window, tones.DESK),
        (role.WindowText, tones.INK),
        (role.Base, tones.PAPER),
        (role.AlternateBase, tones.DESK),
        (role.Text, tones.INK),
        (role.Button, tones.PAPER),
        (role.ButtonText, tones.INK),
        (role.ToolTipBase, tones.PAPER),
        (role.ToolTipText, tones.INK),
        (role.PlaceholderText, tones.FAINT),
        (role.Highlight, tones.ACCENT),
        (role.HighlightedText, tones.PAPER),
        (role.Link, tones.ACCENT_DARK),
    ):
        made.setColor(place, QColor(colour))
    for place in (role.Text, role.WindowText, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, place, QColor(tones.FAINT))
    return made
