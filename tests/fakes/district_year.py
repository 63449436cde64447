"""An invented district and a year of its referrals: 131 first-level facilities, 14 hospitals, 60,000 letters.

The same seed gives the same district on every machine. Patients are ids only: nothing that is counted reads them. The
records go into a replica as they would arrive from the server, in bulk.
"""

import math
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from desktop.queries.diagnosis_groups import diagnosis_names
from sync.records import Facility, Record, Referral, ReferralEvent
from sync.records.referral import REFUSAL_REASONS
from sync.replica.replica import Replica
from sync.replica.values import Incoming
from sync.revisions.revision import decode, encode


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PLACES = _words(
    "Sukamaju Margasari Banjarejo Karangsari Tirtasari Mekarsari Sidomulyo Wanasari Ketanggung Bulusari Kaliwungu "
    "Jatirejo Randusari Pasirkidul Larangan Songgomulyo Kersanagara Salemgede Bantarwaru Tonjongsari Paguyubanan "
    "Sirampogan Losarikulon Tanjungsekar Kluwutan Jatibarang Cikeusal Cigedong Kubangpari Dukuhseti Kecipiran "
    "Limbangan Pakijangan Sengonagung Cimohong Bojongsari Kalilangkap Buaranindah"
)
_FLOWERS = _words(
    "Anggrek Bougenvil Cempaka Dahlia Edelweis Flamboyan Gardenia Kenanga Lily Mawar Nusaindah Seroja Teratai Wijaya"
)
#: Code, label, share among letters.
DIAGNOSES = (
    ("I10", "Hipertensi esensial", 60),
    ("E11.9", "Diabetes melitus tipe 2", 70),
    ("I50.9", "Gagal jantung", 45),
    ("N18.5", "Penyakit ginjal kronik stadium 5", 50),
    ("H25.9", "Katarak senilis", 40),
    ("O14.1", "Preeklamsia berat", 32),
    ("J18.9", "Pneumonia", 36),
    ("I63.9", "Stroke infark", 30),
    ("A91", "Demam berdarah dengue", 42),
    ("K35.8", "Apendisitis akut", 24),
    ("S72.0", "Patah leher tulang paha", 16),
    ("M17.9", "Osteoartritis lutut", 26),
    ("J44.1", "PPOK eksaserbasi akut", 22),
    ("C50.9", "Kanker payudara", 14),
    ("F20.9", "Skizofrenia", 20),
    ("P07.3", "Bayi prematur", 12),
    ("A15.0", "TB paru", 24),
    ("K30", "Dispepsia", 18),
    ("J06.9", "Infeksi saluran napas atas", 12),
    ("A01.0", "Demam tifoid", 16),
    ("N39.0", "Infeksi saluran kemih", 14),
    ("H10.9", "Konjungtivitis", 8),
    ("L20.9", "Dermatitis atopik", 8),
    ("R56.0", "Kejang demam", 14),
    ("Z98.8", "Kontrol sesudah operasi", 22),
    ("I25.9", "Penyakit jantung koroner", 34),
    ("G40.9", "Epilepsi", 14),
    ("O42.9", "Ketuban pecah dini", 18),
    ("N40", "Pembesaran prostat", 12),
    ("S06.0", "Gegar otak", 12),
    (None, "Benjolan di leher, belum jelas", 6),
)
_REASONS = tuple(REFUSAL_REASONS)
_REASON_WEIGHTS = (46, 12, 4, 4, 5, 9, 6, 3, 3, 3, 4, 1)

#: The computer that all of it seems to come from, and the time it seems to have been written.
_DEVICE = "d" * 32
_STAMP = int(datetime(2026, 11, 20, tzinfo=UTC).timestamp() * 1000) << 16

#: Notes a kind of fact so many minutes after the one before it; none after the end of the year.
_Fact = Callable[..., tuple[ReferralEvent, ...]]


@dataclass(frozen=True, slots=True)
class Size:
    """How big the invented district is."""

    puskesmas: int = 38
    clinics: int = 93
    hospitals: int = 10
    outside: int = 4
    letters: int = 60_000


@dataclass(frozen=True)
class DistrictYear:
    """The facilities, and the year that ends at ``until`` (aware)."""

    size: Size
    seed: int
    until: datetime
    first_level: tuple[Facility, ...]
    hospitals: tuple[Facility, ...]

    @property
    def facilities(self) -> tuple[Facility, ...]:
        return (*self.first_level, *self.hospitals)

    def records(self) -> Iterator[Record]:
        """The letters with their facts, oldest letter first; the same ones each time."""
        return _letters(self)


def district_year(size: Size | None = None, seed: int = 1, until: datetime | None = None) -> DistrictYear:
    """The district of a seed."""
    chosen = size or Size()
    chance = random.Random(seed)
    first_level = [_first_level(chance, number, chosen) for number in range(chosen.puskesmas + chosen.clinics)]
    hospitals = [_hospital(chance, number, chosen) for number in range(chosen.hospitals + chosen.outside)]
    end = until or datetime(2026, 11, 20, tzinfo=UTC)
    return DistrictYear(chosen, seed, end, tuple(first_level), tuple(hospitals))


def write_year(replica: Replica, year: DistrictYear) -> dict[str, int]:
    """Put the district into a replica as if it had come from the server; how many records of each kind."""
    return write_records(replica, (*year.facilities, *year.records()))


def write_records(replica: Replica, records: Iterable[Record], batch: int = 2000) -> dict[str, int]:
    """Put records into a replica as if they had come from the server; how many of each kind."""
    counts: dict[str, int] = {}
    coming = revisions_of(records)
    while items := list(islice(coming, batch)):
        for item in items:
            counts[item.revision.type] = counts.get(item.revision.type, 0) + 1
        replica.apply(items)
    return counts


def revisions_of(records: Iterable[Record]) -> Iterator[Incoming]:
    """The revisions that set new records, as the server sends them."""
    for number, record in enumerate(records, 1):
        body = encode(
            device=_DEVICE,
            number=number,
            previous=None,
            type_name=record.type.name,
            record=record.id,
            parents=(),
            stamp=_STAMP + number,
            author=_DEVICE,
            facility=_writer(record),
            fields={key: value for key, value in record.to_fields().items() if value is not None},
        )
        yield Incoming(decode(body), body)


def _writer(record: Record) -> str:
    return record.from_facility if isinstance(record, Referral) else "e" * 32


def _id(chance: random.Random, at: datetime) -> str:
    """An id that sorts by time, as ours do."""
    return f"{int(at.timestamp() * 1000):012x}7{chance.getrandbits(76):019x}"


def _first_level(chance: random.Random, number: int, size: Size) -> Facility:
    puskesmas = number < size.puskesmas
    place = PLACES[number % len(PLACES)]
    more = "" if number < len(PLACES) else f" {number // len(PLACES) + 1}"
    name = f"Puskesmas {place}{more}" if puskesmas else f"Klinik Pratama {_FLOWERS[number % 14]} {number}"
    known = puskesmas or number % 13 != 0
    return Facility(
        id=f"f{number:031x}",
        code=f"1199{'U' if puskesmas else 'B'}{number:03}",
        name=name,
        kind="puskesmas" if puskesmas else "klinik",
        latitude=round(-7.02 + chance.uniform(-0.21, 0.21), 4) if known else None,
        longitude=round(108.95 + chance.uniform(-0.17, 0.17), 4) if known else None,
    )


def _hospital(chance: random.Random, number: int, size: Size) -> Facility:
    outside = number >= size.hospitals
    angle = 2 * math.pi * number / max(size.outside, 1)
    latitude = -7.02 + (0.42 * math.sin(angle) if outside else chance.uniform(-0.17, 0.17))
    longitude = 108.95 + (0.55 * math.cos(angle) if outside else chance.uniform(-0.13, 0.13))
    return Facility(
        id=f"a{number:031x}",
        code=f"1199R{number:03}",
        name=f"{'RSUD' if number == 0 else 'RS'} {_FLOWERS[(number + 7) % 14]}{' (luar kabupaten)' if outside else ''}",
        kind="rs",
        latitude=round(latitude, 4),
        longitude=round(longitude, 4),
        outside_district=outside,
    )


def _weights(chance: random.Random, year: DistrictYear, sender: Facility) -> list[float]:
    found = []
    for number, hospital in enumerate(year.hospitals):
        near = 0.2
        if sender.latitude is not None and sender.longitude is not None:
            assert hospital.latitude is not None
            assert hospital.longitude is not None
            near = math.hypot(hospital.latitude - sender.latitude, hospital.longitude - sender.longitude)
        size = 6.0 if number == 0 else 0.5 if hospital.outside_district else chance.uniform(0.6, 2.5)
        found.append(size / (near + 0.04) ** 1.6)
    return found


def _letters(year: DistrictYear) -> Iterator[Record]:
    chance = random.Random(year.seed + 1)
    begin = year.until - timedelta(days=365)
    volume = [1 / (place + 3) ** 0.6 if f.kind == "puskesmas" else 0.06 for place, f in enumerate(year.first_level)]
    weights = [_weights(chance, year, sender) for sender in year.first_level]
    speed = [chance.uniform(0.6, 2.2) for _ in year.hospitals]
    shares = [share for _, _, share in DIAGNOSES]
    for number in range(year.size.letters):
        passed = (number + chance.random()) / year.size.letters
        # Two seasons: more in the rains, fewer when they end.
        written = begin + timedelta(days=365) * (passed + 0.02 * math.sin(4 * math.pi * passed))
        written = written.replace(microsecond=0)
        sender = chance.choices(range(len(year.first_level)), volume)[0]
        target = chance.choices(range(len(year.hospitals)), weights[sender])[0]
        code, label, _share = chance.choices(DIAGNOSES, shares)[0]
        listed = code is not None and code.replace(".", "") in diagnosis_names().finished_here
        kind, urgency = chance.choices(
            (("rawat_jalan", "hijau"), ("gawat_darurat", "merah"), ("rawat_inap", "kuning")), (68, 20, 12)
        )[0]
        letter = Referral(
            id=_id(chance, written),
            number=f"A-{number:05}/{written:%m/%Y}",
            patient=f"b{number:031x}",
            from_facility=year.first_level[sender].id,
            to_facility=year.hospitals[target].id,
            kind=kind,
            urgency=urgency,
            written_at=written,
            anamnesis="Keluhan sejak tiga hari, memberat sejak tadi malam. " * chance.randint(2, 8),
            examination="Kesadaran baik, tampak sakit sedang, konjungtiva tidak pucat. " * chance.randint(1, 4),
            systolic=chance.randint(90, 190),
            diastolic=chance.randint(60, 110),
            diagnosis_code=code,
            diagnosis_set=None if code is None else "icd10_bpjs" if code == "A91" else "icd10_who2019",
            diagnosis_label=label,
            reason="Perlu pemeriksaan dan penanganan dokter spesialis",
            doctor_name="dr. Contoh",
            kd_tacc=chance.choice("1234") if listed and chance.random() < 0.93 else None,
        )
        yield letter
        yield from _facts(chance, year, letter, speed, target)


def _facts(
    chance: random.Random, year: DistrictYear, letter: Referral, speed: Sequence[float], target: int
) -> Iterator[ReferralEvent]:
    emergency = letter.kind == "gawat_darurat"
    at, asked_by = letter.written_at, None

    def fact(kind: str, minutes: float, **details: Any) -> tuple[ReferralEvent, ...]:
        nonlocal at, asked_by
        at = (at + timedelta(minutes=minutes)).replace(microsecond=0)
        if at > year.until:
            return ()
        event = ReferralEvent(
            id=_id(chance, at),
            referral=letter.id,
            kind=kind,
            at=at,
            by="e" * 32,
            by_name="Petugas Contoh",
            answers=None if kind == "berangkat" else asked_by,
            **details,
        )
        if kind == "dialihkan":
            asked_by = event.id
        return (event,)

    if chance.random() < 0.03:
        yield from fact("dibatalkan", 40)
        return
    if chance.random() < 0.6:
        yield from fact("dilihat", chance.expovariate(1 / 5))
    if emergency:
        yield from fact("berangkat", 2)
    if chance.random() < 0.04:
        if emergency and chance.random() < 0.7:
            yield from fact("tiba", 60)
        return
    answers = list(_answers(chance, fact, year, speed, target, median=9 if emergency else 34))
    yield from answers
    if not answers or answers[-1].kind != "diterima" or chance.random() < 0.08:
        return
    yield from _journey(chance, fact, letter, emergency=emergency)


def _journey(chance: random.Random, fact: _Fact, letter: Referral, *, emergency: bool) -> Iterator[ReferralEvent]:
    if not emergency:
        yield from fact("berangkat", chance.expovariate(1 / 600))
    yield from fact("tiba", chance.expovariate(1 / (50 if emergency else 900)))
    if chance.random() < 0.55:
        yield from fact("selesai", chance.expovariate(1 / 8000))
    if chance.random() < 0.4:
        yield from fact("dirujuk_balik", 60, final_diagnosis=letter.diagnosis_label)


def _answers(
    chance: random.Random, fact: _Fact, year: DistrictYear, speed: Sequence[float], target: int, *, median: float
) -> Iterator[ReferralEvent]:
    """One refusal in ten, after which the office may send the patient on."""
    minutes = chance.lognormvariate(math.log(median * speed[target]), 0.8)
    if chance.random() >= 0.1:
        yield from fact("diterima", minutes)
        return
    yield from fact("ditolak", minutes, reason=chance.choices(_REASONS, _REASON_WEIGHTS)[0])
    if chance.random() < 0.5:
        other = chance.randrange(len(year.hospitals))
        yield from fact("dialihkan", 12, to_facility=year.hospitals[other].id)
        yield from fact("diterima", chance.lognormvariate(math.log(median * speed[other]), 0.8))
