"""The road over HTTP: what is said after every kind of trouble, and that one connection carries it all."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import msgspec
import pytest

from sync.errors import BadInput, Interrupted, LinkError, NotAllowed, Refused, ServerFault, Unreachable
from sync.exchange import http
from sync.exchange.compression import compress, decompress
from sync.exchange.credential import Signer, public_key, read_credential
from sync.exchange.http import HttpTransport
from sync.exchange.messages import EXCHANGE, ExchangeAnswer, encode_message

ANSWER = encode_message(ExchangeAnswer(replica="a" * 32, epoch="b" * 32, time=1))
ALL_REFUSED = encode_message(
    ExchangeAnswer(replica="a" * 32, epoch="b" * 32, time=1, refused={0: "unknown record type"})
)
MSGPACK = "application/msgpack"


class Scripted:
    """A server of bytes: it reads whole requests and answers with what the test wrote down."""

    def __init__(self, answers: list[bytes | None]) -> None:
        self._answers = answers
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        #: Heads and bodies as they arrived, and how many connections carried them.
        self.heads: list[str] = []
        self.bodies: list[bytes] = []
        self.connections = 0
        self._thread.start()

    def close(self) -> None:
        """End it; a connection that waits for an answer is cut."""
        self._closing.set()
        with contextlib.suppress(OSError):
            socket.create_connection(self._listener.getsockname()).close()
        self._thread.join()
        self._listener.close()

    def _run(self) -> None:
        while not self._closing.is_set():
            client, _ = self._listener.accept()
            with client, contextlib.suppress(OSError):
                self.connections += 1
                while not self._closing.is_set() and self._read_request(client):
                    answer = self._answers.pop(0)
                    if answer is None:
                        self._closing.wait(10)
                        break
                    client.sendall(answer)
                    if b"Content-Length" not in answer or not self._answers:
                        break

    def _read_request(self, client: socket.socket) -> bool:
        data = b""
        while b"\r\n\r\n" not in data:
            more = client.recv(65536)
            if not more:
                return False
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        text = head.decode()
        length = int(text.lower().split("content-length: ")[1].split("\r\n")[0])
        while len(body) < length:
            body += client.recv(65536)
        self.heads.append(text)
        self.bodies.append(body)
        return True


def answer(status: str, body: bytes, kind: str = MSGPACK, *headers: str) -> bytes:
    """An HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def problem(status: str, code: str, *headers: str) -> bytes:
    """How the district server tells a problem."""
    return answer(status, msgspec.json.encode({"error": code, "reason": "for people"}), "application/json", *headers)


Script = Callable[..., Scripted]


@pytest.fixture
def script() -> Iterator[Script]:
    """Makes scripted servers."""
    with contextlib.ExitStack() as stack:

        def make(*answers: bytes | None) -> Scripted:
            made = Scripted(list(answers))
            stack.callback(made.close)
            return made

        yield make


def sending(url: str, stall_s: float = 5.0) -> AbstractContextManager[HttpTransport]:
    """A transport that gives up quickly."""
    return HttpTransport(url, Signer("c" * 32, bytes(32)), stall_s=stall_s)


ERRORS: dict[str, tuple[bytes, type[LinkError], str]] = {
    "revoked": (problem("403 Forbidden", "revoked_device"), NotAllowed, "revoked_device"),
    "unknown device": (problem("401 Unauthorized", "unknown_device"), NotAllowed, "unknown_device"),
    "a wrong request": (problem("422 Unprocessable Content", "bad_input"), Refused, "bad_input"),
    "too large": (problem("413 Content Too Large", "too_large"), Refused, "too_large"),
    "too large for a proxy": (answer("413 Content Too Large", b"<html>", "text/html"), Refused, "too_large"),
    "an older server": (problem("404 Not Found", "not_found"), Refused, "not_found"),
    "a failed server": (problem("500 Internal Server Error", "internal"), ServerFault, "internal"),
    "a proxy without its server": (answer("502 Bad Gateway", b"<html>", "text/html"), ServerFault, ""),
    "too many tries": (problem("429 Too Many Requests", "too_many_tries"), ServerFault, "too_many_tries"),
    "a captive portal": (answer("200 OK", b"<html>login</html>", "text/html"), Unreachable, ""),
    "a captive portal that redirects": (answer("302 Found", b"", "text/html", "Location: http://x/"), Unreachable, ""),
    "a portal that forbids": (answer("403 Forbidden", b"<html>pay</html>", "text/html"), Unreachable, ""),
    "a proxy that wants a password": (answer("407 Proxy Authentication Required", b""), Unreachable, ""),
    "half an answer": (answer("200 OK", ANSWER)[:-5], Unreachable, ""),
    "half a head": (b"HTTP/1.1 200 O", Unreachable, ""),
    "no HTTP at all": (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", Unreachable, ""),
    "no byte": (b"", Unreachable, ""),
    "a damaged answer": (answer("200 OK", b"damaged", MSGPACK, "Content-Encoding: zstd"), Unreachable, ""),
    "half a packed answer": (
        answer("200 OK", compress(ANSWER * 9)[:-3], MSGPACK, "Content-Encoding: zstd"),
        Unreachable,
        "",
    ),
    "an unknown packing": (answer("200 OK", ANSWER, MSGPACK, "Content-Encoding: br"), Unreachable, ""),
}


@pytest.mark.parametrize(("told", "kind", "code"), ERRORS.values(), ids=ERRORS.keys())
def test_each_trouble_is_named_by_what_is_known_of_the_other_side(
    script: Script, told: bytes, kind: type[LinkError], code: str
) -> None:
    with sending(script(told).url) as transport, pytest.raises(LinkError) as raised:
        transport.send(EXCHANGE, b"x")
    assert type(raised.value) is kind
    assert raised.value.code == code


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with sending(f"http://127.0.0.1:{port}") as transport, pytest.raises(Unreachable):
        transport.send(EXCHANGE, b"x")


def test_a_name_that_nobody_knows_is_unreachable() -> None:
    with sending("http://server.invalid") as transport, pytest.raises(Unreachable):
        transport.send(EXCHANGE, b"x")


def test_silence_is_unreachable_after_the_stall_time(script: Script) -> None:
    with sending(script(None).url, stall_s=0.2) as transport, pytest.raises(Unreachable):
        transport.send(EXCHANGE, b"x")


@pytest.mark.parametrize(("header", "seconds"), [("30", 30.0), ("999999", 3600.0), ("soon", None), ("-1", None)])
def test_how_long_to_wait_is_kept(script: Script, header: str, seconds: float | None) -> None:
    server = script(problem("503 Service Unavailable", "database_down", f"Retry-After: {header}"))
    with sending(server.url) as transport, pytest.raises(ServerFault) as raised:
        transport.send(EXCHANGE, b"x")
    assert raised.value.retry_after_s == seconds


def test_an_answer_that_refuses_everything_is_an_answer(script: Script) -> None:
    with sending(script(answer("422 Unprocessable Content", ALL_REFUSED)).url) as transport:
        assert transport.send(EXCHANGE, b"x") == ALL_REFUSED


def test_a_422_that_is_no_answer_is_a_refusal(script: Script) -> None:
    with sending(script(answer("422 Unprocessable Content", b"\xc0")).url) as transport, pytest.raises(Refused):
        transport.send(EXCHANGE, b"x")


def test_an_answer_too_large_to_be_one_is_not_read_to_its_end(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_ANSWER_SENT", 100)
    with sending(script(answer("200 OK", b"x" * 300_000)).url) as transport, pytest.raises(Unreachable):
        transport.send(EXCHANGE, b"x")


def test_an_answer_that_unpacks_too_far_is_not_unpacked(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_ANSWER_PLAIN", 1000)
    bomb = answer("200 OK", compress(b"\x00" * 100_000), MSGPACK, "Content-Encoding: zstd")
    with sending(script(bomb).url) as transport, pytest.raises(Unreachable):
        transport.send(EXCHANGE, b"x")


def test_many_messages_share_one_connection(script: Script) -> None:
    server = script(*[answer("200 OK", ANSWER)] * 5)
    with sending(server.url) as transport:
        assert [transport.send(EXCHANGE, b"x") for _ in range(5)] == [ANSWER] * 5
    assert server.connections == 1


def test_a_body_is_signed_as_it_travels(script: Script) -> None:
    body = b"siti contoh " * 1000
    server = script(answer("200 OK", ANSWER))
    with sending(server.url) as transport:
        transport.send(EXCHANGE, body)
    (head,), (sent,) = server.heads, server.bodies
    assert len(sent) < len(body)
    assert decompress(sent, len(body)) == body
    assert "Content-Encoding: zstd" in head
    header = head.split("Authorization: ")[1].split("\r\n")[0]
    assert read_credential(header).proves(public_key(bytes(32)), "POST", EXCHANGE, sent)


def test_a_small_body_is_not_packed(script: Script) -> None:
    server = script(answer("200 OK", ANSWER))
    with sending(server.url) as transport:
        transport.send(EXCHANGE, b"small")
    assert server.bodies == [b"small"]
    assert "Content-Encoding" not in server.heads[0]


def test_a_packed_answer_is_unpacked(script: Script) -> None:
    long = ANSWER * 100
    with sending(script(answer("200 OK", compress(long), MSGPACK, "Content-Encoding: zstd")).url) as transport:
        assert transport.send(EXCHANGE, b"x") == long


def test_a_netrc_file_never_replaces_the_credential(
    script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    signed, unsigned = script(answer("200 OK", ANSWER)), script(answer("200 OK", ANSWER))
    with sending(signed.url) as transport:
        transport.send(EXCHANGE, b"x")
    with HttpTransport(unsigned.url) as transport:
        transport.send(EXCHANGE, b"x")
    assert "Authorization: Rujuk device=" in signed.heads[0]
    assert "Authorization" not in unsigned.heads[0]


def test_a_server_below_a_path_is_found(script: Script) -> None:
    server = script(answer("200 OK", ANSWER))
    with sending(server.url + "/rujuk/") as transport:
        transport.send(EXCHANGE, b"x")
    assert server.heads[0].startswith("POST /rujuk/v1/exchange ")


@pytest.mark.parametrize(
    "url",
    ["", "server", "ftp://server", "http://", "http://a:b", "http://a:0", "http://x@y", "http://a?b", "http://[::1"],
)
def test_what_is_no_address_is_refused_at_once(url: str) -> None:
    with pytest.raises(BadInput) as told:
        HttpTransport(url)
    assert told.value.field == "url"


def test_something_urgent_gives_up_the_message_under_way(script: Script) -> None:
    silent, asked = script(None), iter([False, False])
    with (
        HttpTransport(silent.url, Signer("c" * 32, bytes(32)), urgent=lambda: next(asked, True)) as transport,
        pytest.raises(Interrupted),
    ):
        transport.send(EXCHANGE, b"x")


def test_nothing_is_given_up_for_what_was_urgent_when_the_message_began(script: Script) -> None:
    server = script(answer("200 OK", ANSWER))
    with HttpTransport(server.url, Signer("c" * 32, bytes(32)), urgent=lambda: True) as transport:
        assert transport.send(EXCHANGE, b"x") == ANSWER
