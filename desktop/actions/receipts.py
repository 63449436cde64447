"""Receipts as files of the data folder: one for each end of a day, kept whole and never changed.

Their names say when they were given, in the clock of the place; their content is the server's and is only stored here.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from desktop.settings import Settings
from desktop.whole_files import write_whole
from sync.errors import BadInput
from sync.replica.receipts import Receipt, read_receipt

SUFFIX = ".rujuk-receipt"


@dataclass(frozen=True, slots=True)
class KeptReceipt:
    """One file; ``receipt`` is ``None`` where it is not what this server has given."""

    path: Path
    receipt: Receipt | None


def receipts_folder(settings: Settings) -> Path:
    """Where receipts are kept."""
    return settings.home / "receipts"


def keep_receipt(settings: Settings, content: bytes, at: datetime) -> Path:
    """Store a receipt given at this moment; the same one again lies where it lay.

    Raises:
        OSError: it cannot be written.
    """
    folder = receipts_folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{at.astimezone():%Y-%m-%d-%H%M}"
    number = 1
    while True:
        path = folder / f"{name}{f'-{number}' if number > 1 else ''}{SUFFIX}"
        if not path.exists():
            write_whole(path, content)
            return path
        if path.read_bytes() == content:
            return path
        number += 1


def kept_receipts(settings: Settings, server_key: bytes, limit: int = 60) -> list[KeptReceipt]:
    """The newest receipts, newest first, each checked anew."""
    paths = sorted(receipts_folder(settings).glob(f"*{SUFFIX}"), reverse=True)[:limit]
    return [KeptReceipt(path, _read(path, server_key)) for path in paths]


def _read(path: Path, server_key: bytes) -> Receipt | None:
    try:
        return read_receipt(path.read_bytes(), server_key)
    except (OSError, BadInput):
        return None
