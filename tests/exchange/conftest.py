"""What the tests of the exchange begin with: a small district, and towns for sticks that are copied for each test."""

from collections.abc import Iterator

import pytest

from tests.fakes.replicas import SmallDistrict
from tests.fakes.sticks import Town


@pytest.fixture
def district() -> Iterator[SmallDistrict]:
    """A district on SQLite in memory."""
    made = SmallDistrict()
    yield made
    made.close()


@pytest.fixture(scope="session")
def made_town() -> Iterator[Town]:
    """The town that is copied; never used itself."""
    made = Town.made()
    yield made
    made.close()


@pytest.fixture
def town(made_town: Town) -> Iterator[Town]:
    """A puskesmas with two PCs, another puskesmas and a hospital."""
    copy = made_town.copy()
    yield copy
    copy.close()
