"""The state of a referral: a pure function of its facts, never of clocks.

Facts may be concurrent (the puskesmas cancels while the hospital accepts) and arrive in any order. The written
precedence below decides: the furthest step that happened is the state, so a referral never goes back to an earlier one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sync.records.referral import ReferralEvent

#: From weakest to strongest. A patient who stands in the hospital is there, whatever else was written meanwhile, so
#: arrival beats cancelling and refusing; cancelling beats an answer (the patient will not come); of two answers
#: written at once at one hospital, accepting wins: a bed is promised to somebody, and the refuser can settle it.
PRECEDENCE = (
    "diajukan",
    "dilihat",
    "dialihkan",
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
UNANSWERED = frozenset({"diajukan", "dilihat", "dialihkan"})

_RANK = {code: rank for rank, code in enumerate(PRECEDENCE)}


@dataclass(frozen=True, slots=True)
class ReferralState:
    """``code`` is one of ``PRECEDENCE``; ``decided_by`` the fact that made it so (``None``: only submitted)."""

    code: str
    decided_by: ReferralEvent | None


def referral_state(events: Iterable[ReferralEvent]) -> ReferralState:
    """The state that a set of facts amounts to, in whatever order they are given.

    Of several facts of one kind the lowest id decides who is named, so every replica names the same.
    """
    ranked = [(_RANK[event.kind], event) for event in events if event.kind in _RANK]
    if not ranked:
        return ReferralState("diajukan", None)
    rank = max(rank for rank, _ in ranked)
    decided_by = min((event for r, event in ranked if r == rank), key=lambda event: event.id)
    return ReferralState(PRECEDENCE[rank], decided_by)
