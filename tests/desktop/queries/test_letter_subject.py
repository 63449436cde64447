"""What a letter is about before its first key."""

import dataclasses

from desktop.queries.letter_subject import read_subject
from sync.records import Facility
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.scenes import add_patient, reading


def test_the_writers_own_telephone_comes_before_that_of_the_place(home: Home) -> None:
    patient, writer, facility = add_patient(home), home.staff[0], home.replica.identity.facility
    with reading(home) as reader:
        assert read_subject(reader, patient.id, writer.id, facility).phone is None
    own = home.replica.get(Facility, facility)
    assert own is not None
    home.replica.save([Edit(dataclasses.replace(own.record, phone="0800-1"), own)], writer.id)
    with reading(home) as reader:
        assert read_subject(reader, patient.id, writer.id, facility).phone == "0800-1"
    seen = home.replica.get(type(writer), writer.id)
    assert seen is not None
    home.replica.save([Edit(dataclasses.replace(seen.record, phone="0800-2"), seen)], writer.id)
    with reading(home) as reader:
        found = read_subject(reader, patient.id, writer.id, facility)
    assert (found.phone, found.patient, found.visit, found.draft) == ("0800-2", patient, None, None)


def test_a_patient_who_is_not_here_is_none(home: Home) -> None:
    with reading(home) as reader:
        found = read_subject(reader, "9" * 32, home.staff[0].id, home.replica.identity.facility)
    assert (found.patient, found.visit, found.draft) == (None, None, None)
