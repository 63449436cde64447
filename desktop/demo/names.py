"""Invented Indonesian names, as varied as a register: regions, generations, spellings, one word or seven.

Parts are common given names and family names put together at random; nobody in particular is meant. The same random
source gives the same name; nothing here may read a clock.
"""

from collections.abc import Mapping, Sequence
from random import Random
from types import MappingProxyType


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


#: Given names by sex; what people are called in the north of Java, with some from elsewhere.
_GIVEN: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "L": _words(
            "Ahmad Abdul Agus Andi Arif Bambang Budi Dedi Deni Eko Fajar Hadi Hasan Hendra Ibrahim Imam Iwan Joko "
            "Kasno Lukman Mulyono Nanang Nur Purwanto Rahmat Rizki Rudi Slamet Sugeng Tarno Taufik Teguh Udin Wahyu "
            "Yanto Yusuf Zaenal Aji Bagus Bayu Cahyo Darmawan Dwi Fahri Galih Gilang Ilham Krisna Nu'man Rafi Reza "
            "Satria Syarif Tri Umar Wawan Yoga Zidan"
        ),
        "P": _words(
            "Siti Sri Nur Dewi Endang Fatimah Fitri Aisyah Aminah Ani Ayu Dian Eka Ema Hartini Indah Intan Kartini "
            "Khadijah Lestari Lilis Maryam Maimunah Mega Nining Nurul Puji Putri Ratna Rini Rohmah Rosidah Sari "
            "Sulastri Sumiati Titik Tuti Umi Wahyuni Warni Winarti Yuli Yuni Zahra Zulaikha Alya Anisa Bunga Citra "
            "Dinda Kirana Laras Nabila Naura Salsabila Tiara Wulan"
        ),
    }
)
_LATER: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "L": _words(
            "Hidayat Setiawan Santoso Wibowo Nugroho Saputra Prasetyo Kurniawan Susanto Rahman Hakim Firmansyah "
            "Maulana Ramadhan Fauzi Utomo Wijaya Pratama Subekti Hartono Gunawan Suryadi Basuki Iskandar Mustofa "
            "Ridwan Syafii Aziz Ghofur Karim Majid Salam Wahab Alfarizi Al-Ghifari Ardiansyah Purnomo Suprapto"
        ),
        "P": _words(
            "Rahayu Lestari Handayani Wulandari Astuti Ningsih Hidayah Utami Kusumawati Safitri Anggraini Puspitasari "
            "Rahmawati Setyowati Susanti Permatasari Fauziah Hasanah Mardiyah Nurjanah Aprilia Maharani Oktaviani "
            "Ramadhani Khoiriyah Mutmainah Solikhah Widyastuti Azzahra Al-Zahra Purwanti Yulianti"
        ),
    }
)
#: Javanese names of one word are put together like this.
_FIRST_SYLLABLES = _words("Su Kas Wa Tar Dar Mar Sar Par Ka Ta Ra Sa Tu Wi Kar Ngati Poni Wagi Legi Pai")
_MIDDLE_SYLLABLES = ("", "", "", *_words("par tar kar mar gi har pri man wi kir ri di"))
_LAST_SYLLABLES: Mapping[str, Sequence[str]] = MappingProxyType(
    {"L": _words("no man to min di jo jan dji so mo"), "P": _words("ti ni mi yem nah sih yah tun nem tri")}
)
#: One name, several ways to write it.
_SPELLINGS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "Ahmad": ("Ahmad", "Achmad", "Akhmad", "Ahmat"),
        "Yusuf": ("Yusuf", "Yusup", "Jusuf", "Yoesoef"),
        "Rahmat": ("Rahmat", "Rachmat", "Rokhmat"),
        "Zaenal": ("Zaenal", "Zainal", "Jaenal"),
        "Taufik": ("Taufik", "Taufiq", "Topik"),
        "Syarif": ("Syarif", "Sarif", "Sjarif"),
        "Ibrahim": ("Ibrahim", "Ibrohim"),
        "Rizki": ("Rizki", "Rizky", "Riski", "Rizqi"),
        "Nur": ("Nur", "Noer", "Noor"),
        "Fatimah": ("Fatimah", "Fatima", "Patimah", "Fathimah"),
        "Aisyah": ("Aisyah", "Aisah", "Aysiah"),
        "Khadijah": ("Khadijah", "Khodijah", "Kodijah"),
        "Maryam": ("Maryam", "Mariam"),
        "Zulaikha": ("Zulaikha", "Julaiha", "Zulaeha"),
        "Siti": ("Siti", "Siti", "Sitti", "St."),
        "Rohmah": ("Rohmah", "Rokhmah", "Rochmah"),
        "Wahyu": ("Wahyu", "Wahju"),
        "Slamet": ("Slamet", "Selamet"),
    }
)
_MUHAMMAD = ("Muhammad", "Muhamad", "Mohammad", "Mohamad", "Mochamad", "Moch.", "Moh.", "Muh.", "M.")
_BATAK = _words("Siregar Simanjuntak Nasution Hutabarat Sitompul Lubis Harahap Panjaitan")
_CHINESE = _words("Tan Lim Oei Liem Wijaya Halim Gunadi Kusuma Hartanto")
_EASTERN = _words("Kelen Nalle Wenda Rumbiak Latuharhary Lengkong Tumbelaka Bere")
_BALI_ORDER = ("Wayan", "Made", "Nyoman", "Ketut")
_CHRISTIAN: Mapping[str, Sequence[str]] = MappingProxyType(
    {"L": _words("Yohanes Paulus Andreas Markus Daniel"), "P": _words("Maria Yuliana Ester Natalia Theresia")}
)


def full_name(random: Random, sex: str, birth_year: int) -> str:
    """One name for a person of ``sex`` ("L" or "P"); people born before 1975 often have one word or old spelling."""
    old = birth_year < 1975
    chance = random.random()
    if chance < (0.45 if old else 0.06):
        name = _one_word(random, sex, old=old)
    elif chance > 0.93:
        name = _from_elsewhere(random, sex)
    else:
        name = _common(random, sex, young=birth_year >= 2000)
    if old and random.random() < 0.12:
        name = ("H. " if sex == "L" else "Hj. ") + name
    elif birth_year < 2002 and random.random() < 0.02:
        name += random.choice((", S.Pd.", ", S.E.", ", A.Md.Kep."))
    return name


def _one_word(random: Random, sex: str, *, old: bool) -> str:
    ending = random.choice(_LAST_SYLLABLES[sex])
    name = random.choice(_FIRST_SYLLABLES) + random.choice(_MIDDLE_SYLLABLES) + ending
    if old and "u" in name[:3] and random.random() < 0.2:
        name = name.replace("u", "oe", 1)
    return name


def _common(random: Random, sex: str, *, young: bool) -> str:
    words = [_spelled(random, random.choice(_GIVEN[sex]))]
    if sex == "L" and random.random() < 0.25:
        words.insert(0, random.choice(_MUHAMMAD))
    length = random.choices((0, 1, 2, 4), weights=(8, 60, 30, 2) if young else (20, 65, 14, 1))[0]
    words += (random.choice(_LATER[sex] if random.random() < 0.7 else _GIVEN[sex]) for _ in range(length))
    return " ".join(dict.fromkeys(words))


def _from_elsewhere(random: Random, sex: str) -> str:
    where = random.randrange(4)
    given = random.choice(_GIVEN[sex])
    christian = random.choice(_CHRISTIAN[sex])
    if where == 0:
        return f"{christian} {given} {random.choice(_BATAK)}"
    if where == 1:
        return f"{christian} {random.choice(_CHINESE)}"
    if where == 2:
        return f"{'I' if sex == 'L' else 'Ni'} {random.choice(_BALI_ORDER)} {random.choice(_LATER[sex])}"
    return f"{christian} {random.choice(_EASTERN)}"


def _spelled(random: Random, word: str) -> str:
    return random.choice(_SPELLINGS.get(word, (word,)))
