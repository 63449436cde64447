"""A computer that is killed in the middle of an exchange: ``python -m tests.exchange.dying_client URL STEP FILE``.

It reads the keys of the file and of the computer (hexadecimal) from its standard input, and ends by SIGKILL at the
step named; that it ends by itself means that the step was never reached.
"""

import os
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sync.exchange.credential import Signer
from sync.exchange.engine import exchange
from sync.exchange.http import HttpTransport
from sync.exchange.manner import BRISK
from sync.replica.opening import open_sqlite
from sync.replica.replica import Replica
from sync.revisions.environment import system_environment

SEND, ANSWERED, CONFIRMED, BATCH, STORED = (
    "before the request is sent",
    "after the answer came",
    "after the receipt was noted",
    "between two batches of a page",
    "after all was stored",
)
STEPS = (SEND, ANSWERED, CONFIRMED, BATCH, STORED)


def die() -> None:
    """End as a power cut ends it."""
    os.kill(os.getpid(), signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)


class DyingTransport(HttpTransport):
    """The road, on which the computer may be killed."""

    step = ""

    def send(self, path: str, body: bytes) -> bytes:
        """Send, unless this is the end."""
        if self.step == SEND:
            die()
        answer = super().send(path, body)
        if self.step == ANSWERED:
            die()
        return answer

    def converse(self, path: str, messages: Iterable[bytes]) -> Iterator[bytes]:
        """Send several at once, unless this is the end."""
        if self.step == SEND:
            die()
        for answer in super().converse(path, messages):
            if self.step == ANSWERED:
                die()
            yield answer


class DyingReplica(Replica):
    """The file, at which the computer may be killed."""

    step = ""

    def receive(self, *arguments: Any, **named: Any) -> bool:
        """Store, unless this is the end: the receipt of what was sent has just been noted."""
        if self.step == CONFIRMED:
            die()
        return super().receive(*arguments, **named)


def main(arguments: Sequence[str]) -> None:
    """Run an exchange until its step comes."""
    url, step, file = arguments
    key, signing_key = (bytes.fromhex(line.strip()) for line in sys.stdin)
    replica = DyingReplica.load(open_sqlite(Path(file), key), system_environment())
    assert isinstance(replica, DyingReplica)
    replica.step = step
    with DyingTransport(url, Signer(replica.identity.device, signing_key)) as road:
        road.step = step
        exchange(replica, road, replace(BRISK, batch=50, pause=die if step == BATCH else BRISK.pause))
    if step == STORED:
        die()


if __name__ == "__main__":
    main(sys.argv[1:])
