"""What was sent in a train and never answered is asked about instead of being sent again, whatever else goes wrong."""

from dataclasses import replace
from pathlib import Path

import pytest
import requests

from sync.exchange.arrival import ARRIVED, ArrivedRequest
from sync.exchange.compression import MAX_PLAIN, decompress
from sync.exchange.engine import exchange
from sync.exchange.manner import Manner
from sync.exchange.messages import EXCHANGE, decode_message
from sync.exchange.pace import LARGEST_TRAIN, SMALLEST, Pace
from sync.replica.opening import open_sqlite
from sync.replica.replica import Replica
from sync.replica.values import Edit
from sync.revisions.environment import system_environment
from sync.revisions.packing import PACK_LIMIT
from tests.benchmarks._measuring import computer
from tests.benchmarks._workload import save_all
from tests.exchange.places import LosesFirstTrain, Place, save_thousand
from tests.fakes.district import HOSPITAL_CODE
from tests.fakes.replicas import new_patient, new_referral
from tests.simulation import edge
from tests.simulation.edge import Came

NO_WAITING = Manner(wait=lambda _seconds: None)


def test_the_longest_train_whose_answer_is_lost_can_be_asked_about(place: Place, tmp_path: Path) -> None:
    pc = computer(tmp_path, place.enrolled())
    save_all(pc.replica, [new_patient(pc.replica) for _ in range(PACK_LIMIT + 500)])
    manner = replace(NO_WAITING, pace=Pace(budget=LARGEST_TRAIN))
    loses = LosesFirstTrain(place)
    with edge.transport(pc.pc.signer, loses.carry) as road:
        # Whether a server takes trains is known from its first answer.
        exchange(pc.replica, road, replace(manner, stopped=lambda: road.conversing, pace=Pace(SMALLEST)))
        assert exchange(pc.replica, road, manner).proven
    assert loses.lost
    [question] = [request.body for request in place.seen if request.path == ARRIVED]
    asked = decode_message(decompress(question, MAX_PLAIN), ArrivedRequest)
    assert sum(len(numbers) for message in asked.messages for numbers in message.numbers.values()) == PACK_LIMIT
    pc.replica.close()


class PowerCut(BaseException):
    """The computer is off."""


def test_a_power_cut_in_a_train_costs_a_part_of_it(place: Place, tmp_path: Path) -> None:
    pc, trains = computer(tmp_path, place.enrolled()), list[int]()

    def carry(request: edge.Sent) -> Came:
        if request.train:
            trains.append(len(request.body))
        if request.train and len(trains) == 1:
            place.carry(replace(request, body=request.body[: len(request.body) * 3 // 4], broken=True))
            raise PowerCut
        return place.carry(request)

    with edge.transport(pc.pc.signer, carry) as road:
        assert exchange(pc.replica, road, NO_WAITING).proven
        save_thousand(pc, place)
        with pytest.raises(PowerCut):
            exchange(pc.replica, road, replace(NO_WAITING, pace=Pace(budget=LARGEST_TRAIN)))
    assert pc.replica.waiting_count() == 1000
    pc.replica.close()
    again = Replica.load(open_sqlite(pc.file, pc.key), system_environment())
    assert again is not None
    with edge.transport(pc.pc.signer, carry) as road:
        assert exchange(again, road, replace(NO_WAITING, pace=Pace(SMALLEST))).proven
        asked = [request.path for request in place.seen].count(ARRIVED)
        assert exchange(again, road, NO_WAITING).proven
    # A message that was cut, the rest, and what the first message after the start of a computer holds.
    assert sum(trains[1:]) < trains[0] // 2
    assert asked == [request.path for request in place.seen].count(ARRIVED) == 1
    again.close()


@pytest.mark.parametrize("meanwhile", ["an emergency comes", "the first question is lost", "all questions are lost"])
def test_what_arrived_is_asked_also_when_more_goes_wrong(place: Place, tmp_path: Path, meanwhile: str) -> None:
    pc, sizes, questions = computer(tmp_path, place.enrolled()), list[int](), list[str]()

    def carry(request: edge.Sent) -> Came:
        if request.path == ARRIVED:
            questions.append(request.path)
            if meanwhile == "all questions are lost" or (len(questions) == 1 and meanwhile != "an emergency comes"):
                raise requests.ConnectionError("the link is down")
        came = place.carry(request)
        if request.path == EXCHANGE:
            sizes.append(len(request.body))
        if request.train and len(sizes) == 2:
            if meanwhile == "an emergency comes":
                patient = new_patient(pc.replica)
                letter = new_referral(pc.replica, patient.id, hospital, "merah")
                pc.replica.save([Edit(patient), Edit(letter)], pc.replica.identity.device)
            raise requests.ConnectionError("the answer is lost")
        return came

    with edge.transport(pc.pc.signer, carry) as road:
        assert exchange(pc.replica, road, NO_WAITING).proven
        hospital = place.enrolled(HOSPITAL_CODE).card.facility
        save_thousand(pc, place)
        assert exchange(pc.replica, road, replace(NO_WAITING, pace=Pace(budget=LARGEST_TRAIN))).proven
    again = sum(sizes[2:])
    assert len(questions) == (3 if meanwhile == "all questions are lost" else 2 - (meanwhile == "an emergency comes"))
    assert (again >= sizes[1]) is (meanwhile == "all questions are lost")
    assert again < sizes[1] // 2 or meanwhile == "all questions are lost"
    pc.replica.close()


def test_where_it_is_not_told_what_arrived_all_is_sent_again(place: Place, tmp_path: Path) -> None:
    pc = computer(tmp_path, place.enrolled())
    loses = LosesFirstTrain(place)

    def carry(request: edge.Sent) -> Came:
        came = loses.carry(request)
        if request.path == ARRIVED:
            return replace(came, status=422, headers=(), body=b'{"error": "bad_input", "reason": "too many"}')
        return came

    with edge.transport(pc.pc.signer, carry) as road:
        assert exchange(pc.replica, road, NO_WAITING).proven
        save_thousand(pc, place)
        done = exchange(pc.replica, road, replace(NO_WAITING, pace=Pace(budget=LARGEST_TRAIN)))
    assert done.proven
    assert done.sent == 1000
    assert [request.path for request in place.seen].count(ARRIVED) == 1
    pc.replica.close()
