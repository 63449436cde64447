"""The one seam between an exchange and the road it takes.

A road carries bytes and says how it failed; it must never look into what it carries.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol, runtime_checkable

#: The code of what is refused for its size, by the other side or by a proxy before it.
TOO_LARGE = "too_large"


class Transport(Protocol):
    """Carries one message to the other replica and brings the answer back."""

    def send(self, path: str, body: bytes) -> bytes:
        """Send an encoded message to a path of ``messages`` and return the encoded answer.

        Raises:
            LinkError: with the class that says what is known about the other side. After ``Unreachable`` it may
                or may not have done the work; sending the same again is always right.
        """
        ...


@runtime_checkable
class Conversing(Transport, Protocol):
    """A road that carries several messages at once, once it knows that the other side takes them."""

    @property
    def conversing(self) -> bool:
        """Whether the other side has said that it takes several messages at once and answers ``arrived``."""
        ...

    def converse(self, path: str, messages: Iterable[bytes]) -> Iterator[bytes]:
        """Send messages (several only where ``conversing``) and give the answers in order, each as it arrives.

        A message is asked for when those before it may already be under way.

        There may be more answers than messages where the last asked for more pages, and fewer where one was refused:
        that one, sent again, says why.

        Raises:
            LinkError: as of ``send``; the answers that were given until then count.
        """
        ...
