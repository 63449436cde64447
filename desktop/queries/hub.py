"""The hub of this puskesmas as this PC knows it: whether it is one, whom it serves and when each last spoke.

It only reads. What waits at another PC is as old as its last word.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from desktop.queries.values import to_moment
from sync.replica.reader import Reader
from sync.replica.values import left_waiting

#: A contact so long after the last word has not said what waits there since.
_WORDLESS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class HubPc:
    """A PC that this hub serves; ``waiting``: revisions that were not at the district at ``told_at``, as far as it
    knew, without those that this hub has brought there since.

    ``told_at`` is ``None`` where it never said how many: a contact alone says nothing of that.
    """

    device: str
    name: str
    letter: str
    last_seen: datetime | None
    waiting: int
    told_at: datetime | None = None

    @property
    def is_unknown(self) -> bool:
        """Whether nobody knows what waits there: an exchange ends with a word, and it came by without one since."""
        if self.waiting:
            return False
        return self.last_seen is None or self.told_at is None or self.last_seen - self.told_at > _WORDLESS


@dataclass(frozen=True, slots=True)
class HubCodeShown:
    """The code on this screen; it lets one PC in."""

    digits: str
    expires_at: datetime
    used: bool


@dataclass(frozen=True, slots=True)
class HubState:
    """Everything about the hub on one page.

    ``on``: this PC shall be a hub; ``addresses``: where others reach it ("192.168.1.5:47115"), empty until its agent
    serves; ``problem``: why it cannot; ``cut_off``: the district does not accept this computer, hub or not. ``own_*``:
    the hub that this PC has, "" if none; ``own_error`` is a class of ``sync.errors``, or the code of a NotAllowed.
    """

    on: bool
    pc_name: str
    addresses: Sequence[str]
    problem: str
    cut_off: bool
    code: HubCodeShown | None
    pcs: Sequence[HubPc]
    own_name: str
    own_url: str
    own_last_sync_at: datetime | None
    own_error: str | None
    own_waiting: int

    @property
    def reached_at(self) -> datetime | None:
        """When another PC last got through to this hub; ``None``: never, so a firewall may stand between."""
        return max((pc.last_seen for pc in self.pcs if pc.last_seen is not None), default=None)


def hub_state(reader: Reader) -> HubState:
    """The hub as it is now."""
    rows = reader.rows("SELECT name, value FROM local WHERE district = :district AND name LIKE 'hub.%'")
    values = {row["name"]: row["value"] for row in rows}
    face: dict[str, Any] = json.loads(values.get("hub.face", "{}"))
    link = reader.row("SELECT url, last_sync_at, last_error FROM link WHERE district = :district AND peer = 'hub'")
    district = reader.value("SELECT last_error FROM link WHERE district = :district AND peer = 'district'")
    identity = reader.identity()
    return HubState(
        on="hub.on" in values,
        pc_name=identity.pc_name if identity is not None else "",
        addresses=tuple(f"{address}:{face['port']}" for address in face.get("addresses", ())),
        problem=face.get("problem", ""),
        cut_off=district == "NotAllowed",
        code=_code(values.get("hub.code")),
        pcs=_pcs(reader, values),
        own_name=values.get("hub.name", "") if link else "",
        own_url=link["url"] if link else "",
        own_last_sync_at=to_moment(link["last_sync_at"]) if link else None,
        own_error=link["last_error"] if link else None,
        own_waiting=reader.value("SELECT count(*) FROM revision WHERE district = :district AND at_hub = 0"),
    )


def hub_pcs(reader: Reader) -> Sequence[HubPc]:
    """The PCs that this hub serves, by letter; none at a PC that is no hub."""
    return hub_state(reader).pcs


def _pcs(reader: Reader, values: dict[str, str]) -> Sequence[HubPc]:
    found = [json.loads(value) for name, value in values.items() if name.startswith("hub.peer.")]
    here = {}
    if any(pc.get("held") for pc in found):
        query = (
            "SELECT device, count(*) AS n FROM revision WHERE district = :district AND confirmed = 0 GROUP BY device"
        )
        here = {row["device"]: row["n"] for row in reader.rows(query)}
    return tuple(
        HubPc(
            pc["device"],
            pc["name"],
            pc["letter"],
            to_moment(pc["last_seen"]),
            left_waiting(pc["waiting"], pc.get("held", 0), here.get(pc["device"], 0)),
            to_moment(pc.get("told_at")),
        )
        for pc in sorted(found, key=lambda pc: (pc["letter"], pc["device"]))
    )


def _code(kept: str | None) -> HubCodeShown | None:
    if kept is None:
        return None
    code = json.loads(kept)
    return HubCodeShown(code["digits"], datetime.fromisoformat(code["expires_at"]), code["used_by"] is not None)
