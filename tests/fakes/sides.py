"""The sides of a referral: records that another facility wrote, and a small district whose PCs are files."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sync.exchange.engine import exchange
from sync.exchange.manner import Manner
from sync.exchange.service import Service
from sync.records import Facility, Record
from sync.replica.opening import open_sqlite
from sync.replica.reader import Reader
from sync.replica.replica import Replica
from sync.replica.values import Edit, Incoming
from sync.revisions.environment import system_environment
from sync.revisions.revision import decode
from tests.fakes.replicas import DirectTransport, make_replica


def written_elsewhere(replica: Replica, record: Record, facility: str, kind: str = "rs") -> None:
    """Let ``record`` arrive at ``replica`` as a PC of ``facility`` wrote it."""
    there = make_replica(facility, kind)
    there.save([Edit(record)], there.identity.device)
    bodies = [body for _, body in there.waiting(10, 1_000_000)]
    there.close()
    replica.apply([Incoming(decode(body), body) for body in bodies])


class Sides:
    """A server and a PC of each side in files that a reader can open: a puskesmas, two hospitals, the office's two."""

    def __init__(self, folder: Path) -> None:
        new_id = system_environment().new_id
        self.puskesmas, self.first, self.second, self.office = (new_id() for _ in range(4))
        self._folder = folder
        self.server = self._make("server", self.office, "dinkes", serves=True)
        self.service = Service(self.server)
        self.pcs: Mapping[str, Replica] = {
            "puskesmas": self._make("puskesmas", self.puskesmas, "puskesmas"),
            "first": self._make("first", self.first, "rs"),
            "second": self._make("second", self.second, "rs"),
            "office": self._make("office", self.office, "dinkes"),
            "office_b": self._make("office_b", self.office, "dinkes", letter="B"),
        }
        names = (("Puskesmas Melati", self.puskesmas, "puskesmas"), ("RSUD Kenanga", self.first, "rs"))
        places = (*names, ("RSU Bhakti", self.second, "rs"), ("Dinas Kesehatan", self.office, "dinkes"))
        records = [
            Facility(id=place, code=f"0114{n:04}", name=name, kind=kind) for n, (name, place, kind) in enumerate(places)
        ]
        self.server.save([Edit(record) for record in records], self.server.identity.device)

    def exchange(self, *names: str) -> None:
        """Let PCs meet the server, all if none is named; each must end proven."""
        for name in names or tuple(self.pcs):
            replica = self.pcs[name]
            outcome = exchange(replica, DirectTransport(replica, self.service), Manner(wait=lambda _seconds: None))
            assert outcome.proven, name
            assert outcome.refused == 0, name

    @contextmanager
    def reading(self, name: str) -> Iterator[Reader]:
        """A reader on the file of one PC or of the server."""
        reader = Reader(self._folder / f"{name}.db", None)
        try:
            yield reader
        finally:
            reader.close()

    def close(self) -> None:
        """Give back all databases."""
        for replica in (*self.pcs.values(), self.server):
            replica.close()

    def _make(self, name: str, facility: str, kind: str, *, serves: bool = False, letter: str = "A") -> Replica:
        engine = open_sqlite(self._folder / f"{name}.db", None, create=True)
        return make_replica(facility, kind, engine=engine, serves=serves, letter=letter)
