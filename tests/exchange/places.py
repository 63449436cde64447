"""A server in this process with what went to it, for tests of trains; nothing here decides whether a test passes."""

import random
import secrets
from dataclasses import dataclass, field, replace

import requests
from starlette.applications import Starlette

from sync.exchange.enrol import enrol
from sync.exchange.http import HttpTransport
from sync.exchange.train import ACCEPT_POST
from sync.replica.replica import Replica
from tests.benchmarks._measuring import Computer
from tests.benchmarks._workload import made_records, save_all
from tests.fakes.district import HOSPITAL_CODE, PUSKESMAS_CODE, EnrolledPc, new_code
from tests.simulation import edge
from tests.simulation.edge import Came, ask


@dataclass
class Place:
    """A server in this process, and what went to it."""

    replica: Replica
    app: Starlette
    seen: list[edge.Sent] = field(default_factory=list)
    came: list[Came] = field(default_factory=list)
    #: What the server of a year ago did not say.
    old: bool = False

    def carry(self, request: edge.Sent) -> Came:
        """Let the application answer."""
        self.seen.append(request)
        came = ask(self.app, request)
        self.came.append(came)
        if self.old:
            return replace(came, headers=tuple(item for item in came.headers if item[0].lower() != ACCEPT_POST.lower()))
        return came

    def enrolled(self, facility_code: str = PUSKESMAS_CODE) -> EnrolledPc:
        """One more computer."""
        key = secrets.token_bytes(32)
        road = edge.transport(None, self.carry)
        card = enrol(road, code=new_code(self.replica, facility_code), pc_name="PC-UJI", signing_key=key)
        return EnrolledPc(card, key)

    def road(self, pc: EnrolledPc) -> HttpTransport:
        """The computer's road to the server."""
        return edge.transport(pc.signer, self.carry)


@dataclass
class LosesFirstTrain:
    """A road on which the answer to the first train is lost."""

    place: Place
    lost: bool = False

    def carry(self, request: edge.Sent) -> Came:
        """Let the application answer."""
        came = self.place.carry(request)
        if request.train and not self.lost:
            self.lost = True
            raise requests.ConnectionError("the answer is lost")
        return came


def save_thousand(pc: Computer, place: Place) -> None:
    """Records that do not pack to almost nothing."""
    hospital = place.enrolled(HOSPITAL_CODE).card.facility
    save_all(pc.replica, list(made_records(pc.replica, hospital, 1000, random.Random(1))))
