"""The plan of a history of the model: who does what on which day, and what happens to disks."""

from random import Random

from tests.simulation.plan import Plan, Step
from tests.simulation.protocol.faults import DISASTERS

#: Facility, kind, PCs; where the first PC is the hub of the others.
PLACES = (
    ("melati", "puskesmas", 3, True),
    ("kenanga", "puskesmas", 2, False),
    ("dahlia", "puskesmas", 2, False),
    ("rsud", "rs", 2, False),
    ("rs-bunda", "rs", 1, False),
    ("dinkes", "dinkes", 2, False),
)
PCS = sum(count for _, _, count, _ in PLACES)


def plan_of(seed: str, days: int, calm: frozenset[str] = frozenset()) -> Plan:
    """The steps of a history: each PC works and exchanges on each day, in any order."""
    chance = Random(f"{seed} plan")
    disasters = chance.choice(DISASTERS)
    kinds: list[tuple[int, str, int]] = []
    for day in range(days):
        today = []
        for who in range(PCS):
            today += [("work", who)] * chance.randint(1, 3) + [("exchange", who)] * chance.randint(1, 2)
            if chance.random() < 0.15:
                today.append((chance.choice(["stick out", "stick back"]), who))
        chance.shuffle(today)
        kinds += [(day, kind, who) for kind, who in today]
        kinds.append((day, "sticks at the district", 0))
    for disaster in disasters:
        who = 0 if disaster == "hub restored" else chance.randrange(1, PCS)
        first = chance.randrange(len(kinds) // 4, len(kinds) // 2)
        kinds.insert(first, (kinds[first][0], f"copy for {disaster}", who))
        later = chance.randrange(first + len(kinds) // 8, len(kinds))
        kinds.insert(later, (kinds[later][0], disaster, who))
    return Plan(
        seed, [Step(n, day, kind, who, chance.getrandbits(64)) for n, (day, kind, who) in enumerate(kinds)], calm
    )
