"""The colours of the program and what they mean, in one place. Never the only carrier of a meaning: a word goes along.

All pairs of ink and ground have a contrast of at least 4.5 to 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Tone(StrEnum):
    """What a coloured mark means."""

    NEUTRAL = "neutral"
    INFO = "info"
    GOOD = "good"
    ATTENTION = "attention"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Colours:
    """``ink`` on ``ground``, framed by ``edge``."""

    ink: str
    ground: str
    edge: str


TONES: Mapping[Tone, Colours] = MappingProxyType(
    {
        Tone.NEUTRAL: Colours("#475467", "#eef1f4", "#cfd6de"),
        Tone.INFO: Colours("#0b4f86", "#e3f0fb", "#a9cdec"),
        Tone.GOOD: Colours("#0f5e3c", "#e0f4e9", "#a3d9bd"),
        Tone.ATTENTION: Colours("#7a4a00", "#fdf1d8", "#ecca86"),
        Tone.DANGER: Colours("#9b1c1c", "#fde8e6", "#f0b1aa"),
    }
)

INK = "#1d2733"
QUIET = "#55616f"
PAPER = "#ffffff"
DESK = "#f3f5f7"
MENU = "#e9eef1"
LINE = "#d3dae1"
#: The frame of inputs and buttons: 3 to 1 against paper, so that an input is seen as one.
EDGE = "#8592a0"
#: Hints and what is switched off.
FAINT = "#6b7683"
ACCENT = "#0f6b66"
ACCENT_DARK = "#0a524e"
ACCENT_PALE = "#dcefed"
