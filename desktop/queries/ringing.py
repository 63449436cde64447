"""What rings at a PC: which news about referrals a person must hear of, decided from what was known and what is here.

Plain functions over facts. A ring holds no name of a patient and no diagnosis; how it is worded and heard is the
window's.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.queries.referrals import (
    ReferralLine,
    district_referrals,
    facility_names,
    running_referrals,
    writers_of,
)
from desktop.queries.values import local_value
from desktop.queries.worklists import is_emergency, is_late, is_stuck
from sync.records.referral_state import counting_facts
from sync.replica.reader import Reader

#: News about older letters does not ring; it stands in the lists. A hospital has many, and its news is young.
_RECENT = timedelta(days=14)
_RECENT_HOSPITAL = timedelta(days=3)
#: The office hears of late emergencies only.
_RECENT_LATE = timedelta(days=1)

#: What rings also when the program is started: it waits still.
_WAITING = frozenset({"baru", "terlambat", "belum_terkirim"})

#: Kinds of facts that ring where the letter was written, if somebody else wrote them.
_FOR_SENDER = frozenset({"diterima", "ditolak", "dialihkan", "pertanyaan", "jawaban", "dirujuk_balik"})
#: The same where the referral is asked of a hospital.
_FOR_HOSPITAL = frozenset({"diingatkan", "pertanyaan", "jawaban"})

MUTED_VALUE = "muted"
"""Name of the local value that says that this PC rings without a sound."""


@dataclass(frozen=True, slots=True)
class Ring:
    """One thing to hear of.

    ``kind`` is that of the fact, or "baru": a referral that nobody has opened, "terlambat": an emergency whose answer
    should have come, "belum_terkirim": one that does not leave this PC.
    """

    key: str
    kind: str
    referral: str
    emergency: bool
    place: str
    """The facility that it comes from."""
    sender: str
    hospital: str
    since: datetime


def read_rings(reader: Reader, facility: str, facility_kind: str, now: datetime) -> list[Ring]:
    """Everything that is here at ``now`` (aware) and could ring at ``facility``, heard already or not.

    The district office hears of emergencies anywhere whose answer should have come.
    """
    if facility_kind == "dinkes":
        return [ring for line in district_referrals(reader, now - _RECENT_LATE) for ring in _late(line, now)]
    lines = running_referrals(reader, facility, now - (_RECENT_HOSPITAL if facility_kind == "rs" else _RECENT))
    kinds = _FOR_SENDER | _FOR_HOSPITAL
    writers = writers_of(reader, [event.id for line in lines for event in line.events if event.kind in kinds])
    return rings_of(lines, facility, writers, facility_names(reader, sorted(set(writers.values()))), now)


def rings_of(
    lines: list[ReferralLine], facility: str, writers: Mapping[str, str], names: Mapping[str, str], now: datetime
) -> list[Ring]:
    """What could ring at ``facility``. ``writers``: the facility that wrote a fact; ``names``: of facilities; by id."""
    return [ring for line in lines for ring in _rings(line, facility, writers, names, now)]


def news(before: AbstractSet[str] | None, rings: list[Ring]) -> list[Ring]:
    """What rings now: what was not known ``before`` (keys). At the start (``None``) only what still waits."""
    if before is None:
        return [ring for ring in rings if ring.kind in _WAITING]
    return [ring for ring in rings if ring.key not in before]


def insisting(rings: list[Ring]) -> list[Ring]:
    """What goes on ringing until somebody opens it: emergencies, the longest waiting first."""
    unopened = [ring for ring in rings if ring.kind == "baru" and ring.emergency]
    return sorted(unopened, key=lambda ring: ring.since)


def is_muted(reader: Reader) -> bool:
    """Whether this PC rings without a sound."""
    return bool(local_value(reader, MUTED_VALUE))


def _rings(
    line: ReferralLine, facility: str, writers: Mapping[str, str], names: Mapping[str, str], now: datetime
) -> Iterator[Ring]:
    if line.waits_for(facility) and not line.opened:
        yield _ring(line, _asked_key(line), "baru", line.from_name, line.asked_at)
    else:
        yield from _late(line, now)
    if line.from_facility == facility and is_stuck(line, now):
        yield _ring(line, f"{line.id}:unsent", "belum_terkirim", line.to_name, line.written_at)
    kinds = _FOR_SENDER if line.from_facility == facility else _FOR_HOSPITAL
    for event in counting_facts(line.events):
        writer = writers.get(event.id, facility)
        if event.kind in kinds and writer != facility:
            yield _ring(line, event.id, event.kind, names.get(writer, ""), event.at)


def _late(line: ReferralLine, now: datetime) -> Iterator[Ring]:
    """An emergency whose answer should have come; at a hospital where nobody has opened it, it insists already."""
    if is_emergency(line) and is_late(line, now):
        yield _ring(line, f"{_asked_key(line)}:late", "terlambat", line.to_name, line.asked_at)


def _asked_key(line: ReferralLine) -> str:
    """One request to one hospital: being asked once more is news."""
    return f"{line.id}:{line.asked_at.isoformat()}"


def _ring(line: ReferralLine, key: str, kind: str, place: str, since: datetime) -> Ring:
    return Ring(key, kind, line.id, is_emergency(line), place, line.from_name, line.to_name, since)
