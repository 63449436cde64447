"""The referrals of a period as they are counted: one lean value for each letter, read with few statements.

Rows are those of ``sync.replica.counted``, so that a year of a district is read without letters and facts. The state of
each is that of ``sync.records.referral_state``; this module must never decide by itself what facts amount to.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from desktop.collector import collector_paused
from desktop.queries.indicators_period import Period, begins_at
from desktop.queries.values import VOIDED
from sync.records import Referral, ReferralEvent
from sync.records import referral_state as states
from sync.replica.reader import Reader, as_blob

#: How a letter can stand; each letter is exactly one of them.
ACCEPTED, REFUSED, CANCELLED, UNANSWERED = "accepted", "refused", "cancelled", "unanswered"

#: States in which the hospital has taken the patient, whether it has written an answer or not.
_TAKEN = frozenset({"diterima", "tiba", "selesai", "dirujuk_balik"})
_ANSWERS = frozenset({"diterima", "ditolak"})
#: Facts that say that the patient was there; an arrival that nobody noted has no time.
_THERE = frozenset({"tiba", "selesai", "dirujuk_balik"})


@dataclass(frozen=True, slots=True)
class Site:
    """A facility as it is counted. ``kind`` and ``outside`` are ``None`` until its record arrives."""

    id: str
    name: str
    kind: str | None
    outside: bool | None
    latitude: float | None
    longitude: float | None


class Told(NamedTuple):
    """What the facts of a letter amount to, but for times; letters with the same facts share it."""

    outcome: str
    arrived: bool
    back: bool
    """Referred back."""
    taken_back: bool
    """The sender has cancelled it, whatever came of it."""


class Letter(NamedTuple):
    """One referral as it is counted. Ids are 16 bytes; a duration is in seconds, ``None`` where it is not known."""

    written_at: str
    """As it lies in the table: it sorts by time."""
    sender: bytes
    hospital: bytes
    """The hospital concerned: where the patient is, else who is asked last."""
    kind: str
    emergency: int
    code: str | None
    """As written."""
    tacc: int
    told: Told
    answer_s: float | None
    """From the writing, or the redirection, to the first answer of ``hospital``."""
    arrival_s: float | None
    """From the writing to the arrival."""
    asked: tuple[bytes, ...] = ()
    """All hospitals that were asked, where it was sent on."""
    refusals: tuple[tuple[bytes, str | None], ...] = ()
    """Each hospital that refused, with its first reason; b"" is one that a fact not here yet names."""


@dataclass(frozen=True, slots=True)
class Letters:
    """What one reading gave. ``now`` is when."""

    period: Period
    now: datetime
    letters: Sequence[Letter]
    sites: Mapping[str, Site]


_OWN = """ AND (c.from_facility = :facility OR c.to_facility = :facility OR c.id IN (
    SELECT d.referral FROM referral_event AS d
    WHERE d.district = :district AND d.kind = 'dialihkan' AND d.to_facility = :facility))"""
_LETTERS = """
    SELECT c.written_at, c.from_facility, c.to_facility, c.kind, c.emergency, c.diagnosis_code, c.tacc, c.kinds,
           c.answer_s, c.arrival_s, c.facts
    FROM counted_letter AS c
    WHERE c.district = :district AND c.written_at >= :since AND c.written_at < :until
        AND c.id NOT IN ({voided}){own}
"""
_SITES = "SELECT id, name, kind, outside_district, latitude, longitude FROM facility WHERE district = :district"

#: Its id, kind, moment and reason, the hospital that it names and the fact that it answers ("": none).
_Fact = tuple[str, str, str, str | None, str, str]


@collector_paused()
def read_letters(reader: Reader, period: Period, now: datetime, facility: str | None = None) -> Letters:
    """The letters written in ``period``: of the whole district, or only those from and to ``facility``."""
    wire = Referral.type.fields["written_at"].to_wire
    since, until = begins_at(period.first), begins_at(period.last + timedelta(days=1))
    params = {"since": wire(since), "until": wire(until), "facility": facility and as_blob(facility)}
    told, known = _Plain(), _States()
    # One line for each letter, because it runs 60,000 times while somebody waits.
    letters = [
        Letter(at, sender, hospital, kind, urgent, code, tacc, told[kinds], answer_s, arrival_s)
        if facts is None
        else _turned(
            json.loads(facts), known, Letter(at, sender, hospital, kind, urgent, code, tacc, _NOTHING, None, arrival_s)
        )
        for at, sender, hospital, kind, urgent, code, tacc, kinds, answer_s, arrival_s, facts in reader.tuples(
            _LETTERS.format(own=_OWN if facility else "", voided=VOIDED), params
        )
    ]
    return Letters(period, now, letters, read_sites(reader))


def read_sites(reader: Reader) -> Mapping[str, Site]:
    """All facilities whose records are here, by id."""
    return {
        row["id"]: Site(
            row["id"], row["name"], row["kind"], bool(row["outside_district"]), row["latitude"], row["longitude"]
        )
        for row in reader.rows(_SITES)
    }


def outcome_of(state: str, answers: Iterable[str]) -> str:
    """How a letter in ``state`` stands. ``answers``: the kinds of those given by the hospital concerned."""
    if state in _TAKEN:
        return ACCEPTED
    if state == "dibatalkan":
        return CANCELLED
    if state == "ditolak":
        return REFUSED
    if state in states.UNANSWERED:
        return UNANSWERED
    # On the road, or not come: what the hospital had said.
    return ACCEPTED if "diterima" in answers else REFUSED if "ditolak" in answers else UNANSWERED


_NOTHING = Told(UNANSWERED, arrived=False, back=False, taken_back=False)


class _Plain(dict[str | None, Told]):
    """What kinds of facts, joined by commas, amount to: a district has some dozens of them.

    Only for letters that were neither refused nor sent on: there the order of the facts, and who wrote them, says
    nothing.
    """

    def __missing__(self, joined: str | None) -> Told:
        kinds = joined.split(",") if joined else []
        state = states.referral_state([_event(number, kind, None, None) for number, kind in enumerate(kinds)]).code
        told = _told(state, kinds, kinds)
        self[joined] = told
        return told


def _told(state: str, kinds: Sequence[str], answers: Sequence[str]) -> Told:
    there = not _THERE.isdisjoint(kinds)
    return Told(outcome_of(state, answers), there, "dirujuk_balik" in kinds, "dibatalkan" in kinds)


def _turned(facts: Sequence[_Fact], known: "_States", letter: Letter) -> Letter:
    """A letter that was refused or sent on. A fact of a hospital names the redirection by which it was asked."""
    state, place = known[_shape(facts)]
    redirections = {fact[0]: fact for fact in facts if fact[1] == "dialihkan"}
    request = None if place is None else facts[place]
    about = "" if request is None else request[0]
    answers = [fact for fact in facts if fact[1] in _ANSWERS and fact[5] == about]
    refusals: dict[bytes, str | None] = {}
    for _id, kind, _at, reason, _to_facility, named in facts:
        if kind == "ditolak":
            hospital = _asked_by(redirections.get(named)) if named else letter.hospital
            refusals.setdefault(hospital, reason)
    since = letter.written_at if request is None else request[2]
    return letter._replace(
        hospital=letter.hospital if request is None else _asked_by(request),
        told=_told(state, [fact[1] for fact in facts], [fact[1] for fact in answers]),
        answer_s=_passed(since, min([fact[2] for fact in answers])) if answers else None,
        asked=(letter.hospital, *map(_asked_by, redirections.values())),
        refusals=tuple(refusals.items()),
    )


def _asked_by(redirection: _Fact | None) -> bytes:
    """The hospital that a redirection names; b"" where it is not here, or names none."""
    return b"" if redirection is None else bytes.fromhex(redirection[4])


#: Of each fact in order of the ids: its kind, which of the facilities named it names, and which fact it answers (-1:
#: one that is not here). A state depends on nothing else: it is never one of clocks.
_Shape = tuple[tuple[str, int | None, int | None], ...]


def _shape(facts: Sequence[_Fact]) -> _Shape:
    named: dict[str, int] = {}
    place = {fact[0]: number for number, fact in enumerate(facts)}
    return tuple(
        [
            (
                kind,
                named.setdefault(to_facility, len(named)) if to_facility else None,
                place.get(answers, -1) if answers else None,
            )
            for _id, kind, _at, _reason, to_facility, answers in facts
        ]
    )


class _States(dict[_Shape, tuple[str, int | None]]):
    """The states of the shapes met so far, each with the place of the redirection that names the hospital concerned."""

    def __missing__(self, shape: _Shape) -> tuple[str, int | None]:
        events = [_event(number, *fact) for number, fact in enumerate(shape)]
        state = states.referral_state(events)
        self[shape] = state.code, None if state.request is None else events.index(state.request)
        return self[shape]


def _event(number: int, kind: str, to_facility: int | None, answers: int | None) -> ReferralEvent:
    """A fact with all that a state can depend on."""
    return ReferralEvent(
        id=_id(number),
        referral="",
        kind=kind,
        at=datetime.fromtimestamp(number, UTC),
        by="",
        by_name="",
        to_facility=None if to_facility is None else _id(to_facility),
        answers=None if answers is None else _id(answers),
    )


def _id(number: int) -> str:
    return f"{number + 1:032x}"


def _passed(since: str, until: str) -> float | None:
    """Seconds between two moments as they lie in the table; a span that a wrong clock made negative is not known."""
    seconds = (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds()
    return seconds if seconds >= 0 else None
