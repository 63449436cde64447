"""What no program of ours would send is refused by name, opens nothing, and stops nothing else."""

from collections.abc import Mapping

import pytest

from sync.exchange.admission import admission
from sync.records import RECORDS_VERSION, Record, Wire
from sync.replica.replica import Replica
from sync.replica.values import Applied, Incoming
from sync.revisions.revision import decode, encode
from tests.fakes.replicas import SmallDistrict, new_event, new_patient, new_referral


def first_revision(replica: Replica, record: Record, changes: Mapping[str, Wire]) -> Incoming:
    """A record's first revision, as ``replica``'s computer would write it, with some fields changed."""
    body = encode(
        device=replica.identity.device,
        number=1,
        previous=None,
        type_name=record.type.name,
        record=record.id,
        parents=(),
        stamp=1,
        author=replica.identity.device,
        facility=replica.identity.facility,
        fields={**record.to_fields(), **changes},
    )
    return Incoming(decode(body), body)


def pushed(district: SmallDistrict, replica: Replica, *items: Incoming) -> Applied:
    identity = replica.identity
    return district.server.apply(items, admission(identity.facility, identity.facility_kind, RECORDS_VERSION))


@pytest.mark.parametrize("forged", ["public", "district", "zz" * 16, "", "\x00", None, 7, True, ["aa" * 16]])
@pytest.mark.parametrize("name", ["patient", "to_facility"])
def test_a_letter_that_names_no_id_is_refused_and_the_rest_arrive(
    district: SmallDistrict, name: str, forged: Wire
) -> None:
    patient = new_patient(district.pc)
    good = first_revision(district.pc, patient, {})
    letter = new_referral(district.pc, patient.id, district.hospital)
    bad = first_revision(district.pc, letter, {name: forged})
    applied = pushed(district, district.pc, bad, good)
    assert applied.stored == (good.revision.id,)
    assert [revision_id for revision_id, _ in applied.refused] == [bad.revision.id]


@pytest.mark.parametrize("forged", ["", "zz" * 16, "AA" * 16, None, 7])
def test_a_fact_that_names_no_referral_is_refused(district: SmallDistrict, forged: Wire) -> None:
    fact = new_event(district.office_pc, district.author, "dialihkan", to_facility=district.hospital)
    applied = pushed(district, district.office_pc, first_revision(district.office_pc, fact, {"referral": forged}))
    assert (applied.stored, len(applied.refused)) == ((), 1)


def test_a_hospital_cannot_hand_on_a_letter_as_if_it_were_a_patient(district: SmallDistrict) -> None:
    patient = new_patient(district.pc)
    letter = new_referral(district.pc, patient.id, district.hospital)
    pushed(district, district.pc, first_revision(district.pc, patient, {}), first_revision(district.pc, letter, {}))
    onward = new_referral(district.hospital_pc, letter.id, district.other_hospital)
    applied = pushed(district, district.hospital_pc, first_revision(district.hospital_pc, onward, {}))
    assert applied.stored == ()
