"""The disks of the simulated computers: databases in memory that can lose power at any statement, or be full.

A disk can be copied and put back, which is how restores and clones come about.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlcipher3.dbapi2
from sqlalchemy import Connection, event

from sync.replica.counted import COUNTED_LETTER
from sync.replica.opening import open_sqlite


class Crash(Exception):
    """A machine lost its power just here; ``disk`` says which."""

    def __init__(self, disk: "Disk") -> None:
        super().__init__("power lost")
        self.disk = disk


class Disk:
    """A database in memory. With a fuse of n the power fails just before the n-th statement or message from now."""

    def __init__(self, compiled: dict[Any, Any]) -> None:
        self.engine = open_sqlite(None, None, create=True)
        # All disks have the same statements: compiling them once saves a third of the time.
        self.engine.update_execution_options(compiled_cache=compiled)
        self.fuse: int | None = None
        #: The power has failed: whatever the program still says is not heard by anybody.
        self.lost = False

        @event.listens_for(self.engine, "before_cursor_execute")
        def step(_connection: Connection, _cursor: Any, statement: str, *_details: Any) -> None:
            # A row that follows from others of its transaction is no step: crashes before it are crashes before the
            # commit, and the planted bugs are found by where the power fails.
            if self.fuse is not None and COUNTED_LETTER.name not in statement:
                self.step()

        @event.listens_for(self.engine, "commit")
        def commit(_connection: Connection) -> None:
            self.step()

    def step(self) -> None:
        """Something is about to happen on this machine."""
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse <= 0:
                self.fuse, self.lost = None, True
                raise Crash(self)

    @property
    def driver(self) -> Any:
        """The driver's connection (a database in memory has just one)."""
        pooled = self.engine.raw_connection()
        found = pooled.driver_connection
        pooled.close()
        return found

    @contextmanager
    def nearly_full(self, pages: int) -> Iterator[None]:
        """For a while the database may grow by so many pages and no more: SQLite itself refuses the next."""
        driver = self.driver
        [(there,)] = driver.execute("PRAGMA page_count").fetchall()
        driver.execute(f"PRAGMA max_page_count = {there + pages}")
        try:
            yield
        finally:
            driver.execute("PRAGMA max_page_count = 1073741823")

    def copy(self) -> Any:
        """The whole disk as it is now."""
        image = sqlcipher3.dbapi2.connect(":memory:")
        self.driver.backup(image)
        return image

    def put_back(self, image: Any) -> None:
        """Make the disk what it was when ``image`` was copied."""
        image.backup(self.driver)


class Shelf:
    """Disks that are ready to use."""

    def __init__(self) -> None:
        self._compiled: dict[Any, Any] = {}
        self._free: list[Disk] = []

    def take(self, image: Any = None) -> Disk:
        """A disk, with what was on it before or with what was copied into ``image``."""
        disk = self._free.pop() if self._free else Disk(self._compiled)
        if image is not None:
            disk.put_back(image)
        disk.fuse = None
        return disk

    def give_back(self, disk: Disk) -> None:
        """The history with this disk is over."""
        self._free.append(disk)
