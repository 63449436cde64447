"""Files that are there whole or not at all: papers, reports and spreadsheets that a person keeps.

The new file lies beside its place until all of it is on the disk; what stood there before stays when writing fails.
"""

import os
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole, or as it was before.

    Raises:
        OSError: it cannot be written there.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
