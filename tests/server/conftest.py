"""One running district per test module and database."""

from collections.abc import Iterator

import pytest

from tests.fakes.district import District, running_district
from tests.fakes.postgres import Cluster


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def district(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    """A real server process on each kind of database, shared by the tests of a module."""
    home = tmp_path_factory.mktemp("server")
    if request.param == "sqlite":
        with running_district(home) as running:
            yield running
        return
    cluster: Cluster = request.getfixturevalue("postgres_cluster")
    name = cluster.create_database()
    with running_district(home, cluster.url_of(name)) as running:
        yield running
    cluster.drop_database(name)
