"""What becomes of a package that was fetched: it stays for the next start, or goes at once if it is none of ours.

The keys are those that were shipped with the version that runs. Nothing is installed here.
"""

from pathlib import Path

from desktop.updates.package import UpdateRefused, read_package, trusted_keys, verify_files

KEYS = Path(__file__).resolve().parents[2] / "resources" / "updates" / "release.keys"


def release_keys() -> frozenset[bytes]:
    """The keys whose packages are taken; none where the file is damaged."""
    try:
        return trusted_keys(KEYS.read_text("ascii"))
    except (OSError, ValueError):
        return frozenset()


def keep_fetched(path: Path | None, keys: frozenset[bytes] | None = None) -> bool:
    """Whether ``path`` is a package to keep; ``None`` is nothing.

    Raises:
        UpdateRefused: it is none, and was removed.
    """
    if path is None:
        return False
    try:
        verify_files(read_package(path, release_keys() if keys is None else keys))
    except UpdateRefused:
        path.unlink(missing_ok=True)
        raise
    return True
