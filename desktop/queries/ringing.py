"""What rings at a PC: which news about referrals a person must hear of, decided from what was known and what is here.

Plain functions over facts. A ring holds no name of a patient and no diagnosis; how it is worded and heard is the
window's.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.queries.referrals import ReferralLine, facility_names, running_referrals, writers_of
from desktop.queries.worklists import is_emergency
from sync.records.referral_state import counting_facts
from sync.replica.reader import Reader

#: News about older letters does not ring; it stands in the lists.
_RECENT = timedelta(days=14)

#: Kinds of facts that ring where the letter was written, if somebody else wrote them.
_FOR_SENDER = frozenset({"diterima", "ditolak", "dialihkan", "pertanyaan", "jawaban", "dirujuk_balik"})
#: The same where the referral is asked of a hospital.
_FOR_HOSPITAL = frozenset({"diingatkan", "pertanyaan", "jawaban"})

MUTED_VALUE = "muted"
"""Name of the local value that says that this PC rings without a sound."""


@dataclass(frozen=True, slots=True)
class Ring:
    """One thing to hear of. ``kind`` is that of the fact, or "baru" for a referral that nobody has opened."""

    key: str
    kind: str
    referral: str
    emergency: bool
    place: str
    """The facility on the other side."""
    since: datetime


def read_rings(reader: Reader, facility: str, now: datetime) -> list[Ring]:
    """Everything that is here at ``now`` (aware) and could ring at ``facility``, heard already or not."""
    lines = running_referrals(reader, facility, now - _RECENT)
    kinds = _FOR_SENDER | _FOR_HOSPITAL
    writers = writers_of(reader, [event.id for line in lines for event in line.events if event.kind in kinds])
    return rings_of(lines, facility, writers, facility_names(reader, sorted(set(writers.values()))))


def rings_of(
    lines: list[ReferralLine], facility: str, writers: Mapping[str, str], names: Mapping[str, str]
) -> list[Ring]:
    """What could ring at ``facility``. ``writers``: the facility that wrote a fact; ``names``: of facilities; by id."""
    return [ring for line in lines for ring in _rings(line, facility, writers, names)]


def news(before: AbstractSet[str] | None, rings: list[Ring]) -> list[Ring]:
    """What rings now: what was not known ``before`` (keys). At the start (``None``) only what nobody has opened yet."""
    if before is None:
        return [ring for ring in rings if ring.kind == "baru"]
    return [ring for ring in rings if ring.key not in before]


def insisting(rings: list[Ring]) -> list[Ring]:
    """What goes on ringing until somebody opens it: emergencies, the longest waiting first."""
    unopened = [ring for ring in rings if ring.kind == "baru" and ring.emergency]
    return sorted(unopened, key=lambda ring: ring.since)


def is_muted(reader: Reader) -> bool:
    """Whether this PC rings without a sound."""
    query = "SELECT value FROM local WHERE district = :district AND name = :name"
    return bool(reader.value(query, {"name": MUTED_VALUE}))


def _rings(line: ReferralLine, facility: str, writers: Mapping[str, str], names: Mapping[str, str]) -> Iterator[Ring]:
    emergency = is_emergency(line)
    if line.waits_for(facility) and not line.opened:
        key = f"{line.id}:{line.asked_at.isoformat()}"
        yield Ring(key, "baru", line.id, emergency, line.from_name, line.asked_at)
    kinds = _FOR_SENDER if line.from_facility == facility else _FOR_HOSPITAL
    for event in counting_facts(line.events):
        writer = writers.get(event.id, facility)
        if event.kind in kinds and writer != facility:
            yield Ring(event.id, event.kind, line.id, emergency, names.get(writer, ""), event.at)
