"""What an action must know of the person who acts. Rights and passwords are not its affair."""

from typing import Protocol


class Actor(Protocol):
    """The person at the PC: a staff record's id and name."""

    @property
    def id(self) -> str:
        """Id of the staff record."""

    @property
    def name(self) -> str:
        """The name as letters and answers show it."""
