"""What happened in the invented district before the demo begins: a few letters of the last two days and their answers.

Frozen values only; ``seed`` makes records of them. Everybody here is invented.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What the hospital said, ``after`` the letter was written; a ``ward`` means yes, a ``reason`` means no."""

    after: timedelta
    note: str
    ward: str | None = None
    bed: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """One letter, written ``ago``. ``patient`` is a number in the seeded register; ``letter`` fields of a referral."""

    ago: timedelta
    patient: int
    letter: Mapping[str, Any]
    answer: Answer | None = None


def _letter(urgency: str, kind: str, code: str, label: str, **details: Any) -> Mapping[str, Any]:
    values = {"urgency": urgency, "kind": kind, "diagnosis_code": code, "diagnosis_label": label, **details}
    return MappingProxyType({"doctor_name": "dr. Laras Widyastuti", "contact_phone": "0800-0002-0001", **values})


STORIES: tuple[Story, ...] = (
    Story(
        timedelta(hours=46),
        17,
        _letter(
            "hijau",
            "rawat_jalan",
            "H25.1",
            "Katarak senilis nuklear",
            anamnesis="Penglihatan kabur kedua mata sejak satu tahun, makin berat.",
            reason="Mohon penilaian operasi katarak.",
            polyclinic="Mata",
        ),
        Answer(timedelta(hours=3), "Poli mata, Kamis pukul 08.00. Bawa surat ini."),
    ),
    Story(
        timedelta(hours=21),
        64,
        _letter(
            "merah",
            "gawat_darurat",
            "I21.9",
            "Infark miokard akut",
            anamnesis="Nyeri dada kiri menjalar ke lengan sejak dua jam, berkeringat dingin.",
            reason="Perlu perawatan intensif jantung.",
            ward_class="ICU",
            consciousness="01",
            systolic=100,
            diastolic=60,
            pulse=112,
            respiration=26,
            saturation=93,
            therapy="Oksigen 3 L/menit, aspirin 160 mg dikunyah, ISDN 5 mg sublingual",
        ),
        Answer(
            timedelta(minutes=9), "Bed ICU disiapkan, langsung lewat IGD. EKG terakhir ikut dibawa.", "ICU", "ICU-3"
        ),
    ),
    Story(
        timedelta(hours=5),
        121,
        _letter(
            "kuning",
            "rawat_inap",
            "A91",
            "Demam berdarah dengue",
            anamnesis="Demam hari kelima, mimisan satu kali, minum sedikit.",
            reason="Trombosit turun, perlu pemantauan rawat inap.",
            ward_class="KL1",
            consciousness="01",
            systolic=105,
            diastolic=80,
            pulse=98,
            respiration=22,
            temperature=38.4,
            saturation=98,
            results="Trombosit 62.000, hematokrit 44%",
            therapy="Ringer laktat 500 ml/6 jam, parasetamol 500 mg",
        ),
        Answer(timedelta(minutes=34), "Kelas I penuh sejak siang. Coba RSU Bhakti Laras.", reason="ruang_penuh"),
    ),
    Story(
        timedelta(hours=2),
        203,
        _letter(
            "kuning",
            "rawat_inap",
            "E11.6",
            "Diabetes melitus tipe 2 dengan ulkus kaki",
            anamnesis="Luka kaki kanan berbau sejak satu minggu, demam dua hari.",
            reason="Perlu perawatan luka dan antibiotik intravena.",
            ward_class="KL3",
            consciousness="01",
            systolic=135,
            diastolic=85,
            pulse=96,
            respiration=20,
            temperature=38.1,
            saturation=97,
            results="GDS 342 mg/dL",
            therapy="Seftriakson 1 g IV, perawatan luka",
        ),
    ),
)
