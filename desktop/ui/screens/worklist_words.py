"""A task of the worklists in words: its card, and what to do about it, on either side.

Plain functions; nothing here decides anything.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from desktop.queries.referrals import ReferralFile, ReferralLine
from desktop.queries.worklists import Task, is_emergency
from desktop.ui import wording
from desktop.ui.screens.referral_answer import hospital_call_words
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.cards import Card, Mark

KIND_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "no_answer": "Belum dijawab RS",
        "not_arrived": "Diterima, belum tiba",
        "follow_up": "Rujuk balik: tindak lanjut",
        "letter_ends": "Masa berlaku surat",
        "no_back_referral": "Belum ada rujuk balik",
    }
)

#: Who looks at a task: the puskesmas that wrote the letter, the hospital, the district office.
SIDES = ("sender", "hospital", "office")

#: Kind -> what to do, for each of the sides.
_ADVICE: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "no_answer": (
            "Telepon rumah sakit; bila tidak ada jawaban, pilih rumah sakit lain.",
            "Buka rujukan ini, lalu terima atau tolak. Puskesmas menunggu.",
            "Ingatkan atau telepon rumah sakit; bila tidak sanggup, alihkan ke rumah sakit lain.",
        ),
        "not_arrived": (
            "Hubungi pasien atau pendamping, lalu catat hasilnya.",
            "Tanyakan ke puskesmas, lalu catat: tiba atau tidak datang.",
            "Tanyakan ke puskesmas dan rumah sakit di mana pasien.",
        ),
        "follow_up": (
            "Hubungi pasien, lanjutkan obat dan kontrol, lalu catat apa yang dilakukan.",
            "Menunggu catatan tindak lanjut dari puskesmas.",
            "Menunggu catatan tindak lanjut dari puskesmas.",
        ),
        "letter_ends": (
            "Bila pasien masih perlu ke rumah sakit, tulis surat baru sebelum surat ini berakhir.",
            "Sesudah hari terakhir pasien memerlukan surat baru dari puskesmas.",
            "Bila pasien masih perlu ke rumah sakit, puskesmas menulis surat baru.",
        ),
        "no_back_referral": (
            "Tanyakan keadaan pasien ke rumah sakit.",
            "Tulis rujuk balik, atau catat bahwa pelayanan selesai.",
            "Ingatkan rumah sakit untuk menulis rujuk balik.",
        ),
    }
)

#: What is late by the calendar; the others are by the clock.
_BY_DAY = frozenset({"follow_up", "letter_ends"})


def task_mark(task: Task, now: datetime) -> Mark:
    """How late a task is, in words; its colour says the same again."""
    tone = Tone.ATTENTION if task.pressing else Tone.INFO
    if task.kind in _BY_DAY:
        return Mark(_day_words(task, now), tone)
    span = wording.span_words(now - task.since)
    if task.kind == "no_answer":
        return Mark(
            tr("Belum dijawab · {span}").format(span=span), Tone.DANGER if is_emergency(task.line) else Tone.ATTENTION
        )
    if task.kind == "not_arrived":
        return Mark(tr("Belum tiba · {span}").format(span=span), tone)
    return Mark(tr("Tanpa rujuk balik · {span}").format(span=span), tone)


def task_card(task: Task, now: datetime, side: str) -> Card:
    """One task in the list; the other side's name is on it."""
    line, mark = task.line, task_mark(task, now)
    other = other_side(line, side)
    return Card(
        id=task.id,
        title=line.patient_name or tr("Data pasien belum diterima"),
        subtitle=f"{other} · {wording.diagnosis_words(line.diagnosis_code, line.diagnosis)}",
        right=line.number,
        marks=(mark,),
        stripe=mark.tone,
    )


def other_side(line: ReferralLine, side: str) -> str:
    """The facility that ``side`` looks at, for the office both."""
    if side == "office":
        return tr("{sender} ke {hospital}").format(sender=line.from_name, hospital=line.to_name)
    return line.from_name if side == "hospital" else line.to_name


def task_words(task: Task, file: ReferralFile, now: datetime, side: str) -> tuple[str, str]:
    """What waits and since when; then what to do and whom to call."""
    headline = task_mark(task, now).text
    if task.kind not in _BY_DAY:
        headline = tr("{mark} (sejak {time})").format(mark=headline, time=wording.clock_words(task.since, now))
    elif task.day is not None:
        headline = f"{headline} ({wording.day_words(task.day)})"
    advice = tr(_ADVICE[task.kind][SIDES.index(side)])
    phone = tr("telp {phone}").format(phone=file.from_phone or tr("tidak diketahui"))
    sender, hospital = f"{task.line.from_name} {phone}", hospital_call_words(file, now)
    call = {"sender": hospital, "hospital": sender, "office": f"{hospital} · {sender}"}[side]
    patient = file.patient.phone if file.patient is not None else None
    own = tr("Pasien: telp {phone}").format(phone=patient) if patient else ""
    return headline, "\n".join(part for part in (advice, " · ".join(part for part in (call, own) if part)) if part)


def _day_words(task: Task, now: datetime) -> str:
    if task.day is None:
        return tr("Tanpa tanggal kontrol")
    left = (task.day - now.astimezone().date()).days
    what = tr("Kontrol") if task.kind == "follow_up" else tr("Surat berakhir")
    if left > 0:
        return tr("{what} {n} hari lagi").format(what=what, n=left)
    if left == 0:
        return tr("{what} hari ini").format(what=what)
    return tr("{what} {n} hari lalu").format(what=what, n=-left)
