"""One finding in words for each chart of the evaluation, of how many letters it is, and the bars that show it.

Takes what was counted and makes frozen values of it; nothing here counts letters or draws.
"""

from desktop.queries.indicators import DiagnosisCount, Evaluation
from desktop.queries.indicators_tally import Durations, Share
from desktop.ui.screens.evaluation_words import seconds_words, share_words, short_share
from desktop.ui.texts import tr
from desktop.ui.widgets.charts_values import Bar, Columns, Lines
from desktop.ui.wording import MONTHS, day_words, number_words
from sync.records.referral import REFUSAL_REASONS

#: What a chart panel is given: the finding, of how many, and the bars.
Content = tuple[str, str, Columns | Lines]

#: Diagnoses and chapters that a chart shows; the others are summed up in words.
_SHOWN = 12


def volume(evaluation: Evaluation) -> Content:
    """Letters over time."""
    by_month, parts = evaluation.period.by_month, evaluation.parts
    bars = []
    for part in parts:
        day = part.first
        label = MONTHS[day.month - 1] if by_month else str(day.day)
        if by_month and (day.month == 1 or part is parts[0]):
            label = f"{label} {day.year % 100}"
        name = f"{MONTHS[day.month - 1]} {day.year}" if by_month else day_words(day)
        spoken = tr("{name}: {n} rujukan, {urgent} di antaranya gawat darurat").format(
            name=name, n=number_words(part.count), urgent=number_words(part.emergencies)
        )
        text = number_words(part.count)
        bars.append(Bar(label, part.count, text, spoken, part=part.emergencies))
    total = sum(part.count for part in parts)
    most = max(parts, key=lambda part: part.count)
    when = f"{MONTHS[most.first.month - 1]} {most.first.year}" if by_month else day_words(most.first)
    if not total:
        finding = tr("Belum ada rujukan pada periode ini")
    elif by_month:
        finding = tr("Rujukan terbanyak pada {when}: {n}").format(when=when, n=number_words(most.count))
    else:
        average = f"{total / len(parts):.1f}".replace(".", ",")
        finding = tr("Rata-rata {n} rujukan per hari, terbanyak {when}").format(n=average, when=when)
    basis = tr("Menurut tanggal surat ditulis.")
    if by_month and not evaluation.period.ends_with_month:
        basis = tr("Menurut tanggal surat ditulis. Bulan terakhir belum penuh.")
    return finding, basis, Columns(tuple(bars), (tr("Semua"), tr("Gawat darurat")))


def outcomes(evaluation: Evaluation) -> Content:
    """How the letters stand."""
    figures = evaluation.figures
    lines = (
        (tr("Diterima"), figures.accepted),
        (tr("Ditolak"), figures.refused),
        (tr("Belum dijawab"), figures.unanswered),
        (tr("Dibatalkan"), figures.cancelled),
    )
    bars = tuple(
        Bar(
            name,
            share.part,
            f"{number_words(share.part)}  ·  {short_share(share)}",
            f"{name}: {share_words(share)}",
        )
        for name, share in lines
    )
    if not figures.letters:
        return tr("Belum ada rujukan pada periode ini"), "", Lines(())
    finding = tr("{accepted} rujukan diterima, {refused} ditolak").format(
        accepted=short_share(figures.accepted), refused=short_share(figures.refused)
    )
    basis = tr("Dari {n} rujukan. Dari surat sampai tiba: {travel}.").format(
        n=number_words(figures.letters), travel=_durations_words(figures.travel)
    )
    return finding, basis, Lines(bars)


def refusals(evaluation: Evaluation, shown: int = 5) -> Content:
    """Refusals by reason: the ``shown`` most frequent, and the others together."""
    found = evaluation.refusals
    if not found.count:
        return tr("Tidak ada penolakan pada periode ini"), "", Lines(())
    bars = []
    for reason, count in found.reasons[:shown]:
        name = _reason_words(reason)
        share = Share(count, found.count)
        text = f"{number_words(count)}  ·  {short_share(share)}"
        bars.append(Bar(name, count, text, f"{name}: {share_words(share)}"))
    first, count = found.reasons[0]
    finding = tr("Penolakan paling sering: {reason}, {percent}").format(
        reason=_reason_words(first).lower().replace("icu", "ICU").replace("hcu", "HCU"),
        percent=short_share(Share(count, found.count)),
    )
    others = found.reasons[shown:]
    if others:
        share = Share(sum(count for _, count in others), found.count)
        name = tr("{n} alasan lain").format(n=len(others))
        text = f"{number_words(share.part)}  ·  {short_share(share)}"
        bars.append(Bar(name, share.part, text, f"{name}: {share_words(share)}"))
    basis = tr("{n} penolakan pada {letters} rujukan, termasuk yang lalu diterima RS lain.").format(
        n=number_words(found.count), letters=number_words(found.letters)
    )
    return finding, basis, Lines(tuple(bars))


def _reason_words(reason: str | None) -> str:
    if reason is None:
        return tr("Tanpa alasan")
    return tr("Lainnya") if reason == "lainnya" else REFUSAL_REASONS.get(reason, reason)


def answer_times(evaluation: Evaluation) -> Content:
    """How quickly hospitals answer, emergencies and the others beside each other."""
    urgent, calm = evaluation.figures.emergency_answers, evaluation.figures.answers
    names = (tr("0-15 menit"), tr("15-60 menit"), tr("1-3 jam"), tr("3-24 jam"), tr("> 24 jam"))
    if not urgent.durations.count and not calm.durations.count:
        return tr("Belum ada jawaban pada periode ini"), "", Lines(())
    bars = []
    for name, others, emergencies in zip(names, calm.classes, urgent.classes, strict=True):
        calm_share, urgent_share = Share(others, calm.durations.count), Share(emergencies, urgent.durations.count)
        spoken = tr("{name}: lainnya {calm}, gawat darurat {urgent}").format(
            name=name, calm=share_words(calm_share), urgent=share_words(urgent_share)
        )
        bars.append(
            Bar(
                name,
                calm_share.percent or 0,
                _whole_percent(calm_share),
                spoken,
                part=urgent_share.percent or 0,
                part_text=_whole_percent(urgent_share),
            )
        )
    finding = tr("Dijawab dalam 15 menit (gawat darurat): {urgent}; dalam 1 jam (lainnya): {calm}").format(
        urgent=short_share(urgent.in_time), calm=short_share(calm.in_time)
    )
    words = tr("Gawat darurat: {urgent}. Lainnya: {calm}. Tepat waktu: dari {whole} dan {other} surat.").format(
        urgent=_durations_words(urgent.durations),
        calm=_durations_words(calm.durations),
        whole=number_words(urgent.in_time.whole),
        other=number_words(calm.in_time.whole),
    )
    return finding, words, Columns(tuple(bars), (tr("Lainnya"), tr("Gawat darurat")), beside=True)


def _durations_words(found: Durations) -> str:
    """Median and 90th percentile with their number; a star marks too few."""
    if found.median is None:
        return tr("belum ada")
    words = tr("median {median}, 9 dari 10 dalam {p90} (n={n})").format(
        median=seconds_words(found.median), p90=seconds_words(found.p90), n=number_words(found.count)
    )
    return f"{words} *" if found.small else words


def _whole_percent(share: Share) -> str:
    return "" if share.percent is None else f"{share.percent:.0f}%"


def diagnoses(evaluation: Evaluation) -> Content:
    """The most frequent diagnoses."""
    coded = evaluation.figures.letters - evaluation.without_code
    if not coded:
        return tr("Belum ada diagnosis berkode pada periode ini"), "", Lines(())
    shown = evaluation.diagnoses[:_SHOWN]
    first = shown[0]
    finding = tr("Diagnosis terbanyak: {name}, {percent}").format(
        name=_diagnosis_words(first), percent=short_share(Share(first.count, coded))
    )
    listed = evaluation.figures.listed
    basis = tr("Dari {n} rujukan berkode ICD-10; {without} tanpa kode. Ada di daftar 144 (tanda ●): {listed}.").format(
        n=number_words(coded), without=number_words(evaluation.without_code), listed=share_words(listed)
    )
    return finding, basis, Lines(tuple(_diagnosis_bar(line, coded) for line in shown))


def chapters(evaluation: Evaluation) -> Content:
    """The most frequent chapters of ICD-10."""
    coded = evaluation.figures.letters - evaluation.without_code
    if not coded:
        return tr("Belum ada diagnosis berkode pada periode ini"), "", Lines(())
    shown = evaluation.chapters[:_SHOWN]
    three = sum(line.count for line in shown[:3])
    finding = tr("Tiga kelompok diagnosis teratas: {percent}").format(percent=short_share(Share(three, coded)))
    rest = coded - sum(line.count for line in shown)
    basis = tr("Bab ICD-10, dari {n} rujukan berkode; bab lain: {rest}.").format(
        n=number_words(coded), rest=number_words(rest)
    )
    return finding, basis, Lines(tuple(_diagnosis_bar(line, coded) for line in shown))


def _diagnosis_words(line: DiagnosisCount) -> str:
    return " ".join(part for part in (line.code, line.label) if part) or tr("Kode tidak dikenal")


def _diagnosis_bar(line: DiagnosisCount, coded: int) -> Bar:
    share = Share(line.count, coded)
    name = _diagnosis_words(line)
    mark = " ●" if line.finished_here else ""
    spoken = f"{name}: {share_words(share)}"
    if line.finished_here:
        spoken = tr("{words}, ada di daftar 144").format(words=spoken)
    return Bar(name + mark, line.count, f"{number_words(line.count)}  ·  {short_share(share)}", spoken)
