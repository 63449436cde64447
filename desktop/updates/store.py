"""What a data folder knows of updates: packages that wait, versions on trial, versions that failed, and the last news.

All of it lies in the folder ``updates``; a damaged mark counts as none. It must never hold anything but versions and
public keys.
"""

import contextlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from desktop.whole_files import write_whole
from sync.update_package import SUFFIX, Package, UpdateRefused, package_name, read_package, release_keys, version_key

_NEWS = "news.txt"
_DISTRICT_KEY = "district.key"
_BAD, _TRIED = "bad-", "tried-"
_KEY_BYTES = 32
#: Until a package is there whole.
_COPY = ".copy"


@dataclass(frozen=True, slots=True)
class Store:
    """The folder ``updates`` of a data folder, which need not exist yet."""

    folder: Path

    def keys(self, district: bytes | None = None) -> frozenset[bytes]:
        """Whose packages are taken: the makers', and the district server's, whose key this PC has pinned.

        Args:
            district: the pinned key from the database, which is kept here for the next start; ``None`` where the
                database is not open: then what was kept counts.
        """
        # No safer in the key store: whoever can write here could as well replace the program itself.
        with contextlib.suppress(OSError, ValueError):
            if district is None:
                district = bytes.fromhex((self.folder / _DISTRICT_KEY).read_text("ascii"))
            else:
                self._write(_DISTRICT_KEY, district.hex())
        return release_keys() if district is None or len(district) != _KEY_BYTES else release_keys() | {district}

    def put(self, package: Package) -> Path:
        """Keep a verified package for the next start, and for the PCs of this hub; the place.

        Raises:
            OSError: it cannot be kept; what was there before is as it was.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        place = self.folder / package_name(package.version)
        part = place.with_suffix(_COPY)
        shutil.copyfile(package.path, part)
        part.replace(place)
        return place

    def waiting(self, keys: frozenset[bytes], version: str) -> Package | None:
        """The newest package that is newer than ``version`` and has not failed here.

        That of ``version`` itself is kept, because a hub hands it on; what is older or none of ours is removed.
        """
        found: list[Package] = []
        for path in self.folder.glob(f"*{_COPY}"):
            # What a power cut left of it.
            _drop(path)
        for path in self.folder.glob(f"*{SUFFIX}"):
            try:
                package = read_package(path, keys)
                if version_key(package.version) < version_key(version) or self.is_bad(package.version):
                    raise UpdateRefused("not_newer")
            except UpdateRefused as error:
                if error.code != "unreadable":
                    _drop(path)
                continue
            found.append(package)
        newest = max(found, key=lambda package: version_key(package.version), default=None)
        return newest if newest and version_key(newest.version) > version_key(version) else None

    def ready(self, version: str) -> str:
        """The newest version that waits for the next start, by the names of what was verified; "" if there is none."""
        waits = [name for name in self._kept() if not self.is_bad(name) and version_key(name) > version_key(version)]
        return max(waits, key=version_key, default="")

    def newest_known(self, version: str) -> str:
        """The newest of ``version``, those that wait and those that failed: only what is newer is worth fetching."""
        failed = [path.name.removeprefix(_BAD) for path in self.folder.glob(f"{_BAD}*")]
        return max([version, *self._kept(), *filter(_is_version, failed)], key=version_key)

    def starts_on_trial(self, version: str) -> int | None:
        """How many starts have not reached the window; ``None`` for a version that is proven."""
        try:
            return int((self.folder / f"{_TRIED}{version}").read_text("ascii"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            return 0

    def count_start(self, version: str, starts: int) -> None:
        """Note how many starts of a version that passed its self-test have not reached the window."""
        self._write(f"{_TRIED}{version}", str(starts))

    def end_trial(self, version: str) -> None:
        """The version has proven itself, or is current no more."""
        (self.folder / f"{_TRIED}{version}").unlink(missing_ok=True)

    def mark_bad(self, version: str, why: str) -> None:
        """Note that a version failed here, and tell it at the next window."""
        self._write(f"{_BAD}{version}", why)
        self._write(_NEWS, f"{version} {why}")
        _drop(self.folder / package_name(version))

    def is_bad(self, version: str) -> bool:
        """Whether a version has failed here."""
        return (self.folder / f"{_BAD}{version}").exists()

    def take_news(self) -> str:
        """The version that was taken back since the last window, with the reason; told once. "" if there is none."""
        news = ""
        with contextlib.suppress(OSError, UnicodeDecodeError):
            news = (self.folder / _NEWS).read_text("ascii")
            (self.folder / _NEWS).unlink(missing_ok=True)
        return news

    def _kept(self) -> list[str]:
        names = (path.name.removeprefix("Rujuk-").removesuffix(SUFFIX) for path in self.folder.glob(f"*{SUFFIX}"))
        return [name for name in names if _is_version(name)]

    def _write(self, name: str, text: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self.folder / name, text.encode("ascii"))


def _is_version(text: str) -> bool:
    try:
        return bool(version_key(text))
    except UpdateRefused:
        return False


def _drop(path: Path) -> None:
    """Remove a package; where something holds it open, the next start does."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
