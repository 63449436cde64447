"""How the computers of a district stand, for whoever runs the server: what each said, and a summary for cron.

It only reads, and names computers and numbers, never a patient.
"""

from datetime import timedelta
from typing import Any

from sync.exchange.proof_messages import Computer
from sync.replica.devices import known_computers, moment_of
from sync.replica.replica import Replica
from sync.server.admin_words import heard_words
from sync.server.proof import as_message

_DAY_MS = timedelta(days=1) // timedelta(milliseconds=1)


def rows(replica: Replica) -> dict[str, dict[str, Any]]:
    """What is known of each computer beside its card, by device; moments are ISO 8601 in UTC, ``None`` for never."""
    return {item.device: _row(item) for item in _computers(replica)}


def summary(replica: Replica, days: float) -> dict[str, Any]:
    """Which computers in use have been silent for more than ``days``, and what waits at all of them together."""
    since = moment_of(replica.environment.now_ms() - int(days * _DAY_MS))
    found = _computers(replica)
    replaced = {item.former for item in found}
    used = [item for item in found if not item.revoked_at and item.device not in replaced]
    silent = sorted(
        (item for item in used if (item.heard_at or item.enrolled_at) < since), key=lambda item: item.heard_at
    )
    told = [item.report for item in used if item.report is not None]
    return {
        "computers": len(used),
        "silent": [
            {
                "device": item.device,
                "facility_code": item.facility_code,
                "name": item.name,
                "last_seen_at": item.seen_at or None,
                "stick_at": item.stick_at or None,
                "hub_at": item.hub_at or None,
            }
            for item in silent
        ],
        "waiting": sum(item.waiting or 0 for item in used),
        "refused": sum(report.refused for report in told),
        "conflicts": sum(report.conflicts for report in told),
        "forked": sum(1 for item in used if item.forked_at),
        "days": days,
    }


def words(found: dict[str, Any]) -> str:
    """A summary for people."""
    waiting = (
        f"{found['computers']} computers; waiting {found['waiting']}, refused {found['refused']}, "
        f"conflicts {found['conflicts']}, forked {found['forked']}"
    )
    lines = [waiting, f"{len(found['silent'])} silent for more than {found['days']:g} days"]
    for item in found["silent"]:
        heard = heard_words(item["last_seen_at"], item["stick_at"], item["hub_at"])
        lines.append(f"  {item['facility_code'] or '?':<10} {item['name']}  {heard}")
    return "\n".join(lines)


def _computers(replica: Replica) -> list[Computer]:
    district = replica.identity.district
    return [as_message(item) for item in replica.read(lambda connection: known_computers(connection, district))]


def _row(item: Computer) -> dict[str, Any]:
    report, by_hub = item.report, item.road == "hub"
    return {
        "facility_name": item.facility_name,
        "program": item.program or None,
        "records": item.records or None,
        "proven_at": item.proven_at or None,
        "stick_at": item.stick_at or None,
        "hub_at": item.hub_at or None,
        "forked_at": item.forked_at or None,
        "former": item.former or None,
        "waiting": item.waiting,
        "oldest_waiting_at": moment_of(report.oldest) if report and report.oldest and not by_hub else None,
        "refused": report.refused if report else None,
        "carried": report.carried if report else None,
        "conflicts": report.conflicts if report else None,
    }
