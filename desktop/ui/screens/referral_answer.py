"""The hospital's answer in words, as both sides read it. Plain functions; nothing here decides anything."""

from collections.abc import Mapping
from datetime import datetime

from desktop.ui import wording
from desktop.ui.texts import tr
from sync.records import ReferralEvent
from sync.records.referral import REFUSAL_REASONS


def answer_words(answer: ReferralEvent, ward_names: Mapping[str, str], now: datetime) -> tuple[str, str]:
    """Headline and details of an acceptance or a refusal."""
    by = " · ".join(part for part in (answer.by_name, wording.clock_words(answer.at, now), answer.phone or "") if part)
    if answer.kind == "diterima":
        place = ", ".join(part for part in (ward_names.get(answer.ward or "", ""), answer.bed or "") if part)
        headline = tr("Diterima: {place}").format(place=place) if place else tr("Diterima; tempat tidur menyusul")
    else:
        reason = REFUSAL_REASONS.get(answer.reason or "", answer.reason or tr("alasan tidak ditulis"))
        headline = tr("Ditolak: {reason}").format(reason=reason)
    return headline, "\n".join(part for part in (answer.note or "", by) if part)


def event_words(event: ReferralEvent, now: datetime) -> str:
    """One line of the history of a referral."""
    mark = wording.state_mark(event.kind).text if event.kind != "catatan" else tr("Catatan")
    parts = [f"{wording.clock_words(event.at, now)} {mark}", event.by_name, event.note or ""]
    return " · ".join(part for part in parts if part)
