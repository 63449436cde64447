"""The outcome of one check as a value, and how a function becomes one.

A check says what it found in ids, versions and numbers. It must never hold a patient's data or a key.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from sync.errors import RujukError


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. ``found`` is for support, ``advice`` for whoever reads GAGAL."""

    key: str
    title: str
    ok: bool
    found: str
    advice: str
    ms: int

    @property
    def line(self) -> str:
        """The words of the report."""
        head = f"{'OK   ' if self.ok else 'GAGAL'}  {self.title}: {self.found} ({self.ms} ms)"
        return head if self.ok else f"{head}\n       Yang perlu dilakukan: {self.advice}"


class CheckFailed(RujukError):
    """What a check looked for is not as it must be; the message goes into the report."""


def checked(key: str, title: str, advice: str, work: Callable[[], str]) -> Check:
    """Run ``work``, whose answer is what was found; whatever it raises is a check that failed."""
    began = time.monotonic()
    try:
        ok, found = True, work()
    except CheckFailed as error:
        ok, found = False, str(error)
    except Exception as error:  # noqa: BLE001 - a check must report every failure, also one of a library
        # No words of libraries: they may quote values.
        words = f": {error}" if isinstance(error, RujukError) else f" di {_place(error)}"
        ok, found = False, f"{type(error).__name__}{words}"
    return Check(key, title, ok, found, "" if ok else advice, round((time.monotonic() - began) * 1000))


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "?"
    code = trace.tb_frame.f_code
    return f"{code.co_filename.replace(chr(92), '/').rpartition('/')[2]}:{trace.tb_lineno}"
