"""How far a signal has come, as a plain function of its facts: the same on every computer, in whatever order they came.

The state never says that there is an outbreak: at most that an official has decided so. No clock is asked.
"""

from collections.abc import Iterable

from sync.records.outbreak import SignalEvent

#: A later one of these is stronger than all before it. That a case was found to be real beats that it was not: two
#: officers who judge at the same time are settled by the one who has seen more, and closing it ends both.
PRECEDENCE = (
    "dilaporkan",
    "diterima",
    "tidak_terbukti",
    "terverifikasi",
    "ke_provinsi",
    "ke_kemenkes",
    "klb_ditetapkan",
    "ditutup",
)

#: Facts that are told and kept but are no step.
REMARKS = frozenset({"pe_dimulai", "pembaruan", "hasil_lab", "catatan"})

_VERDICTS = frozenset({"terverifikasi", "tidak_terbukti"})


def signal_state(events: Iterable[SignalEvent]) -> str:
    """The furthest step; ``dilaporkan`` without any. A kind of a newer program is kept and counts as a remark."""
    steps = {event.kind for event in events} & set(PRECEDENCE)
    return max(steps, key=PRECEDENCE.index, default=PRECEDENCE[0])


def office_steps(events: Iterable[SignalEvent]) -> tuple[str, ...]:
    """What the district office is offered next, the likeliest first; it forbids nothing."""
    events = list(events)
    kinds = {event.kind for event in events}
    if not kinds & (set(PRECEDENCE) - {"dilaporkan"}):
        return ("diterima", "terverifikasi", "tidak_terbukti", "catatan")
    if "ditutup" in kinds:
        return ("catatan",)
    found: list[str] = []
    if not kinds & _VERDICTS:
        found += ["terverifikasi", "tidak_terbukti"]
    if "pe_dimulai" not in kinds:
        found.append("pe_dimulai")
    if "ke_provinsi" not in kinds:
        found.append("ke_provinsi")
    elif "ke_kemenkes" not in kinds:
        found.append("ke_kemenkes")
    if "klb_ditetapkan" not in kinds and "terverifikasi" in kinds:
        found.append("klb_ditetapkan")
    return (*found, "hasil_lab", "pembaruan", "ditutup", "catatan")


def reporter_steps(events: Iterable[SignalEvent]) -> tuple[str, ...]:
    """What the reporting facility is offered next."""
    kinds = {event.kind for event in events}
    if "ditutup" in kinds:
        return ("catatan",)
    begin = () if "pe_dimulai" in kinds else ("pe_dimulai",)
    return (*begin, "pembaruan", "hasil_lab", "catatan")


def first_of(events: Iterable[SignalEvent], *kinds: str) -> SignalEvent | None:
    """The earliest fact of these kinds, of two at one moment that with the lower id; ``None`` if there is none."""
    return min((event for event in events if event.kind in kinds), key=lambda event: (event.at, event.id), default=None)


def latest_numbers(
    cases: int | None, deaths: int | None, events: Iterable[SignalEvent]
) -> tuple[int | None, int | None]:
    """Cases and deaths as they were updated last; what an update does not name stays."""
    for event in sorted(events, key=lambda event: (event.at, event.id)):
        if event.kind == "pembaruan":
            cases = cases if event.cases is None else event.cases
            deaths = deaths if event.deaths is None else event.deaths
    return cases, deaths
