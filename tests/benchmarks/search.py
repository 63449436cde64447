"""How long the patient search takes over 50,000 patients in an encrypted file, as it is typed in a clinic.

Every query goes through the function the window calls, on a connection like the window's. Besides the times it tells
how often the patient that was looked for is among the hits.
"""

import argparse
import random
import secrets
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from desktop.queries.patients import search_patients
from sync.records import Patient
from sync.replica.opening import open_sqlite
from sync.replica.reader import Reader
from sync.replica.values import Edit
from tests.benchmarks.people import FAMILIES, invented_people
from tests.fakes.replicas import make_replica

#: Milliseconds: 95 of 100 searches, and each single one.
TARGET_P95, TARGET_MAX = 20.0, 200.0

_BATCH = 500


def run(arguments: Sequence[str]) -> Mapping[str, Any]:
    """Fill a file, search it, and tell the times in milliseconds."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks search")
    parser.add_argument("--patients", type=int, default=50_000)
    parser.add_argument("--queries", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    people = list(invented_people(chosen.patients, chosen.seed))
    with tempfile.TemporaryDirectory() as folder:
        path, key = Path(folder) / "rujuk.db", secrets.token_bytes(32)
        started = time.perf_counter()
        fill(path, key, people)
        filled = time.perf_counter() - started
        reader = Reader(path, key)
        sizes = _sizes(reader)
        measured = measure(reader, people, random.Random(chosen.seed), chosen.queries)
        reader.close()
    whole = measured["all"]
    return {
        "patients": chosen.patients,
        "fill_s": round(filled, 1),
        **sizes,
        "ms": measured,
        "target_ms": {"p95": TARGET_P95, "max": TARGET_MAX},
        "within_target": whole["p95"] <= TARGET_P95 and whole["max"] <= TARGET_MAX,
    }


def fill(path: Path, key: bytes, people: Sequence[Patient]) -> None:
    """An encrypted file of a puskesmas with these patients, each saved as the window saves."""
    replica = make_replica("f" * 32, "puskesmas", engine=open_sqlite(path, key, create=True))
    for start in range(0, len(people), _BATCH):
        replica.save([Edit(person) for person in people[start : start + _BATCH]], replica.identity.device)
    replica.close()


def measure(reader: Reader, people: Sequence[Patient], chance: random.Random, count: int) -> dict[str, dict[str, Any]]:
    """Times of ``count`` searches by kind, and how many percent found whom they looked for."""
    took: dict[str, list[float]] = defaultdict(list)
    found: dict[str, int] = defaultdict(int)
    for _ in range(count):
        person = chance.choice(people)
        for kind, text, whole in _typed(person, chance):
            started = time.perf_counter()
            hits = search_patients(reader, text)
            passed = (time.perf_counter() - started) * 1000
            for name in (kind, "all"):
                took[name].append(passed)
                # A beginning of a name may fit hundreds: only a text that singles a person out must find the person.
                found[name] += not whole or any(hit.id == person.id for hit in hits) or len(hits) >= 50
    return {kind: _summary(times, found[kind]) for kind, times in took.items()}


def _typed(person: Patient, chance: random.Random) -> Iterator[tuple[str, str, bool]]:
    """A text of each kind, and whether it should be enough to find this person."""
    words = person.name.split()
    yield "beginning", person.name[: chance.randint(1, len(person.name))], False
    yield "whole_name", person.name, True
    yield "last_word_first", " ".join(reversed(words)), True
    if respelled := _respelled(words):
        yield "other_spelling", respelled, True
    if typo := _mistyped(words, chance):
        yield "typo", typo, True
    if person.nik:
        yield "nik", person.nik[: chance.randint(3, 16)], False
    if person.jkn_number:
        yield "jkn", person.jkn_number[: chance.randint(3, 13)], False
    if person.birth_date:
        yield "birth_and_village", f"{person.birth_date:%d-%m-%Y} {person.village}", True
        yield "birth_and_name", f"{person.birth_date:%d-%m-%Y} {words[-1]}", True


def _respelled(words: Sequence[str]) -> str | None:
    for place, word in enumerate(words):
        for family in FAMILIES:
            if word in family:
                other = family[(family.index(word) + 1) % len(family)]
                return " ".join([*words[:place], other, *words[place + 1 :]])
    return None


def _mistyped(words: Sequence[str], chance: random.Random) -> str | None:
    places = [place for place, word in enumerate(words) if len(word) > 5]
    if not places:
        return None
    place = chance.choice(places)
    at = chance.randrange(1, len(words[place]) - 1)
    letter = chance.choice("abdegiklmnprstu")
    return " ".join([*words[:place], words[place][:at] + letter + words[place][at + 1 :], *words[place + 1 :]])


def _summary(times: Sequence[float], found: int) -> dict[str, Any]:
    ordered = sorted(times)
    return {
        "searches": len(ordered),
        "p50": round(ordered[len(ordered) // 2], 2),
        "p95": round(ordered[int(len(ordered) * 0.95)], 2),
        "max": round(ordered[-1], 2),
        "found_percent": round(100 * found / len(ordered), 1),
    }


def _sizes(reader: Reader) -> dict[str, Any]:
    pages = reader.value("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
    return {
        "file_mb": round(pages / 1e6, 1),
        "index_rows": reader.value("SELECT count(*) FROM search_key"),
        "index_words": reader.value("SELECT count(*) FROM search_word"),
    }
