"""Takes a package in, wherever it came from: verified whole, and kept for the next start.

Nothing is installed here, and nothing is kept that this installation would refuse.
"""

from pathlib import Path

from desktop.installed import Installation
from desktop.updates.apply import check_package
from desktop.updates.store import Store
from sync.update_package import Package, UpdateRefused, read_package, verify_content


def look_at(store: Store, file: Path, installed: Installation | None, keys: frozenset[bytes]) -> Package:
    """What ``file`` is, if it could be taken.

    Raises:
        UpdateRefused: with the code that says why not; ``from_source`` where nothing is installed.
    """
    package = read_package(file, keys)
    verify_content(package)
    if installed is None:
        raise UpdateRefused("from_source")
    check_package(package, installed.root, installed.running, store)
    return package


def take(store: Store, file: Path, installed: Installation | None, keys: frozenset[bytes]) -> Package:
    """Verify a package and keep it until the next start.

    Raises:
        UpdateRefused: as :func:`look_at`. OSError: it cannot be kept.
    """
    package = look_at(store, file, installed, keys)
    store.put(package)
    return package
