"""What arrived of messages whose answer was lost: one cheap question instead of sending all of it again.

A message is named by the numbers its revisions have in their devices' chains and by a hash of their ids. The answer
counts as a receipt for the whole message or for nothing of it; only who holds every one of them may say so.
"""

import hashlib
from collections.abc import Iterable, Sequence

import msgspec

from sync.errors import BadInput, ServerFault
from sync.exchange.messages import encode_message, from_steps, read_answer, steps
from sync.exchange.transport import Transport
from sync.records.definition import is_id
from sync.replica import chains
from sync.replica.replica import Replica
from sync.revisions.packing import PACK_LIMIT
from sync.revisions.revision import Revision

ARRIVED = "/v1/arrived"
#: Messages that one question names at most, and devices that wrote what is in them.
_MOST_MESSAGES, _MOST_DEVICES = 256, 1000


class Sent(msgspec.Struct, frozen=True):
    """One message that was sent: for each device its revisions' numbers, each less the one before; ``ids`` a hash."""

    numbers: dict[str, list[int]]
    ids: bytes


class ArrivedRequest(msgspec.Struct, frozen=True):
    """Which of these messages do you hold wholly?"""

    messages: list[Sent]


class ArrivedAnswer(msgspec.Struct, frozen=True):
    """The answer for each message that was asked about."""

    held: list[bool]


def sent(revisions: Iterable[Revision]) -> Sent:
    """The name of a message with these revisions."""
    written: dict[str, list[int]] = {}
    ids = []
    for revision in revisions:
        written.setdefault(revision.device, []).append(revision.number)
        ids.append(revision.id)
    return Sent({device: steps(sorted(numbers)) for device, numbers in written.items()}, _hash(ids))


def ask_arrived(transport: Transport, messages: Sequence[Sent]) -> list[bool]:
    """Which of these messages the other side holds wholly.

    Raises:
        LinkError: the link failed.
    """
    request = ArrivedRequest(list(messages))
    answer = read_answer(transport.send(ARRIVED, encode_message(request)), ArrivedAnswer)
    if len(answer.held) != len(messages):
        raise ServerFault("the answer is about other messages")
    return answer.held


def arrived(replica: Replica, facility: str, request: ArrivedRequest) -> ArrivedAnswer:
    """Which of these messages of a facility are wholly here.

    Raises:
        BadInput: it asks about more than can have been under way.
    """
    devices = sum(len(message.numbers) for message in request.messages)
    numbers = sum(len(asked) for message in request.messages for asked in message.numbers.values())
    if len(request.messages) > _MOST_MESSAGES or devices > _MOST_DEVICES or numbers > PACK_LIMIT:
        raise BadInput("too many messages", field="messages")
    if not all(is_id(device) for message in request.messages for device in message.numbers):
        raise BadInput("no such device", field="messages")
    wanted = [{device: _numbers(asked) for device, asked in message.numbers.items()} for message in request.messages]
    district = replica.identity.district
    held = replica.read(
        lambda connection: [_hash(chains.ids_of(connection, district, facility, written)) for written in wanted]
    )
    return ArrivedAnswer([here == message.ids for here, message in zip(held, request.messages, strict=True)])


def _hash(ids: Iterable[str]) -> bytes:
    return hashlib.blake2b(bytes.fromhex("".join(sorted(ids))), digest_size=16).digest()


def _numbers(asked: Sequence[int]) -> list[int]:
    found = from_steps(asked)
    if not all(0 <= number < 2**63 for number in found):
        raise BadInput("no such number", field="messages")
    return found
