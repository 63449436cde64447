"""Trains at the real application, and over a real link that is cut: what arrived counts, and a cut costs little."""

import random
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from sync.errors import NotAllowed, Refused
from sync.exchange.arrival import ARRIVED, ArrivedRequest, Sent, ask_arrived, sent
from sync.exchange.credential import SIGNATURE_BYTES, Signer
from sync.exchange.engine import exchange
from sync.exchange.manner import Manner
from sync.exchange.messages import EXCHANGE, AskedFeed, ExchangeAnswer, ExchangeRequest, decode_message, encode_message
from sync.exchange.pace import LARGEST_TRAIN, SMALLEST, Pace
from sync.exchange.train import TRAIN, Uncoupler, packed
from sync.records import Patient, Ward
from sync.replica import tables
from sync.revisions.packing import unpack
from tests.benchmarks._measuring import bench, computer
from tests.benchmarks._workload import made_records, save_all
from tests.exchange.places import Place, save_thousand
from tests.exchange.test_http_cuts import push_of
from tests.exchange.test_train import body_of
from tests.fakes.district import HOSPITAL_CODE, EnrolledPc
from tests.fakes.replicas import new_patient
from tests.fakes.slow_link import FREE
from tests.simulation import edge
from tests.simulation.edge import ask

NO_WAITING = Manner(wait=lambda _seconds: None)


def train_of(signer: Signer, messages: list[bytes]) -> tuple[tuple[tuple[str, str], ...], list[bytes]]:
    """Head and signed parts of a train."""
    credential, parts = signer.signed_train(EXCHANGE, packed(messages))
    return (("Content-Type", TRAIN), ("Authorization", credential)), list(parts)


def held(place: Place, pc: EnrolledPc, messages: list[bytes]) -> list[bool]:
    """Which of these messages the server has."""
    asked = [
        sent(revision for revision, _ in unpack(decode_message(message, ExchangeRequest).push)) for message in messages
    ]
    return ask_arrived(place.road(pc), asked)


@pytest.mark.parametrize("arrived", [0, 1, 3])
def test_the_whole_messages_of_a_broken_train_are_stored(place: Place, arrived: int) -> None:
    pc = place.enrolled()
    messages = push_of(place.replica, pc, 5)
    head, parts = train_of(pc.signer, messages)
    body = body_of(parts)[: len(body_of(parts[:arrived])) + 40]
    ask(place.app, edge.Sent(EXCHANGE, head, body, broken=True))
    assert held(place, pc, messages) == [number < arrived for number in range(5)]
    came = ask(place.app, edge.Sent(EXCHANGE, head, body_of(parts)))
    assert (came.status, dict(came.headers)["content-type"]) == (200, TRAIN)
    assert held(place, pc, messages) == [True] * 5


def test_nothing_behind_a_forged_part_is_stored(place: Place) -> None:
    pc, other = place.enrolled(), place.enrolled()
    messages = push_of(place.replica, pc, 4)
    head, parts = train_of(pc.signer, messages)
    _, forged = train_of(Signer(pc.card.device, other.signing_key), messages)
    ask(place.app, edge.Sent(EXCHANGE, head, body_of([*parts[:2], forged[2], parts[3]])))
    assert held(place, pc, messages) == [True, True, False, False]
    came = ask(place.app, edge.Sent(EXCHANGE, head, body_of(forged)))
    assert came.status == 401
    assert held(place, pc, messages) == [True, True, False, False]


def test_parts_that_are_missing_or_swapped_are_not_believed(place: Place) -> None:
    pc = place.enrolled()
    messages = push_of(place.replica, pc, 3)
    head, (one, two, three) = train_of(pc.signer, messages)
    for parts in ([two, one, three], [three], [one[:SIGNATURE_BYTES] + two[SIGNATURE_BYTES:]], [b"x"]):
        assert ask(place.app, edge.Sent(EXCHANGE, head, body_of(parts))).status == 401
    assert held(place, pc, messages) == [False] * 3


def test_a_train_stops_at_a_message_that_is_refused_and_that_one_alone_says_why(place: Place) -> None:
    pc, hospital = place.enrolled(), place.enrolled(HOSPITAL_CODE)
    mine, theirs = push_of(place.replica, pc, 3), push_of(place.replica, hospital, 1)
    road = place.road(pc)
    answers = list(road.converse(EXCHANGE, [mine[0], *theirs, mine[1]]))
    assert [decode_message(answer, ExchangeAnswer).stored for answer in answers] == [1]
    assert held(place, pc, mine) == [True, False, False]
    with pytest.raises(NotAllowed):
        list(road.converse(EXCHANGE, [*theirs, mine[1]]))


def test_a_train_stops_behind_the_message_that_asks_for_feeds(place: Place) -> None:
    """Else a few bytes could ask for the same pages a thousand times, and all would be kept until the last is made."""
    pc = place.enrolled()
    asks = encode_message(ExchangeRequest(protocol=1, records=1, feeds=[AskedFeed("public", 0)], budget=100))
    one, two, three = push_of(place.replica, pc, 3)
    road = place.road(pc)
    assert len(list(road.converse(EXCHANGE, [one, asks]))) == 2
    assert len(list(road.converse(EXCHANGE, [two, asks, asks, three]))) == 2
    assert held(place, pc, [one, two, three]) == [True, True, False]


def test_a_receipt_in_a_train_is_that_of_its_own_message(place: Place, tmp_path: Path) -> None:
    pc = computer(tmp_path, place.enrolled(HOSPITAL_CODE))
    facility = pc.replica.identity.facility
    wards = [Ward(id=pc.replica.new_id(), facility=facility, name="Melati", ward_class="KL3") for _ in range(6)]
    with place.road(pc.pc) as road:
        assert exchange(pc.replica, road, NO_WAITING).proven
        place.seen.clear()
        # A hospital registers nobody.
        save_all(pc.replica, [*wards[:2], new_patient(pc.replica), *wards[2:], new_patient(pc.replica)])
        outcome = exchange(pc.replica, road, replace(NO_WAITING, pace=Pace(part=1)))
    table = tables.revision
    told = pc.replica.read(
        lambda connection: connection.execute(select(table.c.type, table.c.refusal.is_(None), table.c.confirmed)).all()
    )
    assert (outcome.sent, outcome.refused, outcome.proven) == (6, 2, True)
    assert [len(list(Uncoupler(2**24).feed(sent.body))) for sent in place.seen if sent.train] == [8]
    assert {row for row in map(tuple, told) if row[0] in ("patient", "ward")} == {
        ("patient", False, 0),
        ("ward", True, 1),
    }
    pc.replica.close()


def test_an_empty_train_and_rubbish_are_refused(place: Place) -> None:
    pc = place.enrolled()
    head, parts = train_of(pc.signer, [b"x"])
    for body in (b"", b"\0", body_of(parts), body_of([b""])):
        assert 400 <= ask(place.app, edge.Sent(EXCHANGE, head, body)).status < 500


def test_what_arrived_is_told_of_the_own_facility_and_of_whole_messages_only(place: Place) -> None:
    pc, hospital = place.enrolled(), place.enrolled(HOSPITAL_CODE)
    one, two = push_of(place.replica, pc, 2)
    place.road(pc).send(EXCHANGE, one)
    revisions = [unpack(decode_message(message, ExchangeRequest).push)[0][0] for message in (one, two)]
    asked = [sent(revisions[:1]), sent(revisions), sent([msgspec.structs.replace(revisions[0], id="0" * 32)])]
    assert ask_arrived(place.road(pc), asked) == [True, False, False]
    assert ask_arrived(place.road(hospital), asked) == [False, False, False]


@pytest.mark.parametrize(
    "messages",
    [
        [Sent({"x": [1]}, b"")],
        [Sent({"0" * 32: [2**63]}, b"")],
        [Sent({"0" * 32: [-1]}, b"")],
        [Sent({"0" * 32: [1] * 5001}, b"")],
        [Sent({}, b"")] * 300,
    ],
)
def test_a_question_about_what_cannot_be_is_refused(place: Place, messages: list[Sent]) -> None:
    with pytest.raises(Refused):
        place.road(place.enrolled()).send(ARRIVED, encode_message(ArrivedRequest(messages)))


def test_who_does_not_take_a_train_gets_one_answer(place: Place) -> None:
    pc = place.enrolled()
    request = ExchangeRequest(protocol=1, records=1, feeds=[], pages=5)
    came = ask(place.app, train_free(pc, encode_message(request)))
    assert dict(came.headers)["content-type"] == "application/msgpack"
    decode_message(came.body, ExchangeAnswer)


def train_free(pc: EnrolledPc, body: bytes) -> edge.Sent:
    """A request as programs sent it before there were trains."""
    credential = pc.signer.authorization("POST", EXCHANGE, body)
    return edge.Sent(EXCHANGE, (("Content-Type", "application/msgpack"), ("Authorization", credential)), body)


@pytest.mark.parametrize("old", [True, False])
def test_a_server_that_knows_no_trains_is_sent_none(place: Place, tmp_path: Path, old: bool) -> None:
    place.old = old
    (tmp_path / "pcs").mkdir()
    pc, colleague = (computer(tmp_path / "pcs", place.enrolled()) for _ in range(2))
    saved = [new_patient(pc.replica) for _ in range(1500)]
    save_all(pc.replica, saved)
    for item in (pc, colleague):
        assert exchange(item.replica, place.road(item.pc), NO_WAITING).proven
    assert any(request.train for request in place.seen) is not old
    assert any(came.train for came in place.came) is not old
    assert colleague.replica.waiting_count() == pc.replica.waiting_count() == 0
    assert all(colleague.replica.get(Patient, patient.id) is not None for patient in saved)


def test_pages_follow_the_answers_to_a_train(place: Place, tmp_path: Path) -> None:
    (tmp_path / "pcs").mkdir()
    pc, colleague = (computer(tmp_path / "pcs", place.enrolled()) for _ in range(2))
    saved = {}
    for item in (pc, colleague):
        saved[item.pc.card.device] = [new_patient(item.replica) for _ in range(1000)]
        save_all(item.replica, saved[item.pc.card.device])
    assert exchange(pc.replica, place.road(pc.pc), NO_WAITING).proven
    manner = replace(NO_WAITING, pace=Pace(budget=LARGEST_TRAIN))
    with place.road(colleague.pc) as road:
        exchange(colleague.replica, road, replace(manner, stopped=lambda: road.conversing, pace=Pace(SMALLEST)))
        place.seen.clear()
        place.came.clear()
        assert exchange(colleague.replica, road, manner).proven
    [sent, came] = place.seen[0], place.came[0]
    assert sent.train
    assert len(list(Uncoupler(2**24).feed(came.body))) > len(list(Uncoupler(2**24).feed(sent.body))) > 1
    assert all(colleague.replica.get(Patient, patient.id) is not None for items in saved.values() for patient in items)


@pytest.mark.parametrize("old", [True, False])
def test_where_less_is_taken_at_once_less_is_sent(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: bool
) -> None:
    place.old = old
    pc = computer(tmp_path, place.enrolled())
    with place.road(pc.pc) as road:
        assert exchange(pc.replica, road, NO_WAITING).proven
        monkeypatch.setattr("sync.server.bodies.MAX_SENT", 30_000)
        save_thousand(pc, place)
        assert exchange(pc.replica, road, replace(NO_WAITING, pace=Pace(budget=LARGEST_TRAIN))).proven
    refused = [len(sent.body) for sent, came in zip(place.seen, place.came, strict=True) if came.status == 413]
    assert refused == sorted(refused, reverse=True)
    assert len(set(refused)) == len(refused) > 0
    trains = {sent.train for sent, came in zip(place.seen, place.came, strict=True) if came.status == 413}
    assert (True in trains) is not old
    pc.replica.close()


def test_where_nothing_is_taken_the_exchange_says_so(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pc = computer(tmp_path, place.enrolled())
    monkeypatch.setattr("sync.server.bodies.MAX_SENT", 100)
    save_all(pc.replica, [new_patient(pc.replica) for _ in range(300)])
    with pytest.raises(Refused, match="413"):
        exchange(pc.replica, place.road(pc.pc), NO_WAITING)
    assert pc.replica.waiting_count() == 300
    pc.replica.close()


@pytest.mark.parametrize("way", ["up", "down"])
def test_a_cut_near_the_end_costs_little(way: str) -> None:
    """Bytes are counted: without trains the cut here would cost a message of more than 100 kB."""
    with bench("sqlite", FREE) as (place, folder):
        writer, reader = (computer(folder, place.district.enrol_pc()) for _ in range(2))
        whole = 0
        for seed, cut in ((1, False), (2, True)):
            hospital = place.district.hospital.card.facility
            save_all(writer.replica, list(made_records(writer.replica, hospital, 3000, random.Random(seed))))
            if cut and way == "up":
                place.link.cut_at(up=[whole * 9 // 10])
            up = place.exchange(writer)
            if cut and way == "down":
                place.link.cut_at(down=[whole * 9 // 10])
            down = place.exchange(reader)
            figures = up if way == "up" else down
            carried = figures["bytes_up"] + figures["bytes_down"]
            if cut:
                assert figures["records_per_s"] > 0
                assert 0 < carried - whole < 40_000
            whole = carried
        writer.replica.close()
        reader.replica.close()
