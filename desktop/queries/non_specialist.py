"""The ratio of non-specialist referrals (RRNS) of a first-level facility, as far as it can be told from its letters.

Always an estimate: the insurer counts with a table of its own, and only members. The formula is that of Peraturan BPJS
7/2019 as secondary sources have it; it must never be shown without the word "perkiraan".
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NonSpecialist:
    """``counted`` letters of ``letters`` count against the facility; ``explained`` have a TACC and do not."""

    counted: int
    explained: int
    letters: int

    @property
    def percent(self) -> float | None:
        """The ratio; ``None`` where there is no letter."""
        return 100 * self.counted / self.letters if self.letters else None


def is_counted(*, kind: str, listed: bool, tacc: bool) -> bool:
    """Whether a letter counts: outpatient, with a diagnosis of the list, and no TACC that explains it."""
    return kind == "rawat_jalan" and listed and not tacc
