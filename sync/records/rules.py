"""What is wrong or odd about a patient or a referral before it is saved: codes for the field they belong to.

An error cannot be right and must be put right; a warning may stand, because emergency care never waits for a number.
Pure: the date and the register of regions come from the caller, and the words come from whoever shows them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sync.errors import BadInput
from sync.records.definition import Kind, Record
from sync.records.nik import Nik, check_jkn_number, read_nik
from sync.records.patient import Patient
from sync.records.referral import DANGER_SIGNS, Referral

Severity = Literal["error", "warning"]

#: Every code with its severity.
SEVERITIES: Mapping[str, Severity] = {
    "missing": "error",
    "nik_digits": "error",
    "nik_region": "error",
    "nik_date": "error",
    "nik_serial": "error",
    "nik_same_as_mother": "error",
    "jkn_digits": "error",
    "birth_in_future": "error",
    "same_facility": "error",
    "advised": "warning",
    "choice_unknown": "warning",
    "implausible": "warning",
    "birth_too_old": "warning",
    "nik_other_birth_date": "warning",
    "nik_other_sex": "warning",
    "nik_region_unknown": "warning",
    "nik_not_a_mother": "warning",
    "reason_needed": "warning",
    "mother_nik_needed": "warning",
    "birth_order_needed": "warning",
    "newborn_too_old": "warning",
    "diastolic_not_below": "warning",
    "planned_before_written": "warning",
    "vital_sign_needed": "warning",
    "danger_sign_needed": "warning",
    "consent_needed": "warning",
    "consent_by_needed": "warning",
    "results_date_needed": "warning",
    "results_in_future": "warning",
    "gcs_contradicts": "warning",
    "implausible_for_age": "warning",
}

#: A newborn's own NIK and card must be there within three months.
NEWBORN_DAYS = 92

_OLDEST = timedelta(days=366 * 125)
_REQUIRED_OF_REFERRAL = ("number", "anamnesis", "diagnosis_label", "reason", "doctor_name")
_ADVISED_IN_REFERRAL = ("examination", "therapy", "diagnosis_code", "contact_phone")
_VITAL_SIGNS = ("consciousness", "systolic", "diastolic", "pulse", "respiration", "temperature")

#: Consciousness (P-Care ``kdSadar``) -> the lowest and highest GCS that can go with it. Books differ, so both are wide.
_GCS: Mapping[str, tuple[int, int]] = {"01": (13, 15), "02": (7, 14), "03": (4, 10), "04": (3, 8)}

#: Under so many days of age: what a living body weighs (kg) and how tall it is (cm), with room for the ill. A number
#: outside is most often typed into the wrong field or in grams.
_BODIES: tuple[tuple[int, tuple[float, float], tuple[float, float]], ...] = (
    (31, (0.3, 7), (20, 65)),
    (366, (1, 16), (35, 90)),
    (5 * 365, (4, 40), (55, 130)),
    (12 * 365, (8, 100), (70, 180)),
    (18 * 365, (15, 200), (85, 215)),
)
_GROWN: tuple[tuple[float, float], tuple[float, float]] = ((20, 350), (90, 250))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field. ``code`` is one of ``SEVERITIES``."""

    field: str
    code: str
    severity: Severity


def check_patient(patient: Patient, today: date, region_known: Callable[[str], bool] | None = None) -> list[Problem]:
    """The problems of a patient, in no particular order.

    ``region_known`` tells whether a code of six digits is a subdistrict today; without it regions are not checked.
    """
    found = [
        *_blank(patient, ("name", "sex")),
        *_choices(patient),
        *_numbers_out_of_bounds(patient),
        *_birth(patient.birth_date, today),
        *_nik(patient, today, region_known),
        *_newborn(patient, today),
    ]
    if patient.jkn_number:
        found += _refusals("jkn_number", lambda: check_jkn_number(patient.jkn_number or ""))
    if not patient.nik and not patient.jkn_number and not patient.identity_reason:
        found.append(_problem("identity_reason", "reason_needed"))
    return found


def check_referral(referral: Referral, birth_date: date | None = None) -> list[Problem]:
    """The problems of a referral letter: what must be in it, what should be, and values no living body has.

    ``birth_date`` is the patient's; without it weight and height are not compared with the age.
    """
    found = [*_blank(referral, _REQUIRED_OF_REFERRAL), *_choices(referral), *_numbers_out_of_bounds(referral)]
    found += [_problem(name, "advised") for name in _ADVISED_IN_REFERRAL if not _filled(referral, name)]
    if referral.to_facility == referral.from_facility:
        found.append(_problem("to_facility", "same_facility"))
    found += _emergency(referral) if is_emergency(referral.urgency, referral.kind) else _consent(referral)
    found += [*_results(referral), *_consciousness(referral)]
    if birth_date is not None:
        found += _body(referral, birth_date)
    systolic, diastolic = referral.systolic, referral.diastolic
    if systolic is not None and diastolic is not None and diastolic >= systolic:
        found.append(_problem("diastolic", "diastolic_not_below"))
    # A day's grace: the written moment is UTC, the planned day is the place's.
    written = referral.written_at.date() - timedelta(days=1)
    if referral.planned_date is not None and referral.planned_date < written:
        found.append(_problem("planned_date", "planned_before_written"))
    return found


def is_emergency(urgency: object, kind: object) -> bool:
    """Whether a letter of this urgency and kind takes the short way, in which nothing may be waited for."""
    return urgency == "merah" or kind == "gawat_darurat"


def _problem(field: str, code: str) -> Problem:
    return Problem(field, code, SEVERITIES[code])


def _filled(record: Record, name: str) -> bool:
    value = getattr(record, name)
    return bool(value.strip()) if isinstance(value, str) else value is not None


def _blank(record: Record, names: tuple[str, ...]) -> list[Problem]:
    return [_problem(name, "missing") for name in names if not _filled(record, name)]


def _choices(record: Record) -> Iterator[Problem]:
    for name, field in record.type.fields.items():
        value = getattr(record, name)
        if field.kind is Kind.CODE and field.choices and value and value not in field.choices:
            yield _problem(name, "choice_unknown")


def _numbers_out_of_bounds(record: Record) -> Iterator[Problem]:
    for name, field in record.type.fields.items():
        value = getattr(record, name)
        if field.kind not in {Kind.WHOLE, Kind.DECIMAL} or value is None:
            continue
        if (field.low is not None and value < field.low) or (field.high is not None and value > field.high):
            yield _problem(name, "implausible")


def _emergency(referral: Referral) -> Iterator[Problem]:
    yield from (_problem(name, "vital_sign_needed") for name in _VITAL_SIGNS if getattr(referral, name) is None)
    if not referral.danger_signs:
        yield _problem("danger_signs", "danger_sign_needed")
    elif not set(referral.danger_signs) <= set(DANGER_SIGNS):
        yield _problem("danger_signs", "choice_unknown")


def _consent(referral: Referral) -> Iterator[Problem]:
    if referral.consent is None:
        yield _problem("consent", "consent_needed")
    elif referral.consent == "keluarga" and not _filled(referral, "consent_by"):
        yield _problem("consent_by", "consent_by_needed")


def _results(referral: Referral) -> Iterator[Problem]:
    if _filled(referral, "results") and referral.results_date is None:
        yield _problem("results_date", "results_date_needed")
    # A day's grace: the written moment is UTC, the day of the results is the place's.
    if referral.results_date is not None and referral.results_date > referral.written_at.date() + timedelta(days=1):
        yield _problem("results_date", "results_in_future")


def _consciousness(referral: Referral) -> Iterator[Problem]:
    bounds = _GCS.get(referral.consciousness or "")
    if bounds is not None and referral.gcs is not None and not bounds[0] <= referral.gcs <= bounds[1]:
        yield _problem("gcs", "gcs_contradicts")


def _body(referral: Referral, birth_date: date) -> Iterator[Problem]:
    age = (referral.written_at.date() - birth_date).days
    weights, heights = next(((weight, height) for end, weight, height in _BODIES if age < end), _GROWN)
    for name, (low, high) in (("weight", weights), ("height", heights)):
        value = getattr(referral, name)
        if value is not None and not low <= value <= high:
            yield _problem(name, "implausible_for_age")


def _birth(birth_date: date | None, today: date) -> Iterator[Problem]:
    if birth_date is None:
        yield _problem("birth_date", "advised")
    elif birth_date > today:
        yield _problem("birth_date", "birth_in_future")
    elif today - birth_date > _OLDEST:
        yield _problem("birth_date", "birth_too_old")


def _nik(patient: Patient, today: date, region_known: Callable[[str], bool] | None) -> Iterator[Problem]:
    if not patient.nik:
        return
    try:
        nik = read_nik(patient.nik, today)
    except BadInput as error:
        yield _problem("nik", error.reason)
        return
    if patient.birth_date is not None and patient.birth_date not in nik.birth_dates:
        yield _problem("nik", "nik_other_birth_date")
    if patient.sex in {"L", "P"} and patient.sex != nik.sex:
        yield _problem("nik", "nik_other_sex")
    if region_known is not None and not region_known(nik.region):
        yield _problem("nik", "nik_region_unknown")


def _newborn(patient: Patient, today: date) -> Iterator[Problem]:
    if patient.mother_nik:
        yield from _mother(patient.mother_nik, patient, today)
    if patient.identity_reason != "bayi_baru_lahir":
        return
    if not patient.mother_nik and not patient.nik:
        yield _problem("mother_nik", "mother_nik_needed")
    if patient.birth_order is None:
        yield _problem("birth_order", "birth_order_needed")
    if patient.birth_date is not None and (today - patient.birth_date).days > NEWBORN_DAYS:
        yield _problem("identity_reason", "newborn_too_old")


def _mother(mother_nik: str, patient: Patient, today: date) -> Iterator[Problem]:
    if mother_nik == patient.nik:
        yield _problem("mother_nik", "nik_same_as_mother")
        return
    try:
        nik: Nik = read_nik(mother_nik, today)
    except BadInput as error:
        yield _problem("mother_nik", error.reason)
        return
    if nik.sex != "P":
        yield _problem("mother_nik", "nik_not_a_mother")


def _refusals(field: str, check: Callable[[], None]) -> list[Problem]:
    try:
        check()
    except BadInput as error:
        return [_problem(field, error.reason)]
    return []
