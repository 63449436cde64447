"""An installation for each test of updates."""

from pathlib import Path

import pytest

from tests.desktop.updates.installs import Installed, install


@pytest.fixture
def here(tmp_path: Path) -> Installed:
    return install(tmp_path)
