"""The repository as its tests see it: which files belong to it, and their Python modules.

Reads only; a ``Tree`` can be made of any folder, so that each check is also shown to catch a planted mistake.
"""

import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Tree:
    """A folder and the files in it that count, as paths relative to it."""

    root: Path
    files: tuple[PurePosixPath, ...]

    def texts(self) -> Iterator[tuple[PurePosixPath, str]]:
        """Every file that is text, with its text."""
        for file in self.files:
            content = (self.root / file).read_bytes()
            if b"\0" not in content:
                yield file, content.decode("utf-8")

    def modules(self) -> Iterator[tuple[PurePosixPath, str]]:
        """Every Python file, with its text."""
        return ((file, text) for file, text in self.texts() if file.suffix == ".py")


def repository() -> Tree:
    """This repository: what git has, and what it would add."""
    names = git_files("--cached", "--others", "--exclude-standard")
    return Tree(ROOT, tuple(PurePosixPath(name) for name in names if (ROOT / name).is_file()))


def git_files(*options: str) -> list[str]:
    """What ``git ls-files`` says, also where the folder belongs to another user."""
    command = ["git", "-c", f"safe.directory={ROOT.as_posix()}", "ls-files", "-z", *options]
    output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode("utf-8")
    return sorted(name for name in output.split("\0") if name)


def planted(root: Path, files: Mapping[str, str]) -> Tree:
    """A tree made of ``files`` in the empty folder ``root``."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Tree(root, tuple(map(PurePosixPath, files)))


def report(problems: Iterable[str]) -> str:
    """The problems, one a line; empty if there are none."""
    return "\n".join(sorted(problems))
