"""TACC: why a diagnosis that a first-level facility is expected to finish is referred all the same.

The codes and reasons are those of P-Care as several public clients have them (not from a document of BPJS). They
explain a referral; nothing here may forbid one.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

TIME, AGE, COMPLICATION, COMORBIDITY = "1", "2", "3", "4"

#: P-Care ``kdTacc``; no TACC at all is ``None`` here and -1 there.
TACC_CODES: Mapping[str, str] = MappingProxyType(
    {
        TIME: "Time: perjalanan penyakit",
        AGE: "Age: usia pasien",
        COMPLICATION: "Complication: komplikasi",
        COMORBIDITY: "Comorbidity: penyakit penyerta",
    }
)

_DURATIONS = ("< 3 Hari", ">= 3 - 7 Hari", ">= 7 Hari")

#: Under so many full months of age, the reason that P-Care knows; the last has no end.
_AGES = (
    (1, "< 1 Bulan"),
    (12, ">= 1 Bulan s/d < 12 Bulan"),
    (60, ">= 1 Tahun s/d < 5 Tahun"),
    (144, ">= 5 Tahun s/d < 12 Tahun"),
    (660, ">= 12 Tahun s/d < 55 Tahun"),
)
_OLDEST = ">= 55 Tahun"


def age_reason(birth_date: date, today: date) -> str | None:
    """P-Care's ``alasanTacc`` for this age; ``None`` for a birth date after ``today``."""
    if birth_date > today:
        return None
    months = (today.year - birth_date.year) * 12 + today.month - birth_date.month - (today.day < birth_date.day)
    return next((reason for end, reason in _AGES if months < end), _OLDEST)


def tacc_reasons(code: str | None, birth_date: date | None, today: date) -> tuple[str, ...]:
    """What P-Care lets one choose as ``alasanTacc``; empty for a complication, which is written ("I50.0 - ...").

    For the age only the one that fits the birth date, and none where the birth date is unknown.
    """
    if code in (TIME, COMORBIDITY):
        return _DURATIONS
    if code == AGE and birth_date is not None:
        reason = age_reason(birth_date, today)
        return (reason,) if reason else ()
    return ()
