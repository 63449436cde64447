"""The referrals of a period as they are counted: one lean value for each letter, read with few statements.

Columns come from two indexes, so that a year of a district is read without the letters themselves. The state of each is
that of ``sync.records.referral_state``; this module must never decide by itself what facts amount to.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from desktop.queries.diagnosis_words import code_key
from desktop.queries.indicators_period import Period, begins_at
from sync.records import Referral, ReferralEvent
from sync.records import referral_state as states
from sync.replica.reader import Reader, as_blob

ACCEPTED, REFUSED, CANCELLED, UNANSWERED = "accepted", "refused", "cancelled", "unanswered"
#: How a letter can stand, in the order of the screen; each letter is exactly one of them.
OUTCOMES = (ACCEPTED, REFUSED, UNANSWERED, CANCELLED)

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


class Letter(NamedTuple):
    """One referral as it is counted. A duration is in seconds, and ``None`` where it is not known."""

    written_at: str
    """As it lies in the table: it sorts by time."""
    sender: str
    hospital: str
    """Where it was sent last."""
    asked: tuple[str, ...]
    """All hospitals it was sent to, the last one last."""
    kind: str
    emergency: bool
    code: str
    """Without dot; "" where the diagnosis has none."""
    tacc: bool
    outcome: str
    answer_s: float | None
    """From the writing, or the redirection, to the first answer of ``hospital``."""
    arrival_s: float | None
    """From the writing to the arrival."""
    arrived: bool
    back: bool
    """Referred back."""
    refusals: tuple[tuple[str, str | None], ...]
    """Each hospital that refused, with its first reason."""


@dataclass(frozen=True, slots=True)
class Letters:
    """What one reading gave. ``now`` is when."""

    period: Period
    now: datetime
    letters: Sequence[Letter]
    sites: Mapping[str, Site]


_OWN = """ AND (r.from_facility = :facility OR r.to_facility = :facility OR r.id IN (
    SELECT d.referral FROM referral_event AS d
    WHERE d.district = :district AND d.kind = 'dialihkan' AND d.to_facility = :facility))"""
_LETTERS = """
    SELECT r.id, r.written_at, r.from_facility, r.to_facility, r.kind, r.urgency = 'merah', r.diagnosis_code,
           r.kd_tacc IS NOT NULL, group_concat(e.kind), group_concat(e.at)
    FROM referral AS r LEFT JOIN referral_event AS e ON e.district = :district AND e.referral = r.id
    WHERE r.district = :district AND r.written_at >= :since AND r.written_at < :until
        AND r.id NOT IN (SELECT v.record FROM void AS v WHERE v.district = :district){own}
    GROUP BY r.written_at, r.id
"""
#: All facts, in order of their ids, of the letters that were refused or sent on: few, and their order matters.
_TURNED = """
    SELECT e.referral, e.id, e.kind, e.at, e.reason, e.to_facility FROM referral_event AS e
    WHERE e.district = :district AND e.referral IN (
        SELECT d.referral FROM referral_event AS d
        WHERE d.district = :district AND d.kind IN ('dialihkan', 'ditolak'))
    ORDER BY e.referral, e.id
"""
_SITES = "SELECT id, name, kind, outside_district, latitude, longitude FROM facility WHERE district = :district"

_parse = datetime.fromisoformat
_Fact = tuple[bytes, bytes, str, str, str | None, bytes | None]


def read_letters(reader: Reader, period: Period, now: datetime, facility: str | None = None) -> Letters:
    """The letters written in ``period``: of the whole district, or only those from and to ``facility``."""
    wire = Referral.type.fields["written_at"].to_wire
    since, until = begins_at(period.first), begins_at(period.last + timedelta(days=1))
    params = {"since": wire(since), "until": wire(until), "facility": facility and as_blob(facility)}
    turned: dict[bytes, list[_Fact]] = {}
    for fact in reader.tuples(_TURNED):
        turned.setdefault(fact[0], []).append(fact)
    ids, codes, shapes, states_of_turned = _Ids(), _Codes(), _Shapes(), _TurnedStates()
    letters = []
    # Written for speed: it runs 60,000 times while somebody waits.
    for row in reader.tuples(_LETTERS.format(own=_OWN if facility else ""), params):
        record, written_at, sender, hospital, kind, red, code, tacc, kinds, moments = row
        if record in turned:
            told = _turned(turned[record], written_at, ids, hospital, states_of_turned)
        else:
            told = _plain(shapes[kinds], written_at, ids.alone[hospital], moments)
        asked, outcome, answer_s, arrival_s, arrived, back, refusals = told
        emergency = red == 1 or kind == "gawat_darurat"
        letters.append(
            Letter(
                written_at,
                ids[sender],
                asked[-1],
                asked,
                kind,
                emergency,
                codes[code],
                tacc == 1,
                outcome,
                answer_s,
                arrival_s,
                arrived,
                back,
                refusals,
            )
        )
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
    """How a letter in ``state`` stands. ``answers``: the kinds of those given by the hospital it was sent to last."""
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


#: What the facts say: the last fields of :class:`Letter`, after all hospitals asked.
_Told = tuple[tuple[str, ...], str, float | None, float | None, bool, bool, tuple[tuple[str, str | None], ...]]


class _Shape(NamedTuple):
    """What a sequence of kinds amounts to, and the places in it of answers and arrivals."""

    outcome: str
    answers: tuple[int, ...]
    arrivals: tuple[int, ...]
    arrived: bool
    back: bool


class _Shapes(dict[str | None, _Shape]):
    """The shapes of the kinds met so far, joined by commas: a district has some dozens of them."""

    def __missing__(self, joined: str | None) -> _Shape:
        kinds = joined.split(",") if joined else []
        state = states.referral_state(_event(kind, number) for number, kind in enumerate(kinds)).code
        answers = tuple(place for place, kind in enumerate(kinds) if kind in _ANSWERS)
        arrivals = tuple(place for place, kind in enumerate(kinds) if kind == "tiba")
        arrived = not _THERE.isdisjoint(kinds)
        shape = _Shape(outcome_of(state, kinds), answers, arrivals, arrived, "dirujuk_balik" in kinds)
        self[joined] = shape
        return shape


def _plain(shape: _Shape, written_at: str, asked: tuple[str, ...], moments: str | None) -> _Told:
    """A letter that was neither refused nor sent on: the kinds of its facts say it all but the times."""
    outcome, answers, arrivals, arrived, back = shape
    answer_s = arrival_s = None
    if answers or arrivals:
        at = (moments or "").split(",")
        written = _parse(written_at)
        if answers:
            answer_s = _known((_parse(min([at[place] for place in answers])) - written).total_seconds())
        if arrivals:
            arrival_s = _known((_parse(min([at[place] for place in arrivals])) - written).total_seconds())
    return asked, outcome, answer_s, arrival_s, arrived, back, ()


class _TurnedStates(dict[tuple[tuple[str, int | None], ...], str]):
    """The states met so far by kinds in order and by which of the hospitals asked a redirection names."""


def _turned(facts: Sequence[_Fact], written_at: str, ids: "_Ids", hospital: bytes, known: _TurnedStates) -> _Told:
    """A letter that was refused or sent on: its facts in order, an answer being that of the hospital asked last."""
    asked, since = [ids[hospital]], written_at
    answers: list[tuple[str, str]] = []
    refusals: dict[str, str | None] = {}
    arrived: list[str] = []
    for _record, _id, kind, at, reason, to_facility in facts:
        if kind == "dialihkan" and to_facility is not None:
            asked, since, answers = [*asked, ids[to_facility]], at, []
        elif kind in _ANSWERS:
            answers.append((at, kind))
            if kind == "ditolak":
                refusals.setdefault(asked[-1], reason)
        elif kind == "tiba":
            arrived.append(at)
    outcome = outcome_of(_state_of(facts, known), [kind for _, kind in answers])
    return (
        tuple(asked),
        outcome,
        _passed(since, min(answers)[0] if answers else None),
        _passed(written_at, min(arrived, default=None)),
        any(fact[2] in _THERE for fact in facts),
        any(fact[2] == "dirujuk_balik" for fact in facts),
        tuple(refusals.items()),
    )


def _state_of(facts: Sequence[_Fact], known: _TurnedStates) -> str:
    """The state of facts in order of their ids; asked anew where their times say another order than their ids."""
    hospitals: dict[bytes, int] = {}
    key = tuple(
        (kind, None if to is None else hospitals.setdefault(to, len(hospitals))) for _, _, kind, _, _, to in facts
    )
    times = [fact[3] for fact in facts]
    if key in known and times == sorted(times):
        return known[key]
    events = [
        _event(kind, number, at, None if to is None else to.hex())
        for number, (_, _, kind, at, _, to) in enumerate(facts)
    ]
    state = states.referral_state(events).code
    if times == sorted(times):
        known[key] = state
    return state


def _event(kind: str, number: int, at: str | None = None, to_facility: str | None = None) -> ReferralEvent:
    """A fact with what a state can depend on."""
    moment = datetime.fromtimestamp(number, UTC) if at is None else datetime.fromisoformat(at)
    return ReferralEvent(
        id=f"{number:032x}", referral="", kind=kind, at=moment, by="", by_name="", to_facility=to_facility
    )


def _passed(since: str, until: str | None) -> float | None:
    """Seconds between two moments as they lie in the table; ``None`` where there is no second."""
    return None if until is None else _known((_parse(until) - _parse(since)).total_seconds())


def _known(seconds: float) -> float | None:
    """A duration; one that a wrong clock made negative is not known."""
    return seconds if seconds >= 0 else None


class _Ids(dict[bytes, str]):
    """Ids as digits: of 60,000 letters they are some hundred."""

    def __init__(self) -> None:
        super().__init__()
        self.alone = _Alone()

    def __missing__(self, raw: bytes) -> str:
        return self.setdefault(raw, raw.hex())


class _Alone(dict[bytes, tuple[str, ...]]):
    def __missing__(self, raw: bytes) -> tuple[str, ...]:
        return self.setdefault(raw, (raw.hex(),))


class _Codes(dict[str | None, str]):
    def __missing__(self, code: str | None) -> str:
        return self.setdefault(code, code_key(code or ""))
