"""Colours that can be read by everybody."""

import pytest
from PySide6.QtGui import QColor

from desktop.ui import tones
from desktop.ui.tones import TONES, Tone


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG 2, from 1 to 21."""

    def luminance(colour: str) -> float:
        parts = [QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF()]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tone", Tone)
def test_every_mark_can_be_read(tone: Tone) -> None:
    assert contrast(TONES[tone].ink, TONES[tone].ground) >= 4.5


@pytest.mark.parametrize("ground", [tones.PAPER, tones.DESK, tones.ACCENT_PALE])
@pytest.mark.parametrize("ink", [tones.INK, tones.QUIET, tones.ACCENT_DARK])
def test_running_text_can_be_read_on_every_ground(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


def test_hints_and_the_main_button_can_be_read() -> None:
    assert contrast(tones.FAINT, tones.PAPER) >= 4.5
    assert contrast(tones.PAPER, tones.ACCENT) >= 4.5


def test_inputs_and_the_focus_ring_stand_out_from_the_paper() -> None:
    assert contrast(tones.EDGE, tones.PAPER) >= 3
    assert contrast(tones.ACCENT, tones.PAPER) >= 3
