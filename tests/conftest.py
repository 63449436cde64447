"""What every test may use: a real PostgreSQL, and the certainty that nothing of this computer's own data is touched."""

import gc
import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.fakes.postgres", "tests.fakes.patience", "tests.simulation.summary"]

# A test that forgets to name its own folder fails here instead of meeting somebody's real data.
os.environ["RUJUK_HOME"] = os.environ["RUJUK_SERVER_HOME"] = str(Path(os.devnull, "a-test-names-its-own-folder"))
os.environ.pop("RUJUK_DATABASE_URL", None)

# Every run looks at the same examples: a failure seen anywhere is seen everywhere. No deadline and no limit on
# how slowly examples are made, as machines differ.
settings.register_profile(
    "rujuk", deadline=None, database=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("rujuk")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """What a test with widgets leaves goes with it, in this thread: collected in another one, it ends the process.

    The program sees to the same by itself (``desktop.ui.collecting``); a test may have widgets without a program.
    """
    if "qapp" not in getattr(item, "fixturenames", ()):
        return (yield)
    thresholds = gc.get_threshold()
    gc.set_threshold(0)
    try:
        return (yield)
    finally:
        from PySide6.QtCore import QCoreApplication, QEvent

        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        gc.set_threshold(*thresholds)


def pytest_collection_finish() -> None:
    """What is imported by now stays; looking through it again after each test would cost more than the tests."""
    gc.collect()
    gc.freeze()
