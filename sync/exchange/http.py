"""The road over HTTP: messages as MessagePack, packed with Zstandard, on one connection that is kept open.

Whatever ends an answer early (a cut, a time-out, a captive portal, half a body) is ``Unreachable``: the other side may
have done the work, and the same message is simply sent again. Time-outs are for silence, never for slowness.
"""

import contextlib
import hashlib
import socket
import ssl
import struct
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import msgspec
import requests
import requests.adapters
import requests.auth
import urllib3.exceptions
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from sync.errors import BadInput, Interrupted, LinkError, NotAllowed, Refused, ReplicaError, ServerFault, Unreachable
from sync.exchange import bodies
from sync.exchange.compression import (
    MAX_ANSWER_PLAIN,
    MAX_ANSWER_SENT,
    TooLarge,
    decompress,
)
from sync.exchange.credential import Signer
from sync.exchange.messages import (
    BUNDLE,
    COMPARE,
    ENROL,
    EXCHANGE,
    FETCH,
    GIVE_BACK,
    RENEW,
    BundleAnswer,
    CompareAnswer,
    DeviceCard,
    ExchangeAnswer,
    FetchAnswer,
    GiveBackAnswer,
    decode_message,
)
from sync.exchange.proof_messages import COMPUTERS, RECEIPT, ComputersAnswer, ReceiptAnswer
from sync.exchange.train import ACCEPT_POST, TRAIN, Uncoupler, Unpacker
from sync.exchange.transport import TOO_LARGE
from sync.replica.devices import own_program

CONNECT_S = 10.0
STALL_S = 30.0

#: urllib3's words; it has no class of its own for it.
_OTHER_CERTIFICATE = "Fingerprints did not match"

_MSGPACK = "application/msgpack"
_ANSWERS: dict[str, type[msgspec.Struct]] = {
    EXCHANGE: ExchangeAnswer,
    COMPARE: CompareAnswer,
    FETCH: FetchAnswer,
    ENROL: DeviceCard,
    RENEW: DeviceCard,
    GIVE_BACK: GiveBackAnswer,
    BUNDLE: BundleAnswer,
    COMPUTERS: ComputersAnswer,
    RECEIPT: ReceiptAnswer,
}
#: Seconds between two looks for something urgent.
_LOOK_S = 0.25
_AT_ONCE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
_LONGEST_WAIT_S = 3600.0


class HttpTransport:
    """Carries messages to the server at ``url``, signed by ``signer`` (``None``: not enrolled yet).

    For one thread; ``close`` it, or use it as a context manager. ``urgent`` is asked, from another thread, a few times
    a second while a message is under way: if it says what it did not say at the beginning, the message is given up.

    ``fingerprint``: SHA-256 of the one certificate that is accepted, whoever has signed it and whatever name and dates
    are in it; such a server stands in the same house, so it is never asked for through a proxy.

    Raises:
        BadInput: ``url`` is not an http or https address.
    """

    def __init__(
        self,
        url: str,
        signer: Signer | None = None,
        *,
        fingerprint: bytes | None = None,
        urgent: Callable[[], bool] | None = None,
        connect_s: float = CONNECT_S,
        stall_s: float = STALL_S,
    ) -> None:
        self._url = _checked_url(url)
        self._signer = signer
        self._timeout = (connect_s, stall_s)
        self._session = requests.Session()
        self._session.headers.update(
            {"User-Agent": own_program(), "Content-Type": _MSGPACK, "Accept": _MSGPACK, "Accept-Encoding": "zstd"}
        )
        self._urgent = urgent
        self._conversing = False
        self._sockets: list[socket.socket] = []
        # Repeating is the exchange's decision: it knows by then how the link is doing.
        adapter = Adapter(fingerprint)
        adapter.poolmanager.pool_classes_by_scheme = _pools(self._sockets)
        adapter.carry(self._session)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def send(self, path: str, body: bytes) -> bytes:
        """Send an encoded message and return the encoded answer; see :class:`sync.exchange.transport.Transport`."""
        with self._answered(path, lambda: bodies.one(self._signer, path, body)) as response:
            content = _read(response)
        return _judged(path, response, content)

    @property
    def conversing(self) -> bool:
        """Whether the last server that answered an exchange takes trains."""
        return self._conversing

    def converse(self, path: str, messages: Iterable[bytes]) -> Iterator[bytes]:
        """Send messages as a train, a single one as ``send`` does; see :class:`sync.exchange.transport.Conversing`."""
        with self._answered(path, lambda: bodies.several(self._signer, path, messages)) as response:
            self._conversing = TRAIN in response.headers.get(ACCEPT_POST, "")
            self._session.headers["Accept"] = f"{_MSGPACK}, {TRAIN}" if self._conversing else _MSGPACK
            if response.headers.get("Content-Type", "") == TRAIN and response.status_code == requests.codes.ok:
                yield from _read_train(response)
                return
            content = _read(response)
        yield _judged(path, response, content)

    @contextlib.contextmanager
    def _answered(self, path: str, made: Callable[[], bodies.Made]) -> Iterator[requests.Response]:
        """The beginning of the answer to a request; whatever ends it early is told as what it means."""
        given_up = threading.Event()
        try:
            # What becomes urgent while the message is being packed is not in it.
            with self._watching(given_up):
                content, headers = made()
                credential = _Credential(headers.pop("Authorization", None))
                with self._session.post(
                    self._url + path,
                    data=content,
                    headers=headers,
                    auth=credential,
                    timeout=self._timeout,
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    yield response
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            if given_up.is_set():
                raise Interrupted("something urgent waits") from error
            if isinstance(error, requests.exceptions.SSLError) and _OTHER_CERTIFICATE in str(error):
                raise NotAllowed("the certificate is another one", code="changed_certificate") from error
            raise Unreachable(f"no whole answer: {type(error).__name__}") from error

    @contextlib.contextmanager
    def _watching(self, given_up: threading.Event) -> Iterator[None]:
        """Drop the connection and set ``given_up`` as soon as something urgent waits."""
        if self._urgent is None or self._urgent():
            # What is urgent now is in this message.
            yield
            return
        urgent, ended = self._urgent, threading.Event()

        def watch() -> None:
            while not ended.wait(_LOOK_S):
                with contextlib.suppress(ReplicaError):
                    if given_up.is_set() or urgent():
                        # And the next one, if the message was just about to open it.
                        given_up.set()
                        _drop(self._sockets)

        watcher = threading.Thread(target=watch, name="urgent")
        watcher.start()
        try:
            yield
        finally:
            ended.set()
            watcher.join()


def _pools(sockets: list[socket.socket]) -> dict[str, type[HTTPConnectionPool]]:
    """Pools that put the socket of the one connection they have into ``sockets``: ``requests`` shows it to nobody."""

    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            sockets[:] = [self.sock]

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            sockets[:] = [self.sock]

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _drop(sockets: Sequence[socket.socket]) -> None:
    """End connections at once, with all that still waits to be sent: whoever uses one meets an error."""
    for item in sockets:
        with contextlib.suppress(OSError):
            item.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            # Not the method of a TLS socket, which would wait for the other side.
            socket.socket.shutdown(item, socket.SHUT_RDWR)


def certificate_of(url: str, connect_s: float = CONNECT_S) -> bytes:
    """The fingerprint (SHA-256) of whatever certificate is shown at ``url``; nothing is believed for it.

    Raises:
        BadInput: it is not an https address. Unreachable: nobody shows one.
    """
    parts = urlsplit(_checked_url(url))
    if parts.scheme != "https":
        raise BadInput("not an https address", field="url")
    try:
        shown = ssl.get_server_certificate((parts.hostname or "", parts.port or 443), timeout=connect_s)
    except OSError as error:
        raise Unreachable(f"no certificate: {type(error).__name__}") from error
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(shown)).digest()


class Adapter(requests.adapters.HTTPAdapter):
    """One connection, kept open; with a fingerprint only to the server that shows this certificate."""

    def __init__(self, fingerprint: bytes | None) -> None:
        self._pinned = {} if fingerprint is None else {"assert_fingerprint": fingerprint.hex()}
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: object) -> None:
        super().init_poolmanager(connections, maxsize, block=block, **more, **self._pinned)

    def carry(self, session: requests.Session) -> None:
        """Carry all of a session; to the server of one certificate only encrypted and through no proxy."""
        session.adapters.clear()
        for scheme in ("https://",) if self._pinned else ("https://", "http://"):
            session.mount(scheme, self)
        if self._pinned:
            session.trust_env = session.verify = False


class _Credential(requests.auth.AuthBase):
    """Sets our header, and so keeps ``requests`` from looking for another credential in a netrc file."""

    def __init__(self, header: str | None) -> None:
        self._header = header

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._header is not None:
            request.headers["Authorization"] = self._header
        return request


class _Problem(msgspec.Struct, frozen=True):
    """The server's words for a request it did not answer."""

    error: str
    reason: str


def _checked_url(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        known = False
    if not known or parts.query or parts.fragment or parts.username:
        raise BadInput("not an http or https address", field="url")
    return url.strip().rstrip("/")


def _read(response: requests.Response) -> bytes:
    """The whole body, unpacked.

    Raises:
        Unreachable: it is too large to be an answer of ours, or damaged.
    """
    content = bytearray()
    for piece in response.raw.stream(65536, decode_content=False):
        content += piece
        if len(content) > MAX_ANSWER_SENT:
            raise Unreachable("the answer is too large to be one")
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    if encoding == "identity":
        return bytes(content)
    if encoding != "zstd":
        raise Unreachable("the answer is packed in an unknown way")
    try:
        return decompress(bytes(content), MAX_ANSWER_PLAIN)
    except BadInput as error:
        raise Unreachable("the answer is damaged") from error


def _read_train(response: requests.Response) -> Iterator[bytes]:
    """The answers in a train, each as it arrives; ``Unreachable`` where it is damaged or too large to be ours."""
    uncoupler, unpacker, size = Uncoupler(MAX_ANSWER_SENT), Unpacker(MAX_ANSWER_PLAIN), 0
    try:
        # Not ``stream``, which keeps back the beginning of a piece until it has all of it.
        while piece := response.raw.read1(65536, decode_content=False):
            size += len(piece)
            if size > MAX_ANSWER_SENT:
                raise TooLarge("the answers are too large to be ours")
            for part in uncoupler.feed(piece):
                yield unpacker.unpack(part)
    except BadInput as error:
        raise Unreachable("the answer is damaged") from error
    if not uncoupler.ended:
        raise Unreachable("the answer ends within a part")


def _judged(path: str, response: requests.Response, content: bytes) -> bytes:
    """The answer, or the error that the status means."""
    status = response.status_code
    ours = response.headers.get("Content-Type", "").partition(";")[0].strip().lower() == _MSGPACK
    if status == requests.codes.ok and ours:
        return content
    if status == requests.codes.unprocessable_entity and ours and _is_answer(path, content):
        return content
    raise _error_of(status, content, response.headers.get("Retry-After", ""))


def _is_answer(path: str, content: bytes) -> bool:
    kind = _ANSWERS.get(path)
    if kind is None:
        return False
    try:
        decode_message(content, kind)
    except BadInput:
        return False
    return True


def _error_of(status: int, content: bytes, retry_after: str) -> LinkError:
    try:
        problem = msgspec.json.decode(content, type=_Problem)
    except (msgspec.DecodeError, UnicodeDecodeError):
        problem = _Problem("", "")
    words = f"HTTP {status} {problem.error}".strip() + (f": {problem.reason}" if problem.reason else "")
    if status == requests.codes.too_many_requests or status >= requests.codes.internal_server_error:
        wait = min(float(retry_after), _LONGEST_WAIT_S) if retry_after.isdecimal() else None
        return ServerFault(words, code=problem.error, retry_after_s=wait)
    if status in (requests.codes.unauthorized, requests.codes.forbidden) and problem.error:
        return NotAllowed(words, code=problem.error)
    if status == requests.codes.request_entity_too_large:
        return Refused(words, code=TOO_LARGE)
    if requests.codes.bad_request <= status and (problem.error or status not in (401, 403, 407, 511)):
        return Refused(words, code=problem.error)
    # A captive portal or a proxy answered in the server's place.
    return Unreachable(f"{words}, not an answer of a Rujuk server")
