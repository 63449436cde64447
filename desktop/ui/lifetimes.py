"""Whether what an answer is for is still on the screen: Qt destroys a widget while functions still hold its name.

It looks only and keeps nothing alive.
"""

from collections.abc import Callable, Iterator
from functools import partial
from types import CellType, FunctionType
from typing import Any

from PySide6.QtCore import QObject
from shiboken6 import isValid

#: Equal to the cell of a name that has no value yet.
_EMPTY = CellType()


def alive(receiver: Callable[..., Any]) -> bool:
    """Whether every object of Qt that a callable holds still exists; a screen may be gone when its answer comes.

    What it holds: the object whose method it is, what a ``partial`` was given, and what a function found around it.
    """
    seen: set[int] = set()
    waiting: list[object] = [receiver]
    while waiting:
        item = waiting.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        if isinstance(item, QObject):
            if not isValid(item):
                return False
        else:
            waiting += _held(item)
    return True


def _held(item: object) -> Iterator[object]:
    if isinstance(item, partial):
        yield item.func
        yield from item.args
        yield from item.keywords.values()
    elif isinstance(item, FunctionType):
        yield from (cell.cell_contents for cell in item.__closure__ or () if cell != _EMPTY)
    elif callable(item) and not isinstance(item, type):
        yield getattr(item, "__self__", None)
