"""The story takes minutes: with several workers it begins first, so that nobody waits for it at the end."""

from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of this folder before all others, which keep their order."""
    items.sort(key=lambda item: not item.path.is_relative_to(HERE))
