"""All sides of a referral write offline, and what they wrote arrives in any order: one state, one list, everywhere.

Real replicas of a puskesmas, two hospitals, two PCs of the district office and the server. ``tests/records`` walks the
pure orders; here the facts travel, are admitted or refused until they can be, and are read as the screens read them.
"""

from random import Random

import pytest

from sync.records.referral_state import ANSWERING, PRECEDENCE
from tests.fakes.sides import Sides
from tests.journeys.deliveries import Written, assert_same_worklists, concerned, deliver, moved, shown_everywhere

#: Name -> the facts, the state they amount to, the fact that decides (place), the hospital concerned.
SETS: dict[str, tuple[tuple[Written, ...], str, int | None, str]] = {
    "refused, redirected, accepted": (
        (
            Written("first", "ditolak"),
            moved("second"),
            Written("second", "diterima", 1),
            Written("puskesmas", "ditelepon"),
            Written("office", "diingatkan"),
            Written("first", "dilihat"),
        ),
        "diterima",
        2,
        "second",
    ),
    "redirected while the first accepts": (
        (
            Written("first", "diterima"),
            moved("second"),
            Written("second", "ditolak", 1),
            Written("office", "diingatkan"),
        ),
        "ditolak",
        2,
        "second",
    ),
    "redirected and nobody has answered": (
        (
            Written("first", "tidak_datang"),
            Written("first", "ditolak"),
            moved("second"),
            Written("puskesmas", "pertanyaan"),
        ),
        "dialihkan",
        2,
        "second",
    ),
    "redirected and back again": (
        (
            Written("first", "ditolak"),
            moved("second"),
            Written("second", "ditolak", 1),
            moved("first", 1),
            Written("first", "diterima", 3),
            Written("puskesmas", "berangkat"),
        ),
        "berangkat",
        5,
        "first",
    ),
    "two redirections at once": (
        (
            moved("second"),
            moved("first", pc="office_b"),
            Written("second", "ditolak", 0),
            Written("first", "diterima", 1),
        ),
        "diterima",
        3,
        "first",
    ),
    "two at once, and a third after one of them": (
        (moved("second"), moved("first", pc="office_b"), moved("second", 1), Written("second", "dilihat", 2)),
        "dilihat",
        3,
        "second",
    ),
    "came to the first all the same": (
        (
            moved("second"),
            Written("second", "diterima", 0),
            Written("puskesmas", "dibatalkan"),
            Written("first", "tiba"),
            Written("second", "tidak_datang", 0),
            Written("first", "selesai"),
        ),
        "selesai",
        5,
        "first",
    ),
    "cancelled while it is redirected": (
        (Written("puskesmas", "dibatalkan"), moved("second"), Written("second", "diterima", 1)),
        "dibatalkan",
        0,
        "second",
    ),
    "the whole life at the second": (
        (
            moved("second"),
            Written("puskesmas", "berangkat"),
            Written("second", "tiba", 0),
            Written("second", "dirujuk_balik", 0),
            Written("puskesmas", "ditindaklanjuti"),
            Written("first", "ditolak"),
        ),
        "dirujuk_balik",
        3,
        "second",
    ),
    "both answers of one hospital": (
        (Written("first", "ditolak"), Written("first", "diterima"), Written("puskesmas", "berangkat")),
        "berangkat",
        2,
        "first",
    ),
}


def test_every_order_of_arrival_gives_the_same_state_and_the_same_worklist_everywhere(sides: Sides) -> None:
    seed = 20261126
    print("seed", seed)
    found = deliver(sides, [facts for facts, _, _, _ in SETS.values()], Random(seed))
    names = list(SETS)
    for number, delivery in found:
        _, code, decisive, hospital = SETS[names[number]]
        state = shown_everywhere(sides, delivery)
        decided_by = None if state.decided_by is None else delivery.ids.index(state.decided_by.id)
        assert (state.code, decided_by) == (code, decisive), names[number]
        assert concerned(delivery, state) == getattr(sides, hospital), names[number]
    assert assert_same_worklists(sides) > 0
    print(len(found), "deliveries of", len(SETS), "sets")


KINDS = {
    "puskesmas": ("berangkat", "dibatalkan", "ditindaklanjuti", "pertanyaan", "ditelepon", "catatan"),
    "first": ("dilihat", "ditolak", "diterima", "tidak_datang", "tiba", "selesai", "dirujuk_balik", "jawaban"),
    "second": ("dilihat", "ditolak", "diterima", "tidak_datang", "tiba", "selesai", "dirujuk_balik"),
    "office": ("dialihkan", "dialihkan", "diingatkan", "ditelepon"),
    "office_b": ("dialihkan", "diingatkan"),
}


def some_set(chance: Random) -> list[Written]:
    """Up to six facts; a second hospital writes only about a redirection to it, and some redirections follow others."""
    written: list[Written] = []
    wanted = chance.randint(3, 6)
    while len(written) < wanted:
        pc = chance.choice(list(KINDS))
        kind = chance.choice(KINDS[pc])
        known = [place for place, fact in enumerate(written) if fact.kind == "dialihkan"]
        about: int | None = None
        if kind == "dialihkan":
            about = chance.choice([None, *known])
        elif pc in {"first", "second"}:
            own = [place for place in known if written[place].to == pc]
            if pc == "second" and not own:
                continue
            about = chance.choice(own if pc == "second" else [None, *own])
            about = None if kind == "jawaban" else about
        written.append(Written(pc, kind, about, chance.choice(["first", "second"]) if kind == "dialihkan" else None))
    return written


@pytest.mark.parametrize("seed", [1, 2])
def test_facts_that_chance_wrote_come_to_the_same_possible_state_everywhere(sides: Sides, seed: int) -> None:
    print("seed", seed)
    chance = Random(seed)
    sets = [some_set(chance) for _ in range(3)]
    codes: dict[int, set[tuple[str, int | None]]] = {}
    for number, delivery in deliver(sides, sets, chance):
        state = shown_everywhere(sides, delivery)
        kinds = {fact.kind for fact in sets[number]}
        assert state.code in {*kinds, "diajukan"}
        assert ("tiba" in kinds) <= (PRECEDENCE.index(state.code) >= PRECEDENCE.index("tiba"))
        if state.code in ANSWERING:
            assert state.decided_by is not None
            assert state.decided_by.answers == (state.request.id if state.request else None)
        decided_by = None if state.decided_by is None else delivery.ids.index(state.decided_by.id)
        codes.setdefault(number, set()).add((state.code, decided_by))
    assert all(len(found) == 1 for found in codes.values()), codes
    assert_same_worklists(sides)
