"""The package of an update: a zip with the files of a version, a list of them, and a signature over that list.

Reading verifies the signature before anything else is believed. Nothing of a package is ever run from here, and no file
is unpacked outside the folder that is named.
"""

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from sync.errors import RujukError

SUFFIX = ".rujuk-update"
_LIST, _SIGNATURE = "update.json", "update.sig"
_FORM = "rujuk-update-1"
_VERSION = re.compile(r"\d{1,5}(\.\d{1,5}){1,3}")
_RUNTIME = re.compile(r"runtime-[0-9a-f]{8,16}")
#: A list longer than this is none; neither is a version larger than this.
_LONGEST_LIST, _LARGEST = 20_000_000, 2_000_000_000
_PIECE = 1 << 20
_SIGNED_BY, _KEY = 64, 32
#: The day that every file of a zip bears, so that two builds are equal.
_DAY = (2026, 1, 1, 0, 0, 0)


class UpdateRefused(RujukError):
    """A package is not taken; the version that works goes on. ``code`` says why."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Package:
    """A package whose list was signed by a key that is trusted. ``files``: path -> size and SHA-256."""

    path: Path
    version: str
    runtime: str
    files: Mapping[str, tuple[int, str]]

    @property
    def app(self) -> str:
        """The folder of the code."""
        return f"app-{self.version}"

    @property
    def full(self) -> bool:
        """Whether the runtime is in it, too."""
        return any(name.startswith(f"{self.runtime}/") for name in self.files)

    @property
    def size(self) -> int:
        """Bytes when unpacked."""
        return sum(size for size, _digest in self.files.values())


def version_key(version: str) -> tuple[int, ...]:
    """For comparing: ``1.10`` is newer than ``1.9``; raises UpdateRefused for what is no version."""
    if _VERSION.fullmatch(version) is None:
        raise UpdateRefused("damaged", "no version")
    numbers = tuple(int(part) for part in version.split("."))
    return numbers + (0,) * (4 - len(numbers))


def read_package(path: Path, keys: Collection[bytes]) -> Package:
    """What a package holds, its list verified; the files are verified when they are unpacked.

    Raises:
        UpdateRefused: ``unreadable``, ``damaged``, or ``unsigned`` (by no key of ``keys``).
    """
    try:
        with zipfile.ZipFile(path) as archive:
            listed = _read(archive, _LIST)
            _verify(listed, _read(archive, _SIGNATURE), keys)
            package = _understood(path, listed)
            names = [info.filename for info in archive.infolist()]
            sizes = {info.filename: info.file_size for info in archive.infolist()}
    except OSError as error:
        raise UpdateRefused("unreadable", type(error).__name__) from error
    except (zipfile.BadZipFile, KeyError, NotImplementedError) as error:
        raise UpdateRefused("damaged", type(error).__name__) from error
    if len(names) != len(set(names)) or set(names) != {*package.files, _LIST, _SIGNATURE}:
        raise UpdateRefused("damaged", "other files than listed")
    if any(sizes[name] != size for name, (size, _digest) in package.files.items()):
        raise UpdateRefused("damaged", "other sizes than listed")
    return package


def unpack(package: Package, part: str, folder: Path, write: Callable[[Path, IO[bytes]], str]) -> None:
    """Unpack the files below ``part`` (``app-1.2.0``) into ``folder``; ``write`` stores one and gives its SHA-256.

    Raises:
        UpdateRefused: a file is not what the signed list says. OSError: it cannot be written.
    """
    try:
        with zipfile.ZipFile(package.path) as archive:
            for name, (_size, digest) in package.files.items():
                top, _, rest = name.partition("/")
                if top != part:
                    continue
                with archive.open(name) as source:
                    if write(folder / rest, source) != digest:
                        raise UpdateRefused("damaged", name)
    except (zipfile.BadZipFile, EOFError, ValueError) as error:
        raise UpdateRefused("damaged", type(error).__name__) from error


def verify_files(package: Package) -> None:
    """Read every file of a package and compare it with the signed list; raises UpdateRefused as :func:`unpack`."""
    for part in {name.partition("/")[0] for name in package.files}:
        unpack(package, part, Path(), _digest)


def build_package(folders: Collection[Path], version: str, runtime: str, out: Path, key: bytes) -> Path:
    """Make a package of an ``app-<version>`` folder, and for a full one of its ``runtime-<id>``; signed by ``key``.

    Raises:
        UpdateRefused: the folders are not those of this version.
    """
    files = {f"{folder.name}/{path.relative_to(folder).as_posix()}": path for folder in folders for path in _in(folder)}
    contents = {name: path.read_bytes() for name, path in sorted(files.items())}
    listed = {
        "form": _FORM,
        "version": version,
        "runtime": runtime,
        "files": {name: [len(data), hashlib.sha256(data).hexdigest()] for name, data in contents.items()},
    }
    text = json.dumps(listed, sort_keys=True, separators=(",", ":")).encode()
    _understood(out, text)
    import nacl.signing

    signer = nacl.signing.SigningKey(key)
    signature = bytes(signer.verify_key) + signer.sign(text).signature
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in {_LIST: text, _SIGNATURE: signature, **contents}.items():
            archive.writestr(zipfile.ZipInfo(name, _DAY), data, zipfile.ZIP_DEFLATED)
    return out


def trusted_keys(text: str) -> frozenset[bytes]:
    """The public keys in ``release.keys``."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return frozenset(bytes.fromhex(line) for line in lines if line)


def _digest(_path: Path, source: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := source.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > _LONGEST_LIST:
        raise UpdateRefused("damaged", "a list too long")
    return archive.read(name)


def _verify(listed: bytes, signed: bytes, keys: Collection[bytes]) -> None:
    # Here, because as a rule no package waits, and the first paint must not wait for this.
    import nacl.exceptions
    import nacl.signing

    key, signature = signed[:_KEY], signed[_KEY:]
    if key not in keys or len(signature) != _SIGNED_BY:
        raise UpdateRefused("unsigned", "by no key that is trusted")
    try:
        nacl.signing.VerifyKey(key).verify(listed, signature)
    except nacl.exceptions.BadSignatureError as error:
        raise UpdateRefused("unsigned", "the signature does not fit") from error


def _understood(path: Path, listed: bytes) -> Package:
    try:
        found: dict[str, Any] = json.loads(listed)
        if found["form"] != _FORM:
            raise UpdateRefused("too_new", "another form of package")
        files = {str(name): (int(size), str(digest)) for name, (size, digest) in found["files"].items()}
        package = Package(path, str(found["version"]), str(found["runtime"]), files)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UpdateRefused("damaged", "the list cannot be understood") from error
    version_key(package.version)
    if _RUNTIME.fullmatch(package.runtime) is None or package.size > _LARGEST:
        raise UpdateRefused("damaged", "the list cannot be right")
    if not all(_is_inside(name, (package.app, package.runtime)) for name in files):
        raise UpdateRefused("damaged", "a file outside its folder")
    if f"{package.app}/manifest.json" not in files:
        raise UpdateRefused("damaged", "no manifest")
    return package


def _is_inside(name: str, folders: tuple[str, ...]) -> bool:
    path = PurePosixPath(name)
    plain = name == str(path) and "\\" not in name and ":" not in name and not set(path.parts) & {"..", "."}
    return plain and len(path.parts) > 1 and path.parts[0] in folders
