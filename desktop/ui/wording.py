"""How values are said on the screen: days, moments, ages, states. One wording for all screens.

Every function is plain: what it needs of the time is handed in as ``now`` (aware) or ``today``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

from desktop.queries.beds import FreeBeds, WardLine, age
from desktop.queries.non_specialist import NonSpecialist
from desktop.queries.referrals import Chain, ReferralLine
from desktop.ui.refusal_words import refusal_words
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.cards import Mark
from sync.records.facility import WARD_CLASSES

#: Short, as in a date.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")

_STATES: Mapping[str, tuple[str, Tone]] = MappingProxyType(
    {
        "diajukan": ("Menunggu jawaban", Tone.ATTENTION),
        "dilihat": ("Dilihat RS", Tone.INFO),
        "diterima": ("Diterima", Tone.GOOD),
        "ditolak": ("Ditolak", Tone.DANGER),
        "dialihkan": ("Dialihkan", Tone.ATTENTION),
        "dibatalkan": ("Dibatalkan", Tone.NEUTRAL),
        "berangkat": ("Berangkat", Tone.INFO),
        "tiba": ("Tiba di RS", Tone.GOOD),
        "tidak_datang": ("Tidak datang", Tone.ATTENTION),
        "selesai": ("Selesai", Tone.GOOD),
        "dirujuk_balik": ("Dirujuk balik", Tone.GOOD),
    }
)

_URGENCIES: Mapping[str, tuple[str, Tone]] = MappingProxyType(
    {"merah": ("Merah", Tone.DANGER), "kuning": ("Kuning", Tone.ATTENTION), "hijau": ("Hijau", Tone.GOOD)}
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the delivery chain: its name, when or why not, and whether it has been reached."""

    label: str
    detail: str
    reached: bool
    trouble: bool = False
    tip: str = ""
    """More about it, for who looks closer."""


def number_words(number: int) -> str:
    """``60.000``."""
    return f"{number:,}".replace(",", ".")


def day_words(day: date | None) -> str:
    """``24 Nov 2026``; a dash where there is none."""
    return "—" if day is None else f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def clock_words(moment: datetime, now: datetime) -> str:
    """A moment in the PC's time zone: ``10.15`` today, ``23 Nov 10.15`` this year, else with the year."""
    local, local_now = moment.astimezone(), now.astimezone()
    clock = f"{local:%H.%M}"
    if local.date() == local_now.date():
        return clock
    year = "" if local.year == local_now.year else f" {local.year}"
    return f"{local.day} {MONTHS[local.month - 1]}{year} {clock}"


def until_words(moment: datetime, now: datetime) -> str:
    """The end of a time: as :func:`clock_words`, but midnight is the end of the day before."""
    local = moment.astimezone()
    if local.time() != time.min:
        return clock_words(moment, now)
    return tr("akhir {day}").format(day=day_words((local - timedelta(days=1)).date()))


def ago_words(passed: timedelta | None) -> str:
    """``12 menit lalu``; ``None`` is a time that cannot be said."""
    if passed is None:
        return tr("waktu tidak diketahui")
    minutes = int(passed.total_seconds() // 60)
    if minutes < 1:
        return tr("baru saja")
    if minutes < 60:
        return tr("{n} menit lalu").format(n=minutes)
    if minutes < 48 * 60:
        return tr("{n} jam lalu").format(n=minutes // 60)
    return tr("{n} hari lalu").format(n=number_words(minutes // (24 * 60)))


def span_words(passed: timedelta) -> str:
    """How long something has lasted: ``12 menit``, ``3 jam``, ``2 hari``."""
    minutes = max(int(passed.total_seconds() // 60), 0)
    if minutes < 1:
        return tr("< 1 menit")
    if minutes < 60:
        return tr("{n} menit").format(n=minutes)
    if minutes < 48 * 60:
        return tr("{n} jam").format(n=minutes // 60)
    return tr("{n} hari").format(n=number_words(minutes // (24 * 60)))


def repair_words(fetched: int, lost: int) -> str:
    """What a comparison mended, in plain words."""
    parts = []
    if lost:
        parts.append(tr("{n} catatan yang hilang di server dikirim ulang").format(n=number_words(lost)))
    if fetched:
        words = tr("{n} catatan yang belum ada di sini diambil dari server")
        parts.append(words.format(n=number_words(fetched)))
    return "; ".join(parts)


def age_words(birth_date: date | None, today: date) -> str:
    """A person's age as staff say it: years, below two years months, below two months days."""
    if birth_date is None or birth_date > today:
        return tr("umur tidak diketahui")
    months = (today.year - birth_date.year) * 12 + today.month - birth_date.month - (today.day < birth_date.day)
    if months >= 24:
        return tr("{n} th").format(n=months // 12)
    if months >= 2:
        return tr("{n} bln").format(n=months)
    return tr("{n} hr").format(n=(today - birth_date).days)


def person_words(sex: str | None, birth_date: date | None, today: date) -> str:
    """``P · 34 th · 2 Feb 1992``, with what is known."""
    parts = [sex or "", age_words(birth_date, today)]
    if birth_date is not None:
        parts.append(day_words(birth_date))
    return " · ".join(part for part in parts if part)


def state_mark(state: str) -> Mark:
    """The word and colour of a referral's state."""
    word, tone = _STATES.get(state, (state, Tone.NEUTRAL))
    return Mark(tr(word), tone)


def progress_mark(line: ReferralLine) -> Mark:
    """The state of a referral; while nobody has answered, where the letter is."""
    if line.state != "diajukan":
        return state_mark(line.state)
    if line.chain.refusal is not None:
        return Mark(tr("Ditolak server"), Tone.DANGER)
    if not line.chain.on_server:
        return Mark(tr("Menunggu dikirim"), Tone.NEUTRAL)
    return state_mark(line.state)


def urgency_mark(urgency: str) -> Mark:
    """The word and colour of an urgency."""
    word, tone = _URGENCIES.get(urgency, (urgency, Tone.NEUTRAL))
    return Mark(tr(word), tone)


def diagnosis_words(code: str | None, label: str | None) -> str:
    """``O14.1 Preeklamsia berat``, with what is there; a dash where there is nothing."""
    return " ".join(part for part in (code, label) if part) or "—"


def class_words(ward_class: str) -> str:
    """The name of a room class; a code this program does not know stands for itself."""
    return WARD_CLASSES.get(ward_class, ward_class)


def ward_words(ward: WardLine) -> str:
    """Class and name of a ward, once where they are the same."""
    name = class_words(ward.ward_class)
    return name if name == ward.name else f"{name} · {ward.name}"


def beds_words(beds: FreeBeds) -> str:
    """Free beds in words. What nobody knows is said, and is never 0."""
    if beds.known is None:
        return tr("tidak diketahui")
    more = tr(" (+{n} ruang tidak diketahui)").format(n=beds.unknown) if beds.unknown else ""
    return (tr("penuh") if beds.known == 0 else tr("{n} kosong").format(n=beds.known)) + more


def held_words(held: int) -> str:
    """How many beds are kept for accepted patients; "" for none."""
    return tr("{n} disimpan untuk pasien yang sudah diterima").format(n=held) if held else ""


def counted_words(counted_at: datetime | None, now: datetime) -> str:
    """How old a bed number is: ``dihitung 2 jam lalu``."""
    if counted_at is None:
        return tr("belum pernah dihitung")
    return tr("dihitung {ago}").format(ago=ago_words(age(counted_at, now)))


def rrns_words(found: NonSpecialist) -> str:
    """How this month's ratio of non-specialist referrals stands: ``1 dari 24 rujukan = 4,2% (perkiraan)``."""
    if found.percent is None:
        return tr("RRNS bulan ini: belum ada rujukan bulan ini.")
    words = tr("RRNS bulan ini (perkiraan): {part} dari {all} rujukan = {percent}%.")
    percent = f"{found.percent:.1f}".replace(".", ",").removesuffix(",0")
    return words.format(part=found.counted, all=found.letters, percent=percent)


def chain_steps(chain: Chain, now: datetime) -> tuple[Step, ...]:
    """The delivery chain in words: written, on the server, seen by the hospital, answered."""
    written = Step(tr("Ditulis"), clock_words(chain.written_at, now), reached=True)
    if chain.refusal is not None:
        server = refused_step(chain.refusal)
    elif chain.on_server:
        server = Step(
            tr("Di server"),
            tr("sudah terkirim") if chain.on_server_at is None else clock_words(chain.on_server_at, now),
            reached=True,
        )
    else:
        server = Step(tr("Di server"), tr("menunggu dikirim"), reached=False)
    return (
        written,
        server,
        _by(tr("Dilihat RS"), chain.seen_at, chain.seen_by, now),
        _by(tr("Dijawab"), chain.answered_at, chain.answered_by, now),
    )


def refused_step(reason: str) -> Step:
    """That the server said no, for the ``reason`` it gave."""
    return Step(tr("Ditolak server"), refusal_words(reason), reached=False, trouble=True, tip=reason)


def _by(label: str, at: datetime | None, name: str | None, now: datetime) -> Step:
    if at is None:
        return Step(label, tr("belum"), reached=False)
    return Step(label, ", ".join(part for part in (clock_words(at, now), name) if part), reached=True)
