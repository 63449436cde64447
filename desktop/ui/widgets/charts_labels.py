"""Where labels go on a map so that none lies over another or over a symbol: the first free place, the weightiest first.

Plain geometry on rectangles (left, top, width, height); a label that finds no place is left out and never drawn small.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Box = tuple[float, float, float, float]

#: Side of the squares in which neighbours are looked for, in pixels.
_SQUARE = 64.0
_AIR = 3.0


@dataclass(frozen=True, slots=True)
class Anchor:
    """A symbol's middle, its half size, and the size of the label that belongs to it."""

    id: str
    x: float
    y: float
    radius: float
    width: float
    height: float
    weighty: bool = False
    """Rather lies over a small sign than nowhere."""
    must: bool = False
    """Is placed even where it lies over something else."""


class _Taken:
    """Rectangles that are taken, found by the squares they lie in."""

    def __init__(self, boxes: Iterable[Box]) -> None:
        self._squares: dict[tuple[int, int], list[Box]] = {}
        for box in boxes:
            self.add(box)

    def add(self, box: Box) -> None:
        for square in _squares(box):
            self._squares.setdefault(square, []).append(box)

    def is_free(self, box: Box) -> bool:
        return not any(_meet(box, other) for square in _squares(box) for other in self._squares.get(square, ()))


def place_labels(
    anchors: Sequence[Anchor], signs: Iterable[Box], small_signs: Iterable[Box], area: Box
) -> dict[str, Box]:
    """The places of the labels that find one inside ``area``; ``anchors`` come in order of weight."""
    taken, small = _Taken(signs), _Taken(small_signs)
    found: dict[str, Box] = {}
    for anchor in anchors:
        inside = [box for box in _candidates(anchor) if _within(box, area)]
        free = [box for box in inside if taken.is_free(box)]
        best = [box for box in free if small.is_free(box)]
        if anchor.weighty or anchor.must:
            best += free
        if anchor.must:
            best += inside
        if best:
            taken.add(best[0])
            found[anchor.id] = best[0]
    return found


def _candidates(anchor: Anchor) -> Iterator[Box]:
    """Right, left, below, above, then the corners."""
    width, height, off = anchor.width, anchor.height, anchor.radius + _AIR
    x, y = anchor.x, anchor.y
    yield x + off, y - height / 2, width, height
    yield x - off - width, y - height / 2, width, height
    yield x - width / 2, y + off, width, height
    yield x - width / 2, y - off - height, width, height
    for left in (x + off * 0.7, x - off * 0.7 - width):
        for top in (y + off * 0.4, y - off * 0.4 - height):
            yield left, top, width, height


def _squares(box: Box) -> Iterator[tuple[int, int]]:
    left, top, width, height = box
    for column in range(int(left // _SQUARE), int((left + width) // _SQUARE) + 1):
        for row in range(int(top // _SQUARE), int((top + height) // _SQUARE) + 1):
            yield column, row


def _meet(one: Box, other: Box) -> bool:
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )


def _within(box: Box, area: Box) -> bool:
    return (
        box[0] >= area[0]
        and box[1] >= area[1]
        and box[0] + box[2] <= area[0] + area[2]
        and box[1] + box[3] <= area[1] + area[3]
    )
