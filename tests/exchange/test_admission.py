"""What a facility may write: duty, the office's own facts, and what nobody knows yet; by the rules the server asks."""

from dataclasses import replace

import pytest

from sync.exchange.admission import (
    LINK_NOT_KNOWN,
    PASSING_REASONS,
    PATIENT_NOT_KNOWN,
    UNKNOWN_TYPE,
    VOIDED_NOT_KNOWN,
    admission,
)
from sync.records import RECORDS_VERSION
from sync.replica.serving import Situation
from sync.replica.storing import KnownRecord
from sync.revisions.revision import Revision
from tests.fakes.replicas import make_replica, new_event
from tests.revisions.generators import revision

HOSPITAL, OTHER = "01" * 16, "02" * 16
NEW = Situation(None, None, frozenset(), None, frozenset())


def duty_of(facility: str) -> Revision:
    moments = {"since": "2026-11-24T07:00:00.000Z", "until": "2026-11-24T14:00:00.000Z"}
    fields = {"facility": facility, "name": "dr. Naura", "phone": None, **moments}
    return revision(1, fields, type_name="duty")


@pytest.mark.parametrize(
    ("kind", "named", "reason"),
    [
        ("rs", HOSPITAL, None),
        ("rs", OTHER, "written in the name of another facility"),
        ("puskesmas", HOSPITAL, "a facility of kind puskesmas does not write duty"),
    ],
)
def test_a_hospital_says_who_is_on_duty_and_only_in_its_own_name(kind: str, named: str, reason: str | None) -> None:
    assert admission(HOSPITAL, kind, RECORDS_VERSION)(duty_of(named), NEW) == reason


@pytest.mark.parametrize("version", [RECORDS_VERSION, RECORDS_VERSION + 1])
def test_a_type_that_is_unknown_here_is_never_stored_unjudged_and_is_offered_again(version: int) -> None:
    strange = revision(1, {"captain": "Kirk"}, type_name="spaceship")
    assert admission(HOSPITAL, "rs", version)(strange, NEW) == UNKNOWN_TYPE
    assert UNKNOWN_TYPE in PASSING_REASONS


def test_a_field_that_is_unknown_here_is_kept_from_a_newer_program_only() -> None:
    newer = duty_of(HOSPITAL)
    newer = revision(1, {**newer.fields, "rank": "captain"}, type_name="duty")
    assert admission(HOSPITAL, "rs", RECORDS_VERSION + 1)(newer, NEW) is None
    assert admission(HOSPITAL, "rs", RECORDS_VERSION)(newer, NEW) in PASSING_REASONS


@pytest.mark.parametrize("kind", ["puskesmas", "klinik", "rs"])
@pytest.mark.parametrize("type_name", ["computer", "route", "facility"])
def test_the_catalogue_is_nobodys_who_is_in_it(type_name: str, kind: str) -> None:
    written = revision(1, {"facility": HOSPITAL}, type_name=type_name)
    reason = f"a facility of kind {kind} does not write {type_name}"
    assert admission(HOSPITAL, kind, RECORDS_VERSION)(written, NEW) == reason


def test_not_even_the_office_writes_the_card_of_a_computer() -> None:
    written = revision(1, {"facility": HOSPITAL}, type_name="computer")
    reason = "a facility of kind dinkes does not write computer"
    assert admission(OTHER, "dinkes", RECORDS_VERSION)(written, NEW) == reason


@pytest.mark.parametrize("kind", ["dialihkan", "diingatkan"])
def test_only_the_office_redirects_and_reminds(kind: str) -> None:
    replica = make_replica(HOSPITAL, "rs")
    fact = new_event(replica, OTHER, kind, to_facility=OTHER)
    replica.close()
    written = revision(1, fact.to_fields(), type_name="referral_event")
    assert admission(HOSPITAL, "dinkes", RECORDS_VERSION)(written, NEW) is None
    for other in ("rs", "puskesmas"):
        reason = admission(HOSPITAL, other, RECORDS_VERSION)(written, NEW)
        assert reason is not None
        assert reason.startswith("only the district office")


@pytest.mark.parametrize(
    ("owner", "reason"),
    [
        (HOSPITAL, None),
        (OTHER, "what it takes out of the lists belongs to another facility"),
        (None, VOIDED_NOT_KNOWN),
    ],
)
@pytest.mark.parametrize("kind", ["rs", "puskesmas", "dinkes"])
def test_a_facility_takes_only_its_own_records_out_of_the_lists(
    kind: str, owner: str | None, reason: str | None
) -> None:
    void = revision(1, {"record": "03" * 16, "record_type": "referral", "reason": "ganda"}, type_name="void")
    known = KnownRecord("referral", owner, (), (), ()) if owner else None
    assert admission(HOSPITAL, kind, RECORDS_VERSION)(void, replace(NEW, voided=known)) == reason


@pytest.mark.parametrize(
    ("linked", "taken_back", "reason"),
    [
        ((("patient", HOSPITAL), ("patient", HOSPITAL)), (), None),
        ((("patient", HOSPITAL), ("patient", OTHER)), (), PATIENT_NOT_KNOWN),
        ((None, ("patient", HOSPITAL)), (), PATIENT_NOT_KNOWN),
        ((("patient", HOSPITAL), ("visit", HOSPITAL)), (), "what it names is not a patient"),
        ((("patient", HOSPITAL), ("patient", HOSPITAL)), ("patient_link", HOSPITAL), None),
        ((("patient", HOSPITAL), ("patient", HOSPITAL)), None, LINK_NOT_KNOWN),
        (
            (("patient", HOSPITAL), ("patient", HOSPITAL)),
            ("patient_link", OTHER),
            "what it takes back is not a link of this facility",
        ),
        (
            (("patient", HOSPITAL), ("patient", HOSPITAL)),
            ("patient", HOSPITAL),
            "what it takes back is not a link of this facility",
        ),
    ],
)
def test_a_puskesmas_links_and_parts_its_own_patients_only(
    linked: tuple[tuple[str, str] | None, ...], taken_back: tuple[str, str] | tuple[()] | None, reason: str | None
) -> None:
    fields = {"patient": "04" * 16, "other": "05" * 16, "takes_back": None if taken_back == () else "06" * 16}
    written = {"reason": "ganda", "at": "2026-11-24T07:00:00.000Z", "by": "07" * 16, "by_name": "Dewi"}
    link = revision(1, {**fields, **written}, type_name="patient_link")
    situation = replace(
        NEW,
        linked=tuple(KnownRecord(*item, (), (), ()) if item else None for item in linked),
        takes_back=taken_back != (),
        taken_back=KnownRecord(taken_back[0], taken_back[1], (), (), ()) if taken_back else None,
    )
    assert admission(HOSPITAL, "puskesmas", RECORDS_VERSION)(link, situation) == reason
    assert admission(HOSPITAL, "rs", RECORDS_VERSION)(link, situation) == (
        "a facility of kind rs does not write patient_link"
    )


@pytest.mark.parametrize(
    ("other", "reason"),
    [(("patient", HOSPITAL), None), (("patient", OTHER), PATIENT_NOT_KNOWN), (None, PATIENT_NOT_KNOWN)],
)
def test_a_puskesmas_tells_its_own_patients_apart_only(other: tuple[str, str] | None, reason: str | None) -> None:
    written = {"at": "2026-11-24T07:00:00.000Z", "by": "07" * 16, "by_name": "Dewi"}
    told = revision(1, {"patient": "04" * 16, "other": "05" * 16, **written}, type_name="patient_distinct")
    situation = replace(
        NEW,
        linked=tuple(KnownRecord(*item, (), (), ()) if item else None for item in (("patient", HOSPITAL), other)),
    )
    assert admission(HOSPITAL, "puskesmas", RECORDS_VERSION)(told, situation) == reason
    assert admission(HOSPITAL, "rs", RECORDS_VERSION)(told, situation) == (
        "a facility of kind rs does not write patient_distinct"
    )
