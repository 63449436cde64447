"""Two registrations found to be one person, the taking back of it, and that two are not: facts, and who is one by them.

Who is one person is a plain function of the facts that are not taken back: the same on every computer, in whatever
order they came and however differently people merged offline. Registrations keep their own ids; nothing is rewritten,
so what was merged can be parted again without loss.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, Protocol

from sync.records.definition import Family, Record, Scope, moment_field, record, reference_field, text_field


@record("patient_link", label="Pasien yang sama", scope=Scope.OWN, family=Family.FACT)
class PatientLink(Record):
    """``patient`` and ``other`` are one person (FHIR Patient.link), or, with ``takes_back``, that fact counts no more.

    Only the fact that is named counts no more: where two people found the same thing, both facts are to be taken back
    before the pair parts. A taking back is final; who was wrong about it says anew that they are one.
    """

    patient: str = reference_field("Pasien")
    other: str = reference_field("Pasien yang sama")
    takes_back: str | None = reference_field("Menarik kembali", default=None)
    reason: str = text_field("Alasan", limit=500, sensitive=True)
    at: datetime = moment_field("Pada")
    by: str = reference_field("Oleh")
    by_name: str = text_field("Nama petugas", limit=120)


@record("patient_distinct", label="Bukan orang yang sama", scope=Scope.OWN, family=Family.FACT)
class PatientDistinct(Record):
    """``patient`` and ``other`` were compared and are two people, so nobody need compare them again.

    It says nothing against a :class:`PatientLink`: who finds later that they are one says so, and that counts.
    """

    patient: str = reference_field("Pasien")
    other: str = reference_field("Bukan pasien ini")
    reason: str | None = text_field("Alasan", limit=500, sensitive=True, default=None)
    at: datetime = moment_field("Pada")
    by: str = reference_field("Oleh")
    by_name: str = text_field("Nama petugas", limit=120)


class Linking(Protocol):
    """What is needed of a :class:`PatientLink` to say who is one person."""

    @property
    def id(self) -> str: ...
    @property
    def patient(self) -> str: ...
    @property
    def other(self) -> str: ...
    @property
    def takes_back(self) -> str | None: ...


class Link(NamedTuple):
    """A :class:`Linking` and nothing else, as a table row gives it."""

    id: str
    patient: str
    other: str
    takes_back: str | None


def in_force(facts: Iterable[Linking]) -> list[Linking]:
    """The links that count: those that no fact takes back, in the order of their ids."""
    there = {fact.id: fact for fact in facts}
    gone = {fact.takes_back for fact in there.values()}
    return [there[key] for key in sorted(there) if there[key].takes_back is None and key not in gone]


def persons(facts: Iterable[Linking]) -> dict[str, str]:
    """Each registration that is linked, with the one that stands for the person: the lowest id of all that are one."""
    stands: dict[str, str] = {}

    def root(patient: str) -> str:
        while stands.setdefault(patient, patient) != patient:
            stands[patient] = patient = stands[stands[patient]]
        return patient

    for fact in in_force(facts):
        low, high = sorted((root(fact.patient), root(fact.other)))
        stands[high] = low
    return {patient: root(patient) for patient in sorted(stands)}
