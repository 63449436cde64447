"""``rujuk update FILE``: verifies a package and keeps it for the next start.

Nothing is installed while the program runs. From sources a package is verified and refused politely.
"""

from pathlib import Path

from desktop.commands.answers import FAILED, Answer
from desktop.installed import Installation, installation
from desktop.settings import Settings
from desktop.updates.apply import check_package
from desktop.updates.fetched import release_keys
from desktop.updates.package import UpdateRefused, read_package, verify_files
from desktop.updates.store import Store
from desktop.updates.words import REFUSALS


def take_update(
    settings: Settings, file: Path, installed: Installation | None = None, keys: frozenset[bytes] | None = None
) -> Answer:
    """Verify a package and keep it until the next start; the answer says why not."""
    installed = installed or installation()
    store = Store(settings.updates)
    try:
        package = read_package(file, release_keys() if keys is None else keys)
        verify_files(package)
        if installed is None:
            raise UpdateRefused("from_source")
        check_package(package, installed.root, installed.running, store)
        store.put(package)
    except UpdateRefused as error:
        return Answer(REFUSALS[error.code], {"code": error.code, "message": REFUSALS[error.code]}, FAILED)
    words = f"Versi {package.version} sudah diperiksa dan dipasang saat Rujuk dibuka lagi."
    return Answer(words, {"version": package.version})
