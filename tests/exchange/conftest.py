"""What the tests of the exchange begin with: a small district, and towns for sticks that are copied for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.server.app import create_app
from tests.exchange.places import Place
from tests.fakes.district import created_district
from tests.fakes.replicas import SmallDistrict
from tests.fakes.sticks import Town
from tests.simulation.edge import HERE


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


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A server with a puskesmas and a hospital."""
    with created_district(tmp_path) as replica:
        yield Place(replica, create_app(replica, pool=HERE))
