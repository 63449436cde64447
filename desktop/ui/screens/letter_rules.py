"""What the referral form asks, warns of and fills in by itself: plain functions beside the form.

A value out of the ordinary is warned of and never forbidden; an emergency is asked only what it needs.
"""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from desktop.ui.problem_texts import FormProblem, word_problems
from desktop.ui.screens.visit_form import code_problem
from sync.records import Patient, Referral, Visit
from sync.records.rules import Problem, check_referral

#: The kind of referral that goes with an urgency, until the writer chooses another.
USUAL_KIND: Mapping[str, str] = MappingProxyType(
    {"merah": "gawat_darurat", "kuning": "rawat_inap", "hijau": "rawat_jalan"}
)

#: Findings about empty fields; the form itself asks for what it must have.
_MISSING = frozenset({"missing", "advised", "vital_sign_needed"})

#: Findings about empty fields that the foot of the form names, so that they can follow before the patient leaves.
_SHOULD_FOLLOW = frozenset(
    {"vital_sign_needed", "danger_sign_needed", "consent_needed", "consent_by_needed", "results_date_needed"}
)

#: Stands in for what is not typed yet, so that the rules can look at the rest.
_EMPTY: Mapping[str, Any] = MappingProxyType(
    {
        "id": "0" * 32,
        "number": "",
        "patient": "0" * 32,
        "from_facility": "0" * 32,
        "to_facility": "f" * 32,
        "kind": "rawat_jalan",
        "urgency": "hijau",
        "anamnesis": "",
        "diagnosis_label": "",
        "reason": "",
        "doctor_name": "",
    }
)


def letter_problems(values: Mapping[str, Any], now: datetime, birth_date: date | None = None) -> list[FormProblem]:
    """Errors and warnings about the values that are there; what is missing is the form's affair. ``now`` is aware."""
    found = [
        problem
        for problem in _problems(values, now, birth_date)
        if values.get(problem.field) not in (None, ()) and problem.code not in _MISSING
    ]
    code = code_problem(values.get("diagnosis_code"))
    return [*([code] if code else []), *word_problems(Referral.type, found)]


def should_follow(values: Mapping[str, Any], now: datetime) -> list[str]:
    """The names of what is still empty and should not be when the patient leaves; it never stands in the way."""
    found = [problem.field for problem in _problems(values, now, None) if problem.code in _SHOULD_FOLLOW]
    return [Referral.type.fields[name].label for name in found if not values.get(name)]


def _problems(values: Mapping[str, Any], now: datetime, birth_date: date | None) -> list[Problem]:
    given = {name: value for name, value in values.items() if value is not None}
    return check_referral(Referral(**{**_EMPTY, "written_at": now, **given}), birth_date)


def carried_over(patient: Patient, visit: Visit | None, writer: str, phone: str | None = None) -> dict[str, Any]:
    """What need not be typed again: allergies, the writer and the telephone, and today's visit if there is one."""
    values: dict[str, Any] = {"allergies": patient.allergies, "doctor_name": writer, "contact_phone": phone}
    if visit is not None:
        values["anamnesis"] = visit.complaint
        values["diagnosis_code"] = visit.diagnosis_code
        values["diagnosis_set"] = visit.diagnosis_set
        values["diagnosis_label"] = visit.diagnosis_label
        values["therapy"] = visit.therapy
    return {name: value for name, value in values.items() if value}


def visit_to_carry(visit: Visit | None, today: date) -> Visit | None:
    """A visit belongs to the letter only if it was today."""
    return visit if visit is not None and visit.date == today else None
