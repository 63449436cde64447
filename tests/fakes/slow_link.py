"""A link as a puskesmas has it, as a process of its own: slow, far away, and its connections are reset now and then.

Bytes pass in small pieces at the pace of the link, so that a sender feels its slowness; a reset drops what is under
way. It knows of HTTP/1.1 only where a request begins and ends: that is where resets are counted from.
"""

import argparse
import asyncio
import contextlib
import json
import random
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from typing import Any, cast
from urllib.parse import urlsplit

_RESET = struct.pack("ii", 1, 0)
#: What waits for the link in this process: as little as a system can be brought to keep.
_BUFFER = 4096
#: As many bytes a train is taken to have of which nobody knows how long it is: a reset meets it somewhere in them.
_CHUNKED = 128 * 1024
#: So late the process may be woken without the link becoming slower than its rate.
_LATE_S = 0.05


@dataclass(frozen=True)
class Way:
    """How a link is. ``rate``: bytes a second each way (0: as fast as it goes); ``round_trip``: seconds.

    ``resets``: how many of the requests have their connection reset, half of them after the server did the work.
    """

    rate: int = 0
    round_trip: float = 0.0
    resets: float = 0.0
    seed: int = 1


#: Nothing in the way, and what the marks name: 256 kbit/s, 300 ms, 2% of requests reset.
FREE = Way()
SLOW = Way(rate=32_000, round_trip=0.3, resets=0.02)


@dataclass
class Passed:
    """What went over the link so far."""

    bytes_up: int = 0
    bytes_down: int = 0
    requests: int = 0
    resets_before: int = 0
    resets_after: int = 0


class SlowLink:
    """The process, seen from outside."""

    def __init__(self, target: str, way: Way) -> None:
        given = [f"--{name.replace('_', '-')}={value}" for name, value in asdict(way).items()]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.slow_link", target, *given],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.url = str(self._ask("hello")["url"])

    def passed(self) -> Passed:
        """What went over the link so far."""
        told = self._ask("passed")
        return Passed(**{item.name: told[item.name] for item in fields(Passed)})

    def cut_at(self, *, up: Sequence[int] = (), down: Sequence[int] = ()) -> None:
        """End the connection each time when, from now on, so many bytes in all have gone up or down; those arrive."""
        self._ask(json.dumps({"up": list(up), "down": list(down)}))

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def _ask(self, line: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return cast("dict[str, Any]", json.loads(self._process.stdout.readline()))


@contextmanager
def slow_link(target: str, way: Way) -> Iterator[SlowLink]:
    """A link to the server at ``target``, closed afterwards."""
    link = SlowLink(target, way)
    try:
        yield link
    finally:
        link.close()


class _Direction:
    """One direction of the link, shared by all connections. ``carried``: bytes so far."""

    def __init__(self, rate: int) -> None:
        self.carried = 0
        self._rate = rate
        self._free_at = 0.0
        self._cuts: list[int] = []

    async def carry(self, size: int) -> None:
        """Wait until ``size`` bytes are through."""
        if self._rate:
            loop = asyncio.get_running_loop()
            # That this process was woken late makes the link no slower.
            self._free_at = max(self._free_at, loop.time() - _LATE_S) + size / self._rate
            await asyncio.sleep(self._free_at - loop.time())
        self.carried += size

    def cut_at(self, marks: Sequence[int]) -> None:
        """Cut each time so many more bytes were carried."""
        self._cuts = [self.carried + mark for mark in marks]

    def until_cut(self, size: int) -> int:
        """How many of the next ``size`` bytes go through before a mark is reached; fewer than those: it is then."""
        if self._cuts and self.carried + size > self._cuts[0]:
            return max(0, self._cuts.pop(0) - self.carried)
        return size


class Requests:
    """Follows the bytes of one connection's requests: where each begins, and how much of it is still to come.

    Of a body in chunks nobody knows that: ``left`` then begins with :data:`_CHUNKED` and ends with the last chunk.
    """

    def __init__(self) -> None:
        self._line = b""
        self._chunked = False
        self._passing = 0
        self.left = 0

    def feed(self, data: bytes) -> int:
        """Take more bytes; how many requests began with them."""
        begun = 0
        while data:
            if self._passing:
                passed = min(self._passing, len(data))
                data, self._passing = data[passed:], self._passing - passed
                self.left = max(int(self._chunked), self.left - passed)
                continue
            self._line += data
            line, end, data = self._line.partition(b"\r\n" if self._chunked else b"\r\n\r\n")
            if not end:
                break
            self._line = b""
            if self._chunked:
                self._begin_chunk(int(line, 16))
            else:
                self._begin(line.lower().split(b"\r\n"))
                begun += 1
        return begun

    def _begin(self, head: Sequence[bytes]) -> None:
        self._chunked = b"transfer-encoding: chunked" in head
        lengths = [int(line.split(b":")[1]) for line in head if line.startswith(b"content-length")]
        self._passing = sum(lengths)
        self.left = _CHUNKED if self._chunked else self._passing

    def _begin_chunk(self, size: int) -> None:
        self._passing = size + len(b"\r\n")
        if size == 0:
            self._chunked, self.left = False, 0


class _Connection:
    """One connection of a client, carried to the server and back."""

    def __init__(self, link: "_Link") -> None:
        self._link = link
        self._loop = asyncio.get_running_loop()
        self._requests = Requests()
        self._cut_below = -1
        self._cut_answer = False

    async def run(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Until either side ends it or it is reset."""
        await asyncio.sleep(self._link.way.round_trip)
        theirs, to_them = await asyncio.open_connection(self._link.host, self._link.port, limit=self._link.piece)
        tasks = [
            asyncio.create_task(self._carry(self._link.up, reader, to_them, self._spoils_request)),
            asyncio.create_task(self._carry(self._link.down, theirs, writer, self._spoils_answer)),
        ]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for end in (writer, to_them):
            with contextlib.suppress(OSError):
                end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            end.transport.abort()

    async def _carry(
        self,
        direction: "_Direction",
        source: asyncio.StreamReader,
        target: asyncio.StreamWriter,
        spoils: Callable[[bytes], bool],
    ) -> None:
        arriving: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        target.transport.set_write_buffer_limits(0)
        delivery = asyncio.create_task(self._deliver(arriving, target))
        try:
            while data := await source.read(self._link.piece):
                through = direction.until_cut(len(data))
                await direction.carry(through)
                if spoils(data):
                    return
                arriving.put_nowait((self._loop.time() + self._link.way.round_trip / 2, data[:through]))
                if through < len(data):
                    await arriving.join()
                    # No reset here: it would also drop what has arrived and was not read yet.
                    target.close()
                    await target.wait_closed()
                    return
            await arriving.join()
        finally:
            delivery.cancel()

    async def _deliver(self, arriving: "asyncio.Queue[tuple[float, bytes]]", target: asyncio.StreamWriter) -> None:
        while True:
            due, data = await arriving.get()
            await asyncio.sleep(due - self._loop.time())
            target.write(data)
            await target.drain()
            arriving.task_done()

    def _spoils_request(self, data: bytes) -> bool:
        passed, chance = self._link.passed, self._link.chance
        begun = self._requests.feed(data)
        passed.requests += begun
        if begun and chance.random() < self._link.way.resets:
            if chance.random() < 0.5:
                self._cut_below = int(self._requests.left * chance.random())
            else:
                self._cut_answer = True
        if self._cut_below >= 0 and self._requests.left <= self._cut_below:
            passed.resets_before += 1
            return True
        return False

    def _spoils_answer(self, _data: bytes) -> bool:
        self._link.passed.resets_after += self._cut_answer
        return self._cut_answer


class _Link:
    def __init__(self, host: str, port: int, way: Way) -> None:
        self.host, self.port, self.way = host, port, way
        self.up, self.down = _Direction(way.rate), _Direction(way.rate)
        self.passed = Passed()
        self.chance = random.Random(way.seed)
        self.piece = max(64, min(16384, way.rate // 50)) if way.rate else 65536

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection; that a side goes away in the middle, or this link, is what it is for."""
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await _Connection(self).run(reader, writer)

    def answer(self, line: str) -> dict[str, Any]:
        """Do what the other process asks for."""
        if line.startswith("{"):
            wish = json.loads(line)
            self.up.cut_at(wish["up"])
            self.down.cut_at(wish["down"])
        self.passed.bytes_up, self.passed.bytes_down = self.up.carried, self.down.carried
        return asdict(self.passed)


async def _run(link: _Link) -> None:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if link.way.rate:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
    listener.bind(("127.0.0.1", 0))
    server = await asyncio.start_server(link.serve, sock=listener, limit=link.piece)
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def listen() -> None:
        for line in sys.stdin:
            told = link.answer(line) | {"url": f"http://127.0.0.1:{listener.getsockname()[1]}"}
            print(json.dumps(told), flush=True)
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=listen, daemon=True).start()
    async with server:
        await ended.wait()


def main(arguments: Sequence[str]) -> None:
    """Carry connections to the server at the URL given, until the standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("target")
    for item in fields(Way):
        parser.add_argument(f"--{item.name.replace('_', '-')}", type=type(item.default))
    chosen = vars(parser.parse_args(arguments))
    parts = urlsplit(chosen.pop("target"))
    asyncio.run(_run(_Link(parts.hostname or "", parts.port or 80, Way(**chosen))))


if __name__ == "__main__":
    main(sys.argv[1:])
