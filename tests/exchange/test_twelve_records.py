"""Of the twelve tests that a sync must pass, what other engines are known to fail: 5 to 11, on what people edit.

Numbers 1 to 4 are in ``test_twelve_links.py``, number 12 (a bundle on a stick, twice, out of order and together with
the network) in ``test_bundles.py``.
"""

from dataclasses import replace

import pytest
from sqlalchemy import select

from sync.exchange.admission import UNKNOWN_TYPE
from sync.exchange.engine import exchange
from sync.exchange.manner import Manner
from sync.exchange.messages import EXCHANGE, PROTOCOL, ExchangeAnswer, ExchangeRequest, decode_message, encode_message
from sync.exchange.service import Service
from sync.records import RECORDS_VERSION, Patient, Referral, Visit, Void, Wire
from sync.replica import tables
from sync.replica.replica import Replica
from sync.replica.values import Edit
from sync.revisions.environment import Environment, system_environment
from sync.revisions.fold import fold
from sync.revisions.packing import pack
from sync.revisions.revision import Revision, decode, encode
from sync.revisions.taken_out import keeping_out, unseen_edits
from tests.fakes.replicas import (
    DirectTransport,
    SmallDistrict,
    cloned,
    new_patient,
    new_referral,
)

NO_WAITING = Manner(wait=lambda _seconds: None)


def sync(district: SmallDistrict, *replicas: Replica) -> None:
    for replica in replicas:
        assert exchange(replica, district.link(replica), NO_WAITING).proven


def edit(replica: Replica, patient: str, **values: object) -> None:
    seen = replica.get(Patient, patient)
    assert seen is not None
    replica.save([Edit(replace(seen.record, **values), seen)], replica.identity.device)  # type: ignore[arg-type]  # fields


def shared_patient(district: SmallDistrict) -> str:
    """A patient that both computers of the puskesmas have."""
    patient = new_patient(district.pc)
    district.pc.save([Edit(patient)], district.author)
    sync(district, district.pc, district.second_pc)
    return patient.id


# --- 5 to 7: edits under way, copies put back -------------------------------------------------------------------------


def test_05_an_edit_made_while_its_record_is_being_sent_is_kept_and_sent(district: SmallDistrict) -> None:
    patient = new_patient(district.pc)
    district.pc.save([Edit(patient)], district.author)
    link, once = district.link(district.pc), iter([True])

    def change(path: str, _body: bytes) -> None:
        if path == EXCHANGE and next(once, False):
            edit(district.pc, patient.id, phone="0899")

    link.before = change
    assert exchange(district.pc, link).proven
    sync(district, district.second_pc)
    there = district.second_pc.get(Patient, patient.id)
    assert there is not None
    assert there.record.phone == "0899"


@pytest.mark.parametrize("noticed", ["a new epoch", "cursors beyond the feed"])
def test_06_a_server_restored_to_yesterday_is_filled_again(district: SmallDistrict, noticed: str) -> None:
    patient = new_patient(district.pc)
    district.pc.save([Edit(patient)], district.author)
    sync(district, *district.pcs)
    yesterday = cloned(district.server)
    letter = new_referral(district.pc, patient.id, district.hospital)
    district.pc.save([Edit(letter)], district.author)
    edit(district.pc, patient.id, phone="0812")
    sync(district, *district.pcs)
    if noticed == "a new epoch":
        yesterday.identity = replace(yesterday.identity, epoch=system_environment().new_id())
    district.service = Service(yesterday)
    sync(district, *district.pcs)
    assert len(yesterday.history(patient.id)) == 2
    assert len(yesterday.history(letter.id)) == 1
    assert district.hospital_pc.get(Referral, letter.id) is not None
    assert len(district.hospital_pc.history(patient.id)) == 2
    yesterday.close()


@pytest.mark.parametrize("way", ["put back from last week", "cloned"])
def test_07_a_device_put_back_or_cloned_loses_nothing_and_says_nothing_twice(district: SmallDistrict, way: str) -> None:
    before = shared_patient(district)
    twin = cloned(district.pc)
    written = [before]
    for number in range(3):
        patient = new_patient(district.pc, f"Di loket {number}")
        district.pc.save([Edit(patient)], district.author)
        written.append(patient.id)
        if way == "cloned":
            other = new_patient(twin, f"Di kembaran {number}")
            twin.save([Edit(other)], district.author)
            written.append(other.id)
    sync(district, district.pc)
    for _ in range(2):
        # The copy that was put back takes the place of the first computer; the clone works beside it.
        sync(district, twin, *([district.pc] if way == "cloned" else []))
    later = new_patient(twin, "Sesudahnya")
    twin.save([Edit(later)], district.author)
    sync(district, twin, district.second_pc)
    for record in (*written, later.id):
        assert len(district.server.history(record)) == len(district.second_pc.history(record)) == 1
        assert len(twin.history(record)) == 1
    twin.close()


# --- 8, 9: conflicts and clocks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("here", "there", "asked"),
    [
        ({"phone": "0811"}, {"village": "Sukamaju"}, False),
        ({"name": "Siti Aminah"}, {"name": "Siti Rahmah"}, True),
    ],
    ids=["other fields merge", "the same field is asked"],
)
def test_08_what_two_pcs_edit_is_merged_or_asked_and_never_gone(
    district: SmallDistrict, here: dict[str, object], there: dict[str, object], *, asked: bool
) -> None:
    patient = shared_patient(district)
    edit(district.pc, patient, **here)
    edit(district.second_pc, patient, **there)
    sync(district, district.pc, district.second_pc, district.pc)
    for replica in (district.pc, district.second_pc, district.server):
        seen = replica.get(Patient, patient)
        assert seen is not None
        assert bool(seen.conflicts) is asked
        typed = [revision.fields for revision in replica.history(patient)]
        assert all(any(fields.items() >= values.items() for fields in typed) for values in (here, there))
        if not asked:
            assert (seen.record.phone, seen.record.village) == ("0811", "Sukamaju")


def test_08_other_fields_of_one_clinical_group_are_asked(district: SmallDistrict) -> None:
    visit = Visit(id=district.pc.new_id(), patient=shared_patient(district), date=district.pc.now().date())
    district.pc.save([Edit(visit)], district.author)
    sync(district, district.pc, district.second_pc)
    seen = district.pc.get(Visit, visit.id)
    assert seen is not None
    district.pc.save([Edit(replace(visit, diagnosis_label="Tifoid"), seen)], district.author)
    seen = district.second_pc.get(Visit, visit.id)
    assert seen is not None
    district.second_pc.save([Edit(replace(visit, therapy="Parasetamol"), seen)], district.author)
    sync(district, district.pc, district.second_pc, district.pc)
    for replica in (district.pc, district.second_pc, district.server):
        seen = replica.get(Visit, visit.id)
        assert seen is not None
        assert (seen.record.diagnosis_label, seen.record.therapy) == ("Tifoid", "Parasetamol")
        assert {"diagnosis_label", "therapy"} <= set(seen.conflicts)


def taken_out(replica: Replica, record: str, **details: object) -> Void:
    """What a PC writes that takes a record out of its lists, or decides about that."""
    seen = replica.get(Patient, record)
    assert seen is not None
    values = {"record_type": "patient", "reason": "ganda", "seen": seen.heads, **details}
    void = Void(id=replica.new_id(), record=record, **values)  # type: ignore[arg-type]  # fields
    replica.save([Edit(void)], replica.identity.device)
    return void


def asked_about(replica: Replica, record: str, *voids: Void) -> list[dict[str, Wire]]:
    """The edits that a person has to look at because nobody who took the record out had seen them."""
    facts = [seen.record for void in voids if (seen := replica.get(Void, void.id)) is not None]
    return [dict(item.fields) for item in unseen_edits(facts, replica.history(record))]


@pytest.mark.parametrize("first", ["taken out first", "edited first"])
@pytest.mark.parametrize("returns", [True, False], ids=["returned", "left out"])
def test_08_a_record_taken_out_of_the_lists_while_it_is_edited_is_asked_about_once(
    district: SmallDistrict, first: str, *, returns: bool
) -> None:
    patient = shared_patient(district)
    if first == "edited first":
        edit(district.second_pc, patient, phone="0822")
    void = taken_out(district.pc, patient)
    if first == "taken out first":
        edit(district.second_pc, patient, phone="0822")
    sync(district, district.pc, district.second_pc, district.pc)
    everywhere = (district.pc, district.second_pc, district.server)
    for replica in everywhere:
        seen = replica.get(Patient, patient)
        assert seen is not None
        assert seen.record.phone == "0822"
        assert asked_about(replica, patient, void) == [{"phone": "0822"}]
    decision = taken_out(district.second_pc, patient, answers=void.id, returned=returns)
    sync(district, district.second_pc, district.pc)
    for replica in everywhere:
        assert asked_about(replica, patient, void, decision) == []
        assert bool(keeping_out([void, decision])) is not returns
    # What is edited after the decision, by somebody who does not know of it, is a new question where it stays out.
    edit(district.pc, patient, village="Sukamaju")
    assert bool(asked_about(district.pc, patient, void, decision)) is not returns


def test_08_what_was_seen_when_it_was_taken_out_is_not_asked_about(district: SmallDistrict) -> None:
    patient = shared_patient(district)
    edit(district.second_pc, patient, phone="0822")
    sync(district, district.second_pc, district.pc)
    void = taken_out(district.pc, patient)
    sync(district, district.pc, district.second_pc)
    for replica in (district.pc, district.second_pc, district.server):
        assert asked_about(replica, patient, void) == []


def test_08_of_two_decisions_at_once_the_record_returns(district: SmallDistrict) -> None:
    patient = shared_patient(district)
    void = taken_out(district.pc, patient)
    edit(district.second_pc, patient, phone="0822")
    sync(district, district.pc, district.second_pc, district.pc)
    decisions = [
        taken_out(pc, patient, answers=void.id, returned=pc is district.pc) for pc in (district.pc, district.second_pc)
    ]
    sync(district, district.pc, district.second_pc, district.pc)
    for replica in (district.pc, district.second_pc, district.server):
        assert all(replica.get(Void, fact.id) is not None for fact in decisions)
        assert asked_about(replica, patient, void, *decisions) == []
    assert keeping_out([void, *decisions]) == keeping_out([*decisions[::-1], void]) == ()


@pytest.mark.parametrize("years", [-2, 2])
def test_09_a_clock_two_years_off_wins_nothing(district: SmallDistrict, years: int) -> None:
    patient = shared_patient(district)
    real = system_environment()
    wrong = Environment(lambda: real.now_ms() + years * 365 * 86_400_000, real.random_bytes)
    district.pc.environment = wrong
    # One after the other, each having seen the one before: the last one stands, whatever the clocks say.
    edit(district.pc, patient, phone="0801")
    sync(district, district.pc, district.second_pc)
    edit(district.second_pc, patient, phone="0802")
    sync(district, district.second_pc, district.pc)
    for replica in (district.pc, district.second_pc, district.server):
        seen = replica.get(Patient, patient)
        assert seen is not None
        assert seen.record.phone == "0802"
    # At the same time: a field that matters is asked, whoever's clock is ahead.
    edit(district.pc, patient, name="Siti Aminah")
    edit(district.second_pc, patient, name="Siti Rahmah")
    sync(district, district.pc, district.second_pc, district.pc)
    seen = district.pc.get(Patient, patient)
    assert seen is not None
    assert seen.conflicts == ("name",)


# --- 10, 11: other programs, bad records ------------------------------------------------------------------------------


def pushed(district: SmallDistrict, replica: Replica, records: int, *bodies: bytes) -> ExchangeAnswer:
    """What the server says to revisions that another version of the program sends."""
    request = ExchangeRequest(PROTOCOL, records, push=pack([decode(body) for body in bodies]))
    link = DirectTransport(replica, district.service)
    return decode_message(link.send(EXCHANGE, encode_message(request)), ExchangeAnswer)


def written(replica: Replica, parents: tuple[Revision, ...], record: str, **fields: Wire) -> bytes:
    """A revision as another version of the program writes it, the first of a computer of the same facility."""
    return encode(
        device=system_environment().new_id(),
        number=1,
        previous=None,
        type_name=str(fields.pop("type_name", "patient")),
        record=record,
        parents=tuple(parent.id for parent in parents),
        stamp=max([parent.stamp for parent in parents], default=0) + 1,
        author=replica.identity.device,
        facility=replica.identity.facility,
        fields=fields,
    )


def test_10_what_a_newer_program_wrote_is_kept_by_older_ones_through_their_edits(district: SmallDistrict) -> None:
    patient = shared_patient(district)
    newer = written(district.pc, tuple(district.pc.history(patient)), patient, phone="0811", religion_of_2030="x")
    assert pushed(district, district.pc, RECORDS_VERSION + 1, newer).refused == {}
    sync(district, district.second_pc)
    edit(district.second_pc, patient, village="Sukamaju")
    sync(district, district.second_pc, district.pc)
    for replica in (district.server, district.pc, district.second_pc):
        folded = fold(None, replica.history(patient)).fields
        assert (folded["religion_of_2030"], folded["phone"], folded["village"]) == ("x", "0811", "Sukamaju")
    # A type that nobody here knows waits at its computer, stops nothing else, and is asked for again.
    new_type = written(district.pc, (), system_environment().new_id(), type_name="spaceship", speed=1)
    other = written(district.pc, (), system_environment().new_id(), name="Budi", sex="L", identity_reason="belum_rekam")
    answer = pushed(district, district.pc, RECORDS_VERSION + 1, new_type, other)
    assert (answer.stored, list(answer.refused.values())) == (1, [UNKNOWN_TYPE])


def test_10_an_older_program_that_knows_fewer_fields_blanks_none(district: SmallDistrict) -> None:
    patient = shared_patient(district)
    edit(district.pc, patient, phone="0811", village="Sukamaju")
    sync(district, district.pc)
    older = written(district.pc, tuple(district.pc.history(patient)[-1:]), patient, name="Siti R.")
    assert pushed(district, district.pc, RECORDS_VERSION - 1, older).refused == {}
    sync(district, district.pc, district.second_pc)
    for replica in (district.server, district.pc, district.second_pc):
        seen = replica.get(Patient, patient)
        assert seen is not None
        record = seen.record
        assert (record.name, record.phone, record.village, seen.conflicts) == ("Siti R.", "0811", "Sukamaju", ())


def test_11_of_five_hundred_records_an_invalid_one_is_shown_and_the_others_arrive(district: SmallDistrict) -> None:
    mine = [new_patient(district.pc, f"Pasien {number}") for number in range(499)]
    strange = replace(new_referral(district.pc, mine[0].id, district.hospital), from_facility=district.hospital)
    district.pc.save([Edit(record) for record in (*mine[:250], strange, *mine[250:])], district.author)
    outcome = exchange(district.pc, district.link(district.pc), NO_WAITING)
    assert (outcome.sent, outcome.refused, outcome.proven) == (499, 1, True)
    assert district.pc.waiting_count() == 0
    table = tables.revision
    query = select(table.c.record, table.c.refusal).where(table.c.refusal.is_not(None))
    [refused] = district.pc.read(lambda connection: connection.execute(query).all())
    assert (refused.record, refused.refusal) == (strange.id, "written in the name of another facility")
    sync(district, district.second_pc)
    assert all(district.second_pc.get(Patient, patient.id) is not None for patient in mine)
