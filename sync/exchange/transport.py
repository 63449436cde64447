"""The one seam between an exchange and the road it takes.

A road carries bytes and says how it failed; it must never look into what it carries.
"""

from typing import Protocol


class Transport(Protocol):
    """Carries one message to the other replica and brings the answer back."""

    def send(self, path: str, body: bytes) -> bytes:
        """Send an encoded message to a path of ``messages`` and return the encoded answer.

        Raises:
            LinkError: with the class that says what is known about the other side. After ``Unreachable`` it may
                or may not have done the work; sending the same again is always right.
        """
        ...
