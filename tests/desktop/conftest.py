"""What every desktop test may use. Qt draws off the screen, and keys go to files and never to a person's key store."""

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

# Qt and keyring read these two when they start.
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop import assets
from desktop.ui.desk import Desk
from desktop.ui.place import load_place
from tests.desktop.homes import Home, make_home
from tests.desktop.two_pcs import TwoPcs, make_two_pcs
from tests.fakes.district import District, running_district
from tests.fakes.replicas import SmallDistrict


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """The application with the program's own font, colours and style."""
    assets.dress(qapp)
    return qapp


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    """A real server process, one for all tests of a module."""
    with running_district(tmp_path_factory.mktemp("server")) as running:
        yield running


MakeHome = Callable[..., Home]


@pytest.fixture
def new_home(tmp_path: Path) -> Iterator[MakeHome]:
    """Makes enrolled data folders, see :func:`tests.desktop.homes.make_home`."""
    made: list[Home] = []

    def make(kind: str = "puskesmas", **details: object) -> Home:
        home = make_home(tmp_path / f"home-{len(made)}", kind, **details)  # type: ignore[arg-type]  # passed through
        made.append(home)
        return home

    yield make
    for home in made:
        home.close()


@pytest.fixture
def home(new_home: MakeHome) -> Home:
    """An enrolled PC of a puskesmas with two members of staff, nobody chosen yet."""
    return new_home()


@pytest.fixture
def new_desk(qapp: QApplication) -> Iterator[Callable[[Home], Desk]]:
    """Opens desks on data folders."""
    made: list[Desk] = []

    def make(home: Home) -> Desk:
        place = load_place(home.settings)
        assert place is not None
        desk = Desk(place)
        made.append(desk)
        return desk

    yield make
    for desk in made:
        desk.close()


@pytest.fixture
def desk(new_desk: Callable[[Home], Desk], home: Home) -> Desk:
    """A desk on ``home``."""
    return new_desk(home)


@pytest.fixture
def two_pcs(new_home: MakeHome) -> Iterator[TwoPcs]:
    """Two PCs of one puskesmas that know the same, see :mod:`tests.desktop.two_pcs`."""
    district = SmallDistrict()
    yield make_two_pcs(new_home, district)
    district.close()
