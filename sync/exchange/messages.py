"""The messages of an exchange, the same on every road: HTTP, a stick, a hub.

Each is a MessagePack map on the wire (JSON with base64 where a person looks). Revisions travel packed in columns.
Unknown members are ignored, so an older program understands a newer one's messages; wrong types are refused.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Annotated, TypeVar

import msgspec

from sync.errors import BadInput, ServerFault
from sync.replica.devices import PROGRAM_LENGTH
from sync.replica.values import Incoming
from sync.revisions.packing import unpack
from sync.revisions.revision import ID_BYTES

#: Grows when a message changes so that an older program would misunderstand it.
PROTOCOL = 1


#: A number of things, or a moment in milliseconds since 1970.
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


#: PCs that one report tells of at most; the others come with the next.
MOST_SERVED = 32
#: Seconds (about 30 years) beyond which nobody believes that a computer kept a moment.
MOST_AGO_S = 10**9


class ServedPc(msgspec.Struct, frozen=True, array_like=True):
    """A PC as its hub knows it: it spoke there ``ago`` seconds before, and then so many of its revisions waited.

    ``device``: its id in 16 bytes; ``program``: what it said of its name and version, "" if nothing. A span, not a
    moment: a wrong clock at the hub then does no harm.
    """

    device: Annotated[bytes, msgspec.Meta(min_length=ID_BYTES, max_length=ID_BYTES)]
    ago: Annotated[int, msgspec.Meta(ge=0, le=MOST_AGO_S)]
    waiting: Count
    program: Annotated[str, msgspec.Meta(max_length=PROGRAM_LENGTH)] = ""


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the asker stands once this message has arrived: revisions that wait, were refused or came by the hub only.

    ``oldest``: when the oldest that waits was written; ``conflicts``: records a person must decide about; ``program``
    its version; ``proven``: when both sides were last known to be equal. Moments in milliseconds since 1970, 0: never.
    ``served``: what a hub has news of among its PCs; a word about others, kept apart from what they say themselves.
    """

    waiting: Count = 0
    oldest: Count = 0
    refused: Count = 0
    carried: Count = 0
    conflicts: Count = 0
    program: Annotated[str, msgspec.Meta(max_length=40)] = ""
    proven: Count = 0
    served: Annotated[list[ServedPc], msgspec.Meta(max_length=MOST_SERVED)] = []


class AskedFeed(msgspec.Struct, frozen=True, omit_defaults=True):
    """A feed the asker reads, and how far it has read it."""

    audience: str
    number: int


class ExchangeRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """Here is what you lack; give me what I lack.

    ``records`` is the asker's version of the record types; ``epoch`` the answerer's epoch as the asker last knew it;
    ``push`` a pack of revisions; ``budget`` how many bytes of revisions the answer should hold; ``pinned`` says that
    the asker knows the answerer's public key. ``report`` is there when it has changed. ``returned`` is a pack of what
    the answerer itself has written and lost. ``compare``: on a stick, say what you hold of the feeds as well.
    ``pages``: so many more answers, each with the next pages, the asker would take in the same breath.
    """

    protocol: int
    records: int
    epoch: str = ""
    push: bytes = b""
    feeds: list[AskedFeed] = []
    budget: int = 0
    pinned: bool = False
    report: Report | None = None
    returned: bytes = b""
    compare: bool = False
    pages: int = 0


class FeedPage(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the asker lacks of one feed. ``numbers`` are those of the packed revisions, each less the one before."""

    audience: str
    reached: int
    top: int
    numbers: list[int] = []
    pack: bytes = b""
    root: str = ""


class ExchangeAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The receipt for what was pushed, and pages of the feeds asked for.

    Every pushed revision that ``refused`` does not name (by its place in the pack, with the reason) is stored.
    ``reset`` says that the asker's cursors mean nothing here any more (another epoch): it must compare instead.
    ``time`` is the answerer's clock in milliseconds since 1970; ``server_key`` its public key (Ed25519), told to
    whoever has not pinned one. ``renew``: another computer writes as this device, too; it needs a card of its own.
    ``taken``: the places of what was returned and is here now; ``None`` from an older program, which does not look.
    """

    replica: str
    epoch: str
    time: int
    stored: int = 0
    known: int = 0
    refused: dict[int, str] = {}
    feeds: list[FeedPage] = []
    reset: bool = False
    server_key: bytes = b""
    renew: bool = False
    taken: list[int] | None = None


class CompareRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """What do you hold of this feed? With ``buckets``, also name what is in them."""

    audience: str
    buckets: list[int] = []


class CompareAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The feed's last number, its whole digest, and the ids in the buckets asked for, joined."""

    epoch: str
    number: int
    digest: bytes
    ids: bytes = b""


class FetchRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """Give me these revisions of this feed (ids joined); an answer may hold only the first of them."""

    audience: str
    ids: bytes
    budget: int


class FetchAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """A pack of revisions."""

    pack: bytes = b""


class HeldFeed(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that the answerer holds of a feed up to ``number``: ids, joined."""

    audience: str
    number: int
    ids: bytes = b""


class AnsweredRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """An answer that comes back without its asker having waited, with what must be known of the request.

    ``ids`` are those of the pushed revisions, joined, in the order in which ``answer.refused`` counts them, and
    ``returned`` those of the returned ones for ``answer.taken``; ``epoch`` and ``feeds`` are as they were asked. Where
    ``answer.reset`` says that cursors mean nothing, or it was asked for, ``held`` is what a comparison would find.
    """

    answer: ExchangeAnswer
    ids: bytes = b""
    epoch: str = ""
    feeds: list[AskedFeed] = []
    returned: bytes = b""
    held: list[HeldFeed] = []


class BundleRequest(msgspec.Struct, frozen=True):
    """Somebody else's bundle for the server, brought by a computer that has a link and cannot read it."""

    bundle: bytes


class BundleAnswer(msgspec.Struct, frozen=True):
    """The bundle that goes back to whoever wrote the one that was brought."""

    bundle: bytes


class EnrolRequest(msgspec.Struct, frozen=True):
    """A computer presents its one-time code, its Ed25519 public key (32 bytes) and its name.

    ``facility``: whose it is already, if it is anybody's; a code for another facility is then not used up.
    """

    code: str
    public_key: bytes
    pc_name: str
    facility: str = ""


class GiveBackRequest(msgspec.Struct, frozen=True):
    """From anybody, unsigned: a pack of what the server has once written, of which each revision proves itself."""

    pack: bytes


class GiveBackAnswer(msgspec.Struct, frozen=True):
    """The places of those that are here now."""

    taken: list[int]


class RenewRequest(msgspec.Struct, frozen=True):
    """An enrolled computer whose name another one bears as well asks for a card of its own, with a new key."""

    public_key: bytes
    pc_name: str


class DeviceCard(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who the new computer is from now on, and with whom it speaks; ``server_key`` is the server's public key.

    ``card`` is a pack with its public card as the server wrote it.
    """

    district: str
    device: str
    letter: str
    facility: str
    facility_kind: str
    facility_name: str
    replica: str
    epoch: str
    server_key: bytes = b""
    card: bytes = b""


class ConfirmedRequest(msgspec.Struct, frozen=True):
    """To a hub: which of these revisions (ids joined) does the district have?

    ``waiting``: how many the asker does not know to be there, for the hub's list of computers. ``reaches``: it has a
    road of its own to the district, which works.
    """

    ids: bytes
    waiting: int
    reaches: bool


class ConfirmedAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The places of the revisions that the district has confirmed, and of those it refused, with the reason.

    ``feeds``: how far the hub has read the district's feeds in the epoch ``epoch``, when its own ended at ``number``.
    ``cut_off``: the hub was told that others reach the district, has tried again, and does not.
    """

    confirmed: list[int] = []
    refused: dict[int, str] = {}
    epoch: str = ""
    number: int = 0
    feeds: list[AskedFeed] = []
    cut_off: bool = False


class PairRequest(msgspec.Struct, frozen=True):
    """A PC asks to be served by the hub whose code somebody has read off its screen.

    ``public_key``: Ed25519, 32 bytes. ``proof`` shows that the asker knows the code and sees the hub's certificate.
    """

    device: str
    facility: str
    pc_name: str
    letter: str
    public_key: bytes
    proof: bytes


class PairAnswer(msgspec.Struct, frozen=True):
    """Who the hub is; ``proof`` shows that it knows the code, ``signature`` that it is the computer it says it is."""

    device: str
    facility: str
    pc_name: str
    proof: bytes
    signature: bytes


M = TypeVar("M", bound=msgspec.Struct)

EXCHANGE, COMPARE, FETCH = "/v1/exchange", "/v1/compare", "/v1/fetch"
ENROL, RENEW, GIVE_BACK = "/v1/enrol", "/v1/renew", "/v1/give-back"
BUNDLE = "/v1/bundle"
#: Only a hub answers these.
CONFIRMED, PAIR = "/v1/confirmed", "/v1/pair"


def steps(numbers: Sequence[int]) -> list[int]:
    """Ascending numbers as messages carry them: each less the one before, the first from zero."""
    return [number - before for number, before in zip(numbers, [0, *numbers], strict=False)]


def from_steps(steps: Iterable[int]) -> list[int]:
    """The numbers that :func:`steps` was given."""
    return list(accumulate(steps))


#: Further answers to one request at most.
MOST_PAGES = 64


def following(request: ExchangeRequest, answer: ExchangeAnswer) -> ExchangeRequest | None:
    """The request that the asker would send after this answer, if it asked for further pages and there are any."""
    if request.pages <= 0 or answer.reset or all(page.reached >= page.top for page in answer.feeds):
        return None
    return msgspec.structs.replace(
        request,
        push=b"",
        report=None,
        returned=b"",
        feeds=[AskedFeed(page.audience, page.reached) for page in answer.feeds],
        pages=min(request.pages, MOST_PAGES) - 1,
    )


_encoder = msgspec.msgpack.Encoder()


def encode_message(message: msgspec.Struct) -> bytes:
    """A message as programs send it."""
    return _encoder.encode(message)


def decode_message(body: bytes, kind: type[M]) -> M:
    """Read a message.

    Raises:
        BadInput: it is not one of this kind; the reason names the member.
    """
    try:
        return msgspec.msgpack.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"not a {kind.__name__}: {error}") from error


def read_answer(body: bytes, kind: type[M]) -> M:
    """Read an answer.

    Raises:
        ServerFault: it is not one of this kind.
    """
    try:
        return decode_message(body, kind)
    except BadInput as error:
        raise ServerFault(f"the answer makes no sense: {error.reason}") from error


def read_pack(message: bytes) -> list[Incoming]:
    """The revisions that an answer brings.

    Raises:
        ServerFault: it is not a pack of revisions.
    """
    try:
        return [Incoming(revision, body) for revision, body in unpack(message)]
    except BadInput as error:
        raise ServerFault(f"the answer makes no sense: {error.reason}") from error
