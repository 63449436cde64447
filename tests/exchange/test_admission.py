"""What a facility may write about duty and for the district office, by the rules that the server asks."""

import pytest

from sync.exchange.admission import admission
from sync.records import RECORDS_VERSION
from sync.replica.serving import Situation
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
