"""The real server behind a link that is cut: nothing is lost, nothing is stored twice, and the next message passes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.errors import Unreachable
from sync.exchange.http import HttpTransport
from sync.exchange.messages import EXCHANGE, PROTOCOL, ExchangeAnswer, ExchangeRequest, decode_message, encode_message
from sync.records import RECORDS_VERSION
from sync.replica.replica import Replica
from sync.revisions.packing import pack
from sync.revisions.revision import Revision, decode, encode
from tests.fakes.district import District, EnrolledPc, running_district
from tests.fakes.proxy import CuttingProxy, Fault, cutting_proxy, seeded_faults

CUTS = [Fault.CUT_BEFORE, Fault.CUT_UPLOAD, Fault.DROP_ANSWER, Fault.CUT_ANSWER]


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    """A real server process."""
    with running_district(tmp_path_factory.mktemp("server")) as running:
        yield running


def push_of(replica: Replica, pc: EnrolledPc, count: int) -> list[bytes]:
    """Messages that push one new patient each, in the order of the computer's chain."""
    messages: list[bytes] = []
    before: Revision | None = None
    for number in range(1, count + 1):
        record = replica.new_id()
        body = encode(
            device=pc.card.device,
            number=number,
            previous=before.id if before else None,
            type_name="patient",
            record=record,
            parents=(),
            stamp=number,
            author=record,
            facility=pc.card.facility,
            fields={"name": f"Pasien {number} Contoh", "sex": "P", "payer": "jkn", "address": "Jalan Contoh " * 10},
        )
        before = decode(body)
        request = ExchangeRequest(protocol=PROTOCOL, records=RECORDS_VERSION, push=pack([before]))
        messages.append(encode_message(request))
    return messages


def send_until_answered(transport: HttpTransport, message: bytes) -> tuple[ExchangeAnswer, int]:
    """The answer, and how many times the message was cut before."""
    for cuts in range(50):
        try:
            return decode_message(transport.send(EXCHANGE, message), ExchangeAnswer), cuts
        except Unreachable:
            continue
    raise AssertionError("the link never let the message pass")


@pytest.mark.parametrize("fault", CUTS)
def test_a_cut_message_is_sent_again_and_stored_once(district: District, fault: Fault) -> None:
    pc = district.enrol_pc()
    (message,) = push_of(district.replica, pc, 1)
    before = district.row_counts()["revision"]
    with (
        cutting_proxy(district.url, lambda number, _path: fault if number == 0 else Fault.NONE) as proxy,
        HttpTransport(proxy.url, pc.signer) as transport,
    ):
        answer, cuts = send_until_answered(transport, message)
        assert proxy.injected == {fault: 1, Fault.NONE: 1}
    assert cuts == 1
    server_did_the_work = fault in (Fault.DROP_ANSWER, Fault.CUT_ANSWER)
    assert (answer.stored, answer.known) == ((0, 1) if server_did_the_work else (1, 0))
    assert district.row_counts()["revision"] == before + 1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_everything_arrives_once_over_a_bad_link(district: District, seed: int) -> None:
    pc = district.enrol_pc()
    messages = push_of(district.replica, pc, 30)
    before = district.row_counts()["revision"]
    stored = known = cut = 0
    with (
        cutting_proxy(district.url, seeded_faults(seed, 0.7), delay_s=0.001) as proxy,
        HttpTransport(proxy.url, pc.signer) as transport,
    ):
        for message in messages:
            answer, cuts = send_until_answered(transport, message)
            stored, known, cut = stored + answer.stored, known + answer.known, cut + cuts
        assert cut == sum(proxy.injected[fault] for fault in CUTS)
        assert all(proxy.injected[fault] > 0 for fault in CUTS), proxy.injected
    assert stored + known == len(messages)
    assert known > 0
    assert district.row_counts()["revision"] == before + len(messages)


def test_a_link_that_is_away_is_unreachable_until_it_is_back(district: District) -> None:
    pc = district.enrol_pc()
    (message,) = push_of(district.replica, pc, 1)
    with cutting_proxy(district.url) as proxy, HttpTransport(proxy.url, pc.signer) as transport:
        proxy.is_up = False
        for _ in range(3):
            with pytest.raises(Unreachable):
                transport.send(EXCHANGE, message)
        proxy.is_up = True
        assert decode_message(transport.send(EXCHANGE, message), ExchangeAnswer).stored == 1


def test_a_proxy_can_be_closed_in_the_middle_of_an_answer(district: District) -> None:
    proxy = CuttingProxy(district.url, lambda _number, _path: Fault.DELAY, delay_s=60)
    with HttpTransport(proxy.url, district.puskesmas.signer, stall_s=0.2) as transport, pytest.raises(Unreachable):
        transport.send(EXCHANGE, b"x")
    proxy.close()


def test_the_same_seed_cuts_the_same_requests(tmp_path: Path) -> None:
    plans = [seeded_faults(seed, 0.4, spared=3) for seed in (7, 7, 8)]
    first, again, other = ([plan(number, "/") for number in range(200)] for plan in plans)
    assert first == again != other
    assert first[:3] == [Fault.NONE] * 3
    assert 40 < sum(fault is not Fault.NONE for fault in first) < 120
