"""Journeys draw off the screen, and keys go to files and never to a person's key store."""

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

# Qt and keyring read these two when they start.
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.sides import Sides


@pytest.fixture
def sides(tmp_path: Path) -> Iterator[Sides]:
    """A small district whose PCs are files."""
    made = Sides(tmp_path)
    yield made
    made.close()
