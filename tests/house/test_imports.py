"""Imports point one way, as the table in ``tests/house/imports.py`` says."""

from pathlib import Path

import pytest

from tests.house.imports import LAYERS, import_problems, reachable
from tests.house.tree import planted, report, repository


def test_imports_point_one_way() -> None:
    assert report(import_problems(repository())) == ""


def test_no_layer_needs_itself_in_a_round() -> None:
    assert [layer for layer in LAYERS if layer in reachable(layer)] == []


@pytest.mark.parametrize("layer", ["desktop.ui", "desktop.app"])
def test_the_window_cannot_load_the_exchange(layer: str) -> None:
    assert "sync.replica" in reachable(layer)
    assert "sync.exchange" not in reachable(layer)


def test_sync_knows_nothing_of_the_desktop() -> None:
    for layer in LAYERS:
        if layer.startswith("sync."):
            assert not [name for name in reachable(layer) if name.startswith("desktop")], layer


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("sync/replica/spoilt.py", "from desktop.settings import Settings"),
        ("sync/records/spoilt.py", "from sync.revisions.fold import fold"),
        ("sync/revisions/spoilt.py", "import sync.replica.replica"),
        ("sync/records/spoilt.py", "import time"),
        ("sync/revisions/fold.py", "from os import urandom"),
        ("sync/exchange/engine.py", "import requests"),
        ("sync/exchange/engine.py", "from sqlalchemy import select"),
        ("sync/replica/spoilt.py", "from starlette.applications import Starlette"),
        ("sync/records/patient.py", "from .facility import Facility"),
        ("desktop/ui/screens/spoilt.py", "from sync.exchange.engine import exchange"),
        ("desktop/ui/screens/spoilt.py", "def late():\n    from sync.exchange.engine import exchange"),
        ("desktop/ui/screens/spoilt.py", 'importlib.import_module("sync.exchange.engine")'),
        ("desktop/ui/screens/spoilt.py", "import requests"),
        ("desktop/app.py", "from sync.exchange import engine"),
        ("desktop/queries/spoilt.py", "from PySide6.QtCore import QObject"),
        ("desktop/queries/spoilt.py", "from desktop.actions import referrals"),
        ("desktop/actions/spoilt.py", "from sqlalchemy import select"),
        ("desktop/actions/spoilt.py", "from desktop.ui.desk import Desk"),
        ("desktop/bootstrap.py", "import platformdirs"),
        ("desktop/spoilt.py", "import json"),
        ("desktop/app.py", "from tests.fakes.proxy import Proxy"),
        ("tests/__main__.py", "import pytest"),
    ],
)
def test_an_import_that_points_the_wrong_way_is_seen(tmp_path: Path, file: str, line: str) -> None:
    assert len(list(import_problems(planted(tmp_path, {file: line})))) == 1


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("sync/exchange/http.py", "import requests"),
        ("sync/revisions/environment.py", "import time"),
        ("desktop/ui/screens/good.py", "from PySide6.QtWidgets import QWidget\nfrom desktop.queries import beds"),
        ("desktop/agent.py", "from sync.exchange.engine import exchange"),
        ("desktop/assets.py", "from desktop.ui.tones import INK"),
        ("tests/__main__.py", "from desktop.bootstrap import main"),
    ],
)
def test_an_import_that_points_the_right_way_is_let_pass(tmp_path: Path, file: str, line: str) -> None:
    assert report(import_problems(planted(tmp_path, {file: line}))) == ""
