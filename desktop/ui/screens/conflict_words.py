"""Questions about different values in words: the card in the queue, the rails that hold by themselves, what is odd.

Plain functions; nothing here decides anything.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from desktop.queries.conflicts import Choice, Conflict
from desktop.queries.taken_out import Removal
from desktop.queries.written import matters
from desktop.ui import wording
from desktop.ui.problem_texts import FormProblem
from desktop.ui.screens.field_words import matter_label, matter_words, matters_in_words, record_words
from desktop.ui.screens.patient_form import patient_problems
from desktop.ui.screens.visit_form import visit_problems
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.cards import Card, Mark
from sync.records import Patient, Visit


def waiting_mark(conflict: Conflict, now: datetime) -> Mark:
    """How long a question has waited."""
    return Mark(tr("menunggu {span}").format(span=wording.span_words(now - conflict.since)), Tone.ATTENTION)


def conflict_card(conflict: Conflict, now: datetime) -> Card:
    """One question in the queue."""
    fields = matters_in_words(conflict.record_type, conflict.differing)
    record = conflict.seen.record
    return Card(
        id=conflict.id,
        title=conflict.patient.name if conflict.patient else record_words(record),
        subtitle=fields if isinstance(record, Patient) else f"{record_words(record)}: {fields}",
        more=writers_words(conflict),
        right=tr("{n} isian").format(n=sum(bool(choice.writers) for choice in conflict.choices)),
        marks=(waiting_mark(conflict, now),),
        stripe=Tone.ATTENTION,
    )


def writers_words(conflict: Conflict) -> str:
    """Who wrote the values, whom one can ask; of one person at several computers, at which ones."""
    writers = [writer for choice in conflict.choices for writer in choice.writers]
    names = dict.fromkeys(writer.name or tr("petugas tidak dikenal") for writer in writers)
    words = tr("oleh {names}").format(names=" & ".join(names))
    letters = dict.fromkeys(writer.letter for writer in writers if writer.letter)
    if len(names) > 1 or len(letters) < 2:
        return words
    return tr("{words}, komputer {letters}").format(words=words, letters=" & ".join(letters))


def question_words(conflict: Conflict) -> str:
    """The question itself."""
    fields = matters_in_words(conflict.record_type, conflict.differing)
    return tr("{record}: {fields}. Mana yang benar?").format(record=record_words(conflict.seen.record), fields=fields)


def since_words(conflict: Conflict | Removal, now: datetime) -> str:
    """How long it waits and whose it is to decide."""
    owner = conflict.owner_name or tr("fasilitas ini")
    words = tr("Menunggu sejak {time} ({span}). Diputuskan oleh {owner}, pemilik data ini.")
    span = wording.span_words(now - conflict.since)
    return words.format(time=wording.clock_words(conflict.since, now), span=span, owner=owner)


def choice_lines(conflict: Conflict, choice: Choice) -> list[tuple[str, str]]:
    """What a choice says where the choices differ, as (caption, value); one alone needs no caption."""
    record_type = conflict.record_type
    lines = [
        (matter_label(record_type, matter), matter_words(record_type, matter, choice.values))
        for matter in matters(record_type, conflict.differing)
    ]
    return [("", lines[0][1])] if len(lines) == 1 else lines


def same_words(conflict: Conflict) -> str:
    """What is the same in all choices of a group and not empty; "" where there is nothing."""
    record_type, values = conflict.record_type, conflict.choices[0].values
    differing = matters(record_type, conflict.differing)
    same = [matter for matter in matters(record_type, conflict.names) if matter not in differing]
    parts = [
        f"{matter_label(record_type, matter)}: {matter_words(record_type, matter, values)}"
        for matter in same
        if any(values.get(name) for name in matter)
    ]
    return tr("Sama di semuanya: {list}.").format(list=" · ".join(parts)) if parts else ""


def rail_words(conflict: Conflict) -> str:
    """What the program sees to by itself, where it touches this question; "" where nothing does."""
    record, rails = conflict.seen.record, []
    if isinstance(record, Patient) and record.allergies:
        words = tr("Alergi dari semua komputer digabung sendiri dan tidak pernah ditanyakan: {list}.")
        rails.append(words.format(list=", ".join(record.allergies)))
    if isinstance(record, Visit) and any(choice.values.get("outcome") == "rujuk" for choice in conflict.choices):
        rails.append(
            tr("Keadaan rujukan tidak berubah oleh keputusan ini: surat yang sudah berjalan tidak pernah mundur.")
        )
    return " ".join(rails)


def problems_of(conflict: Conflict, values: Mapping[str, Any], today: date) -> list[FormProblem]:
    """What the record's own form would say of it with ``values`` in it."""
    record = conflict.seen.record
    whole = {name: getattr(record, name) for name in conflict.record_type.fields} | dict(values)
    if isinstance(record, Patient):
        return patient_problems(whole, today)
    return visit_problems(whole, today) if isinstance(record, Visit) else []


def telling_problems(conflict: Conflict, values: Mapping[str, Any], today: date) -> list[FormProblem]:
    """What is odd with ``values`` and not with every choice alike: it helps to decide."""
    found = [problems_of(conflict, choice.values, today) for choice in conflict.choices]
    return [
        problem
        for problem in problems_of(conflict, values, today)
        if not all(_without_weight(problem) in map(_without_weight, other) for other in found)
    ]


def settled_words(conflict: Conflict, values: Mapping[str, Any]) -> str:
    """What was decided."""
    record_type = conflict.record_type
    parts = [
        f"{matter_label(record_type, matter)} {matter_words(record_type, matter, values)}"
        for matter in matters(record_type, conflict.differing)
    ]
    words = tr("Diputuskan: {what}. Isian yang tidak dipilih tetap ada di Riwayat isian.")
    return words.format(what="; ".join(parts))


def _without_weight(problem: FormProblem) -> FormProblem:
    return replace(problem, severity="")
