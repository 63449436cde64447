"""Where this installation keeps its data, as one frozen value that is handed around.

Reads the environment once, when it is made; must never create or change a file.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

#: Environment variable that moves the data folder.
HOME_VARIABLE = "RUJUK_HOME"
#: In a data folder that is for practice: everything in it is invented.
PRACTICE_MARK = "latihan.txt"
#: In the data folder while a damaged database is being rescued; names the folder with what was set aside.
RESCUE_MARK = "rescue.txt"
#: In the data folder: the folder that was chosen for copies, also where the database that knows it cannot be read.
COPIES_MARK = "folder-salinan.txt"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything is derived from ``home``, the data folder."""

    home: Path

    @property
    def database(self) -> Path:
        return self.home / "rujuk.db"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def updates(self) -> Path:
        """Packages that wait for the next start, and what is known of versions."""
        return self.home / "updates"

    @property
    def key_file(self) -> Path:
        """Used only where the system has no key store."""
        return self.home / "rujuk.key"

    @property
    def is_practice(self) -> bool:
        """Whether this folder holds invented data only, to try the program with."""
        return (self.home / PRACTICE_MARK).exists()

    @property
    def agent_name(self) -> str:
        """Name of the local socket on which the sync agent of this data folder listens."""
        return f"rujuk-agent-{self._mark}"

    @property
    def window_name(self) -> str:
        """Name of the local socket on which the window of this data folder listens for a second start."""
        return f"rujuk-window-{self._mark}"

    @property
    def key_name(self) -> str:
        """The entry of the system's key store that belongs to this data folder."""
        return f"database-{self._mark}"

    @property
    def _mark(self) -> str:
        # normcase, because Windows gives one folder in several spellings.
        path = os.path.normcase(str(self.home.resolve()))
        return hashlib.blake2b(path.encode(), digest_size=8).hexdigest()


def load_settings(home: Path | None = None) -> Settings:
    """The settings of ``home``, else of ``RUJUK_HOME``, else of the user's own data folder."""
    if home is None:
        given = os.environ.get(HOME_VARIABLE)
        home = Path(given) if given else platformdirs.user_data_path("Rujuk", appauthor=False)
    return Settings(home.expanduser().absolute())
