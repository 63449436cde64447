"""The commands of proof: the end of a day with its receipt, receipts kept and checked, and the test of the link.

"Selesai" is only said with a receipt the server has signed. Each answer says what is lacking and what to do.
"""

import socket
import ssl
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from desktop.actions.receipts import KeptReceipt, keep_receipt, kept_receipts
from desktop.commands.answers import FAILED, Answer, NotEnrolled, WrongUsage
from desktop.commands.exchanging import considerate, road
from desktop.commands.place import open_reader, open_replica
from desktop.proof_words import LACKING, STEPS, receipt_lines, state_words
from desktop.queries.day_end import Own, Verdict, facility_computers, verdict
from desktop.queries.hub import hub_state
from desktop.security.keys import KeyMissing, key_in, load_key
from desktop.settings import Settings
from sync.errors import BadInput, FileDamaged, LinkError, NotAllowed, ReplicaError
from sync.replica.receipts import Receipt, read_receipt
from sync.replica.standing import Standing, standing

if TYPE_CHECKING:
    from sync.exchange.proving import Closing
    from sync.replica.replica import Replica

#: Seconds that reaching the server's machine may take, and a clock's error that is worth a telephone call.
_CONNECT_S, _CLOCK = 10.0, timedelta(minutes=5)


def day_end(settings: Settings) -> Answer:
    """Exchange until both sides are equal, ask for the receipt, keep it, and judge the whole facility.

    Raises:
        NotEnrolled, LinkError, ReplicaError: it failed; everything waits where it was.
    """
    from sync.exchange.proving import close_day, keep_computers

    with open_replica(settings) as replica, road(replica) as transport:
        closing = close_day(replica, transport, considerate())
        keep_computers(replica, transport)
        now, key = replica.now(), _pinned_key(replica)
        stands = replica.read(lambda connection: standing(connection, replica.identity))
        path = keep_receipt(settings, closing.receipt, now) if closing.receipt else None
    with open_reader(settings) as (reader, identity):
        found = facility_computers(reader).computers
    own = Own(identity.device, stands.waiting + stands.refused)
    judged = verdict(found, own, closing.lacking, now, receipt=path is not None)
    receipt = read_receipt(closing.receipt, key) if closing.receipt else None
    return Answer(_day_words(judged, receipt, path), _day_data(judged, closing, path), 0 if judged.done else FAILED)


def verify_receipt(settings: Settings, file: Path, key: str | None) -> Answer:
    """Check a receipt: with the key this PC has pinned, or with ``key`` (64 hexadecimal digits) anywhere.

    Raises:
        WrongUsage: the key is none, or the receipt is not what this server has given. OSError: it cannot be read.
    """
    content = file.read_bytes()
    if key is None:
        with open_replica(settings) as replica:
            server_key = _pinned_key(replica)
    else:
        server_key = _key_of(key)
    try:
        receipt = read_receipt(content, server_key)
    except BadInput as error:
        raise WrongUsage(
            "Tanda terima ini TIDAK SAH: isinya berubah, rusak, atau bukan dari server ini. Jangan dipakai sebagai "
            "bukti; buat yang baru dengan rujuk day-end."
        ) from error
    words = "\n".join(("Tanda terima SAH: ditandatangani server kabupaten, tidak berubah.", *receipt_lines(receipt)))
    return Answer(words, {"valid": True, "receipt": receipt_data(receipt)})


def list_receipts(settings: Settings) -> Answer:
    """The receipts kept on this PC, newest first, each checked."""
    with open_replica(settings) as replica:
        found = kept_receipts(settings, _pinned_key(replica))
    lines = [f"{item.path.name}  {'sah' if item.receipt else 'TIDAK SAH'}" for item in found]
    rows = [{"file": str(item.path), "valid": item.receipt is not None} for item in found]
    return Answer("\n".join(lines) or "Belum ada tanda terima di komputer ini.", {"receipts": rows})


def show_receipt(settings: Settings, name: str | None) -> Answer:
    """One kept receipt in words: the newest, or the one of this file name.

    Raises:
        WrongUsage: there is none, or it is not valid.
    """
    with open_replica(settings) as replica:
        found = kept_receipts(settings, _pinned_key(replica))
    chosen: KeptReceipt | None = next((item for item in found if name in (None, item.path.name)), None)
    if chosen is None:
        raise WrongUsage("Tanda terima itu tidak ada di komputer ini. Lihat: rujuk receipt list")
    if chosen.receipt is None:
        raise WrongUsage(f"{chosen.path.name} TIDAK SAH: isinya berubah atau bukan dari server ini.")
    data = {"file": str(chosen.path), "receipt": receipt_data(chosen.receipt)}
    return Answer("\n".join(receipt_lines(chosen.receipt)), data)


def sync_test(settings: Settings) -> Answer:
    """Go through the road to the district step by step; each step is good or has a code for the telephone."""
    steps = _Steps()
    try:
        load_key(settings)
        steps.good("key")
        with open_replica(settings) as replica:
            steps.good("database")
            _test_file(settings, steps)
            _test_road(replica, steps)
        _test_hub(settings, steps)
    except KeyMissing:
        steps.bad("key", "K-2102")
    except NotEnrolled:
        steps.bad("enrolled", "K-2113")
    except ReplicaError:
        steps.bad("database", "K-2101")
    lines = [
        f"{'OK' if item['ok'] else 'GAGAL':<6} {STEPS[item['step']]}  {item['code']}".rstrip() for item in steps.done
    ]
    words = "\n".join((*lines, f"Kode untuk petugas TI: {steps.code}"))
    return Answer(words, {"code": steps.code, "steps": steps.done}, 0 if steps.code == "K-2100" else FAILED)


def receipt_data(receipt: Receipt) -> dict[str, Any]:
    """A receipt for programs."""
    import msgspec

    data: dict[str, Any] = msgspec.to_builtins(receipt, builtin_types=(bytes,))
    return {**data, "server_key": receipt.server_key.hex()}


class _Steps:
    """What was tried, in order."""

    def __init__(self) -> None:
        self.done: list[dict[str, Any]] = []

    @property
    def code(self) -> str:
        """The code of the first step that failed; K-2100 if none did."""
        return next((str(item["code"]) for item in self.done if not item["ok"]), "K-2100")

    def good(self, step: str) -> None:
        self.done.append({"step": step, "ok": True, "code": ""})

    def bad(self, step: str, code: str) -> None:
        self.done.append({"step": step, "ok": False, "code": code})

    def check(self, step: str, code: str, *, ok: bool) -> None:
        if ok:
            self.good(step)
        else:
            self.bad(step, code)


def _test_file(settings: Settings, steps: _Steps) -> None:
    from sync.replica.copying import check_database

    try:
        check_database(settings.database, load_key(settings).secret)
    except FileDamaged:
        steps.bad("file", "K-2103")
    else:
        steps.good("file")


def _test_road(replica: "Replica", steps: _Steps) -> None:
    from sync.exchange.engine import exchange

    identity = replica.identity
    with road(replica) as transport:
        link = replica.link()
        if link is None or not _reaches(link.url):
            steps.bad("network", "K-2105")
            return
        steps.good("network")
        try:
            outcome = exchange(replica, transport, considerate(time.monotonic() + 60))
        except NotAllowed:
            steps.bad("server", "K-2107")
            return
        except LinkError:
            steps.bad("server", "K-2106")
            return
    steps.good("server")
    link = replica.link()
    off = timedelta(milliseconds=link.clock_offset_ms if link else 0)
    steps.check("clock", "K-2108", ok=abs(off) <= _CLOCK)
    stands: Standing = replica.read(lambda connection: standing(connection, identity))
    steps.check("sent", "K-2112", ok=not stands.waiting)
    steps.check("accepted", "K-2111", ok=not stands.refused)
    steps.check("equal", "K-2110", ok=outcome.proven)


def _test_hub(settings: Settings, steps: _Steps) -> None:
    """At a PC that is a hub: whether any other PC has come through to it yet."""
    with open_reader(settings) as (reader, _identity):
        state = hub_state(reader)
    if state.on:
        steps.check("hub", "K-2114", ok=state.reached_at is not None)


def _reaches(url: str) -> bool:
    """Whether the server's machine takes a connection at all."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with socket.create_connection((parts.hostname or "", port), timeout=_CONNECT_S):
            return True
    except (OSError, ssl.SSLError):
        return False


def _pinned_key(replica: "Replica") -> bytes:
    link = replica.link()
    if link is None or link.server_key is None:
        raise WrongUsage("Kunci server belum dikenal di komputer ini. Sinkron dulu, atau beri --key.")
    return link.server_key


def _key_of(text: str) -> bytes:
    key = key_in(text)
    if key is None:
        raise WrongUsage("--key: kunci server terdiri dari 64 angka heksadesimal.")
    return key


def _day_words(judged: Verdict, receipt: Receipt | None, path: Path | None) -> str:
    now = datetime.now(UTC)
    lines = ["Selesai: semua catatan sudah di server kabupaten." if judged.done else "Belum lengkap:"]
    lines += [f"- {LACKING[code]}" for code in judged.lacking if code in LACKING]
    lines += [f"- {item.computer.letter} {item.computer.name}: {state_words(item, now)}" for item in judged.states]
    if receipt is not None and path is not None:
        lines += ["", *receipt_lines(receipt), f"Disimpan: {path}"]
    return "\n".join(lines)


def _day_data(judged: Verdict, closing: "Closing", path: Path | None) -> dict[str, Any]:
    return {
        "done": judged.done,
        "lacking": list(judged.lacking),
        "sent": closing.outcome.sent,
        "received": closing.outcome.received,
        "repaired": closing.outcome.repaired,
        "lost_at_server": closing.outcome.lost,
        "receipt": str(path) if path else None,
        "computers": _pc_rows(judged.states),
    }


def _pc_rows(states: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {
            "device": item.computer.device,
            "letter": item.computer.letter,
            "name": item.computer.name,
            "state": item.state,
            "waiting": item.waiting,
            "seen_at": item.computer.heard_at.isoformat() if item.computer.heard_at else None,
            "road": item.computer.road,
        }
        for item in states
    ]
