"""After a server lost its data everything comes back from the computers, in any order: nobody may lose by the order."""

import itertools
from dataclasses import replace

import pytest
from sqlalchemy import Connection, delete

from sync.errors import Unreachable
from sync.exchange.engine import exchange
from sync.exchange.manner import Manner, Outcome
from sync.exchange.messages import COMPARE
from sync.exchange.service import Service
from sync.records import Patient, Referral
from sync.replica import links, tables
from sync.replica.replica import Replica
from sync.replica.values import Edit
from tests.fakes.replicas import SmallDistrict, make_replica, new_event, new_patient, new_referral

NO_WAITING = Manner(wait=lambda _seconds: None)


def sync(district: SmallDistrict, replica: Replica) -> Outcome:
    return exchange(replica, district.link(replica), NO_WAITING)


def lose_the_server(district: SmallDistrict) -> None:
    """The server begins again with nothing, in a new epoch."""
    district.server.close()
    district.server = make_replica(district.office, "dinkes", serves=True)
    district.service = Service(district.server)


def test_a_letter_refused_before_its_patient_was_opened_again_is_accepted_later(district: SmallDistrict) -> None:
    patient = new_patient(district.pc)
    district.pc.save([Edit(patient)], district.author)
    sync(district, district.pc)
    sync(district, district.second_pc)
    letter = new_referral(district.second_pc, patient.id, district.hospital)
    district.second_pc.save([Edit(letter)], district.author)
    sync(district, district.second_pc)
    sync(district, district.hospital_pc)

    lose_the_server(district)
    sync(district, district.pc)  # brings the patient back, but not the letter that opened it to the hospital
    onward = new_referral(district.hospital_pc, patient.id, district.other_hospital)
    district.hospital_pc.save([Edit(onward)], district.author)
    assert sync(district, district.hospital_pc).refused == 1
    assert district.server.get(Referral, onward.id) is None

    sync(district, district.second_pc)
    accepted = sync(district, district.hospital_pc)
    assert (accepted.refused, accepted.sent, accepted.proven) == (0, 1, True)
    sync(district, district.other_hospital_pc)
    assert district.other_hospital_pc.get(Referral, onward.id) is not None


def test_a_redirection_that_comes_back_before_its_letter_still_opens_the_patient(district: SmallDistrict) -> None:
    patient = new_patient(district.pc)
    letter = new_referral(district.pc, patient.id, district.hospital)
    district.pc.save([Edit(patient), Edit(letter)], district.author)
    sync(district, district.pc)
    sync(district, district.office_pc)
    redirection = new_event(district.office_pc, letter.id, "dialihkan", to_facility=district.other_hospital)
    district.office_pc.save([Edit(redirection)], district.author)
    sync(district, district.office_pc)

    lose_the_server(district)
    sync(district, district.office_pc)
    sync(district, district.pc)
    assert sync(district, district.other_hospital_pc).proven
    seen = district.other_hospital_pc.get(Patient, patient.id)
    assert seen is not None
    assert seen.record == patient


def test_what_is_not_a_facilitys_to_write_is_refused_once_and_not_offered_again(district: SmallDistrict) -> None:
    patient = new_patient(district.pc)
    district.pc.save([Edit(patient), Edit(new_referral(district.pc, patient.id, district.hospital))], district.author)
    sync(district, district.pc)
    sync(district, district.hospital_pc)
    seen = district.hospital_pc.get(Patient, patient.id)
    assert seen is not None
    district.hospital_pc.save([Edit(replace(seen.record, name="Lain"), seen)], district.author)
    assert sync(district, district.hospital_pc).refused == 1
    again = sync(district, district.hospital_pc)
    assert (again.refused, again.requests, again.proven) == (0, 1, True)


@pytest.mark.parametrize("cut", [1, 2])
def test_a_comparison_after_a_restore_that_is_cut_off_is_begun_again_and_nothing_is_read_twice(
    district: SmallDistrict, cut: int
) -> None:
    district.pc.save([Edit(new_patient(district.pc)) for _ in range(50)], district.author)
    sync(district, district.pc)
    # As a file that was filled anew: what it holds is right, where it has read is not known.
    district.pc.write(forget_where_it_read)
    link, compared = district.link(district.pc), itertools.count(1)

    def hear(path: str, _body: bytes) -> None:
        if path == COMPARE and next(compared) == cut:
            raise Unreachable("cut")

    link.after = hear
    outcome = exchange(district.pc, link, NO_WAITING)
    assert (outcome.proven, outcome.received) == (True, 0)


def forget_where_it_read(connection: Connection) -> None:
    connection.execute(delete(tables.cursor))
    links.write_link(connection, "9901", links.DISTRICT_PEER, epoch="ab" * 16)
