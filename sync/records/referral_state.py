"""The state of a referral: a pure function of its facts, never of clocks.

Facts may be concurrent (the puskesmas cancels while the hospital accepts) and arrive in any order. Which hospital is
asked is in the facts themselves: a redirection names the redirection before it, and every fact of a hospital names the
redirection by which it was asked. Of the facts that count, the furthest step in the written precedence is the state.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sync.records.referral import ReferralEvent

#: From weakest to strongest. A patient who stands in the hospital is there, whatever else was written meanwhile, so
#: arrival beats cancelling and refusing; cancelling beats an answer (the patient will not come); of two answers
#: written at once at one hospital, accepting wins: a bed is promised to somebody, and the refuser can settle it.
PRECEDENCE = (
    "diajukan",
    "dialihkan",
    "dilihat",
    "ditolak",
    "diterima",
    "berangkat",
    "tidak_datang",
    "dibatalkan",
    "tiba",
    "selesai",
    "dirujuk_balik",
)

#: States in which the hospital still owes an answer.
UNANSWERED = frozenset({"diajukan", "dialihkan", "dilihat"})

#: Facts of a hospital about what it was asked: they count while it is the one that is asked.
ANSWERING = frozenset({"dilihat", "ditolak", "diterima", "tidak_datang"})

#: Facts of a hospital about a patient who is there: they always count, also where another hospital was asked.
RECEIVING = frozenset({"tiba", "selesai", "dirujuk_balik"})

_RANK = {code: rank for rank, code in enumerate(PRECEDENCE)}
#: Of two redirections made at once the one counts whose hospital has promised a bed, and last the one that was refused.
_PROMISE = {"diterima": 0, None: 1, "ditolak": 2}


@dataclass(frozen=True, slots=True)
class ReferralState:
    """What a set of facts amounts to."""

    code: str
    """One of ``PRECEDENCE``."""
    decided_by: ReferralEvent | None
    """The fact that made it so; ``None``: only submitted."""
    request: ReferralEvent | None
    """The redirection that names the hospital concerned: where the patient is, else who is asked last. ``None``: the
    hospital of the letter."""
    answer: ReferralEvent | None
    """The acceptance or refusal of who is asked last."""


def referral_state(events: Iterable[ReferralEvent]) -> ReferralState:
    """The state that a set of facts amounts to, in whatever order they are given.

    Of several facts of one kind the lowest id decides who is named, so every replica names the same.
    """
    events = list(events)
    last, counting = last_request(events), counting_facts(events)
    steps = [event for event in counting if event.kind in _RANK and (event.kind != "dialihkan" or event is last)]
    decided_by = min(steps, key=lambda event: (-_RANK[event.kind], event.id), default=None)
    return ReferralState(
        code="diajukan" if decided_by is None else decided_by.kind,
        decided_by=decided_by,
        request=_request_of(decided_by, events) if decided_by and decided_by.kind in RECEIVING else last,
        answer=_answer(counting),
    )


def counting_facts(events: Iterable[ReferralEvent]) -> list[ReferralEvent]:
    """The facts without what hospitals said that are asked no more; remarks stay."""
    events = list(events)
    last = last_request(events)
    return [event for event in events if event.kind not in ANSWERING or _is_about(event, last)]


def last_request(events: Iterable[ReferralEvent]) -> ReferralEvent | None:
    """The redirection that counts: the end of the longest chain. ``None``: the letter was never redirected.

    Of several made at once, a bed that is promised decides, then a question still open, then the lowest id.
    """
    events = list(events)
    chain = _places_in_chain(events)
    if not chain:
        return None
    longest = max(chain.values())

    def place(redirection: ReferralEvent) -> tuple[int, str]:
        answer = _answer(event for event in events if _is_about(event, redirection))
        return _PROMISE[answer.kind if answer else None], redirection.id

    ends = [event for event in events if chain.get(event.id) == longest]
    return min(ends, key=place)


def request_to(events: Iterable[ReferralEvent], facility: str) -> ReferralEvent | None:
    """The redirection by which ``facility`` was asked: what its facts name. ``None``: by the letter, or not at all."""
    events = list(events)
    last, chain = last_request(events), _places_in_chain(events)
    own = [event for event in events if event.id in chain and event.to_facility == facility]
    return max(own, key=lambda event: (event == last, chain[event.id], event.id), default=None)


def _places_in_chain(events: Iterable[ReferralEvent]) -> dict[str, int]:
    """For each redirection, by id, how many it follows, counting one that is named and not here yet; from 1 on."""
    before = {event.id: event.answers for event in events if event.kind == "dialihkan"}
    places = {}
    for redirection in before:
        passed: list[str] = []
        step: str | None = redirection
        while step is not None and step not in passed:
            passed.append(step)
            step = before.get(step)
        places[redirection] = len(passed)
    return places


def _is_about(event: ReferralEvent, request: ReferralEvent | None) -> bool:
    return event.answers == (None if request is None else request.id)


def _request_of(event: ReferralEvent, events: Iterable[ReferralEvent]) -> ReferralEvent | None:
    return next((other for other in events if other.kind == "dialihkan" and other.id == event.answers), None)


def _answer(events: Iterable[ReferralEvent]) -> ReferralEvent | None:
    answers = [event for event in events if event.kind in {"diterima", "ditolak"}]
    return min(answers, key=lambda event: (event.kind != "diterima", event.id), default=None)
