"""Invented patients with names as they are given in Indonesia, in the spellings people really use.

The same seed gives the same people. Nobody here exists: names are drawn by chance and numbers begin with a region code
that is not given to any place.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from sync.records import Patient


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


#: Spellings of one name lie together, so that a search for another spelling has something to find.
FAMILIES = (
    ("Muhammad", "Mohammad", "Mochamad", "Moh.", "Muh."),
    ("Ahmad", "Achmad", "Akhmad"),
    ("Yusuf", "Jusuf", "Yusup"),
    ("Syamsul", "Samsul"),
    ("Khoirul", "Choirul", "Khairul"),
    ("Fatimah", "Fathimah", "Fatima"),
    ("Zainal", "Zaenal", "Jaenal"),
    ("Supriyadi", "Supriadi"),
    ("Soeharto", "Suharto"),
    ("Djoko", "Joko"),
    ("Tjahyo", "Cahyo"),
    ("Saiful", "Saeful", "Syaiful"),
    ("Rizki", "Rizky", "Riski"),
    ("Dedi", "Dedy", "Deddy"),
    ("Nurul", "Noerul"),
    ("Aisyah", "Aisah"),
)
GIVEN = _words(
    "Siti Nur Sri Dewi Ani Rina Wati Yanti Budi Agus Eko Dwi Tri Andi Hendra Rudi Slamet Sugeng Wahyu Bambang Endang "
    "Lestari Puji Sulastri Kartini Ratna Indah Putri Maya Lina Nita Yuli Hani Tuti Marni Suminah Painem Tukiyem Wagiyo "
    "Sukirman Paijo Darmi Murni Iwan Asep Ujang Cecep Dadang Entin Euis Neneng Made Wayan Ketut Nyoman Kadek Komang"
)
LAST = _words(
    "Aminah Rahayu Susanti Wulandari Handayani Astuti Hidayat Santoso Wijaya Setiawan Kurniawan Saputra Pratama Utami "
    "Maharani Permata Nugroho Wibowo Hartono Gunawan Suryani Rohmah Khasanah Maulana Ramadhan Firmansyah Hakim Anwar "
    "Fauzi Rahman Hasan Husein Basri Lubis Siregar Nasution Harahap Ginting Simanjuntak Manurung Situmorang Tarigan"
)
SYLLABLES = _words(
    "ba bi bu da di du ga gi ka ki ku la li lu ma mi mu na ni nu pa pi ra ri ru sa si su ta ti tu wa ya yu"
)
VILLAGES = tuple(
    f"{first}{last}" for first in ("Suka", "Marga", "Banjar", "Karang") for last in ("maju", "sari", "rejo")
)


def _word(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.3:
        return chance.choice(chance.choice(FAMILIES))
    if kind < 0.6:
        return GIVEN[min(int(chance.expovariate(0.08)), len(GIVEN) - 1)]
    if kind < 0.85:
        return LAST[min(int(chance.expovariate(0.08)), len(LAST) - 1)]
    return "".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))).capitalize()


def invented_people(count: int, seed: int = 1) -> Iterator[Patient]:
    """``count`` patients; a tenth has a name of one word, a third three words or more."""
    chance = random.Random(seed)
    newest = date(2026, 11, 1)
    for number in range(count):
        born = newest - timedelta(days=int(chance.betavariate(1.2, 2) * 90 * 365))
        sex = chance.choice("LP")
        day = born.day + (40 if sex == "P" else 0)
        words = chance.choices((1, 2, 3, 4), weights=(10, 57, 28, 5))[0]
        yield Patient(
            id=f"{number:08x}{chance.getrandbits(96):024x}",
            name=" ".join(_word(chance) for _ in range(words)),
            sex=sex,
            birth_date=born,
            nik=f"9901{chance.randint(1, 20):02}{day:02}{born:%m%y}{number % 9999 + 1:04}",
            jkn_number=f"{chance.randrange(10**13):013}" if chance.random() < 0.8 else None,
            record_number=f"RM-{number:06}",
            village=chance.choice(VILLAGES),
        )
