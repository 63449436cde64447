"""How urgently a record travels and whose it is to write: rules over types and fields, without any database.

The order decides what is sent first, and must never decide what is stored.
"""

from collections.abc import Mapping
from types import MappingProxyType

from sync.records import RECORD_TYPES, Family, Lane, Scope, Wire
from sync.records.definition import is_id
from sync.records.rules import is_emergency

_FIRST_LEVEL = frozenset(
    {"patient", "patient_link", "patient_distinct", "visit", "referral", "referral_event", "staff", "void"}
)
_SURVEILLANCE = frozenset({"signal", "signal_event", "alarm_dismissal", "weekly_report", "specimen"})

#: What each kind of facility may write. Hospitals answer and publish beds; they do not edit a patient's document.
MAY_WRITE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "puskesmas": _FIRST_LEVEL | _SURVEILLANCE,
        "klinik": _FIRST_LEVEL | _SURVEILLANCE,
        "rs": frozenset({"referral", "referral_event", "ward", "duty", "staff", "void"}),
        "dinkes": frozenset({"facility", "route", "referral_event", "signal_event", "staff", "void"}),
    }
)


def lane_of(type_name: str, fields: Mapping[str, Wire]) -> Lane:
    """The lane a change travels in: an emergency referral before everything else."""
    record_type = RECORD_TYPES.get(type_name)
    if record_type is None:
        return Lane.ROUTINE
    if type_name == "referral" and is_emergency(fields.get("urgency"), fields.get("kind")):
        return Lane.EMERGENCY
    return record_type.lane


def scope_of(type_name: str, record_id: str, fields: Mapping[str, Wire]) -> str:
    """The record whose entitlements decide who may see a change of this one (its own id for most types)."""
    record_type = RECORD_TYPES.get(type_name)
    if record_type is not None and record_type.scope_field is not None:
        named = fields.get(record_type.scope_field)
        if is_id(named):
            return named
    return record_id


def hangs_on_another(type_name: str) -> bool:
    """Whether records of this type are seen by those who see the record they name; they open nothing themselves."""
    record_type = RECORD_TYPES.get(type_name)
    return record_type is not None and record_type.scope_field is not None


def compares_patients(type_name: str) -> bool:
    """Whether records of this type say of two patients that they are, or are not, one person."""
    return type_name in {"patient_link", "patient_distinct"}


def is_public(type_name: str) -> bool:
    """Whether every facility of the district may see records of this type."""
    record_type = RECORD_TYPES.get(type_name)
    return record_type is not None and record_type.scope is Scope.PUBLIC


def is_fact(type_name: str) -> bool:
    """Whether records of this type are written once and never changed."""
    record_type = RECORD_TYPES.get(type_name)
    return record_type is not None and record_type.family is Family.FACT
