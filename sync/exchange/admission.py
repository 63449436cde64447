"""What a facility may write: decided by the side that stores it, revision by revision, with a reason for every no.

One refusal never stops the others, and nothing here may look at who asks beyond the facility that signed.
"""

from collections.abc import Container

from sync.errors import BadInput
from sync.records import RECORD_TYPES, RECORDS_VERSION, Wire
from sync.records.outbreak import REPORTER_EVENTS
from sync.records.sending import MAY_WRITE, compares_patients, is_fact
from sync.replica.serving import Admit, Situation
from sync.revisions.revision import Revision

#: Reasons that time can take away: after a restore the letter that opens a patient may come back after what was
#: written because of it, and the program at the other end may be updated after the one here. Revisions refused for
#: these are offered again in each exchange.
REFERRAL_NOT_KNOWN = "the referral is not known to this facility"
PATIENT_NOT_KNOWN = "the patient is not known to this facility"
UNKNOWN_TYPE = "unknown record type"
UNKNOWN_FIELD = "unknown field"
SIGNAL_NOT_KNOWN = "the signal is not known to this facility"
VOIDED_NOT_KNOWN = "what it takes out of the lists is not known"
LINK_NOT_KNOWN = "the link that it takes back is not known"
PASSING_REASONS = (
    *(REFERRAL_NOT_KNOWN, PATIENT_NOT_KNOWN, SIGNAL_NOT_KNOWN, VOIDED_NOT_KNOWN, LINK_NOT_KNOWN),
    *(UNKNOWN_TYPE, UNKNOWN_FIELD),
)

#: Kind of a referral's fact that only the district office writes -> what is said to others.
_BY_THE_OFFICE = {"dialihkan": "only the district office redirects", "diingatkan": "only the district office reminds"}

_OWN_FACILITY_FIELD = {
    "referral": "from_facility",
    **dict.fromkeys(("ward", "duty", "signal", "alarm_dismissal", "weekly_report", "specimen"), "facility"),
}


def admission(
    facility: str, facility_kind: str, records_version: int, strangers: Container[str] = frozenset()
) -> Admit:
    """The rules for what a computer of ``facility`` pushes.

    ``strangers``: computers that are known to belong to other facilities; what another computer of the same facility
    wrote may be brought by any. ``records_version``: the version of the record types that the pushing program knows;
    only a newer program may send fields that are unknown here. Of a type that is unknown here nobody can say who may
    write and who may see it: it waits at its computer until this program knows it.
    """
    newer = records_version > RECORDS_VERSION

    def admit(revision: Revision, situation: Situation) -> str | None:
        if revision.device in strangers:
            return "written with a computer of another facility"
        if revision.type not in RECORD_TYPES:
            return UNKNOWN_TYPE
        if revision.type not in MAY_WRITE.get(facility_kind, frozenset()):
            return f"a facility of kind {facility_kind} does not write {revision.type}"
        return (
            _bad_fields(revision, newer=newer)
            or _not_its_own(revision, situation, facility)
            or _not_its_scope(revision, situation, facility, facility_kind)
        )

    return admit


def _bad_fields(revision: Revision, *, newer: bool) -> str | None:
    record_type = RECORD_TYPES[revision.type]
    fields: dict[str, Wire] = dict(revision.fields)
    if not newer and not fields.keys() <= record_type.fields.keys():
        return UNKNOWN_FIELD
    try:
        if revision.parents:
            record_type.check_fields(fields)
        else:
            record_type.check_whole(fields)
    except BadInput as error:
        return f"{error.field}: {error.reason}"
    return None


def _not_its_own(revision: Revision, situation: Situation, facility: str) -> str | None:
    known = situation.record
    if known is not None:
        if known.type_name != revision.type:
            return "the record is of another type"
        if is_fact(revision.type):
            return "a fact is never changed"
        if known.facility != facility:
            return "the record belongs to another facility"
    elif revision.parents and is_fact(revision.type):
        return "a fact has no parents"
    if revision.type == "void":
        if situation.voided is None:
            return VOIDED_NOT_KNOWN
        if situation.voided.facility != facility:
            return "what it takes out of the lists belongs to another facility"
    named = revision.fields.get(_OWN_FACILITY_FIELD.get(revision.type, ""), facility)
    return None if named == facility else "written in the name of another facility"


def _not_its_scope(revision: Revision, situation: Situation, facility: str, facility_kind: str) -> str | None:
    if facility_kind == "dinkes":
        return None
    if revision.type == "referral_event":
        return _not_its_referral(revision, situation, facility)
    if revision.type == "signal_event":
        return _not_its_signal(revision, situation, facility)
    if compares_patients(revision.type):
        return _not_its_patients(situation, facility)
    if revision.type == "referral":
        patient = situation.patient
        if patient is not None and patient.type_name != "patient":
            return "what it names is not a patient"
        if patient is not None and patient.facility != facility and facility not in situation.patient_entitled:
            return PATIENT_NOT_KNOWN
    return None


def _not_its_patients(situation: Situation, facility: str) -> str | None:
    """Two that are compared are both this facility's own: nobody else is to know, and it opens nothing to anybody."""
    for patient in situation.linked:
        if patient is not None and patient.type_name != "patient":
            return "what it names is not a patient"
        if patient is None or patient.facility != facility:
            return PATIENT_NOT_KNOWN
    if situation.takes_back:
        link = situation.taken_back
        if link is None:
            return LINK_NOT_KNOWN
        if link.type_name != "patient_link" or link.facility != facility:
            return "what it takes back is not a link of this facility"
    return None


def _not_its_referral(revision: Revision, situation: Situation, facility: str) -> str | None:
    by_the_office = _BY_THE_OFFICE.get(str(revision.fields.get("kind")))
    if by_the_office is not None:
        return by_the_office
    scope = situation.scope
    if scope is not None and scope.type_name != "referral":
        return "what it names is not a referral"
    if scope is not None and scope.facility != facility and facility not in situation.entitled:
        return REFERRAL_NOT_KNOWN
    return None


def _not_its_signal(revision: Revision, situation: Situation, facility: str) -> str | None:
    if revision.fields.get("kind") not in REPORTER_EVENTS:
        return "only the district office receives, verifies and escalates"
    scope = situation.scope
    if scope is not None and scope.type_name != "signal":
        return "what it names is not a signal"
    if scope is not None and scope.facility != facility:
        return SIGNAL_NOT_KNOWN
    return None
