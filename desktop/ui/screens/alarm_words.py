"""Proposed signals in words: cards, why one is proposed, the line list, and what a person found to be no signal.

Plain functions. A proposal says what the codes of visits suggest, and never that there is an outbreak.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType

from desktop.queries.alarms import Alarm
from desktop.queries.signals import CaseLine, DismissalLine
from desktop.queries.skdr import Rule, disease_words, diseases, rules
from desktop.ui import wording
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.cards import Card, Mark
from desktop.ui.widgets.letter_view import Block
from sync.records.outbreak import DISMISSAL_REASONS
from sync.records.weeks import EpiWeek, week_of

_CERTAINTY: Mapping[str, str] = MappingProxyType(
    {
        "read": "dibaca dari sumbernya",
        "second": "dari sumber kedua",
        "unsure": "belum diverifikasi",
    }
)


#: So many people of a line list are shown.
LISTED = 100

_AGE_GROUPS = ((1, "<1 th"), (5, "1-4 th"), (15, "5-14 th"), (45, "15-44 th"), (60, "45-59 th"), (200, "60+ th"))


def week_words(week: EpiWeek) -> str:
    """``minggu 47 (15 Nov 2026 - 21 Nov 2026)``."""
    first, last = wording.day_words(week.first_day), wording.day_words(week.last_day)
    return tr("minggu {n} ({first} - {last})").format(n=week.number, first=first, last=last)


def alarm_card(alarm: Alarm) -> Card:
    """A proposed signal in the list."""
    where = ", ".join(f"{village} {count}" for village, count in alarm.villages)
    return Card(
        id=f"alarm:{alarm.id}",
        title=tr("{disease} · {n} kasus").format(disease=disease_words(alarm.letter), n=len(alarm.cases)),
        subtitle=where or tr("desa tidak diketahui"),
        right=tr("minggu {n}").format(n=alarm.week.number),
        marks=(Mark(tr("Usulan sinyal"), Tone.DANGER),),
        stripe=Tone.DANGER,
    )


def alarm_words(alarm: Alarm) -> tuple[str, str]:
    """What is proposed and why; then what a person does with it."""
    headline = tr("Usulan sinyal: {disease}, {n} kasus, {week}").format(
        disease=disease_words(alarm.letter), n=len(alarm.cases), week=week_words(alarm.week)
    )
    advice = tr(
        "Cocokkan dengan definisi kasus. Bila sesuai, tulis W1: harus sampai di Dinkes dalam 24 jam. "
        "Program hanya mengusulkan dari kode diagnosis; petugas yang memastikan."
    )
    return headline, advice


def alarm_blocks(alarm: Alarm, cases: Iterable[CaseLine], now: datetime) -> list[Block]:
    """Everything behind a proposal."""
    disease = diseases()[alarm.letter]
    manual = "\n".join(
        f"• {rule.words}{'' if rule.certainty == 'read' else ' *'}" for rule in rules() if rule.kind == "manual"
    )
    return [
        Block(tr("Definisi kasus"), disease.definition),
        Block(tr("Aturan yang terpenuhi"), "\n".join(rule_words(rule) for rule in alarm.rules)),
        Block(tr("Minggu sebelumnya"), tr("{n} kasus").format(n=alarm.week_before)),
        Block(tr("Daftar kasus ({n})").format(n=len(alarm.cases)), case_words(cases, now.astimezone().date())),
        Block(tr("Dinilai bersama Dinkes, tidak dihitung program (Permenkes 1501/2010; * belum diverifikasi)"), manual),
    ]


def dismissal_card(line: DismissalLine, now: datetime) -> Card:
    """An alarm that was no signal, in the list."""
    found = line.dismissal
    return Card(
        id=f"dismissal:{found.id}",
        title=tr("{disease} · {n} kunjungan").format(disease=disease_words(found.disease_code), n=len(found.visits)),
        subtitle=" · ".join(part for part in (line.facility_name, DISMISSAL_REASONS.get(found.reason, "")) if part),
        right=wording.clock_words(found.at, now),
        marks=(Mark(tr("Bukan sinyal"), Tone.NEUTRAL),),
    )


def dismissal_words(line: DismissalLine, now: datetime) -> tuple[str, str]:
    """Who found an alarm to be no signal, and why."""
    found = line.dismissal
    reason = DISMISSAL_REASONS.get(found.reason, found.reason)
    headline = tr("Bukan sinyal: {disease}, {week}").format(
        disease=disease_words(found.disease_code), week=week_words(week_of(found.first_day))
    )
    by = tr("{reason} · {name}, {time}").format(
        reason=reason, name=found.by_name, time=wording.clock_words(found.at, now)
    )
    return headline, "\n".join(part for part in (by, found.note) if part)


def rule_words(rule: Rule) -> str:
    """A rule with where it comes from and how sure that is."""
    certainty = tr(_CERTAINTY.get(rule.certainty, rule.certainty))
    return f"• {rule.words} [{rule.id}: {rule.source}, {certainty}]"


def case_words(cases: Iterable[CaseLine], today: date) -> str:
    """The line list, one person a line; a long one is cut, and says so."""
    everything = list(cases)
    lines = [
        " · ".join(
            part
            for part in (
                wording.day_words(case.day),
                case.name or tr("nama tidak diketahui"),
                case.sex or "",
                wording.age_words(case.birth_date, today),
                case.village or tr("desa tidak diketahui"),
                case.diagnosis or "",
            )
            if part
        )
        for case in everything[:LISTED]
    ]
    if len(everything) > LISTED:
        lines.append(tr("… dan {n} orang lagi").format(n=len(everything) - LISTED))
    return "\n".join(lines) or tr("kunjungannya tidak ada di komputer ini")


def age_groups_words(cases: Iterable[CaseLine], today: date) -> str | None:
    """How many cases there are in each age group, as W1 asks; ``None`` without cases."""
    counts: dict[str, int] = {}
    for case in cases:
        group = tr("umur tidak diketahui")
        if case.birth_date is not None and case.birth_date <= today:
            years = (today - case.birth_date).days / 365.25
            group = next(words for limit, words in _AGE_GROUPS if years < limit)
        counts[group] = counts.get(group, 0) + 1
    order = [words for _, words in _AGE_GROUPS]
    parts = sorted(counts.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order))
    return ", ".join(f"{group}: {count}" for group, count in parts) or None
