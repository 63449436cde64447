"""How the evaluation is said: numbers, shares with their wholes, durations, what each figure means.

Every share names what it is a share of, and one of fewer than ten letters says that it is. Nothing here counts.
"""

from collections.abc import Sequence

from desktop.queries.indicators import Evaluation
from desktop.queries.indicators_period import Period
from desktop.queries.indicators_read import Site
from desktop.queries.indicators_tally import Share
from desktop.ui.texts import tr
from desktop.ui.wording import day_words, number_words
from sync.records.referral import REFERRAL_KINDS

PERIOD_NAMES = {
    "last_12_months": "12 bulan terakhir",
    "this_month": "Bulan ini",
    "last_month": "Bulan lalu",
    "this_quarter": "Triwulan ini",
    "this_year": "Tahun ini",
    "own": "Tanggal sendiri",
}


def percent_words(percent: float | None) -> str:
    """``92,4%``; a dash where it is not known."""
    return "—" if percent is None else f"{percent:.1f}%".replace(".", ",")


def short_share(share: Share) -> str:
    """The share alone; a star marks one of too few."""
    return percent_words(share.percent) + (" *" if share.whole and share.small else "")


def share_words(share: Share) -> str:
    """``92,4% (53.349 dari 57.740)``, and a warning where the whole is small."""
    if share.percent is None:
        return tr("belum ada data")
    words = tr("{percent} ({part} dari {whole})").format(
        percent=percent_words(share.percent), part=number_words(share.part), whole=number_words(share.whole)
    )
    return tr("{words}, data sedikit").format(words=words) if share.small else words


def of_words(share: Share) -> str:
    """``11.204 dari 12.030``, with the warning for a small whole."""
    if not share.whole:
        return tr("belum ada data")
    words = tr("{part} dari {whole}").format(part=number_words(share.part), whole=number_words(share.whole))
    return tr("{words} (sedikit)").format(words=words) if share.small else words


def seconds_words(seconds: float | None) -> str:
    """``34 menit``, ``3,2 jam``, ``4,1 hari``; what is not known is said so."""
    if seconds is None:
        return tr("tidak diketahui")
    if seconds < 60:
        return tr("< 1 menit")
    if seconds < 90 * 60:
        return tr("{n} menit").format(n=round(seconds / 60))
    if seconds < 48 * 3600:
        return tr("{n} jam").format(n=f"{seconds / 3600:.1f}".replace(".", ","))
    return tr("{n} hari").format(n=f"{seconds / 86400:.1f}".replace(".", ","))


def period_words(period: Period) -> str:
    """``1 Des 2025 sampai 20 Nov 2026``."""
    return tr("{first} sampai {last}").format(first=day_words(period.first), last=day_words(period.last))


def site_words(site: Site) -> str:
    """The name of a facility; one whose record has not arrived says so."""
    return site.name or tr("Fasilitas belum dikenal ({id})").format(id=site.id[-6:])


def site_name(evaluation: Evaluation, facility: str) -> str:
    """As :func:`site_words`, by id."""
    site = evaluation.sites.get(facility)
    return site_words(site) if site else tr("Fasilitas belum dikenal ({id})").format(id=facility[-6:])


def choice_words(evaluation: Evaluation) -> str:
    """Which letters are counted, in words."""
    choice = evaluation.choice
    parts = [tr("Surat yang ditulis {period}").format(period=period_words(evaluation.period))]
    if choice.sender is not None:
        parts.append(tr("dari {name}").format(name=site_name(evaluation, choice.sender)))
    if choice.hospital is not None:
        parts.append(tr("ke {name}").format(name=site_name(evaluation, choice.hospital)))
    if choice.kind is not None:
        parts.append(REFERRAL_KINDS.get(choice.kind, choice.kind).lower())
    return ", ".join(parts)


def tiles(evaluation: Evaluation) -> Sequence[tuple[str, str, str]]:
    """The key figures: name, value, and of how many."""
    figures = evaluation.figures
    ratio = figures.non_specialist
    return (
        (
            tr("Rujukan"),
            number_words(figures.letters),
            tr("{n} gawat darurat").format(n=number_words(figures.emergencies)),
        ),
        (tr("Diterima"), short_share(figures.accepted), of_words(figures.accepted)),
        (tr("Tiba di RS"), short_share(figures.arrived), of_words(figures.arrived)),
        (tr("Dirujuk balik"), short_share(figures.back), of_words(figures.back)),
        (
            tr("RRNS (perkiraan)"),
            short_share(Share(ratio.counted, ratio.letters)),
            of_words(Share(ratio.counted, ratio.letters)),
        ),
        (tr("Dapat dihindari"), short_share(figures.avoidable), of_words(figures.avoidable)),
        (tr("Ke luar kabupaten"), short_share(figures.outside), of_words(figures.outside)),
    )


#: What each figure means; on the screen's last line, in the report and in the export.
DEFINITIONS: tuple[tuple[str, str], ...] = (
    (
        "Rujukan",
        "Surat rujukan yang ditulis pada periode ini dan sudah sampai di komputer ini; yang dibatalkan termasuk.",
    ),
    ("Diterima", "Diterima RS, atau pasien sudah dilayani. Keadaan surat dihitung dari semua kejadian yang tercatat."),
    ("Belum dijawab", "Belum diterima, ditolak, atau dibatalkan, dan pasien belum tiba."),
    (
        "Penolakan",
        "Tiap RS yang pernah menolak sebuah surat dihitung sekali, pada RS yang menolak, dengan alasan pertamanya.",
    ),
    (
        "RS tujuan",
        "Tempat pasien dirawat, atau RS terakhir yang diminta: surat yang dialihkan dihitung pada RS penggantinya.",
    ),
    (
        "Waktu jawab",
        "Dari surat ditulis (atau dialihkan) sampai RS menerima atau menolak. Jam yang tidak mungkin tidak dihitung.",
    ),
    (
        "Tepat waktu",
        "Dijawab dalam 15 menit (gawat darurat) atau 1 jam (lainnya), dari yang dijawab atau sudah lewat batas itu.",
    ),
    (
        "Tiba",
        "Pasien tercatat tiba, selesai atau dirujuk balik, dari yang diterima. Rujuk balik: dari yang tiba.",
    ),
    (
        "RRNS (perkiraan)",
        "Rawat jalan, diagnosis daftar 144, tanpa TACC; dari rujukan FKTP yang tidak dibatalkan. Bukan angka BPJS.",
    ),
    (
        "Dapat dihindari",
        "Diagnosis daftar 144 tanpa TACC (bukan gawat darurat), atau ditolak karena dapat ditangani di puskesmas.",
    ),
    ("Daftar 144", "Diagnosis yang diharapkan selesai di puskesmas; belum diperiksa terhadap KMK 1186/2022."),
    ("Ke luar kabupaten", "RS tujuan bertanda di luar kabupaten, dari rujukan yang RS tujuannya dikenal."),
    ("Median", "Nilai tengah. 9 dari 10: persentil ke-90."),
    ("*", "Dihitung dari kurang dari 10 rujukan: belum dapat disimpulkan."),
)
