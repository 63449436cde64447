"""A qtbot that waits as long as a slow computer needs: what comes is seen at once, what never comes fails late."""

from functools import partial

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

#: Milliseconds. A PC that does ten other things needs seconds for what is done in a blink as a rule.
PATIENCE_MS = 120_000


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """pytest-qt's own, which waits for up to :data:`PATIENCE_MS` where a test does not say how long."""
    bot = QtBot(request)
    for name in ("waitUntil", "waitSignal", "waitSignals", "waitExposed"):
        setattr(bot, name, partial(getattr(bot, name), timeout=PATIENCE_MS))
    return bot
