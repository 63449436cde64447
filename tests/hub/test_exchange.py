"""PCs, a hub and the district, whatever cable is pulled: nothing is lost, and the end is the same everywhere."""

from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from sync.errors import Unreachable
from sync.exchange.admission import VOIDED_NOT_KNOWN
from sync.exchange.engine import exchange
from sync.exchange.hub_service import AT_ONCE_S, HubSource
from sync.exchange.messages import EXCHANGE, ExchangeRequest, decode_message
from sync.records import Facility
from sync.replica import feeds, hub_links, tables
from sync.replica.digest import BUCKETS
from sync.replica.identity import HUB, Identity
from sync.replica.opening import open_sqlite
from sync.replica.refilling import refill
from sync.replica.replica import Replica
from sync.replica.salvage import salvage
from sync.replica.storing import AT_DISTRICT, CARRIED, WAITS
from sync.replica.values import Edit
from sync.revisions.environment import system_environment
from sync.revisions.packing import unpack
from sync.revisions.revision import decode
from tests.fakes.hub import NO_WAITING, Cable, House, house, records, states
from tests.fakes.replicas import DISTRICT, new_referral

CABLES = ("pc-hub", "hub-district", "pc-district")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as made:
        yield made


def refusals(replica: Replica) -> dict[str, str]:
    """Why the district would not have what it refused."""
    table = tables.revision
    query = select(table.c.id, table.c.refusal).where(table.c.refusal.is_not(None))
    return {row.id: row.refusal for row in replica.read(lambda connection: connection.execute(query).all())}


def assert_all_equal(place: House) -> None:
    """Everybody holds the same, and everybody knows that the district has it."""
    place.pulled.clear()
    for _ in range(3):
        place.round()
    everything = states(place.hub)
    assert states(place.pc) == states(place.other) == everything
    assert set(everything.values()) == {AT_DISTRICT}
    assert set(everything) == set(states(place.district.server))
    assert all(place.to_hub(pc).proven and place.to_district(pc).proven for pc in (place.pc, place.other))


def test_what_one_pc_saves_reaches_its_colleague_and_the_district_by_the_hub_alone(place: House) -> None:
    place.pulled = {"pc-district"}
    patient = place.register(place.pc)
    place.round()
    place.round()
    assert patient in records(place.other)
    assert patient in records(place.district.server)
    # Both know it from the hub, which had the district's receipt.
    assert place.pc.waiting_count() == 0
    assert set(states(place.other).values()) == {AT_DISTRICT}


def test_the_hub_has_it_is_not_the_district_has_it(place: House) -> None:
    place.round()
    place.pulled = {"pc-district", "hub-district"}
    before = set(states(place.pc))
    place.register(place.pc)
    place.round()
    place.round()
    [written] = set(states(place.pc)) - before
    assert states(place.pc)[written] == WAITS
    assert states(place.hub)[written] == WAITS
    assert states(place.other)[written] == CARRIED
    assert (place.pc.waiting_count(), place.pc.waiting_count("hub")) == (1, 0)
    place.pulled = {"pc-district"}
    place.round()
    place.round()
    assert states(place.pc)[written] == AT_DISTRICT


def test_what_the_district_refused_for_a_time_is_asked_about_again(place: House) -> None:
    place.round()
    before = set(states(place.hub))
    place.register(place.hub)
    [written] = set(states(place.hub)) - before
    place.hub.confirm([], [(written, VOIDED_NOT_KNOWN)])
    place.to_hub(place.other)
    assert refusals(place.other) == {written: VOIDED_NOT_KNOWN}
    # The hub offers it again, and now it is taken. The colleague reads on where the hub is, and finds all equal.
    assert place.to_district(place.hub).sent == 1
    place.to_hub(place.other)
    assert (states(place.other)[written], refusals(place.other)) == (AT_DISTRICT, {})
    cable = Cable(place.district.link(place.other), lambda: True)
    assert exchange(place.other, cable).proven
    assert cable.seen == [EXCHANGE]


def test_what_the_hub_learns_between_two_answers_is_not_passed_over(
    place: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.round()
    for number in range(3):
        place.register(place.pc, f"Pasien {number}")
    assert place.to_hub(place.pc).sent == 3
    monkeypatch.setattr("sync.exchange.confirming.MOST_IDS", 1)
    asked, ask = list[int](), hub_links.news_of_district

    def news(connection: Connection, identity: Identity, ids: Sequence[str]) -> hub_links.DistrictNews:
        if len(asked) == 1:
            place.to_district(place.hub)
        asked.append(len(ids))
        return ask(connection, identity, ids)

    monkeypatch.setattr(hub_links, "news_of_district", news)
    place.to_hub(place.other)
    assert asked == [1, 1, 1]
    cable = Cable(place.district.link(place.other), lambda: True)
    assert exchange(place.other, cable).proven
    # Nothing had to be compared; the second message says that nothing is carried any more.
    assert cable.seen == [EXCHANGE, EXCHANGE]


def test_what_the_hub_does_not_know_to_have_arrived_is_not_passed_over(place: House) -> None:
    place.round()
    place.register(place.hub)
    road = place.district.link(place.hub)

    def lost(_path: str, _answer: bytes) -> None:
        raise Unreachable("the answer was lost")

    road.after = lost
    with pytest.raises(Unreachable):
        exchange(place.hub, road, NO_WAITING)
    # Something more urgent went in its place, with a page that ends behind it.
    audience = place.hub.identity.home_audience
    number, _, _ = place.district.server.read(lambda found: feeds.verified_head(found, DISTRICT, audience))
    assert place.hub.receive(audience, [], number=number)
    place.to_hub(place.other)
    cable = Cable(place.district.link(place.other), lambda: True)
    assert exchange(place.other, cable).proven
    # Nothing had to be compared; the second message says that nothing is carried any more.
    assert cable.seen == [EXCHANGE, EXCHANGE]


def test_what_a_hub_names_of_some_buckets_fits_its_digest_whatever_it_learns_between_two_questions(
    place: House,
) -> None:
    source, asked = HubSource(place.hub), range(0, BUCKETS, 2)
    for _ in range(20):
        place.register(place.hub)
    before, _, _ = source.head(HUB)
    for _ in range(20):
        place.register(place.hub)
    number, whole, ids = source.in_buckets(HUB, asked)
    top, right, buckets = HubSource(place.hub).head(HUB)
    assert before < number == top
    assert whole == right
    assert sorted(ids) == sorted(item for bucket in asked for item in buckets.get(bucket, ()))


def test_any_cables_may_be_pulled_in_any_combination(place: House) -> None:
    saved: set[str] = set()
    for whole in product((True, False), repeat=len(CABLES)):
        place.pulled = {cable for cable, there in zip(CABLES, whole, strict=True) if not there}
        new = {place.register(replica) for replica in (place.pc, place.other, place.hub)}
        saved |= new
        for _ in range(4):
            place.round()
        if whole[0]:
            assert saved <= records(place.pc) & records(place.other) & records(place.hub)
        if whole[2] or (whole[0] and whole[1]):
            assert saved & records(place.pc) <= records(place.district.server)
    assert_all_equal(place)
    assert saved <= records(place.district.server)


def test_a_hub_that_is_off_for_a_week_holds_up_nobody(place: House) -> None:
    place.pulled = {"pc-district", "hub-district"}
    orphan = place.register(place.other)
    place.round()
    place.round()
    # The colleague's PC is broken from now on, too: only the hub and this PC have what it wrote.
    place.pulled = {"pc-hub", "hub-district"}
    own = place.register(place.pc)
    place.round(place.pc)
    assert own in records(place.district.server)
    assert orphan not in records(place.district.server)
    place.forget_recent_hub(place.pc)
    place.round(place.pc)
    assert {own, orphan} <= records(place.district.server)
    at_the_hub = place.register(place.hub)
    assert_all_equal(place)
    assert {own, orphan, at_the_hub} <= records(place.pc)


def test_a_hub_put_back_from_a_copy_gets_everything_again_and_a_name_of_its_own(place: House) -> None:
    place.pulled = {"pc-district", "hub-district"}
    before = place.register(place.hub)
    place.round()
    copy = place.copied(place.hub)
    by_pc, by_hub = place.register(place.pc), place.register(place.hub)
    place.round()
    place.round()
    place.replace_hub(copy)
    assert not {by_pc, by_hub} & records(place.hub)
    new_at_hub = place.register(place.hub)
    former = place.hub.identity.device
    place.round()
    place.round()
    assert {before, by_pc, by_hub, new_at_hub} <= records(place.hub)
    assert_all_equal(place)
    assert place.hub.identity.device != former


def test_a_hub_put_back_is_not_brought_what_other_facilities_wrote(place: House) -> None:
    """Its PCs hold that too, but it is the district's to give: a message with it is refused as a whole."""
    copy = place.copied(place.hub)
    server = place.district.server
    clinic = Facility(id=server.new_id(), code="0114K001", name="Klinik Satu", kind="klinik")
    server.save([Edit(clinic)], server.identity.device)
    patient = place.register(place.pc)
    place.to_district(place.hub)
    place.to_hub(place.pc)
    assert clinic.id in records(place.pc, "facility")
    place.replace_hub(copy)

    assert place.to_hub(place.pc).proven
    assert patient in records(place.hub)
    place.to_district(place.hub)
    assert place.to_hub(place.pc).proven
    assert clinic.id in records(place.hub, "facility")


def test_a_pc_that_was_set_up_anew_is_filled_from_the_hub_without_the_district(place: House) -> None:
    saved = {place.register(place.pc) for _ in range(30)}
    place.round()
    place.pulled = {"pc-district", "hub-district"}
    late = place.register(place.pc)
    place.round()
    fresh = place.computer("C", card=False)
    place.pair(fresh)
    assert place.to_hub(fresh).proven
    assert saved | {late} <= records(fresh)
    # What it has from the hub it does not fetch from the district again.
    place.pulled.clear()
    place.publish(fresh)
    place.round()
    place.to_hub(fresh)
    received = place.to_district(fresh)
    assert received.proven
    assert received.received <= 1
    assert received.repaired == 0


def test_an_emergency_goes_first_over_every_road(place: House) -> None:
    place.pulled = {"pc-hub", "pc-district", "hub-district"}
    for _ in range(40):
        place.register(place.pc)
    patient = place.register(place.pc)
    for _ in range(40):
        place.register(place.pc)
    letter = new_referral(place.pc, patient, place.district.hospital, urgency="merah")
    place.pc.save([Edit(letter)], place.district.author)
    for peer in ("hub", "district"):
        first = [decode(body).record for _, body in place.pc.waiting(2, 10**6, peer)]
        assert first == [patient, letter.id]
    place.pulled = {"pc-district", "hub-district"}
    place.woken.clear()
    place.round(place.pc)
    assert place.woken[0] == AT_ONCE_S
    first = [decode(body).record for _, body in place.hub.waiting(2, 10**6)]
    assert first == [patient, letter.id]


def test_an_emergency_takes_its_patient_along_also_when_a_colleague_wrote_that(place: House) -> None:
    place.round()
    place.pulled = {"pc-district", "hub-district"}
    patient = place.register(place.other)
    place.to_hub(place.other)
    place.to_hub(place.pc)
    letter = new_referral(place.pc, patient, place.district.hospital, "merah")
    place.pc.save([Edit(letter)], place.district.author)
    place.pulled = {"pc-hub", "hub-district"}
    link = place.district.link(place.pc)
    first = list[set[str]]()
    link.before = lambda _path, body: first.append(
        {revision.record for revision, _ in unpack(decode_message(body, ExchangeRequest).push)}
    )
    assert exchange(place.pc, link, NO_WAITING).proven
    assert first[0] == {patient, letter.id}
    assert_all_equal(place)


def test_two_hubs_in_one_puskesmas_lose_nothing(place: House) -> None:
    """The PCs of each hub meet at the district, or where one hub is the other's PC."""
    place.round()
    face = place.serve(place.other)
    third = place.computer("C")
    place.pulled = {"pc-district", "hub-district"}
    place.to_hub(place.other)
    place.pair(third, place.other, face)
    saved = {place.register(replica) for replica in (place.pc, third, place.hub)}
    for _ in range(3):
        place.round(place.pc, third, place.other)
    for replica in (place.hub, place.pc, place.other, third):
        assert saved <= records(replica)
    assert_all_equal(place)
    for _ in range(2):
        place.round(place.pc, place.other, third)
    assert states(third) == states(place.hub)


def test_an_older_answer_of_the_hub_changes_nothing(place: House) -> None:
    """A message repeated, and two exchanges of one PC at a time: counted once."""
    place.register(place.pc)
    assert place.to_hub(place.pc).proven
    again = place.to_hub(place.pc)
    assert (again.sent, again.received, again.proven) == (0, 0, True)


def test_what_a_colleague_wrote_is_brought_by_a_rescued_pc_too(place: House, tmp_path: Path) -> None:
    place.round()
    place.pulled = {"pc-district", "hub-district"}
    patient = place.register(place.other)
    place.to_hub(place.other)
    place.to_hub(place.pc)
    rescued = tmp_path / "rescued.db"
    refill(rescued, None, [salvage(place.copied(place.pc), None)], system_environment())
    again = Replica.load(open_sqlite(rescued, None), system_environment())
    assert again is not None
    place.replicas.append(again)
    # It knows no hub any more, and neither the hub nor the colleague may ever come back.
    place.pulled = {"hub-district", "pc-hub"}
    assert place.to_district(again).proven
    assert patient in records(place.district.server)
