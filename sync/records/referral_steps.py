"""What each side can still add to a referral, as a plain function of its state: what the screens offer.

It offers and never forbids: facts made at the same time on two computers are all kept, and ``referral_state`` decides.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from sync.records.referral import ReferralEvent
from sync.records.referral_state import UNANSWERED

#: States in which an answer is still wanted as long as there is none: an emergency leaves before the hospital has said
#: a word, and is on the road then.
AWAITING = UNANSWERED | {"berangkat"}

#: States in which another hospital can be asked.
REDIRECTABLE = AWAITING | {"ditolak", "diterima", "tidak_datang"}

#: A patient may come although refused, cancelled or given up: who stands there is always received.
_HOSPITAL: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys(UNANSWERED, ("tiba",)),
        "ditolak": ("tiba",),
        "diterima": ("tiba", "tidak_datang"),
        "berangkat": ("tiba", "tidak_datang"),
        "tidak_datang": ("tiba",),
        "dibatalkan": ("tiba",),
        "tiba": ("dirujuk_balik", "selesai"),
        "selesai": ("dirujuk_balik",),
    }
)
_SENDER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys(UNANSWERED, ("berangkat", "dibatalkan")),
        "diterima": ("berangkat", "dibatalkan"),
    }
)


def awaits_answer(state: str, *, answered: bool) -> bool:
    """Whether the hospital still owes an answer."""
    return state in AWAITING and not answered


def hospital_steps(state: str, *, answered: bool, asked: bool = True) -> tuple[str, ...]:
    """Kinds of facts the hospital can add, the likeliest first. ``answered``: whether it has accepted or refused.

    ``asked``: whether the referral is still addressed to it; one that is asked no more can still receive who comes.
    """
    if not asked:
        return ("tiba",) if "tiba" in _HOSPITAL.get(state, ()) else ()
    answers = ("diterima", "ditolak") if awaits_answer(state, answered=answered) else ()
    return (*answers, *_HOSPITAL.get(state, ()))


def office_steps(state: str, *, answered: bool) -> tuple[str, ...]:
    """Kinds of facts the district office can add: remind who owes an answer or a back-referral, name another hospital.

    A patient who stands in a hospital, or whose referral was taken back, is redirected no more.
    """
    reminds = ("diingatkan",) if awaits_answer(state, answered=answered) or state == "tiba" else ()
    return (*reminds, "dialihkan") if state in REDIRECTABLE else reminds


def sender_steps(state: str, events: Iterable[ReferralEvent]) -> tuple[str, ...]:
    """Kinds of facts the sender can add: a back-referral is a task until somebody has seen to it."""
    if state == "dirujuk_balik":
        return () if any(event.kind == "ditindaklanjuti" for event in events) else ("ditindaklanjuti",)
    return _SENDER.get(state, ())


def open_question(events: Iterable[ReferralEvent]) -> ReferralEvent | None:
    """The oldest question that no answer names; ``None`` if all are answered."""
    events = list(events)
    answered = {event.answers for event in events if event.kind == "jawaban"}
    waiting = [event for event in events if event.kind == "pertanyaan" and event.id not in answered]
    return min(waiting, key=lambda event: event.id, default=None)
