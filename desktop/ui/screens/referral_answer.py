"""The hospital's answer and the history of a referral in words, as both sides read them.

Plain functions; nothing here decides anything.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from desktop.queries.referrals import ReferralFile
from desktop.ui import wording
from desktop.ui.screens.duty_bar import duty_words
from desktop.ui.texts import tr
from desktop.ui.widgets.letter_view import Block
from sync.records import ReferralEvent
from sync.records.referral import EVENT_KINDS, REFUSAL_REASONS, REMARKS


def answer_words(
    answer: ReferralEvent, ward_names: Mapping[str, str], now: datetime, *, outpatient: bool = False
) -> tuple[str, str]:
    """Headline and details of an acceptance or a refusal; an ``outpatient`` needs no bed."""
    by = " · ".join(part for part in (answer.by_name, wording.clock_words(answer.at, now), answer.phone or "") if part)
    if answer.kind == "diterima":
        place = ", ".join(part for part in (ward_names.get(answer.ward or "", ""), answer.bed or "") if part)
        unplaced = tr("Diterima") if outpatient else tr("Diterima; tempat tidur menyusul")
        headline = tr("Diterima: {place}").format(place=place) if place else unplaced
    else:
        reason = REFUSAL_REASONS.get(answer.reason or "", answer.reason or tr("alasan tidak ditulis"))
        headline = tr("Ditolak: {reason}").format(reason=reason)
    until = answer.hold_until if answer.kind == "diterima" else None
    words = tr("Tempat disimpan sampai {time}") if answer.ward else tr("Ditunggu sampai {time}")
    kept = words.format(time=wording.until_words(until, now)) if until else ""
    return headline, "\n".join(part for part in (answer.note or "", kept, by) if part)


def event_words(
    event: ReferralEvent, now: datetime, places: Mapping[str, str] = MappingProxyType({}), at: str = ""
) -> str:
    """One line of the history of a referral. ``places``: names of facilities, by id; ``at``: the one that wrote it."""
    mark = EVENT_KINDS[event.kind] if event.kind in REMARKS else wording.state_mark(event.kind).text
    control = tr("kontrol {day}").format(day=wording.day_words(event.control_date)) if event.control_date else ""
    handed = tr("diserahkan kepada {name}").format(name=event.handed_to) if event.handed_to else ""
    place = places.get(event.to_facility or "", "")
    to = tr("ke {place}").format(place=place) if place else ""
    spoke = tr("berbicara dengan {name}").format(name=event.spoke_with) if event.spoke_with else ""
    parts = [
        f"{wording.clock_words(event.at, now)} {mark}",
        to,
        REFUSAL_REASONS.get(event.reason or "", event.reason),
        at,
        event.by_name,
        spoke,
        event.vehicle,
        event.escort,
        handed,
        event.final_diagnosis,
        event.drug_plan,
        event.advice,
        control,
        event.note,
    ]
    return " · ".join(part for part in parts if part)


def hospital_call_words(file: ReferralFile, now: datetime) -> str:
    """Whom to call at the hospital: who is on duty if that is known, and the hospital's own number."""
    phone = tr("telp {phone}").format(phone=file.to_phone or tr("tidak diketahui"))
    return f"{file.line.to_name} {phone} · {duty_words(file.duty, now)}"


def history_blocks(file: ReferralFile, now: datetime) -> list[Block]:
    """Everything that happened, oldest first, as one block; none if nothing has."""
    moved = any(event.kind == "dialihkan" for event in file.events)
    # Of two hospitals it must be said which one has spoken.
    at = {event.id: file.places.get(file.writers.get(event.id, ""), "") if moved else "" for event in file.events}
    history = "\n".join(event_words(event, now, file.places, at[event.id]) for event in file.events)
    return [Block(tr("Riwayat"), history)] if history else []
