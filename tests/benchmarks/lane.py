"""How soon an emergency referral is at the server while thousands of records wait and the link carries 2 kB/s.

The exchanges of a real data folder run in a thread as the agent's do; the emergencies are saved on another connection
to the file, as by the window's process, at moments that chance picks, while both directions are busy.
"""

import argparse
import contextlib
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop.exchanging import Exchanging
from desktop.settings import Settings
from sync.errors import LinkError
from sync.exchange.engine import exchange
from sync.replica import links
from sync.replica.replica import Replica
from sync.replica.values import Edit
from tests.benchmarks._measuring import Computer, computer
from tests.benchmarks._workload import made_records, save_all
from tests.desktop.homes import make_district_home
from tests.fakes.district import District, running_district
from tests.fakes.replicas import new_patient, new_referral
from tests.fakes.slow_link import Way, slow_link

#: The link that the mark names, and the mark: so many seconds in so many of a hundred tries.
LINK = Way(rate=2000, round_trip=0.3)
MARK_S, MARK_PERCENT = 5.0, 95

_LONGEST_S = 120.0


def run(arguments: Sequence[str]) -> Mapping[str, Any]:
    """Save emergencies one after the other and see when each has arrived."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks lane")
    parser.add_argument("--tries", type=int, default=100)
    parser.add_argument("--waiting", type=int, default=5000, help="records that wait here, and as many at the server")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    chance = random.Random(chosen.seed)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_district(Path(folder)) as district,
        slow_link(district.url, LINK) as link,
    ):
        _fill_server(Path(folder), district, chosen.waiting, chance)
        home = make_district_home(Path(folder, "pc"), district)
        seconds = []
        with _exchanging(home.settings, home.replica, link.url):
            for _ in range(chosen.tries):
                _fill_up(home.replica, district, chosen.waiting, chance)
                time.sleep(chance.uniform(0.0, 8.0))
                seconds.append(_seconds_to_server(home.replica, district))
        home.close()
    within = sum(value <= MARK_S for value in seconds)
    return {
        "tries": chosen.tries,
        "waiting": chosen.waiting,
        "seconds": {
            "median": round(statistics.median(seconds), 2),
            "p95": round(sorted(seconds)[max(0, round(0.95 * len(seconds)) - 1)], 2),
            "longest": round(max(seconds), 2),
        },
        "within_5_s": within,
        "within_target": within >= MARK_PERCENT / 100 * chosen.tries,
    }


def _fill_server(folder: Path, district: District, count: int, chance: random.Random) -> None:
    """Records of a colleague's computer: what the link has to bring down."""
    colleague: Computer = computer(folder, district.enrol_pc())
    hospital = district.hospital.card.facility
    save_all(colleague.replica, list(made_records(colleague.replica, hospital, count, chance)))
    with district.transport(colleague.pc) as transport:
        assert exchange(colleague.replica, transport).proven
    colleague.replica.close()


def _fill_up(replica: Replica, district: District, count: int, chance: random.Random) -> None:
    lacking = count - replica.waiting_count()
    if lacking > 0:
        save_all(replica, list(made_records(replica, district.hospital.card.facility, lacking, chance)))


def _seconds_to_server(replica: Replica, district: District) -> float:
    patient = new_patient(replica)
    letter = replace(new_referral(replica, patient.id, district.hospital.card.facility), urgency="merah")
    saved = replica.save([Edit(patient), Edit(letter)], replica.identity.device)
    began = time.perf_counter()
    ids = [revision.id for revision in saved]
    while (seconds := time.perf_counter() - began) < _LONGEST_S:
        if len(district.replica.known(ids)) == len(ids):
            break
        time.sleep(0.02)
    return seconds


@contextlib.contextmanager
def _exchanging(settings: Settings, replica: Replica, url: str) -> Iterator[None]:
    """One exchange after the other over the link, as the agent runs them while a window is open."""
    district = replica.identity.district
    replica.write(lambda connection: links.write_link(connection, district, links.DISTRICT_PEER, url=url))
    exchanging = Exchanging(settings, lambda _progress: None)
    exchanging.considerate = True
    ended = threading.Event()

    def work() -> None:
        while not ended.is_set():
            with contextlib.suppress(LinkError):
                exchanging.exchange()
            ended.wait(0.1)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        exchanging.stop()
        thread.join()
        exchanging.close()
