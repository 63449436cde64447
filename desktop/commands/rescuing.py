"""The commands for bad days: copies of the data, rescuing a damaged file, taking over what a copy holds.

Each says what became of the data and what to do next; none deletes anything but copies older than two weeks.
"""

import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from desktop.actions import copies, rescue
from desktop.commands.answers import Answer, NotEnrolled, WrongUsage
from desktop.commands.place import open_reader, open_replica
from desktop.security.keys import KeyMissing, key_in, load_key
from desktop.settings import Settings
from sync.errors import BadInput, FileDamaged, FileLocked

#: The locks of the processes that keep the database open; each begins with the number of its process.
_LOCKS = ("window.lock", "agent.lock")


def rescue_file(settings: Settings, folder: Path | None) -> Answer:
    """Set a damaged database aside and go on with what can be read of it and of its copies.

    ``folder``: where the copies are, if not where they were made last.

    Raises:
        NotEnrolled: there is no database. WrongUsage: it is not damaged, or ``folder`` has no copy. FileLocked: a
            window or agent uses it.
        IdentityLost, ReplicaError: it could not be rescued; the damaged file is as it was.
    """
    if not settings.database.exists():
        raise NotEnrolled("no database file")
    key = load_key(settings).secret
    _refuse_while_used(settings)
    if not rescue.rescue_under_way(settings) and not _is_damaged(settings, key):
        raise WrongUsage("Berkas data tidak rusak: semuanya terbaca. Tidak ada yang diubah.")
    found = copies.copies_in(folder) if folder else copies.copies_to_rescue_from(settings)
    if folder and not found:
        raise WrongUsage(f"Tidak ada salinan Rujuk di {folder}. Berkas data tidak diubah. Pilih folder lain.")
    done = rescue.rescue(settings, key, [copy.path for copy in found], datetime.now().astimezone())
    data = {
        "revisions": done.revisions,
        "waiting": done.waiting,
        "unreadable": done.unreadable,
        "from_file": done.from_file,
        "aside": str(done.aside),
        "copies": [str(path) for path in done.copies],
    }
    lost = f"{done.unreadable} perubahan" if done.from_file else "seluruh berkas"
    words = (
        f"Selesai: {done.revisions} perubahan terselamatkan; {done.waiting} di antaranya belum terkirim dan menunggu.\n"
        f"Salinan harian yang ikut dibaca: {len(done.copies)}. Yang tidak terbaca: {lost}. Yang sudah pernah terkirim "
        f"diambil lagi dari server kabupaten pada sinkronisasi berikutnya.\nBerkas yang rusak disimpan di "
        f"{done.aside}. Jangan dihapus dulu."
    )
    return Answer(words, data)


def copy_now(settings: Settings, folder: Path | None) -> Answer:
    """Make a copy of the database; into ``folder`` from now on if one is named.

    Raises:
        NotEnrolled, ReplicaError: there is none; earlier copies are as they were.
    """
    with open_replica(settings) as replica:
        if folder is not None:
            copies.choose_folder(settings, folder.absolute())
        chosen = copies.folder_of(settings, replica)
        made = copies.make_copy(
            settings, replica, load_key(settings).secret, chosen, datetime.now().astimezone().date()
        )
    data = {"path": str(made.path), "bytes": made.size}
    return Answer(f"Salinan terenkripsi sudah dibuat dan terbaca: {made.path} ({made.size // 1024} KiB).", data)


def list_copies(settings: Settings) -> Answer:
    """The copies in the folder in use. Raises NotEnrolled, ReplicaError."""
    with open_replica(settings) as replica:
        folder, error = copies.folder_of(settings, replica), replica.get_value(copies.ERROR_VALUE) or None
    found = copies.copies_in(folder)
    lines = [f"{copy.day:%d-%m-%Y}  {copy.size // 1024:>8} KiB  {copy.path.name}" for copy in found]
    words = "\n".join(lines) if lines else f"Belum ada salinan di {folder}."
    rows = [{"path": str(copy.path), "day": copy.day.isoformat(), "bytes": copy.size} for copy in found]
    return Answer(words, {"folder": str(folder), "error": error, "copies": rows})


def take_over(settings: Settings, file: Path, key: str | None) -> Answer:
    """Take over what a copy holds of this facility and is not here.

    ``key``: opens it; without one that of the data folder which it is from is tried, and that of this one.

    Raises:
        BadInput: the key cannot be one, or nothing of this facility can be read with it.
        NotEnrolled, ReplicaError: nothing was taken over.
    """
    secrets = _keys_for(settings, file) if key is None else [_key_of(key)]
    with open_replica(settings) as replica:
        for secret in secrets[:-1]:
            with suppress(BadInput):
                return _taken(*rescue.take_over(replica, file, secret, settings.home))
        return _taken(*rescue.take_over(replica, file, secrets[-1], settings.home))


def _taken(taken: int, unreadable: int) -> Answer:
    words = f"{taken} perubahan diambil dari salinan dan menunggu dikirim; yang sudah ada di sini dilewati."
    if unreadable:
        words += f" {unreadable} perubahan di salinan tidak terbaca."
    return Answer(words, {"taken": taken, "unreadable": unreadable})


def _keys_for(settings: Settings, file: Path) -> list[bytes]:
    """The keys that may open a file: of the folder where it was the database or was set aside, and of this one."""
    found = []
    for folder in file.absolute().parents[:2]:
        with suppress(KeyMissing):
            found.append(load_key(Settings(folder)).secret)
    return list(dict.fromkeys([*found, load_key(settings).secret]))


def _key_of(text: str) -> bytes:
    key = key_in(text)
    if key is None:
        raise BadInput("a key has 64 hexadecimal digits", field="key")
    return key


def _is_damaged(settings: Settings, key: bytes) -> bool:
    from sync.replica.copying import check_database

    try:
        with open_reader(settings):
            check_database(settings.database, key)
    except FileDamaged:
        return True
    return False


def _refuse_while_used(settings: Settings) -> None:
    """What another process saves into a file that is being replaced would be lost."""
    for name in _LOCKS:
        with suppress(OSError, ValueError):
            process = int((settings.home / name).read_text("utf-8", "replace").splitlines()[0])
            if process not in (os.getpid(), os.getppid()) and _lives(process):
                raise FileLocked(f"process {process} uses it")


def _lives(process: int) -> bool:
    if os.name == "nt":
        # There a file that is in use cannot be replaced anyway, and asking after a process could end it.
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
