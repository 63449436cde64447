"""A qtbot that waits as long as a slow computer needs: what comes is seen at once, what never comes fails late."""

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.demo.hands import CannotPlay, wait_until

#: Milliseconds. A PC that does ten other things needs seconds for what is done in a blink as a rule.
PATIENCE_MS = 120_000


class PatientBot(QtBot):
    """Waits in one event loop.

    QtBot disconnects a timer at every look. PySide then wants the interpreter while Qt holds a lock, and a thread that
    is just making a document has the interpreter and wants the lock: now and then a run would stand still for ever.
    """

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE_MS) -> None:  # noqa: N802  # its name
        """Wait until ``callback`` gives ``True``, or ``None`` without an AssertionError.

        Raises:
            TimeoutError: it did not within ``timeout`` milliseconds.
        """
        failed: list[AssertionError] = []
        broken: list[Exception] = []

        def met() -> bool:
            failed.clear()
            try:
                found = callback()
            except AssertionError as error:
                failed.append(error)
                return False
            except Exception as error:  # noqa: BLE001  # raised below: here a slot of Qt's would swallow it
                broken.append(error)
                return True
            return found is None or found

        try:
            wait_until(met, "waitUntil", timeout / 1000)
        except CannotPlay as error:
            raise self.TimeoutError(f"waited in vain for {timeout} ms") from (failed[0] if failed else error)
        if broken:
            raise broken[0]


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """pytest-qt's own, which waits for up to :data:`PATIENCE_MS` where a test does not say how long."""
    bot = PatientBot(request)
    for name in ("waitSignal", "waitSignals", "waitExposed"):
        setattr(bot, name, partial(getattr(bot, name), timeout=PATIENCE_MS))
    return bot
