"""What the READMEs promise is there: the two commands, and everything they link to."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import ROOT, Tree, git_files, planted, report, repository

LARGEST_PICTURE = 200_000


def broken_links(tree: Tree) -> Iterator[str]:
    """Links of READMEs to files that are not there."""
    for file, text in tree.texts():
        if file.suffix == ".md":
            for target in re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", text):
                if not (tree.root / file.parent / target).exists():
                    yield f"{file}: {target}"


def test_every_link_of_a_readme_leads_somewhere() -> None:
    assert report(broken_links(repository())) == ""


def test_a_link_that_leads_nowhere_is_seen(tmp_path: Path) -> None:
    tree = planted(tmp_path, {"README.md": "[there](a/b.md) ![no](a/c.png) [out](https://example.org)", "a/b.md": ""})
    assert list(broken_links(tree)) == ["README.md: a/c.png"]


def test_pictures_are_small_enough_to_be_cloned_over_a_slow_line() -> None:
    pictures = [file for file in git_files("--cached") if file.endswith((".png", ".jpg"))]
    assert [name for name in pictures if (ROOT / name).stat().st_size > LARGEST_PICTURE] == []


def test_the_two_commands_of_the_readme_are_those_we_run_ourselves() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in (
        "python3 -m desktop.bootstrap demo",
        "py -m desktop.bootstrap demo",
        "python3 -m tests",
        "py -m tests",
    ):
        assert f"`{command}`" in readme
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").endswith("exec python3 -m tests\n")
    assert git_files("--stage", ".ci/run")[0].startswith("100755")
