"""What a person does about the hub: switches it on or off here, asks for a code, lets the hub of another PC go.

None of it makes a revision. Joining a hub needs the network and is a command (``rujuk hub pair``).
"""

from typing import TYPE_CHECKING

from sync.errors import RujukError

if TYPE_CHECKING:
    from sync.replica.replica import Replica


class NoHubHere(RujukError):
    """A code was asked for at a PC that is no hub."""


def switch_hub(replica: "Replica", *, on: bool) -> None:
    """Let this PC be the hub of its facility, or no longer; its agent does so."""
    from sync.replica import hub_values

    replica.write(lambda connection: hub_values.switch(connection, replica.identity.district, on=on))


def new_hub_code(replica: "Replica") -> str:
    """A fresh code for one more PC, instead of the one before.

    Raises:
        NoHubHere: this PC is no hub.
    """
    from sync.replica import hub_codes, hub_values

    district, now = replica.identity.district, replica.now()
    if not replica.read(lambda connection: hub_values.is_on(connection, district)):
        raise NoHubHere("this computer is no hub")
    chance = replica.environment.random_bytes(16)
    return replica.write(lambda connection: hub_codes.new_code(connection, district, now, chance)).digits


def leave_hub(replica: "Replica") -> None:
    """Have no hub any more; what it was to bring to the district is brought from here as well."""
    from sync.replica import hub_links

    replica.write(lambda connection: hub_links.leave_hub(connection, replica.identity))
