"""What a diagnosis is counted under: its chapter of ICD-10, and whether a puskesmas is expected to finish it.

Made from the table of diagnoses without the search's own preparations, which a count does not need. Codes are compared
as written, with or without the dot; a code that the table does not have is counted as it is and never guessed at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from desktop.queries.diagnoses import TABLE_FILE

#: ICD-10: the first and last category of each chapter, its number, and what we call it.
CHAPTERS = (
    ("A00", "B99", "I", "Infeksi dan parasit"),
    ("C00", "D48", "II", "Tumor dan kanker"),
    ("D50", "D89", "III", "Darah dan kekebalan"),
    ("E00", "E90", "IV", "Endokrin, gizi, metabolik"),
    ("F00", "F99", "V", "Jiwa dan perilaku"),
    ("G00", "G99", "VI", "Saraf"),
    ("H00", "H59", "VII", "Mata"),
    ("H60", "H95", "VIII", "Telinga"),
    ("I00", "I99", "IX", "Jantung dan pembuluh darah"),
    ("J00", "J99", "X", "Pernapasan"),
    ("K00", "K93", "XI", "Pencernaan"),
    ("L00", "L99", "XII", "Kulit"),
    ("M00", "M99", "XIII", "Otot, tulang, sendi"),
    ("N00", "N99", "XIV", "Ginjal, kemih, kandungan"),
    ("O00", "O99", "XV", "Kehamilan dan persalinan"),
    ("P00", "P96", "XVI", "Bayi baru lahir"),
    ("Q00", "Q99", "XVII", "Kelainan bawaan"),
    ("R00", "R99", "XVIII", "Gejala tanpa diagnosis pasti"),
    ("S00", "T98", "XIX", "Cedera dan keracunan"),
    ("U00", "U99", "XXII", "Kode khusus"),
    ("V01", "Y98", "XX", "Penyebab luar"),
    ("Z00", "Z99", "XXI", "Kontak layanan lain"),
)


@dataclass(frozen=True, slots=True)
class DiagnosisNames:
    """The names of codes (without dot), and the codes on the list of 144."""

    labels: Mapping[str, str]
    finished_here: frozenset[str]


@cache
def diagnosis_names() -> DiagnosisNames:
    """From the table that comes with the program, read once.

    Raises:
        FileNotFoundError: the installation is not whole.
    """
    labels: dict[str, str] = {}
    listed: set[str] = set()
    for line in TABLE_FILE.read_text("utf-8").splitlines()[1:]:
        code, _set, _use, _often, name, _words, title, mark, _skdr = line.split("\t")
        key = code.replace(".", "")
        labels[key] = name or title
        if mark:
            listed.add(key)
    return DiagnosisNames(MappingProxyType(labels), frozenset(listed))


def chapter_of(key: str) -> str | None:
    """The number of the chapter of a code; ``None`` where it has none."""
    category = key[:3].upper()
    return next((number for first, last, number, _ in CHAPTERS if first <= category <= last), None)
