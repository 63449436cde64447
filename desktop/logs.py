"""The log of a process: a rotating file in the data folder, with ids and codes only.

An error's words are written only if they are ours (they carry no names, NIK or diagnoses by rule); of any other error
the log gets its class and where it happened, because drivers like to quote the values they were given.
"""

import copy
import logging
import traceback
from logging.handlers import RotatingFileHandler
from types import TracebackType

from desktop.settings import Settings
from sync.errors import RujukError

_BYTES = 1_000_000
_FILES = 5

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class DiscreetFormatter(logging.Formatter):
    """Formats an exception without the values in it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line, never with an exception's words that another handler's formatter left in the record."""
        own = copy.copy(record)
        own.exc_text = None
        return super().format(own)

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - the name is logging's
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            words = f": {error}" if isinstance(error, RujukError) else ""
            frames = traceback.extract_tb(error.__traceback__)
            lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
            lines.append(f"{type(error).__name__}{words}")
            error = error.__cause__ or error.__context__
        return "\n".join(lines)


def start_log(settings: Settings, process: str) -> None:
    """Write the log of this ``process`` ("window", "agent") to ``logs/<process>.log`` from now on."""
    settings.logs.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        settings.logs / f"{process}.log", maxBytes=_BYTES, backupCount=_FILES, encoding="utf-8", delay=True
    )
    handler.setFormatter(DiscreetFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
