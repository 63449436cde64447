"""Invented people for the demo, the tests and the measurements: the same seed gives the same people on every machine.

Nobody real can be met here: serial numbers of NIK begin at 9000, which no office reaches for one sub-district and one
day of birth, and card and telephone numbers are of kinds that are not given out. Must never read a clock.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from desktop.demo.district import DISTRICT, Subdistrict
from desktop.demo.names import full_name
from sync.records import Patient

#: Ages are counted back from this day, unless another is given.
REFERENCE_DAY = date(2026, 6, 1)

_FIRST_SERIAL = 9000
_LAST_SERIAL = 9999
_OLDEST_YEARS = 98
#: People who moved here keep the NIK of the sub-district where it was first given.
_OTHER_REGIONS = ("337401", "327301", "317101", "340401")
_STREETS = ("Jl. Melati", "Jl. Raya Timur", "Jl. Pesantren", "Gg. Mawar", "Jl. Sawah Besar", "Dusun Krajan")
_ALLERGIES = ("Amoksisilin", "Udang", "Antalgin", "Kacang", "Kotrimoksazol")


@dataclass(slots=True)
class _Register:
    """What was given out so far, so that no number is given twice."""

    serials: dict[str, int] = field(default_factory=dict)
    mothers: list[Patient] = field(default_factory=list)


def people(seed: int, count: int, *, today: date = REFERENCE_DAY) -> Iterator[Patient]:
    """``count`` invented people; about 1 in 25 is a newborn without NIK, some have no papers at hand.

    Ids are UUIDv7 and belong to the seed; ``dataclasses.replace`` gives a person another.
    """
    random = Random(seed)  # noqa: S311  # invented people, no secret
    register = _Register()
    for number in range(count):
        made = _newborn(random, register, seed, number, today) if random.random() < 0.04 else None
        yield made or _person(random, register, seed, number, today)


def _person(random: Random, register: _Register, seed: int, number: int, today: date) -> Patient:
    sex = random.choice("LP")
    # Two draws make children and people of working age more frequent than the very old.
    age_days = int(min(random.random(), random.random() * 1.2) * _OLDEST_YEARS * 365)
    born = today - timedelta(days=29 + age_days)
    home = random.choice(DISTRICT.subdistricts)
    nik, reason = _nik(random, register, home, born, sex), None
    if nik is None or random.random() < 0.03:
        nik, reason = None, random.choice(("tidak_dibawa", "belum_rekam", "lainnya"))
    has_card = reason != "lainnya" and random.random() < 0.9
    patient = Patient(
        id=_id(seed, number, today),
        name=full_name(random, sex, born.year),
        sex=sex,
        birth_date=born,
        nik=nik,
        jkn_number=_card(seed, number) if has_card else None,
        identity_reason=reason,
        mother_name=full_name(random, "P", born.year - 25) if random.random() < 0.3 else None,
        record_number=f"{number // 10_000:02d}-{number // 100 % 100:02d}-{number % 100:02d}",
        payer="jkn" if has_card else "umum",
        phone=f"0800-0000-{random.randrange(10_000):04d}" if random.random() < 0.6 else None,
        address=f"{random.choice(_STREETS)} RT {random.randint(1, 12):02d} RW {random.randint(1, 6):02d}",
        village=random.choice(home.villages),
        subdistrict=home.name,
        allergies=(random.choice(_ALLERGIES),) if random.random() < 0.05 else (),
    )
    if sex == "P" and nik is not None and 18 * 365 < (today - born).days < 43 * 365:
        register.mothers = [*register.mothers[-20:], patient]
    return patient


def _newborn(random: Random, register: _Register, seed: int, number: int, today: date) -> Patient | None:
    """A baby of the last 28 days, not yet in the civil register; ``None`` while no mother is known."""
    if not register.mothers:
        return None
    # Of twins the second would be a second patient; each mother here has one birth.
    mother = register.mothers.pop(random.randrange(len(register.mothers)))
    return Patient(
        id=_id(seed, number, today),
        name=f"By. Ny. {mother.name}",
        sex=random.choice("LP"),
        birth_date=today - timedelta(days=random.randrange(28)),
        identity_reason="bayi_baru_lahir",
        mother_nik=mother.nik,
        birth_order=0,
        mother_name=mother.name,
        record_number=f"{number // 10_000:02d}-{number // 100 % 100:02d}-{number % 100:02d}",
        payer=mother.payer,
        phone=mother.phone,
        address=mother.address,
        village=mother.village,
        subdistrict=mother.subdistrict,
    )


def _nik(random: Random, register: _Register, home: Subdistrict, born: date, sex: str) -> str | None:
    """Region, day of birth (women +40) and a serial number no office has reached; ``None`` when they are used up."""
    region = random.choice(_OTHER_REGIONS) if random.random() < 0.05 else home.region
    day = born.day + (40 if sex == "P" else 0)
    start = f"{region}{day:02d}{born:%m%y}"
    serial = register.serials.get(start, _FIRST_SERIAL)
    if serial > _LAST_SERIAL:
        return None
    register.serials[start] = serial + 1
    return f"{start}{serial}"


def _card(seed: int, number: int) -> str:
    return f"99{seed % 1000:03d}{number:08d}"


def _id(seed: int, number: int, today: date) -> str:
    """A UUIDv7 of the reference day, one millisecond later for each person."""
    milliseconds = (today - date(1970, 1, 1)).days * 86_400_000 + number
    noise = int.from_bytes(hashlib.blake2b(f"{seed}/{number}".encode(), digest_size=10).digest(), "big")
    low = noise & (2**62 - 1) | 2**63
    return f"{milliseconds:012x}{0x7000 | noise >> 68:04x}{low:016x}"
