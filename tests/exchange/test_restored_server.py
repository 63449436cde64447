"""What a server put back from an old copy has lost comes back by itself: its cards, its facilities, its computers."""

from collections.abc import Iterator
from dataclasses import replace

import msgspec
import pytest
from sqlalchemy import select, update

from sync.errors import NotAllowed
from sync.exchange.messages import GIVE_BACK, GiveBackAnswer, GiveBackRequest, decode_message, encode_message
from sync.records import Computer, Facility, Patient
from sync.replica import tables
from sync.replica.projections import VALUE_TABLES
from sync.replica.replica import Replica
from sync.replica.seals import SEAL_FIELD
from sync.replica.values import Edit
from sync.revisions.packing import pack
from sync.revisions.revision import Revision, decode, encode_revision
from sync.server.access import Access
from sync.server.cards import publish_missing_cards
from sync.server.district import add_facility
from tests.fakes.replicas import new_patient
from tests.fakes.restoring import RestoredDistrict
from tests.fakes.sticks import state_of
from tests.simulation.edge import Came, Sent, transport


@pytest.fixture(name="place")
def fixture_place() -> Iterator[RestoredDistrict]:
    """A district with a computer in each facility, in which everything is known to everybody."""
    made = RestoredDistrict.made()
    for facility in (made.puskesmas, made.hospital):
        made.enrol(facility, "PC-LAMA")
    made.settle(2)
    yield made
    made.close()


def register(replica: Replica, name: str) -> Patient:
    patient = new_patient(replica, name)
    replica.save([Edit(patient)], replica.new_id())
    return patient


def assert_equal_everywhere(place: RestoredDistrict) -> None:
    """Both sides are equal everywhere, and nothing anywhere is held without the server having it."""
    assert [outcome.proven for outcome in place.settle()] == [True] * len(place.pcs)
    server = {row[0] for row in state_of(place.server)["revisions"]}
    for pc in place.pcs:
        revisions = state_of(pc)["revisions"]
        assert {row[0] for row in revisions} <= server
        assert {(confirmed, refusal) for _, confirmed, refusal in revisions} == {(1, None)}


def computers(place: RestoredDistrict) -> dict[str, tuple[str, str, bool]]:
    return {item.id: (item.name, item.letter, item.revoked_at is None) for item in Access(place.server).devices()}


def test_a_computer_enrolled_after_the_copy_is_known_again_without_anybody_doing_anything(
    place: RestoredDistrict,
) -> None:
    backup = place.backup()
    pc = place.enrol(place.puskesmas, "PC-BARU")
    before = register(pc, "Sebelum")
    place.settle(2)
    known = computers(place)
    place.put_back(backup)
    after = register(pc, "Sesudah")
    assert pc.identity.device not in computers(place)
    [outcome] = place.sync(pc)
    assert outcome.proven
    assert computers(place) == known
    assert place.server.get(Patient, before.id) is not None
    assert place.server.get(Patient, after.id) is not None
    assert_equal_everywhere(place)


def test_a_computer_that_never_exchanged_before_the_server_forgot_it_is_known_again(place: RestoredDistrict) -> None:
    backup = place.backup()
    pc = place.enrol(place.puskesmas)
    place.put_back(backup)
    [outcome] = place.sync(pc)
    assert outcome.proven
    assert_equal_everywhere(place)


def test_the_card_comes_back_byte_for_byte_from_anybody_who_holds_it(place: RestoredDistrict) -> None:
    backup = place.backup()
    pc = place.enrol(place.puskesmas)
    place.settle(2)
    [card] = place.server.history(pc.identity.device)
    place.put_back(backup)
    place.sync(place.pcs[1])  # the hospital's computer, while the new one is silent
    assert place.server.history(pc.identity.device) == [card]
    assert pc.identity.device in computers(place)
    assert_equal_everywhere(place)


def test_twins_that_got_names_of_their_own_after_the_copy_keep_them(place: RestoredDistrict) -> None:
    pc = place.pcs[0]
    register(pc, "Sebelum")
    place.settle(2)
    backup, former = place.backup(), pc.identity.device
    twin = place.clone(pc)
    register(pc, "Di loket")
    register(twin, "Di kembaran")
    place.settle()
    names = [replica.refresh().device for replica in (pc, twin)]
    assert len({former, *names}) == 3
    place.put_back(backup)
    assert_equal_everywhere(place)
    assert [replica.refresh().device for replica in (pc, twin)] == names
    table = tables.device
    query = select(table.c.former).where(table.c.id.in_(names))
    assert place.server.read(lambda connection: set(connection.execute(query).scalars())) == {former}


def test_a_revocation_that_the_server_lost_counts_again_as_soon_as_anybody_brings_it(place: RestoredDistrict) -> None:
    pc = place.enrol(place.puskesmas)
    place.settle(2)
    backup = place.backup()
    register(pc, "Belum terkirim")
    Access(place.server).revoke(pc.identity.device)
    place.sync(*place.pcs[:2])
    place.put_back(backup)
    assert computers(place)[pc.identity.device][2]
    place.sync(place.pcs[1])
    assert not computers(place)[pc.identity.device][2]
    with pytest.raises(NotAllowed) as told:
        place.sync(pc)
    assert told.value.code == "revoked_device"
    place.pcs.remove(pc)
    assert_equal_everywhere(place)
    pc.close()


def test_a_forgotten_computer_shows_no_older_card_to_undo_its_revocation(place: RestoredDistrict) -> None:
    backup = place.backup()
    pc = place.enrol(place.puskesmas)
    place.settle(2)
    Access(place.server).revoke(pc.identity.device)
    place.sync(*place.pcs[:2])
    place.put_back(backup)
    place.sync(place.pcs[1])  # brings both words of the card
    with pytest.raises(NotAllowed) as told:
        place.sync(pc)
    assert told.value.code == "revoked_device"
    seen = place.server.get(Computer, pc.identity.device)
    assert seen is not None
    assert seen.record.revoked_at is not None


def test_revoked_again_after_a_restore_is_revoked_and_no_question(place: RestoredDistrict) -> None:
    pc = place.enrol(place.puskesmas)
    place.settle(2)
    backup = place.backup()
    Access(place.server).revoke(pc.identity.device)
    place.sync(*place.pcs[:2])
    place.put_back(backup)
    Access(place.server).revoke(pc.identity.device)
    place.pcs.remove(pc)
    assert_equal_everywhere(place)
    for replica in (place.server, *place.pcs):
        seen = replica.get(Computer, pc.identity.device)
        assert seen is not None
        assert (seen.record.revoked_at is None, seen.conflicts) == (False, ())
    pc.close()


def test_a_computer_whose_letter_was_given_away_meanwhile_takes_another_and_loses_nothing(
    place: RestoredDistrict,
) -> None:
    backup = place.backup()
    pc = place.enrol(place.puskesmas)
    before = register(pc, "Sebelum")
    place.settle(2)
    place.put_back(backup)
    other = place.enrol(place.puskesmas)
    assert other.identity.letter == pc.identity.letter
    after = register(pc, "Sesudah")
    place.sync(other, pc)
    assert other.refresh().letter != pc.refresh().letter
    for patient in (before, after):
        assert place.server.get(Patient, patient.id) is not None
    assert_equal_everywhere(place)


def test_a_facility_added_after_the_copy_comes_back_with_its_computer(place: RestoredDistrict) -> None:
    backup = place.backup()
    added = add_facility(place.server, {"code": "11320102", "kind": "puskesmas", "name": "Puskesmas Baru"})
    pc = place.enrol(added.id)
    patient = register(pc, "Pasien puskesmas baru")
    place.settle(2)
    place.put_back(backup)
    [outcome] = place.sync(pc)
    assert outcome.proven
    seen = place.server.get(Facility, added.id)
    assert seen is not None
    assert seen.record == added
    assert place.server.get(Patient, patient.id) is not None
    assert_equal_everywhere(place)


def test_a_sync_with_nothing_new_is_one_message_again_after_all_that(place: RestoredDistrict) -> None:
    backup = place.backup()
    place.enrol(place.puskesmas)
    place.settle(2)
    place.put_back(backup)
    place.settle()
    paths: list[str] = []
    place.before = lambda sent: paths.append(sent.path)
    place.sync(place.pcs[0])
    assert paths == ["/v1/exchange"]


def test_a_server_that_kept_its_epoch_and_lost_a_card_gets_it_back_as_well(place: RestoredDistrict) -> None:
    backup = place.backup()
    pc = place.enrol(place.puskesmas)
    register(pc, "Sebelum")
    place.settle(2)
    place.put_back(backup, new_epoch=False)
    assert_equal_everywhere(place)
    assert pc.identity.device in computers(place)


# --- what proves nothing ----------------------------------------------------------------------------------------------


def give_back(place: RestoredDistrict, *revisions: Revision) -> list[int]:
    with transport(None, place.carry) as road:
        answer = road.send(GIVE_BACK, encode_message(GiveBackRequest(pack(list(revisions)))))
    return decode_message(answer, GiveBackAnswer).taken


def test_an_altered_or_invented_card_is_not_taken(place: RestoredDistrict) -> None:
    backup = place.backup()
    pc = place.enrol(place.puskesmas)
    [card] = place.server.history(pc.identity.device)
    place.put_back(backup)
    before = state_of(place.server)

    def forged(**fields: str | None) -> Revision:
        made = msgspec.structs.replace(card, fields={**card.fields, **fields})
        return decode(encode_revision(made))

    for made in (
        forged(public_key=bytes(32).hex()),
        forged(facility=place.hospital),
        forged(**{SEAL_FIELD: None}),
        forged(**{SEAL_FIELD: "not a seal"}),
        decode(encode_revision(msgspec.structs.replace(card, record="ab" * 16))),
    ):
        assert give_back(place, made) == []
    assert state_of(place.server) == before
    assert give_back(place, card) == [0]
    assert give_back(place, card) == [0]
    assert pc.identity.device in computers(place)


def test_what_another_district_sealed_is_not_taken(place: RestoredDistrict) -> None:
    stranger = RestoredDistrict.made()
    pc = stranger.enrol(stranger.puskesmas)
    assert give_back(place, *stranger.server.history(pc.identity.device)) == []
    stranger.close()


def test_what_the_server_wrote_before_there_were_seals_is_proved_by_what_followed_it(
    place: RestoredDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = place.backup()
    with monkeypatch.context() as older:
        older.setattr("sync.replica.replica.sealed", lambda body, _key: body)
        pc = place.enrol(place.puskesmas, "PC-LAMA-SEKALI")
        added = add_facility(place.server, {"code": "11320103", "kind": "puskesmas", "name": "Puskesmas Lama"})
    forget_name(place.server, pc.identity.device)
    assert publish_missing_cards(place.server) == 1
    place.settle(2)
    place.put_back(backup)
    assert_equal_everywhere(place)
    assert place.server.get(Facility, added.id) is not None
    assert computers(place)[pc.identity.device][0] == "PC-LAMA-SEKALI"


def forget_name(server: Replica, device: str) -> None:
    """Make the projected card what a program without names in cards had made."""
    table = VALUE_TABLES["computer"]
    server.write(lambda connection: connection.execute(update(table).where(table.c.id == device).values(name=None)))


def test_a_card_from_before_the_seals_is_not_offered_and_leaves_the_exchange_whole(
    place: RestoredDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = place.backup()
    with monkeypatch.context() as older:
        older.setattr("sync.replica.replica.sealed", lambda body, _key: body)
        pc = place.enrol(place.puskesmas)
    place.settle(2)
    place.put_back(backup)
    with pytest.raises(NotAllowed) as told:
        place.sync(pc)
    assert told.value.code == "unknown_device"
    place.pcs.remove(pc)
    assert all(outcome.proven for outcome in place.settle())
    sent: list[Sent] = []
    place.before = sent.append
    place.sync(*place.pcs)
    assert [request.path for request in sent] == ["/v1/exchange"] * len(place.pcs)
    assert max(len(request.body) for request in sent) < 200
    pc.close()


def test_an_older_server_that_has_lost_a_computer_says_so_as_before(place: RestoredDistrict) -> None:
    backup = place.backup()
    pc = place.enrol(place.puskesmas)
    place.put_back(backup)
    asked: list[str] = []
    carry = place.carry

    def of_an_older_server(sent: Sent) -> Came:
        asked.append(sent.path)
        return carry(replace(sent, path="/v1/nothing-here") if sent.path == GIVE_BACK else sent)

    place.carry = of_an_older_server  # type: ignore[method-assign]  # the road of a test, not of the product
    with pytest.raises(NotAllowed) as told:
        place.sync(pc)
    assert told.value.code == "unknown_device"
    assert asked == ["/v1/exchange", GIVE_BACK, GIVE_BACK]
