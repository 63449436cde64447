"""The top level of the repository holds what the README explains, and the tests mirror the packages."""

from collections.abc import Iterable

from tests.house.tree import git_files, repository

TOP_LEVEL = frozenset(
    {"desktop", "sync", "resources", "tests", "pyproject.toml", "build_installer.py", "README.md", "LICENSE"}
)
#: Folders of tests that mirror no package: helpers, and tests of everything together.
TESTS_OF_THE_WHOLE = frozenset(
    {"house", "fakes", "simulation", "journeys", "benchmarks", "upgrades", "installer", "hub"}
)


def strangers(names: Iterable[str]) -> set[str]:
    """Top-level names that do not belong there; dot-files do."""
    tops = {name.split("/")[0] for name in names}
    return {top for top in tops if not top.startswith(".")} - TOP_LEVEL


def test_the_top_level_holds_only_what_is_agreed() -> None:
    assert strangers(git_files("--cached")) == set()


def test_a_stranger_at_the_top_level_is_seen() -> None:
    assert strangers(["sync/errors.py", "setup.cfg", ".gitignore", "docs/a.md"]) == {"setup.cfg", "docs"}


def test_the_top_level_is_complete() -> None:
    tops = {name.split("/")[0] for name in git_files("--cached")}
    assert TOP_LEVEL - tops == set()


def test_tests_mirror_the_packages() -> None:
    files = repository().files
    folders = {file.parent.as_posix() for file in files}
    # A package of ``sync`` is short of its first name in ``tests``, where most are of it.
    mirrored = {
        parts[1]
        for file in files
        if (parts := file.parts)[0] == "tests" and len(parts) > 2 and parts[1] not in TESTS_OF_THE_WHOLE
    }
    assert {name for name in mirrored if name != "desktop" and f"sync/{name}" not in folders} == set()


def test_every_folder_of_tests_is_a_package() -> None:
    files = set(repository().files)
    folders = {file.parent for file in files if file.parts[0] == "tests" and file.suffix == ".py"}
    assert {str(folder) for folder in folders if folder / "__init__.py" not in files} == set()
