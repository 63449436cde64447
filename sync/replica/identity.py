"""Who a replica is: its district, its facility, the device it runs on and the key that device signs with.

It is written once, at enrolment; the key must never appear in a log or a message.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Identity:
    """Given at enrolment and kept in the database.

    ``replica`` and ``epoch`` name this database and its present life (a restore begins a new epoch); ``letter`` is the
    PC's letter in the numbers of its referral letters; ``signing_key`` the 32-byte seed of its Ed25519 key.
    """

    district: str
    replica: str
    epoch: str
    device: str
    letter: str
    facility: str
    facility_kind: str
    pc_name: str
    signing_key: bytes = field(repr=False)

    @property
    def home_audience(self) -> str:
        """The feed this replica reads besides the public one: its facility's, or the whole district's at the office."""
        return DISTRICT if self.facility_kind == "dinkes" else self.facility


#: Audiences that are not a facility's id. A hub has one feed, with all it holds.
PUBLIC = "public"
DISTRICT = "district"
HUB = "hub"
