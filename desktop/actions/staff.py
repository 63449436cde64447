"""Add a member of staff at the own facility. Who may do so is decided elsewhere; passwords are not its affair."""

from typing import TYPE_CHECKING

from sync.records import Staff
from sync.replica.values import Edit

if TYPE_CHECKING:
    from sync.replica.replica import Replica


def add_staff(replica: "Replica", staff: Staff, author: str | None = None) -> Staff:
    """Save a new member of staff, who is the author of this record if nobody else is at the PC.

    Raises:
        BadInput: a value cannot be stored; nothing was.
    """
    replica.save([Edit(staff, None)], author or staff.id)
    return staff
