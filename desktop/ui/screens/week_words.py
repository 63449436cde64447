"""Weeks and their reports in words: cards, what is due, how complete and how timely.

Plain functions; nothing here decides what counts.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from desktop.queries.weekly import COMPLETE_TARGET, IN_TIME_TARGET, WeekLine, share
from desktop.ui import wording
from desktop.ui.refusal_words import refusal_words
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.cards import Card, Mark
from sync.records.weekly_counts import late_at
from sync.records.weeks import EpiWeek

_STATES: Mapping[str, tuple[str, Tone]] = MappingProxyType(
    {
        "in_time": ("Tepat waktu", Tone.GOOD),
        "late": ("Terlambat", Tone.ATTENTION),
        "running": ("Belum selesai", Tone.NEUTRAL),
        "due": ("Laporkan sekarang", Tone.ATTENTION),
        "missing": ("Belum dilaporkan", Tone.DANGER),
        "before": ("Tidak dihitung", Tone.NEUTRAL),
    }
)

#: Said wherever a number of a week is shown.
NUMBER_NOTE = (
    "Minggu epidemiologi: Minggu sampai Sabtu. Nomor minggu di sekitar Tahun Baru adalah pilihan program ini dan "
    "belum diverifikasi; ikuti tabel minggu dari Dinkes."
)


def week_title(week: EpiWeek) -> str:
    """``Minggu 47 tahun 2026 · 15 Nov 2026 - 21 Nov 2026``."""
    first, last = wording.day_words(week.first_day), wording.day_words(week.last_day)
    return tr("Minggu {n} tahun {year} · {first} - {last}").format(
        n=week.number, year=week.year, first=first, last=last
    )


def week_mark(line: WeekLine, now: datetime) -> Mark:
    """Whether a week was reported, and in time."""
    word, tone = _STATES[line.state(now)]
    return Mark(tr(word), tone)


def week_card(line: WeekLine, now: datetime) -> Card:
    """A week in the list."""
    first, last = line.week.first_day, line.week.last_day
    if line.state(now) == "before":
        subtitle = tr("Rujuk belum dipakai di sini")
    elif line.report is None:
        until = late_at(line.week, now.astimezone())
        subtitle = tr("sebelum Rabu {day}").format(day=wording.day_words(until.date()))
    else:
        subtitle = tr("dilaporkan {time}, {name}").format(
            time=wording.clock_words(line.report.reported_at, now), name=line.report.by_name
        )
    mark = week_mark(line, now)
    return Card(
        id=first.isoformat(),
        title=tr("Minggu {n} · {first} - {last}").format(
            n=line.week.number, first=f"{first:%d/%m}", last=f"{last:%d/%m}"
        ),
        subtitle=subtitle,
        marks=(mark,),
        stripe=mark.tone,
    )


def report_words(line: WeekLine, now: datetime) -> str:
    """Who reported the week and how far that has come."""
    report = line.report
    if report is None:
        return tr("Belum dilaporkan. Periksa angka usulan dari kunjungan, lalu simpan.")
    if line.delivery is not None and line.delivery.refusal is not None:
        where = tr("ditolak server: {why}").format(why=refusal_words(line.delivery.refusal))
    elif line.delivery is not None and line.delivery.confirmed:
        where = tr("sudah di server")
    else:
        where = tr("menunggu dikirim")
    again = tr(" · perbaikan ke-{n}").format(n=line.reports - 1) if line.reports > 1 else ""
    return tr("Dilaporkan {time} oleh {name}, {where}{again}").format(
        time=wording.clock_words(report.reported_at, now), name=report.by_name, where=where, again=again
    )


def share_words(lines: Iterable[WeekLine], now: datetime) -> str:
    """Completeness and timeliness against what the guide asks."""
    weeks, complete, in_time = share(lines, now)
    if not weeks:
        return tr("Belum ada minggu yang jatuh tempo.")
    return tr(
        "Lengkap {complete} dari {n} ({share}, sasaran {target}) · tepat waktu {timely} ({part}, sasaran {aim})"
    ).format(
        complete=complete,
        n=weeks,
        share=percent(complete / weeks),
        target=percent(COMPLETE_TARGET),
        timely=in_time,
        part=percent(in_time / weeks),
        aim=percent(IN_TIME_TARGET),
    )


def percent(part: float) -> str:
    """``88%``; never rounded up to a target that was not met."""
    return f"{int(part * 100)}%"
