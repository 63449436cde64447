"""The record types of the product, each defined once. Pure values and rules: no I/O, no clock, no Qt."""

from collections.abc import Mapping
from types import MappingProxyType

from sync.records.definition import (
    Family,
    Field,
    Kind,
    Lane,
    Merge,
    Record,
    RecordType,
    Scope,
    Wire,
)
from sync.records.facility import Computer, Duty, Facility, Route, Staff, Ward
from sync.records.outbreak import AlarmDismissal, Signal, SignalEvent, Specimen, WeeklyReport
from sync.records.patient import Patient, Visit
from sync.records.patient_link import PatientDistinct, PatientLink
from sync.records.referral import Referral, ReferralEvent, Void

RECORD_CLASSES: Mapping[str, type[Record]] = MappingProxyType(
    {
        cls.type.name: cls
        for cls in (
            *(Facility, Computer, Route, Staff, Ward, Duty, Patient, PatientLink, PatientDistinct, Visit),
            *(Referral, ReferralEvent, Void),
            *(Signal, SignalEvent, AlarmDismissal, WeeklyReport, Specimen),
        )
    }
)

RECORD_TYPES: Mapping[str, RecordType] = MappingProxyType({name: cls.type for name, cls in RECORD_CLASSES.items()})

#: Grows by one whenever a record type or field is added; peers compare it to tell "newer than I" from "wrong".
RECORDS_VERSION = 7

__all__ = [
    "RECORDS_VERSION",
    "RECORD_CLASSES",
    "RECORD_TYPES",
    "AlarmDismissal",
    "Computer",
    "Duty",
    "Facility",
    "Family",
    "Field",
    "Kind",
    "Lane",
    "Merge",
    "Patient",
    "PatientDistinct",
    "PatientLink",
    "Record",
    "RecordType",
    "Referral",
    "ReferralEvent",
    "Route",
    "Scope",
    "Signal",
    "SignalEvent",
    "Specimen",
    "Staff",
    "Visit",
    "Void",
    "Ward",
    "WeeklyReport",
    "Wire",
]
