"""The evaluation as tables for a spreadsheet: figures, facilities, diagnoses, flows, and what every figure means.

Shares come with their part and whole, durations in minutes; an empty cell is not known. Counts nothing itself.
"""

from collections.abc import Sequence

from desktop.actions.spreadsheets import Sheet, Value
from desktop.queries.indicators import Evaluation, FacilityFigures
from desktop.queries.indicators_tally import AnswerTimes, Durations, Figures, Share
from desktop.ui.screens.evaluation_table import in_time
from desktop.ui.screens.evaluation_words import DEFINITIONS, choice_words, site_name, site_words
from desktop.ui.texts import tr
from desktop.ui.wording import day_words
from sync.records.referral import REFUSAL_REASONS


def evaluation_sheets(evaluation: Evaluation, facility_name: str) -> tuple[Sheet, ...]:
    """All tables; the last says what was chosen and what the figures mean."""
    return (
        _summary(evaluation),
        Sheet(
            tr("Per waktu"),
            (tr("Mulai"), tr("Rujukan"), tr("Gawat darurat")),
            tuple((day_words(part.first), part.count, part.emergencies) for part in evaluation.parts),
        ),
        _facilities(tr("Perujuk"), evaluation.senders),
        _facilities(tr("Rumah sakit"), evaluation.hospitals),
        Sheet(
            tr("Penolakan"),
            (tr("Alasan"), tr("Jumlah")),
            tuple(
                (tr("Tanpa alasan") if reason is None else REFUSAL_REASONS.get(reason, reason), count)
                for reason, count in evaluation.refusals.reasons
            ),
        ),
        Sheet(
            tr("Diagnosis"),
            (tr("Kode ICD-10"), tr("Nama"), tr("Rujukan"), tr("Daftar 144")),
            (
                *(
                    (line.code, line.label, line.count, tr("ya") if line.finished_here else tr("tidak"))
                    for line in evaluation.diagnoses
                ),
                (tr("tanpa kode"), None, evaluation.without_code, None),
            ),
        ),
        Sheet(
            tr("Bab ICD-10"),
            (tr("Bab"), tr("Nama"), tr("Rujukan")),
            tuple((line.code, line.label, line.count) for line in evaluation.chapters),
        ),
        Sheet(
            tr("Aliran"),
            (tr("Dari"), tr("Ke"), tr("Rujukan"), tr("Ke luar kabupaten")),
            tuple(
                (
                    site_name(evaluation, flow.sender),
                    site_name(evaluation, flow.hospital),
                    flow.count,
                    _outside(evaluation, flow.hospital),
                )
                for flow in evaluation.flows
            ),
        ),
        Sheet(
            tr("Keterangan"),
            (tr("Hal"), tr("Isi")),
            (
                (tr("Fasilitas"), facility_name),
                (tr("Pilihan"), choice_words(evaluation)),
                (tr("Dihitung pada"), f"{evaluation.now.astimezone():%d-%m-%Y %H.%M}"),
                (tr("Sel kosong"), tr("Tidak diketahui atau belum ada data; bukan nol.")),
                *((tr(name), tr(words)) for name, words in DEFINITIONS),
            ),
        ),
    )


def _outside(evaluation: Evaluation, hospital: str) -> str | None:
    site = evaluation.sites.get(hospital)
    if site is None or site.outside is None:
        return None
    return tr("ya") if site.outside else tr("tidak")


def _summary(evaluation: Evaluation) -> Sheet:
    figures = evaluation.figures
    shares = (
        (tr("Diterima"), figures.accepted),
        (tr("Ditolak"), figures.refused),
        (tr("Belum dijawab"), figures.unanswered),
        (tr("Dibatalkan"), figures.cancelled),
        (tr("Tiba, dari yang diterima"), figures.arrived),
        (tr("Dirujuk balik, dari yang tiba"), figures.back),
        (tr("Gawat darurat dijawab dalam 15 menit"), figures.emergency_answers.in_time),
        (tr("Lainnya dijawab dalam 1 jam"), figures.answers.in_time),
        (tr("RRNS (perkiraan)"), _ratio(figures)),
        (tr("Daftar 144, dengan atau tanpa TACC"), figures.listed),
        (tr("Dapat dihindari"), figures.avoidable),
        (tr("Ke luar kabupaten"), figures.outside),
    )
    times: tuple[tuple[str, Durations], ...] = (
        (tr("Waktu jawab gawat darurat"), figures.emergency_answers.durations),
        (tr("Waktu jawab lainnya"), figures.answers.durations),
        (tr("Waktu dari surat sampai tiba"), figures.travel),
    )
    rows: list[tuple[Value, ...]] = [(tr("Rujukan"), figures.letters, None, None, None, None)]
    rows.append((tr("Gawat darurat"), figures.emergencies, figures.letters, None, None, None))
    rows += [(name, share.part, share.whole, share.percent, None, None) for name, share in shares]
    rows += [(name, None, found.count, None, *_minutes(found)) for name, found in times]
    headings = (tr("Angka"), tr("Jumlah"), tr("Dari"), "%", tr("Median (menit)"), tr("Persentil 90 (menit)"))
    return Sheet(tr("Ringkasan"), headings, tuple(rows))


def _ratio(figures: Figures) -> Share:
    return Share(figures.non_specialist.counted, figures.non_specialist.letters)


def _minutes(found: Durations) -> tuple[float | None, float | None]:
    return (
        None if found.median is None else found.median / 60,
        None if found.p90 is None else found.p90 / 60,
    )


def _answered(answers: AnswerTimes) -> tuple[Value, ...]:
    return (answers.durations.count, *_minutes(answers.durations), answers.in_time.part, answers.in_time.whole)


def _facilities(name: str, lines: Sequence[FacilityFigures]) -> Sheet:
    headings = (
        tr("Fasilitas"),
        tr("Rujukan"),
        tr("Diterima"),
        tr("Ditolak"),
        tr("Belum dijawab"),
        tr("Dibatalkan"),
        tr("Tiba"),
        tr("Dirujuk balik"),
        tr("Jawaban gawat darurat"),
        tr("Median GD (menit)"),
        tr("Persentil 90 GD (menit)"),
        tr("GD dalam 15 menit"),
        tr("dari"),
        tr("Jawaban lainnya"),
        tr("Median lainnya (menit)"),
        tr("Persentil 90 lainnya (menit)"),
        tr("Lainnya dalam 1 jam"),
        tr("dari "),
        tr("Tepat waktu (%)"),
        tr("RRNS perkiraan: dihitung"),
        tr("RRNS: dengan TACC"),
        tr("RRNS: dari"),
        tr("Dapat dihindari"),
        tr("Ke luar kabupaten"),
        tr("dari yang RS-nya dikenal"),
    )
    return Sheet(name, headings, tuple(_facility_row(line) for line in lines))


def _facility_row(line: FacilityFigures) -> tuple[Value, ...]:
    figures = line.figures
    return (
        site_words(line.site),
        figures.letters,
        figures.accepted.part,
        figures.refused.part,
        figures.unanswered.part,
        figures.cancelled.part,
        figures.arrived.part,
        figures.back.part,
        *_answered(figures.emergency_answers),
        *_answered(figures.answers),
        in_time(figures).percent,
        figures.non_specialist.counted,
        figures.non_specialist.explained,
        figures.non_specialist.letters,
        figures.avoidable.part,
        figures.outside.part,
        figures.outside.whole,
    )
