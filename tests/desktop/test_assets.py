"""What is drawn with: our font, icons in our colours, a style sheet without holes."""

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontInfo, QRawFont
from PySide6.QtWidgets import QApplication, QListWidget, QMenu, QMessageBox, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from desktop import assets
from desktop.ui import tones

ICONS = sorted(path.stem for path in (assets.RESOURCES / "icons").glob("*.svg"))


def test_texts_are_drawn_in_our_own_font(qapp: QApplication) -> None:
    assert QFontInfo(QApplication.font()).family() == assets.FONT_FAMILY
    assert QFontInfo(QApplication.font()).pointSizeF() >= 9


@pytest.mark.parametrize("kind", [QListWidget, QTableWidget, QMenu, QMessageBox])
def test_fonts_that_windows_gives_to_some_widgets_do_not_show(
    kind: type[QWidget], qapp: QApplication, qtbot: QtBot
) -> None:
    """Its theme sets a font for the class, as the first line does here, after the program has set its own."""
    qapp.setFont(QFont("serif", 7), kind.__name__)  # type: ignore[arg-type]  # a str, whatever the stubs say
    try:
        widget = kind()
        qtbot.addWidget(widget)
        widget.ensurePolished()
        assert widget.font().families()[0] == assets.FONT_FAMILY
        assert widget.font().pointSize() == assets.FONT_POINTS
    finally:
        assets.dress(qapp)


def test_the_font_has_every_sign_the_program_uses(qapp: QApplication) -> None:
    root = assets.RESOURCES.parent
    files = [*(root / "desktop").rglob("*.py"), *(root / "sync" / "records").glob("*.py")]
    signs = {sign for path in files for sign in path.read_text("utf-8") if sign.isprintable()}
    fonts = [QRawFont.fromFont(QFont(family)) for family in (assets.FONT_FAMILY, assets.SIGNS_FAMILY)]
    assert [font.familyName() for font in fonts] == [assets.FONT_FAMILY, assets.SIGNS_FAMILY]
    assert {sign for sign in signs if not any(font.supportsCharacter(ord(sign)) for font in fonts)} == set()


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_is_drawn_in_the_colour_asked_for(name: str, qapp: QApplication) -> None:
    picture = assets.icon(name, tones.ACCENT).pixmap(48, 48).toImage()
    colours = {picture.pixelColor(x, y).name() for x in range(48) for y in range(48)}
    assert tones.ACCENT in colours


def test_an_icon_that_is_not_there_is_said(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        assets.icon("tidak-ada")


def test_every_colour_of_the_style_sheet_is_filled_in() -> None:
    sheet = assets.style_sheet()
    assert not re.search(r"\{[A-Z_]+\}", sheet.split("*/", 1)[1])
    for found in re.findall(r'url\("([^"]+)"\)', sheet):
        assert Path(found).exists()


def test_licences_lie_beside_what_is_not_ours() -> None:
    assert "SIL OPEN FONT LICENSE" in (assets.RESOURCES / "fonts" / "OFL.txt").read_text("utf-8").upper()
    assert "MIT License" in (assets.RESOURCES / "icons" / "LICENSE-tabler.txt").read_text("utf-8")
