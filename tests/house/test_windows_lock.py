"""The lock of the Windows packages agrees with what the program asks for. Nothing is fetched to look at that."""

import tomllib
from collections.abc import Mapping

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from resources.installer import inputs, papers
from tests.house.tree import ROOT


def test_the_lock_agrees_with_what_the_program_asks_for() -> None:
    """By name and range of versions, for the Python and the system that the lock is made for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(text) for text in project["dependencies"]]
    windows = {"python_version": inputs.PYTHON, "sys_platform": "win32", "platform_system": "Windows", "extra": ""}
    assert lock_problems(wanted, papers.locked_versions(), windows) == []
    assert len({canonicalize_name(item.name) for item in wanted}) == len(wanted)


def lock_problems(wanted: list[Requirement], locked: Mapping[str, str], system: dict[str, str]) -> list[str]:
    """The requirements that a lock does not meet."""
    needed = [item for item in wanted if item.marker is None or item.marker.evaluate(system)]
    has = {item: locked.get(canonicalize_name(item.name)) for item in needed}
    return [str(item) for item, version in has.items() if version is None or not item.specifier.contains(version)]


@pytest.mark.parametrize(
    ("asked", "problems"),
    [
        ("Segno>=1.6", []),
        ("segno>=1.7", ["segno>=1.7"]),
        ("stranger", ["stranger"]),
        ("stranger; python_version < '3.10'", []),
        ("segno==1.6.*,!=1.6.6", ["segno!=1.6.6,==1.6.*"]),
    ],
)
def test_a_lock_that_is_behind_is_seen(asked: str, problems: list[str]) -> None:
    assert lock_problems([Requirement(asked)], {"segno": "1.6.6"}, {"python_version": "3.12"}) == problems
