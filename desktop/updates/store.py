"""What a data folder knows of updates: packages that wait, versions on trial, versions that failed, and the last news.

All of it lies in the folder ``updates``; a damaged mark counts as none. It must never hold anything but versions.
"""

import contextlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from desktop.updates.package import SUFFIX, Package, UpdateRefused, read_package, version_key
from desktop.whole_files import write_whole

#: A version on trial whose self-test did not run yet.
UNTESTED = -1
_NEWS = "news.txt"


@dataclass(frozen=True, slots=True)
class Store:
    """The folder ``updates`` of a data folder, which need not exist yet."""

    folder: Path

    def put(self, package: Package) -> Path:
        """Keep a package until the next start; the place.

        Raises:
            OSError: it cannot be kept; what was there before is as it was.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        place = self.folder / f"Rujuk-{package.version}{SUFFIX}"
        if place.resolve() != package.path.resolve():
            part = place.with_suffix(".part")
            shutil.copyfile(package.path, part)
            part.replace(place)
        return place

    def waiting(self, keys: frozenset[bytes], version: str) -> Package | None:
        """The newest package that is newer than ``version`` and has not failed here; all others are removed."""
        found: list[Package] = []
        for path in self.folder.glob(f"*{SUFFIX}"):
            try:
                package = read_package(path, keys)
                if version_key(package.version) <= version_key(version) or self.is_bad(package.version):
                    raise UpdateRefused("not_newer")
            except UpdateRefused:
                path.unlink(missing_ok=True)
                continue
            found.append(package)
        return max(found, key=lambda package: version_key(package.version), default=None)

    def begin_trial(self, version: str) -> None:
        """Note that a version was neither tested nor has shown its window yet."""
        self._write(f"tried-{version}", str(UNTESTED))

    def starts_on_trial(self, version: str) -> int | None:
        """How many starts have not reached the window, or ``UNTESTED``; ``None`` for a version that is proven."""
        try:
            return int((self.folder / f"tried-{version}").read_text("ascii"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            return UNTESTED

    def count_start(self, version: str, starts: int) -> None:
        """Note how many starts of a version that passed its self-test have not reached the window."""
        self._write(f"tried-{version}", str(starts))

    def prove(self, version: str) -> None:
        """The window was shown: the version has proven itself."""
        (self.folder / f"tried-{version}").unlink(missing_ok=True)
        for path in self.folder.glob(f"*-{version}{SUFFIX}"):
            path.unlink(missing_ok=True)

    def mark_bad(self, version: str, why: str) -> None:
        """Note that a version failed here, and tell it at the next window."""
        self._write(f"bad-{version}", why)
        self._write(_NEWS, f"{version} {why}")
        (self.folder / f"tried-{version}").unlink(missing_ok=True)

    def is_bad(self, version: str) -> bool:
        """Whether a version has failed here."""
        return (self.folder / f"bad-{version}").exists()

    def take_news(self) -> str:
        """The version that was taken back since the last window, with the reason; told once. "" if there is none."""
        news = ""
        with contextlib.suppress(OSError, UnicodeDecodeError):
            news = (self.folder / _NEWS).read_text("ascii")
            (self.folder / _NEWS).unlink(missing_ok=True)
        return news

    def _write(self, name: str, text: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self.folder / name, text.encode("ascii"))
