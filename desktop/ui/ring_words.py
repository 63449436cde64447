"""What a ring says outside the window, where anybody may read it: a kind and a facility, never a name or a diagnosis.

Plain functions; what rings is decided in ``desktop.queries.ringing``.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from desktop.queries.ringing import Ring
from desktop.ui import wording
from desktop.ui.texts import tr

#: Kind -> one of it, several of it.
_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "baru": ("Rujukan baru dari {place}", "{n} rujukan baru"),
        "diterima": ("Rujukan diterima oleh {place}", "{n} rujukan diterima"),
        "ditolak": ("Rujukan ditolak oleh {place}", "{n} rujukan ditolak"),
        "dialihkan": ("Rujukan dialihkan oleh {place}", "{n} rujukan dialihkan"),
        "dirujuk_balik": ("Rujuk balik dari {place}", "{n} rujuk balik"),
        "pertanyaan": ("Pertanyaan dari {place}", "{n} pertanyaan"),
        "jawaban": ("Jawaban pertanyaan dari {place}", "{n} jawaban pertanyaan"),
        "terlambat": (
            "Belum dijawab: rujukan gawat darurat {sender} ke {hospital}",
            "{n} rujukan gawat darurat belum dijawab",
        ),
        "belum_terkirim": (
            "Belum terkirim: rujukan gawat darurat ke {hospital}. Telepon rumah sakit",
            "{n} rujukan gawat darurat belum terkirim. Telepon rumah sakit",
        ),
        "diingatkan": ("{place} mengingatkan: rujukan menunggu", "{n} rujukan diingatkan dinas"),
    }
)
_EMERGENCY = ("Rujukan gawat darurat baru dari {place}", "{n} rujukan gawat darurat baru")


def ring_words(rings: Sequence[Ring]) -> str:
    """All that rings at once, emergencies first."""
    groups = Counter(_group(ring) for ring in rings)
    parts = []
    for group in sorted(groups, key=lambda words: words != _EMERGENCY):
        one, several = group
        first = next(ring for ring in rings if _group(ring) == group)
        words = tr(one if groups[group] == 1 else several)
        other = tr("fasilitas lain")
        names = {"place": first.place or other, "sender": first.sender or other, "hospital": first.hospital or other}
        parts.append(words.format(n=groups[group], **names))
    return ". ".join(parts)


def insisting_words(rings: Sequence[Ring], now: datetime) -> str:
    """The emergencies that nobody has opened, and since when."""
    span = wording.span_words(now - min(ring.since for ring in rings))
    if len(rings) == 1:
        words = tr("Belum dibuka: rujukan gawat darurat dari {place}, sudah {span}")
        return words.format(place=rings[0].place or tr("fasilitas lain"), span=span)
    return tr("Belum dibuka: {n} rujukan gawat darurat, yang terlama sudah {span}").format(n=len(rings), span=span)


def _group(ring: Ring) -> tuple[str, str]:
    return _EMERGENCY if ring.kind == "baru" and ring.emergency else _WORDS[ring.kind]
