"""The package of an update: a signed list of the files of a version, and behind it all of them, packed as one.

Nothing is believed before the signature over the list fits a trusted key; the list holds the SHA-256 of all that
follows. Nothing of a package is ever run from here, and no name of a file leads out of its folder.

    rujuk-update-2\\n, length of the list (4 bytes), list (JSON), public key (32), signature (64), files (xz)
"""

import hashlib
import json
import lzma
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, Protocol

from sync.errors import RujukError

SUFFIX = ".rujuk-update"
RELEASE_KEYS = Path(__file__).resolve().parents[1] / "resources" / "updates" / "release.keys"
#: In each installed folder, made from the list when it is unpacked.
_MANIFEST = "manifest.json"

_HEAD = b"rujuk-update-2\n"
_OTHER_HEAD = re.compile(rb"rujuk-update-\d\n")
#: Before what is signed, so that the same key's signature of something else is none.
_SIGNED = b"rujuk-update-2 list\n"
_VERSION = re.compile(r"\d{1,5}(\.\d{1,5}){1,3}")
_RUNTIME = re.compile(r"runtime-[0-9a-f]{8,16}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
#: What Windows lets no file be called, whatever follows the first dot.
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[\x00-\x1f<>:"|?*\\]')
#: A list longer than this is none; neither is a version larger than this when unpacked.
_LONGEST_LIST, _LARGEST = 20_000_000, 2_000_000_000
_LENGTH, _KEY, _SIGNATURE = 4, 32, 64
_PIECE = 1 << 20
#: Stand for key and signature of a package that nobody has signed yet.
_NOBODY = bytes(_KEY + _SIGNATURE)


class UpdateRefused(RujukError):
    """A package is not taken; the version that works goes on. ``code`` says why."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Package:
    """A package whose list was signed by ``signer``. ``files``: path -> size and SHA-256, in the order of the content.

    ``begin``: where the content begins in the file; ``content``: its SHA-256.
    """

    path: Path
    version: str
    runtime: str
    files: Mapping[str, tuple[int, str]]
    content: str
    signer: bytes = b""
    begin: int = 0

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

    def digests(self, part: str) -> dict[str, str]:
        """SHA-256 of the files below ``part`` (``app-1.2.0``), by the rest of their path."""
        begin = f"{part}/"
        return {name.removeprefix(begin): digest for name, (_, digest) in self.files.items() if name.startswith(begin)}


class Readable(Protocol):
    """One file of a package while it is unpacked."""

    def read(self, size: int = -1, /) -> bytes: ...


def version_key(version: str) -> tuple[int, ...]:
    """For comparing: ``1.10`` is newer than ``1.9``; raises UpdateRefused for what is no version."""
    if _VERSION.fullmatch(version) is None:
        raise UpdateRefused("damaged", "no version")
    numbers = tuple(int(part) for part in version.split("."))
    return numbers + (0,) * (4 - len(numbers))


def package_name(version: str) -> str:
    """How the file of a version is called."""
    return f"Rujuk-{version}{SUFFIX}"


def trusted_keys(text: str) -> frozenset[bytes]:
    """The public keys in ``release.keys``; raises ValueError for a damaged one."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return frozenset(bytes.fromhex(line) for line in lines if line)


def release_keys() -> frozenset[bytes]:
    """The makers' keys, as shipped with the version that runs; none where the file is damaged."""
    try:
        return trusted_keys(RELEASE_KEYS.read_text("ascii"))
    except (OSError, ValueError):
        return frozenset()


def read_package(path: Path, keys: Collection[bytes] | None) -> Package:
    """What a package holds; its list is verified, its content only by :func:`verify_content`.

    Args:
        keys: public keys that are trusted; ``None`` asks for no signature, for whoever is about to sign.

    Raises:
        UpdateRefused: ``unreadable``, ``damaged``, ``too_new``, or ``unsigned`` (by no key of ``keys``).
    """
    try:
        with path.open("rb") as file:
            head = file.read(len(_HEAD))
            if head != _HEAD:
                code = "too_new" if _OTHER_HEAD.fullmatch(head) else "damaged"
                raise UpdateRefused(code, "another form of package")
            length = int.from_bytes(file.read(_LENGTH), "big")
            if length > _LONGEST_LIST:
                raise UpdateRefused("damaged", "a list too long")
            listed, signed = file.read(length), file.read(_KEY + _SIGNATURE)
            begin = file.tell()
    except OSError as error:
        raise UpdateRefused("unreadable", type(error).__name__) from error
    if len(listed) != length or len(signed) != _KEY + _SIGNATURE:
        raise UpdateRefused("damaged", "cut off")
    if keys is not None:
        _verify(listed, signed, keys)
    found = _understood(path, listed)
    return Package(path, found.version, found.runtime, found.files, found.content, signed[:_KEY], begin)


def verify_content(package: Package) -> None:
    """Compare all that follows the list with what the list says of it; raises UpdateRefused."""
    digest = hashlib.sha256()
    with _opened(package) as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    if digest.hexdigest() != package.content:
        raise UpdateRefused("damaged", "the content")


def unpack(package: Package, folders: Mapping[str, Path], write: Callable[[Path, Readable], str]) -> None:
    """Unpack the parts of a verified package that ``folders`` names (``app-1.2.0`` -> where to).

    Args:
        write: stores one file and gives the SHA-256 of what was written.

    Raises:
        UpdateRefused: a file is not what the signed list says. OSError: it cannot be written.
    """
    with _opened(package) as file:
        try:
            with lzma.LZMAFile(file) as content:
                for name, (size, digest) in package.files.items():
                    part, _, rest = name.partition("/")
                    source = _Part(content, size)
                    found = write(folders[part] / rest, source) if part in folders else _passed(source)
                    if found != digest:
                        raise UpdateRefused("damaged", name)
                if content.read(1):
                    raise UpdateRefused("damaged", "more than is listed")
        except (lzma.LZMAError, EOFError) as error:
            raise UpdateRefused("damaged", type(error).__name__) from error


def build_package(folders: Collection[Path], version: str, runtime: str, out: Path, key: bytes | None) -> Path:
    """Make a package of an ``app-<version>`` folder, and for a full one of its ``runtime-<id>``.

    Compiled modules that lie beside their sources are left out where the Python stays the same: they are made anew from
    them when the package is unpacked. ``key``: the secret key that signs it; ``None`` leaves that to somebody else.

    Raises:
        UpdateRefused: the folders are not those of this version.
    """
    full = any(folder.name == runtime for folder in folders)
    found = (
        (f"{folder.name}/{path.relative_to(folder).as_posix()}", path)
        for folder in folders
        for path in _in(folder, compiled=full)
    )
    # Like beside like packs better.
    paths = dict(sorted(found, key=lambda item: (item[1].suffix, item[0])))
    packer = lzma.LZMACompressor(preset=6 | lzma.PRESET_EXTREME)
    files, content = {}, []
    for name, path in paths.items():
        data = path.read_bytes()
        files[name] = (len(data), hashlib.sha256(data).hexdigest())
        content.append(packer.compress(data))
    packed = b"".join([*content, packer.flush()])
    listed = {
        "version": version,
        "runtime": runtime,
        "content": hashlib.sha256(packed).hexdigest(),
        "files": [[name, size, digest] for name, (size, digest) in files.items()],
    }
    text = json.dumps(listed, separators=(",", ":")).encode()
    _understood(out, text)
    _put_together(out, text, key, packed)
    return out


def sign_package(path: Path, out: Path, key: bytes) -> Package:
    """Write at ``out`` the same package signed by the secret ``key`` instead of whoever has signed it before.

    Raises:
        UpdateRefused: it is damaged. OSError: it cannot be written.
    """
    package = read_package(path, None)
    verify_content(package)
    data = path.read_bytes()
    _put_together(out, data[len(_HEAD) + _LENGTH : package.begin - len(_NOBODY)], key, data[package.begin :])
    return read_package(out, None)


class _Part:
    """The next ``size`` bytes of a stream, as a file."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream, self._left = stream, size

    def read(self, size: int = -1, /) -> bytes:
        """At most ``size`` bytes; raises EOFError where the stream ends too soon."""
        wanted = self._left if size < 0 else min(size, self._left)
        piece = self._stream.read(wanted)
        if wanted and not piece:
            raise EOFError
        self._left -= len(piece)
        return piece


@contextmanager
def _opened(package: Package) -> Iterator[IO[bytes]]:
    with package.path.open("rb") as file:
        file.seek(package.begin)
        yield file


def _passed(source: Readable) -> str:
    digest = hashlib.sha256()
    while piece := source.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _put_together(out: Path, listed: bytes, key: bytes | None, content: bytes) -> None:
    signed = _NOBODY if key is None else _signed(listed, key)
    part = out.with_name(f".{out.name}.part")
    part.write_bytes(_HEAD + len(listed).to_bytes(_LENGTH, "big") + listed + signed + content)
    part.replace(out)


def _in(folder: Path, *, compiled: bool) -> list[Path]:
    """The files of a folder that belong into a package."""
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and (compiled or path.parent.name != "__pycache__") and path != folder / _MANIFEST
    ]


def _signed(listed: bytes, key: bytes) -> bytes:
    import nacl.signing

    signer = nacl.signing.SigningKey(key)
    return bytes(signer.verify_key) + signer.sign(_SIGNED + listed).signature


def _verify(listed: bytes, signed: bytes, keys: Collection[bytes]) -> None:
    # Here, because as a rule no package waits, and the first paint must not wait for this.
    import nacl.exceptions
    import nacl.signing

    if signed[:_KEY] not in keys:
        raise UpdateRefused("unsigned", "by no key that is trusted")
    try:
        nacl.signing.VerifyKey(signed[:_KEY]).verify(_SIGNED + listed, signed[_KEY:])
    except nacl.exceptions.BadSignatureError as error:
        raise UpdateRefused("unsigned", "the signature does not fit") from error


def _understood(path: Path, listed: bytes) -> Package:
    try:
        found: dict[str, Any] = json.loads(listed)
        rows = [(str(name), int(size), str(digest)) for name, size, digest in found["files"]]
        files = {name: (size, digest) for name, size, digest in rows}
        package = Package(path, str(found["version"]), str(found["runtime"]), files, str(found["content"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UpdateRefused("damaged", "the list cannot be understood") from error
    version_key(package.version)
    digests = [package.content, *(digest for _name, _size, digest in rows)]
    if _RUNTIME.fullmatch(package.runtime) is None or not all(map(_DIGEST.fullmatch, digests)):
        raise UpdateRefused("damaged", "the list cannot be right")
    if any(size < 0 for _name, size, _digest in rows) or package.size > _LARGEST:
        raise UpdateRefused("damaged", "sizes that cannot be right")
    # Windows takes names that differ in capitals for one.
    if len({name.casefold() for name, _size, _digest in rows}) != len(rows):
        raise UpdateRefused("damaged", "two files of one name")
    if not all(_is_inside(name, (package.app, package.runtime)) for name in files):
        raise UpdateRefused("damaged", "a file outside its folder")
    if f"{package.app}/main.py" not in files:
        raise UpdateRefused("damaged", "no program")
    return package


def _is_inside(name: str, folders: tuple[str, ...]) -> bool:
    """Whether a name is that of one file below one of the folders, on Windows as well."""
    path = PurePosixPath(name)
    plain = name == str(path) and _FORBIDDEN.search(name) is None and len(path.parts) > 1
    if not plain or path.parts[0] not in folders or name.partition("/")[2].casefold() == _MANIFEST:
        return False
    return not any(part.endswith((".", " ")) or _RESERVED.fullmatch(part) for part in path.parts)
