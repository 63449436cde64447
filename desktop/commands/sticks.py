"""The commands for the stick: write what waits, and read whatever lies on a stick that concerns this computer.

Files are there whole or not at all. A bundle for the server is relayed unread by any computer that has a link; its
answer is written beside it. One bad file never keeps the others from being read.
"""

import errno
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.commands.answers import DONE, FAILED, NOT_ALLOWED, SOME_REFUSED, UNREACHABLE, Answer, WrongUsage
from desktop.commands.place import open_replica
from desktop.settings import Settings
from desktop.stick_words import BAD, WARN, taken_words, tone_of, words_of, written_words
from desktop.whole_files import write_whole
from sync.errors import BundleElsewhere, BundleError, LinkError, NotAllowed, Refused
from sync.records.moments import moment_text

if TYPE_CHECKING:
    from sync.exchange.bundle import Header
    from sync.replica.replica import Replica

#: Left free beside what is written, for the stick's own bookkeeping.
_SPARE_BYTES = 2**16
#: Files looked at in one folder.
_MOST_FILES = 500
_ANSWER_MARK = "-jawaban"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_LOCKED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one file: its name, a code of ``desktop.stick_words``, when it was written, and what it brought."""

    name: str
    code: str
    written_at: str | None = None
    brought: Mapping[str, Any] = field(default_factory=dict)


def export_bundle(settings: Settings, target: Path) -> Answer:
    """Write everything the district has not confirmed into a folder (or under the name of a file).

    Raises:
        WrongUsage: there is no such folder. NotEnrolled, ReplicaError: the database cannot be used.
    """
    from sync.exchange.bundle_writing import write_bundles
    from sync.replica.sticks import Stick, note_written

    folder = target if target.is_dir() else target.parent
    if not folder.is_dir():
        raise WrongUsage(f"Folder {folder} tidak ada. Tidak ada yang ditulis; data aman.")
    with open_replica(settings) as replica:
        try:
            written = write_bundles(replica)
            names = _names(replica, target, len(written))
            _write_all(folder, dict(zip(names, (item.file for item in written), strict=True)))
        except BundleError as error:
            return _failed(error.code)
        except OSError as error:
            return _failed(_disk_code(error))
        moment = _moment_text(replica.now())
        note_written(replica, [Stick(item.id, moment, item.changes) for item in written])
        changes = sum(item.changes for item in written)
        left = replica.waiting_count() - changes
    words = written_words(changes, names)
    if left > 0:
        words += f" {left} perubahan lagi tidak muat dan ikut pada stik berikutnya."
    data = {"folder": str(folder), "files": names, "changes": changes, "left": max(left, 0), "words": words}
    return Answer(words, data)


def import_bundles(settings: Settings, source: Path) -> Answer:
    """Read a bundle, or all bundles of a folder: take answers, relay what is for the server.

    Raises:
        WrongUsage: there is no such file or folder. NotEnrolled, ReplicaError: the database cannot be used.
    """
    if not source.exists():
        raise WrongUsage(f"{source} tidak ada. Tidak ada yang dibaca; data aman.")
    with open_replica(settings) as replica:
        try:
            files = _files_in(source)
        except OSError as error:
            return _failed(_disk_code(error))
        if not files:
            return _failed("empty")
        came = _Reading(replica).all_of(files)
        waiting = replica.waiting_count()
    found = [_file_data(one, waiting) for one in came]
    lines = [f"{one['name']}: {one['words']}" for one in found]
    return Answer("\n".join(lines), {"files": found, "waiting": waiting}, _exit_code([one.code for one in came]))


class _Reading:
    """Reads the files of one stick."""

    def __init__(self, replica: "Replica") -> None:
        self._replica = replica
        self._device = replica.identity.device

    def all_of(self, paths: Sequence[Path]) -> list[Came]:
        """What came of each, the oldest first; answers that others wait for are not told beside their question."""
        from sync.exchange.bundle import SERVER, read_bundle

        came: list[Came] = []
        bundles: list[tuple[Header, Path, bytes]] = []
        for path in paths:
            try:
                file = _read(path)
                bundles.append((read_bundle(file).header, path, file))
            except BundleError as error:
                came.append(Came(path.name, error.code))
            except OSError as error:
                came.append(Came(path.name, _disk_code(error)))
        bundles.sort(key=lambda item: item[0].created_at)
        asked = {header.id for header, _, _ in bundles}
        answered = {header.reply_to for header, _, _ in bundles if header.reply_to}
        for header, path, file in bundles:
            if header.receiver == SERVER:
                if header.sender == self._device and header.id in answered:
                    continue
                came.append(self._guarded(header, path, partial(self._outgoing, header, path, file, answered)))
            elif header.receiver == self._device or header.reply_to not in asked:
                came.append(self._guarded(header, path, partial(self._taken, header, path, file)))
        return came

    def _guarded(self, header: "Header", path: Path, work: Callable[[], Came]) -> Came:
        try:
            return work()
        except BundleError as error:
            code = "elsewhere" if isinstance(error, BundleElsewhere) else error.code
        except (NotAllowed, Refused):
            code = "refused"
        except LinkError:
            code = "unreachable"
        except OSError as error:
            code = _disk_code(error)
        return Came(path.name, code, _written_at(header))

    def _taken(self, header: "Header", path: Path, file: bytes) -> Came:
        from sync.exchange.bundle_taking import take_bundle
        from sync.exchange.manner import Manner
        from sync.replica.sticks import note_answered

        taken = take_bundle(self._replica, file, Manner(batch=50))
        note_answered(self._replica, taken.reply_to)
        brought = {
            **{name: getattr(taken, name) for name in ("confirmed", "refused", "received", "known", "lost")},
            **{name: getattr(taken, name) for name in ("whole", "proven", "restored")},
        }
        counted = taken.confirmed or taken.refused or taken.received or taken.lost
        news = counted or taken.restored or not taken.whole
        return Came(path.name, "taken" if news else "nothing_new", _written_at(header), brought)

    def _outgoing(self, header: "Header", path: Path, file: bytes, answered: set[str]) -> Came:
        """A bundle on its way to the server: this computer's own waits for another, any other is relayed."""
        from sync.exchange.bundle_writing import relay
        from sync.exchange.credential import Signer
        from sync.exchange.http import HttpTransport

        if header.id in answered or header.sender == self._device:
            return Came(path.name, "answered" if header.id in answered else "own", _written_at(header))
        identity = self._replica.identity
        link = self._replica.link()
        if link is None or not link.url:
            return Came(path.name, "unreachable", _written_at(header))
        with HttpTransport(link.url, Signer(identity.device, identity.signing_key)) as transport:
            back = relay(transport, file)
        name = f"{path.stem}{_ANSWER_MARK}{path.suffix}"
        _write_all(path.parent, {name: back})
        return Came(path.name, "relayed", _written_at(header), {"answer": name})


def _names(replica: "Replica", target: Path, count: int) -> list[str]:
    """File names that are free: facility code, letter of the PC and local time, and nothing of any patient."""
    from sync.exchange.bundle import SUFFIX
    from sync.records import Facility

    if target.is_dir():
        seen = replica.get(Facility, replica.identity.facility)
        code = re.sub(r"[^A-Za-z0-9]", "", seen.record.code) if seen is not None else ""
        parts = ["rujuk", code, replica.identity.letter, f"{replica.now().astimezone():%Y%m%d-%H%M}"]
        stem, folder, suffix = "-".join(filter(None, parts)), target, SUFFIX
    else:
        stem, folder, suffix = target.stem, target.parent, target.suffix or SUFFIX
    names: list[str] = []
    number = 1
    while len(names) < count:
        name = f"{stem}{suffix}" if number == 1 else f"{stem}-{number}{suffix}"
        # A file that was named is replaced; a name that we make never takes another's place.
        if not target.is_dir() or not (folder / name).exists():
            names.append(name)
        number += 1
    return names


def _write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write all of these files, or none if there is not enough space.

    Raises:
        OSError: they cannot be written.
    """
    if shutil.disk_usage(folder).free < sum(map(len, files.values())) + _SPARE_BYTES:
        raise OSError(errno.ENOSPC, "not enough space")
    done: list[Path] = []
    try:
        for name, file in files.items():
            write_whole(folder / name, file)
            done.append(folder / name)
    except OSError:
        for path in done:
            path.unlink(missing_ok=True)
        raise


def _files_in(source: Path) -> list[Path]:
    from sync.exchange.bundle import SUFFIX

    if not source.is_dir():
        return [source]
    found = [path for path in source.iterdir() if path.suffix.lower() == SUFFIX and not path.name.startswith(".")]
    return sorted(path for path in found if path.is_file())[-_MOST_FILES:]


def _read(path: Path) -> bytes:
    """A file, but no more of it than a bundle can have."""
    from sync.exchange.bundle import MOST_READ

    with path.open("rb") as file:
        return file.read(MOST_READ + 1)


def _disk_code(error: OSError) -> str:
    if error.errno in _FULL:
        return "no_space"
    return "write_protected" if error.errno in _LOCKED else "unusable"


def _failed(code: str) -> Answer:
    words = words_of(code)
    return Answer(words, {"code": code, "words": words}, FAILED)


def _file_data(one: Came, waiting: int) -> dict[str, Any]:
    words = words_of(one.code)
    if one.code == "taken":
        words = taken_words(one.brought, restored=one.brought["restored"], whole=one.brought["whole"], waiting=waiting)
    left = one.brought.get("refused") or one.brought.get("restored")
    data = {"name": one.name, "code": one.code, "tone": WARN if left else tone_of(one.code), "words": words}
    return {**data, "written_at": one.written_at, **one.brought}


def _exit_code(codes: Sequence[str]) -> int:
    bad = [code for code in codes if tone_of(code) == BAD]
    if not bad:
        return DONE
    if len(bad) < len(codes):
        return SOME_REFUSED
    special = {"unreachable": UNREACHABLE, "refused": NOT_ALLOWED}
    return special.get(bad[0], FAILED)


def _written_at(header: "Header") -> str | None:
    try:
        return _moment_text(datetime.fromtimestamp(header.created_at / 1000, UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _moment_text(moment: datetime) -> str:
    return moment_text(moment, "seconds")
