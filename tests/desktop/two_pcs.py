"""Two computers of one puskesmas, or of one hospital, that edit without a network and exchange through a real server
in this process."""

import dataclasses
from collections.abc import Callable
from typing import Any

from desktop.actions.outbreak import save_specimen
from desktop.actions.patients import save_patient, save_visit
from sync.exchange.engine import exchange
from sync.exchange.manner import Manner
from sync.records import Computer, Patient, Visit
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.scenes import add_patient, nurse_of
from tests.fakes.replicas import DirectTransport, SmallDistrict

_NO_WAITING = Manner(wait=lambda _seconds: None)


@dataclasses.dataclass(frozen=True)
class TwoPcs:
    """PC A with its window's file, PC B, and the district between them."""

    district: SmallDistrict
    a: Home
    b: Home

    def meet(self) -> None:
        """Let both exchange until each has what the other wrote."""
        for home in (self.a, self.b, self.a):
            self.exchange(home)

    def exchange(self, home: Home) -> None:
        """Let one PC exchange with the district."""
        exchange(home.replica, DirectTransport(home.replica, self.district.service), _NO_WAITING)

    def patient(self, **details: Any) -> Patient:
        """A patient whom both know."""
        patient = add_patient(self.a, **details)
        self.meet()
        return patient

    def visit(self, patient: Patient, **details: Any) -> Visit:
        """A visit that both know."""
        values = {"date": self.a.replica.now().astimezone().date(), **details}
        visit = save_visit(self.a.replica, nurse_of(self.a), patient.id, values, None)
        self.meet()
        seen = self.a.replica.get(Visit, visit)
        assert seen is not None
        return seen.record

    def specimen(self) -> str:
        """A specimen that both know, without a result; its id."""
        values = {"kind": "darah", "taken_at": self.a.replica.now(), "laboratory": "Labkesmas", "subject": "Siti"}
        specimen = save_specimen(self.a.replica, nurse_of(self.a), values, None)
        self.meet()
        return specimen

    def edit_patient(self, home: Home, patient: Patient, **values: Any) -> None:
        """Correct a patient at one PC, as its form does."""
        seen = home.replica.get(Patient, patient.id)
        assert seen is not None
        save_patient(home.replica, nurse_of(home), values, seen)

    def edit_visit(self, home: Home, visit: Visit, **values: Any) -> None:
        """Correct a visit at one PC, as its form does."""
        seen = home.replica.get(Visit, visit.id)
        assert seen is not None
        save_visit(home.replica, nurse_of(home), visit.patient, values, seen)


def make_two_pcs(new_home: Callable[..., Home], district: SmallDistrict, kind: str = "puskesmas") -> TwoPcs:
    """Two PCs of the district's puskesmas (or its hospital, ``rs``), a nurse at each, with cards as enrolment
    publishes them."""
    facility = district.hospital if kind == "rs" else district.puskesmas
    a = new_home(kind, person=True, facility=facility)
    b = new_home(kind, person=True, facility=facility, letter="B")
    server = district.server
    cards = [
        Computer(
            id=home.replica.identity.device,
            facility=facility,
            letter=home.replica.identity.letter,
            public_key="00",
            enrolled_at=server.now(),
        )
        for home in (a, b)
    ]
    server.save([Edit(card) for card in cards], server.identity.device)
    made = TwoPcs(district, a, b)
    made.meet()
    return made
