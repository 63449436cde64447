"""``rujuk update FILE``: verifies a package and keeps it for the next start, or only says what it is.

Nothing is installed while the program runs. From sources a package is verified and refused politely.
"""

from pathlib import Path
from typing import Any

from desktop.commands.answers import FAILED, Answer, NotEnrolled
from desktop.commands.place import open_reader
from desktop.installed import Installation, installation
from desktop.queries.drives import files_on
from desktop.queries.sync_state import pinned_key
from desktop.settings import Settings
from desktop.updates.store import Store
from desktop.updates.taking import look_at, take
from desktop.updates.words import REFUSALS, package_words
from sync.errors import ReplicaError
from sync.update_package import SUFFIX, Package, UpdateRefused, release_keys, version_key


def take_update(settings: Settings, file: Path, installed: Installation | None = None) -> Answer:
    """Verify a package and keep it until the next start; the answer says why not. ``installed``: instead of ours."""
    installed = installed or installation()
    store = Store(settings.updates)
    try:
        package = take(store, file, installed, store.keys(_district_key(settings)))
    except UpdateRefused as error:
        return Answer(REFUSALS[error.code], {"code": error.code, "message": REFUSALS[error.code]}, FAILED)
    words = f"Versi {package.version} sudah diperiksa dan dipasang saat Rujuk dibuka lagi."
    return Answer(words, {"version": package.version, "words": words})


def find_update(settings: Settings, place: Path, installed: Installation | None = None) -> Answer:
    """The newest package on a stick that this installation would take; of those it would not, why not.

    ``refused`` names the newest one that somebody of ours signed and that is newer than what runs.
    """
    installed = installed or installation()
    store = Store(settings.updates)
    keys = store.keys(_district_key(settings))
    offered: list[Package] = []
    refused: list[str] = []
    for file in files_on((place,), SUFFIX):
        try:
            offered.append(look_at(store, file, installed, keys))
        except UpdateRefused as error:
            refused.append(error.code)
    if not offered:
        told = [code for code in refused if code not in ("not_newer", "from_source")]
        words = REFUSALS[told[0]] if told else ""
        return Answer(words, {"update": None, "code": told[0] if told else "", "words": words})
    newest = max(offered, key=lambda package: version_key(package.version))
    words = package_words(newest, ours=newest.signer in release_keys())
    return Answer(words, {"update": _data(newest), "words": words})


def _data(package: Package) -> dict[str, Any]:
    by = "makers" if package.signer in release_keys() else "district"
    return {"file": str(package.path), "version": package.version, "full": package.full, "signed_by": by}


def _district_key(settings: Settings) -> bytes | None:
    """The pinned key, where the database can be asked; a database that cannot must not keep an update away."""
    try:
        with open_reader(settings) as (reader, _identity):
            return pinned_key(reader)
    except (NotEnrolled, ReplicaError):
        return None
