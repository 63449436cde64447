"""A server that is broken or not ours: its words end the exchange calmly, and nothing of them spoils this computer."""

import itertools
from collections.abc import Callable, Iterator

import msgspec
import pytest

from sync.errors import LinkError
from sync.exchange.engine import exchange
from sync.exchange.manner import Manner
from sync.exchange.messages import ExchangeAnswer, FeedPage, decode_message, encode_message
from sync.replica.values import Edit
from tests.fakes.replicas import DirectTransport, SmallDistrict, new_patient

NO_WAITING = Manner(wait=lambda _seconds: None)


class ChangedAnswers(DirectTransport):
    """The road to a server whose every answer to an exchange was changed."""

    change: Callable[[ExchangeAnswer], bytes]
    messages: Iterator[int]

    def send(self, path: str, body: bytes) -> bytes:
        """Hand over the message and change the answer."""
        assert next(self.messages) < 100, "it goes on for ever"
        return self.change(decode_message(super().send(path, body), ExchangeAnswer))


def strange(district: SmallDistrict, change: Callable[[ExchangeAnswer], bytes]) -> ChangedAnswers:
    road = ChangedAnswers(district.pc, district.service)
    road.change, road.messages = change, itertools.count()
    return road


@pytest.mark.parametrize("time", [-(2**63), 0, 4_000_000_000_000_000, 2**63 - 1, 2**64 - 1])
def test_an_impossible_clock_of_the_server_is_not_believed(district: SmallDistrict, time: int) -> None:
    before = district.pc.now()
    road = strange(district, lambda answer: encode_message(msgspec.structs.replace(answer, time=time)))
    exchange(district.pc, road, NO_WAITING)
    assert abs((district.pc.now() - before).total_seconds()) < 60
    district.pc.save([Edit(new_patient(district.pc))], district.author)


def _without_feeds(answer: ExchangeAnswer) -> bytes:
    return encode_message(msgspec.structs.replace(answer, feeds=[]))


def _other_feeds(answer: ExchangeAnswer) -> bytes:
    return encode_message(msgspec.structs.replace(answer, feeds=[FeedPage("x", 0, 0), *answer.feeds[1:]]))


def _broken_pack(answer: ExchangeAnswer) -> bytes:
    page = msgspec.structs.replace(answer.feeds[0], pack=b"\xc1")
    return encode_message(msgspec.structs.replace(answer, feeds=[page, *answer.feeds[1:]]))


def _other_numbers(answer: ExchangeAnswer) -> bytes:
    page = msgspec.structs.replace(answer.feeds[0], numbers=[*answer.feeds[0].numbers, 1])
    return encode_message(msgspec.structs.replace(answer, feeds=[page, *answer.feeds[1:]]))


def _more_than_there_is(answer: ExchangeAnswer) -> bytes:
    feeds = [msgspec.structs.replace(page, top=page.top + 1) for page in answer.feeds]
    return encode_message(msgspec.structs.replace(answer, feeds=feeds))


@pytest.mark.parametrize(
    "change",
    [lambda _answer: b"\xc1", _without_feeds, _other_feeds, _broken_pack, _other_numbers, _more_than_there_is],
)
def test_an_answer_that_makes_no_sense_ends_the_exchange_and_everything_waits_or_is_there(
    district: SmallDistrict, change: Callable[[ExchangeAnswer], bytes]
) -> None:
    patient = new_patient(district.pc)
    district.pc.save([Edit(patient)], district.author)
    with pytest.raises(LinkError):
        exchange(district.pc, strange(district, change), NO_WAITING)
    assert exchange(district.pc, district.link(district.pc), NO_WAITING).proven
    assert len(district.server.history(patient.id)) == 1
