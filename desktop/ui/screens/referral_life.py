"""What happened to a patient after the answer, in words: the second half of the chain, and the back-referral.

Plain functions over facts; a step that nobody noted is said to be unnoted, and never made up.
"""

from collections.abc import Sequence
from datetime import datetime

from desktop.ui import wording
from desktop.ui.texts import tr
from desktop.ui.wording import Step
from sync.records import ReferralEvent

#: So much of a text stands in the box above the letter, in characters.
_BOX = 130


def life_steps(events: Sequence[ReferralEvent], state: str, now: datetime) -> tuple[Step, ...]:
    """Departed, arrived, finished or referred back; nothing before it can begin or where it cannot come any more."""
    facts: dict[str, ReferralEvent] = {}
    for event in sorted(events, key=lambda event: event.id):
        facts.setdefault(event.kind, event)
    begun = facts.keys() & {"berangkat", "tiba", "tidak_datang", "selesai", "dirujuk_balik"}
    if not begun and state != "diterima":
        return ()
    left, back = facts.get("berangkat"), facts.get("dirujuk_balik")
    steps = [_arrival(facts, now)]
    if left is not None or "tiba" not in facts:
        details = (left.vehicle, left.escort) if left is not None else ()
        steps.insert(0, _step(tr("Berangkat"), left, details, now))
    if back is not None:
        seen_to = facts.get("ditindaklanjuti")
        when = tr("belum") if seen_to is None else f"{wording.clock_words(seen_to.at, now)}, {seen_to.by_name}"
        follow_up = tr("tindak lanjut {when}").format(when=when)
        steps.append(_step(tr("Dirujuk balik"), back, (back.by_name, follow_up), now))
    elif "selesai" in facts:
        steps.append(_step(tr("Selesai"), facts["selesai"], (facts["selesai"].by_name,), now))
    else:
        steps.append(_step(tr("Rujuk balik"), None, (), now))
    return tuple(steps)


def back_referral_words(event: ReferralEvent, now: datetime) -> tuple[str, str]:
    """Headline and details of a back-referral: what the puskesmas has to do. Long texts are whole in the history."""
    headline = tr("Dirujuk balik: {diagnosis}").format(diagnosis=event.final_diagnosis or tr("diagnosis tidak ditulis"))
    control = wording.day_words(event.control_date) if event.control_date else tr("tanggal tidak ditentukan")
    lines = [
        tr("Kontrol: {day}").format(day=control),
        tr("Obat: {plan}").format(plan=_short(event.drug_plan) or tr("tidak ditulis")),
        tr("Saran: {advice}").format(advice=_short(event.advice)) if event.advice else "",
        f"{event.by_name} · {wording.clock_words(event.at, now)}",
    ]
    return headline, "\n".join(line for line in lines if line)


def question_words(event: ReferralEvent, now: datetime) -> tuple[str, str]:
    """Headline and details of a question that waits for an answer."""
    return (
        tr("Pertanyaan: {text}").format(text=event.note or "—"),
        f"{event.by_name} · {wording.clock_words(event.at, now)}",
    )


def _short(text: str | None) -> str:
    flat = " ".join((text or "").split())
    return flat if len(flat) <= _BOX else flat[:_BOX].rsplit(" ", 1)[0] + tr("… (lengkapnya di Riwayat)")


def _arrival(facts: dict[str, ReferralEvent], now: datetime) -> Step:
    came, missed = facts.get("tiba"), facts.get("tidak_datang")
    if came is not None:
        return _step(tr("Tiba di RS"), came, (came.handed_to,), now)
    if facts.keys() & {"selesai", "dirujuk_balik"}:
        return Step(tr("Tiba di RS"), tr("waktu tidak dicatat"), reached=True)
    if missed is not None:
        return Step(tr("Tidak datang"), wording.clock_words(missed.at, now), reached=False, trouble=True)
    return _step(tr("Tiba di RS"), None, (), now)


def _step(name: str, event: ReferralEvent | None, details: Sequence[str | None], now: datetime) -> Step:
    if event is None:
        return Step(name, tr("belum"), reached=False)
    return Step(name, ", ".join([wording.clock_words(event.at, now), *filter(None, details)]), reached=True)
