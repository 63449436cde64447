"""Whether anything is lost on a link that resets connections: a thousand records each way, once for every seed.

A computer pushes its records and pulls those of a colleague through a proxy that resets 3% of the requests, half of
them after the server did the work. Whenever its exchange says "proven", both sides are looked through.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync.errors import Unreachable
from sync.exchange.engine import exchange
from sync.exchange.http import HttpTransport
from sync.exchange.manner import Manner
from sync.exchange.pace import SMALLEST, Pace
from sync.replica.replica import Replica
from sync.replica.values import Edit
from sync.server.district import add_facility
from tests.benchmarks._measuring import Computer, computer
from tests.fakes.district import District, running_district
from tests.fakes.proxy import CUTS_AFTER, CUTS_BEFORE, Fault, cutting_proxy, seeded_faults
from tests.fakes.replicas import new_patient

#: Little at a time: the link has more than sixty chances to spoil it, also in the midst of several messages.
_MANNER = Manner(pace=Pace(SMALLEST, part=SMALLEST // 4, most=SMALLEST), wait=lambda _seconds: None)


_SEEDS_OF_A_PAIR = 20
CUTS = (*CUTS_BEFORE, *CUTS_AFTER)


@dataclass(frozen=True)
class Told:
    """What became of one seed: what is missing though the exchange said that nothing is, and what the link did."""

    missing_at_server: int
    missing_here: int
    failed_exchanges: int
    injected: Counter[Fault]


def run(arguments: Sequence[str]) -> Mapping[str, Any]:
    """One pair of computers of a facility of their own for each seed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks loss")
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--records", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=0.03)
    chosen = parser.parse_args(arguments)
    began = time.perf_counter()
    told: list[Told] = []
    with tempfile.TemporaryDirectory() as folder, running_district(Path(folder)) as district:
        while len(told) < chosen.seeds:
            pair = new_pair(district, Path(folder), len(told))
            seeds = range(len(told), min(len(told) + _SEEDS_OF_A_PAIR, chosen.seeds))
            told += [one_seed(pair, seed, records=chosen.records, rate=chosen.rate) for seed in seeds]
            pair.close()
    lost = [seed for seed, item in enumerate(told) if item.missing_at_server or item.missing_here]
    return {
        "seeds": chosen.seeds,
        "records_each_way": chosen.records,
        "resets": {fault.value: sum(item.injected[fault] for item in told) for fault in CUTS},
        "requests": sum(item.injected.total() for item in told),
        "failed_exchanges": sum(item.failed_exchanges for item in told),
        "missing": sum(item.missing_at_server + item.missing_here for item in told),
        "seeds_with_loss": lost,
        "seconds": round(time.perf_counter() - began),
        "within_target": not lost,
    }


@dataclass(frozen=True)
class Pair:
    """Two computers of one facility."""

    district: District
    here: Computer
    colleague: Computer

    def close(self) -> None:
        """Give back their files."""
        self.here.replica.close()
        self.colleague.replica.close()


def new_pair(district: District, folder: Path, number: int) -> Pair:
    """Two new computers of a new facility."""
    code = f"{90_000_000 + number}"
    add_facility(district.replica, {"code": code, "kind": "puskesmas", "name": f"Puskesmas {number}"})
    return Pair(district, *(computer(folder, district.enrol_pc(code)) for _ in range(2)))


def one_seed(pair: Pair, seed: int, *, records: int, rate: float, kinds: Sequence[Fault] = CUTS) -> Told:
    """Exchange ``records`` each way over a link that spoils ``rate`` of the requests, until it says: proven."""
    district, here = pair.district, pair.here
    theirs, mine = _written(pair.colleague.replica, records), _written(here.replica, records)
    with district.transport(pair.colleague.pc) as road:
        assert exchange(pair.colleague.replica, road).proven
    failed = 0
    with (
        cutting_proxy(district.url, seeded_faults(seed, rate, kinds=kinds)) as proxy,
        HttpTransport(proxy.url, here.pc.signer) as road,
    ):
        while True:
            try:
                outcome = exchange(here.replica, road, _MANNER)
            except Unreachable:
                failed += 1
                continue
            assert outcome.proven
            break
        injected = Counter(proxy.injected)
    at_server, at_here = district.replica.known(mine), here.replica.known(theirs)
    return Told(len(mine) - len(at_server), len(theirs) - len(at_here), failed, injected)


def _written(replica: Replica, count: int) -> list[str]:
    """Ids of the revisions of so many new patients."""
    edits = [Edit(new_patient(replica, f"Pasien {number}")) for number in range(count)]
    return [revision.id for revision in replica.save(edits, replica.identity.device)]
