"""A proposed hospital in words: its card, and every reason for its place with a sign before it.

Plain functions; nothing here ranks. What is not known says so and is never 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from desktop.queries.beds import FreeBeds, age, is_old
from desktop.queries.destination_order import (
    Destination,
    Room,
    Travel,
    answer_grade,
    competence_grade,
    room_grade,
)
from desktop.queries.destinations import Wish
from desktop.queries.needs import Needs
from desktop.queries.polyclinics import polyclinic_name
from desktop.ui import wording
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.cards import Card, Mark
from sync.records.facility import STRATA

#: Signs of what speaks for a hospital, against it, neither, and of what is not known.
GOOD, BAD, PLAIN, UNKNOWN = "+", "\N{MINUS SIGN}", "·", "?"

_LIKELIHOODS: Mapping[str, tuple[str, Tone]] = MappingProxyType(
    {
        "very_likely": ("sangat mungkin ada", Tone.GOOD),
        "likely": ("mungkin ada", Tone.INFO),
        "unsure": ("tidak pasti", Tone.ATTENTION),
        "unlikely": ("kecil kemungkinan", Tone.DANGER),
    }
)


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing known, or not known, of a hospital."""

    sign: str
    words: str

    @property
    def line(self) -> str:
        return f"{self.sign}  {self.words}"


def destination_card(destination: Destination, wish: Wish, now: datetime) -> Card:
    """The card of a hospital: name and the mark that matters most, the way and the poli, the beds with their age."""
    room = destination.room
    aged = wording.ago_words(age(room.oldest, now)) if room is not None and room.oldest is not None else ""
    mark = room_mark(room, now) if room is not None else poli_mark(destination)
    short = [travel_words(destination.travel), *([_poli(destination)] if destination.competence.polis else [])]
    more = [_room(room, wish)] if room is not None else []
    if destination.expected:
        more.append(tr("{n} belum tiba").format(n=destination.expected))
    if destination.full_today:
        more.append(tr("{n}x menolak: penuh").format(n=destination.full_today))
    if destination.outside:
        more.append(tr("di luar kabupaten"))
    return Card(
        id=destination.id,
        title=destination.name,
        subtitle=" · ".join(short),
        more=" · ".join(more) or tr("di dalam kabupaten"),
        right=aged,
        marks=(mark,) if mark is not None else (),
        stripe=mark.tone if mark is not None else None,
    )


def room_mark(room: Room, now: datetime) -> Mark | None:
    """How likely a bed is, in words; where that cannot be said, what was counted, if that is not old."""
    if room.wards == 0:
        return Mark(tr("tanpa kelas ini"), Tone.DANGER) if room.listed else Mark(tr("tidak diketahui"))
    if room.likelihood is not None:
        words, tone = _LIKELIHOODS[room.likelihood.word]
        return Mark(tr(words), tone)
    if room.free is None:
        return Mark(tr("tidak diketahui"))
    if is_old(room.oldest, now):
        return Mark(tr("data lama"))
    left = room.free - room.held
    if left > 0:
        return Mark(tr("{n} kosong").format(n=left), Tone.GOOD)
    return Mark(tr("penuh"), Tone.DANGER)


def poli_mark(destination: Destination) -> Mark | None:
    """Whether there is a poli for the patient, where no bed is needed; ``None`` where no poli is asked for."""
    if not destination.competence.polis:
        return None
    words = (tr("ada poli"), tr("poli lain"), tr("poli ?"), tr("tanpa poli"))
    tones = (Tone.GOOD, Tone.INFO, Tone.NEUTRAL, Tone.DANGER)
    grade = competence_grade(destination.competence)[0]
    return Mark(words[grade], tones[grade])


def travel_words(travel: Travel) -> str:
    """``22 menit · 14 km``; a straight line says that it is one."""
    if travel.km is None and travel.minutes is None:
        return tr("jarak tidak diketahui")
    if travel.straight and travel.km is not None:
        return tr("{km} km garis lurus").format(km=_km(travel.km))
    parts = [
        tr("{n} menit").format(n=travel.minutes) if travel.minutes is not None else "",
        tr("{km} km").format(km=_km(travel.km)) if travel.km is not None else "",
    ]
    return " · ".join(part for part in parts if part)


def needs_words(needs: Needs) -> str:
    """What the diagnosis needs, as it is proposed; "" where nothing is."""
    polis = tr(" atau ").join(polyclinic_name(poli) for poli in needs.polis[:2])
    parts = [*([tr("poli {polis}").format(polis=polis)] if polis else []), *(item.name for item in needs.facilities)]
    return tr("Usulan untuk diagnosis ini: {list}.").format(list=", ".join(parts)) if parts else ""


def reasons(destination: Destination, wish: Wish, now: datetime) -> list[Reason]:
    """What is known of a hospital for this wish, and what is not; the way stands on its card."""
    found = _competence(destination)
    if destination.room is not None:
        found.append(_room_reason(destination.room, wish, now))
    if destination.expected:
        words = tr("{n} pasien diterima, belum tiba (yang diketahui di sini)")
        found.append(Reason(PLAIN, words.format(n=destination.expected)))
    if destination.full_today:
        words = tr("{n} kali menolak karena penuh hari ini (yang diketahui di sini)")
        found.append(Reason(BAD, words.format(n=destination.full_today)))
    found.append(_answer(destination, emergency=wish.order == "gawat_darurat"))
    where = tr("Di luar kabupaten") if destination.outside else tr("Di dalam kabupaten")
    strata = destination.strata and tr("strata {name}").format(name=STRATA.get(destination.strata, destination.strata))
    phone = tr("telp {phone}").format(phone=destination.phone or tr("tidak diketahui"))
    found.append(Reason(PLAIN, " · ".join(part for part in (where, strata, phone) if part)))
    return found


def likelihood_words(word: str) -> str:
    """``sangat mungkin ada`` and the like, for a word of ``Likelihood``."""
    return tr(_LIKELIHOODS[word][0])


def _competence(destination: Destination) -> list[Reason]:
    competence, found = destination.competence, []
    if competence.polis:
        words = _poli(destination)
        more = (
            tr(", bukan {name}").format(name=polyclinic_name(competence.polis[0])) if (competence.at or 0) > 0 else ""
        )
        sign = (GOOD, GOOD, UNKNOWN, BAD)[competence_grade(competence)[0]]
        found.append(Reason(sign, words[:1].upper() + words[1:] + more))
    for sign, there, words in (
        (GOOD, True, tr("Ada {list}")),
        (UNKNOWN, None, tr("Tidak diketahui apakah ada {list}")),
        (BAD, False, tr("Tidak tercantum: {list}")),
    ):
        names = [name for name, has in competence.facilities if has is there]
        if names:
            found.append(Reason(sign, words.format(list=", ".join(names))))
    return found


def _poli(destination: Destination) -> str:
    competence = destination.competence
    if competence.at is None:
        return tr("poli belum diketahui")
    if competence.at < 0:
        return tr("tidak ada poli {name}").format(name=polyclinic_name(competence.polis[0]))
    return tr("ada poli {name}").format(name=polyclinic_name(competence.polis[competence.at]))


def _room(room: Room, wish: Wish) -> str:
    """``Kelas III: 3 kosong, 1 disimpan``."""
    name = _class_name(wish)
    if room.wards == 0:
        return tr("{name}: {what}").format(name=name, what=tr("tidak ada") if room.listed else tr("tidak diketahui"))
    beds = wording.beds_words(FreeBeds(room.free, room.uncounted if room.free is not None else 0, room.oldest))
    kept = tr(", {n} disimpan").format(n=room.held) if room.held else ""
    return tr("{name}: {what}").format(name=name, what=beds + kept)


def room_words(room: Room, wish: Wish, now: datetime) -> str:
    """``Kelas III: 3 kosong, 1 disimpan, dihitung 1 jam lalu``; an old number says that it is old."""
    if room.wards == 0:
        return _room(room, wish)
    old = tr(" (data lama)") if room.oldest is not None and is_old(room.oldest, now) else ""
    return f"{_room(room, wish)}, {wording.counted_words(room.oldest, now)}{old}"


def _class_name(wish: Wish) -> str:
    return wording.class_words(wish.classes[0]) if len(wish.classes) == 1 else tr("Rawat inap")


def _room_reason(room: Room, wish: Wish, now: datetime) -> Reason:
    sign = (GOOD, GOOD, UNKNOWN, BAD, BAD)[room_grade(room, now)]
    if room.wards == 0:
        words = tr("{name}: tidak ada ruang yang tercatat untuk pasien ini")
        return Reason(sign, words.format(name=_class_name(wish)) if room.listed else _room(room, wish))
    counted = room_words(room, wish, now)
    if room.likelihood is None:
        return Reason(sign, tr("{counted}; kemungkinannya belum dapat dikatakan").format(counted=counted))
    words = tr("{counted}; menurut riwayat ruang ini {word}")
    return Reason(sign, words.format(counted=counted, word=likelihood_words(room.likelihood.word)))


def _answer(destination: Destination, *, emergency: bool) -> Reason:
    usual = destination.usual_answer
    if usual is None and not destination.answers:
        return Reason(UNKNOWN, tr("Belum ada jawaban yang diketahui di sini"))
    if usual is None:
        words = tr("Lama jawaban belum diketahui (baru {n} jawaban)")
        return Reason(UNKNOWN, words.format(n=destination.answers))
    sign = GOOD if answer_grade(usual, emergency=emergency) == 0 else PLAIN
    words = tr("Biasanya menjawab dalam {span} (dari {n} jawaban)")
    return Reason(sign, words.format(span=wording.span_words(usual), n=destination.answers))


def _km(km: float) -> str:
    return f"{km:.0f}" if km >= 10 else f"{km:.1f}".replace(".", ",").removesuffix(",0")
