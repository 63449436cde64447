"""What a chart shows, as frozen values: bars with their words. A chart widget and the printed report take the same.

A value that is not known is no bar; every text is worded by who makes the value, so that nothing is rounded here.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. ``text`` stands beside it, ``spoken`` says it whole; ``part`` is drawn darker inside ``amount``."""

    label: str
    amount: float
    text: str
    spoken: str
    id: str = ""
    part: float | None = None
    """A second amount: in columns inside the first, in pairs beside it."""
    part_text: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """Bars that stand, over time or in classes. ``legend`` names amount and part, where there is a part."""

    bars: tuple[Bar, ...]
    legend: tuple[str, str] | None = None
    beside: bool = False
    """Whether the second amount stands beside the first; else it is a part of it."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Bars that lie under each other, each behind its label."""

    bars: tuple[Bar, ...]


ChartValue = Columns | Lines

NO_BARS = Lines(())
