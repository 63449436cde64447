"""A computer whose power fails at a chosen operation on its files: that one is done by half, and none after it.

Python asks an audit hook before it opens, renames or removes a file, and an error of the hook keeps it from doing so.
A hook cannot be taken away again, so there is one, and it minds only what happens in a ``failing`` block.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

_CHANGES = frozenset({"os.mkdir", "os.rename", "os.remove", "os.rmdir"})
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Cut(BaseException):
    """The power has failed."""


@dataclass
class Power:
    """``left``: operations below ``folder`` until it fails; ``off``: it has failed."""

    folder: str
    left: int
    off: bool = False
    done: list[str] = field(default_factory=list)

    def use(self, event: str, path: str, *, writes: bool) -> None:
        """Do one operation, if there is power."""
        if not self.off and self.left:
            self.left -= 1
            self.done.append(f"{event} {path.removeprefix(self.folder)}")
            return
        if not self.off:
            self.off = True
            if writes and not os.path.lexists(path):
                # Half of a file is on the disk.
                Path(path).write_bytes(b"\x00\x00")
        raise Cut


_now: list[Power] = []


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if not _now or not (event in _CHANGES or event == "open"):
        return
    path = os.fsdecode(arguments[0]) if isinstance(arguments[0], str | bytes | os.PathLike) else ""
    flags = arguments[2] if event == "open" and isinstance(arguments[2], int) else 0
    if not path.startswith(_now[0].folder) or (event == "open" and not flags & _WRITING):
        return
    [power] = _now
    _now.clear()
    try:
        power.use(event, path, writes=event == "open")
    finally:
        _now.append(power)


@cache
def _watch() -> None:
    sys.addaudithook(_hook)


@contextmanager
def failing(folder: Path, after: int) -> Iterator[Power]:
    """Let the power fail after so many operations below ``folder``; what is in the block then ends with ``Cut``."""
    _watch()
    _now.append(Power(str(folder), after))
    try:
        yield _now[0]
    finally:
        _now.clear()
