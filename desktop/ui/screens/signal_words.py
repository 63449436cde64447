"""Reported signals in words: cards, headlines, the clock of 24 hours, the whole content to read.

Plain functions. The word is "sinyal" everywhere; that there is a KLB is only ever said as the decision of an official.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from desktop.queries.signals import CaseLine, SignalLine
from desktop.queries.skdr import disease_words, rules
from desktop.ui import wording
from desktop.ui.screens.alarm_words import case_words, rule_words
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.cards import Card, Mark
from desktop.ui.widgets.letter_view import Block
from desktop.ui.wording import Step
from sync.records import SignalEvent
from sync.records.outbreak import SIGNAL_EVENT_KINDS, SIGNAL_SOURCES
from sync.records.signal_state import first_of

_STATES: Mapping[str, tuple[str, Tone]] = MappingProxyType(
    {
        "dilaporkan": ("Belum diterima Dinkes", Tone.ATTENTION),
        "diterima": ("Diterima Dinkes", Tone.INFO),
        "tidak_terbukti": ("Tidak terbukti", Tone.NEUTRAL),
        "terverifikasi": ("Terverifikasi", Tone.DANGER),
        "ke_provinsi": ("Di provinsi", Tone.DANGER),
        "ke_kemenkes": ("Di Kemenkes", Tone.DANGER),
        "klb_ditetapkan": ("Keputusan KLB", Tone.DANGER),
        "ditutup": ("Ditutup", Tone.GOOD),
    }
)


def state_mark(line: SignalLine) -> Mark:
    """How far a signal has come; while nobody received it, where it is."""
    if line.state == "dilaporkan" and line.delivery.refusal is not None:
        return Mark(tr("Ditolak server"), Tone.DANGER)
    if line.state == "dilaporkan" and not line.delivery.confirmed:
        return Mark(tr("Menunggu dikirim"), Tone.ATTENTION)
    word, tone = _STATES.get(line.state, (line.state, Tone.NEUTRAL))
    return Mark(tr(word), tone)


def clock_mark(line: SignalLine, now: datetime) -> Mark | None:
    """The clock that runs: to the receipt within 24 hours, then to the verification; ``None`` where none does."""
    until, what = line.due_at, tr("W1")
    if line.received is not None:
        verify_by = line.verify_by()
        if verify_by is None:
            return None
        until, what = verify_by, tr("verifikasi")
    if now < until:
        return Mark(tr("{what}: sisa {span}").format(what=what, span=wording.span_words(until - now)), Tone.ATTENTION)
    return Mark(tr("{what}: lewat {span}").format(what=what, span=wording.span_words(now - until)), Tone.DANGER)


def signal_card(line: SignalLine, now: datetime, *, at_office: bool) -> Card:
    """A signal in the list."""
    clock, state = clock_mark(line, now), state_mark(line)
    place = place_words(line)
    return Card(
        id=f"signal:{line.id}",
        title=tr("{disease} · {numbers}").format(disease=_disease(line), numbers=numbers_words(*line.numbers)),
        subtitle=" · ".join(part for part in (line.facility_name if at_office else "", place) if part),
        right=clock.text if clock else wording.clock_words(line.signal.found_at, now),
        marks=(state,),
        stripe=clock.tone if clock else state.tone,
    )


def numbers_words(cases: int | None, deaths: int | None) -> str:
    """``3 sakit, 1 meninggal``; what nobody knows is said and is never 0."""
    sick = tr("jumlah belum diketahui") if cases is None else tr("{n} sakit").format(n=cases)
    return sick if not deaths else tr("{sick}, {n} meninggal").format(sick=sick, n=deaths)


def place_words(line: SignalLine) -> str:
    """Where it is."""
    signal = line.signal
    return ", ".join(part for part in (signal.place, signal.village, signal.subdistrict) if part) or tr(
        "tempat belum diketahui"
    )


def signal_heading(line: SignalLine) -> str:
    """The signal in one line."""
    return f"{_disease(line)} · {numbers_words(*line.numbers)} · {place_words(line)}"


def signal_text(line: SignalLine) -> str:
    """The report for telephone or a text message where there is no network at all; it names no patient."""
    signal = line.signal
    parts = [
        tr("SINYAL W1 {facility}").format(facility=line.facility_name),
        signal_heading(line),
        signal.age_groups or "",
        tr("mulai sakit {day}").format(day=wording.day_words(signal.first_onset)) if signal.first_onset else "",
        signal.signs or "",
        tr("tindakan: {action}").format(action=signal.action) if signal.action else "",
        tr("diketahui {at}").format(at=f"{signal.found_at.astimezone():%d-%m-%Y %H.%M}"),
        tr("dilaporkan {name}").format(name=signal.by_name),
        signal.reporter_phone or "",
    ]
    return ". ".join(part.rstrip(".") for part in parts if part)


def chain_steps(line: SignalLine, now: datetime) -> tuple[Step, ...]:
    """Written, on the server, received by the district office, verified: with when and by whom."""
    signal, delivery = line.signal, line.delivery
    if delivery.refusal is not None:
        server = wording.refused_step(delivery.refusal)
    elif not delivery.confirmed:
        server = Step(tr("Di server"), tr("menunggu dikirim"), reached=False)
    else:
        at = delivery.confirmed_at
        server = Step(tr("Di server"), wording.clock_words(at, now) if at else tr("sudah terkirim"), reached=True)
    verdict = line.verdict
    checked = tr("Tidak terbukti") if verdict and verdict.kind == "tidak_terbukti" else tr("Diverifikasi")
    return (
        Step(tr("Ditulis"), f"{wording.clock_words(signal.written_at, now)}, {signal.by_name}", reached=True),
        server,
        _step(tr("Diterima Dinkes"), line.received, now),
        _step(checked, verdict, now),
    )


def turn_words(line: SignalLine, now: datetime, *, at_office: bool) -> tuple[str, str, Tone]:
    """Whose turn it is and by when: headline, details, tone."""
    clock = clock_mark(line, now)
    decided = first_of(line.events, "klb_ditetapkan")
    if decided is not None:
        return tr("KLB ditetapkan oleh {official}").format(official=decided.official), _decree(decided), Tone.DANGER
    if line.received is None:
        until = wording.clock_words(line.due_at, now)
        head = tr("Belum diterima Dinkes. {clock} (sampai {until})").format(
            clock=clock.text if clock else "", until=until
        )
        if at_office:
            call = tr("Terima laporan ini, lalu hubungi {name}, telp {phone}.").format(
                name=line.facility_name,
                phone=line.facility_phone or line.signal.reporter_phone or tr("tidak diketahui"),
            )
        elif line.delivery.confirmed:
            call = tr("Laporan sudah di server. Telepon Dinkes bila belum diterima menjelang batasnya.")
        else:
            call = tr("Laporan aman di komputer ini dan terkirim sendiri. Bila tidak ada jaringan, telepon Dinkes.")
        return head, call, clock.tone if clock else Tone.ATTENTION
    if clock is not None:
        details = tr("Verifikasi dalam 24 jam sejak diterima: benar kasusnya, sesuai definisi, berapa jumlahnya.")
        return clock.text.capitalize(), details, clock.tone
    mark = state_mark(line)
    last = line.events[-1] if line.events else None
    return mark.text, event_words(last, now) if last else "", mark.tone


def signal_blocks(line: SignalLine, cases: Iterable[CaseLine], now: datetime) -> list[Block]:
    """All that is known of a signal, the history first."""
    signal, today = line.signal, now.astimezone().date()
    rule = next((rule_words(rule) for rule in rules() if rule.id == signal.rule), signal.rule or "")
    reporter = " · ".join(
        part
        for part in (SIGNAL_SOURCES.get(signal.source, signal.source), signal.reporter_name, signal.reporter_phone)
        if part
    )
    known = [
        Block(tr("Riwayat"), "\n".join(event_words(event, now) for event in line.events)),
        Block(tr("Diketahui pada"), wording.clock_words(signal.found_at, now)),
        Block(tr("Mulai sakit pertama"), wording.day_words(signal.first_onset) if signal.first_onset else ""),
        Block(tr("Golongan umur"), signal.age_groups or ""),
        Block(tr("Gejala dan tanda"), signal.signs or ""),
        Block(tr("Tindakan yang sudah dilakukan"), signal.action or tr("belum ditulis")),
        Block(tr("Sumber dan pelapor"), reporter),
        Block(tr("Diusulkan oleh aturan"), rule),
    ]
    listed = list(cases)
    if signal.visits:
        known.insert(1, Block(tr("Daftar kasus ({n})").format(n=len(listed)), case_words(listed, today)))
    return [block for block in known if block.text]


def event_words(event: SignalEvent, now: datetime) -> str:
    """One line of the history of a signal."""
    numbers = "" if event.kind != "pembaruan" else numbers_words(event.cases, event.deaths)
    parts = [
        f"{wording.clock_words(event.at, now)} {SIGNAL_EVENT_KINDS.get(event.kind, event.kind)}",
        numbers,
        event.official,
        _decree(event) if event.kind == "klb_ditetapkan" else "",
        event.received_by,
        event.note,
        tr("dicatat {name}").format(name=event.by_name),
    ]
    return " · ".join(part for part in parts if part)


def _decree(event: SignalEvent) -> str:
    return tr("SK nomor {number}, {day}").format(
        number=event.decree_number or "?", day=wording.day_words(event.decree_date)
    )


def _disease(line: SignalLine) -> str:
    return disease_words(line.signal.disease_code, line.signal.disease_label)


def _step(name: str, event: SignalEvent | None, now: datetime) -> Step:
    if event is None:
        return Step(name, tr("belum"), reached=False)
    return Step(name, f"{wording.clock_words(event.at, now)}, {event.by_name}", reached=True)
