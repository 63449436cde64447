"""The commands of proof: the end of a day with its receipt, and receipts kept and checked.

"Selesai" is only said with a receipt the server has signed. Each answer says what is lacking and what to do.
"""

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.actions.receipts import KeptReceipt, keep_receipt, kept_receipts
from desktop.commands.answers import FAILED, Answer, WrongUsage, tell
from desktop.commands.exchanging import considerate, road
from desktop.commands.place import open_reader, open_replica
from desktop.day_progress import EXCHANGE, HUB, OTHERS, DayProgress, DayStep
from desktop.hub import exchange_with, own_hub
from desktop.proof_words import receipt_lines, state_words, verdict_words
from desktop.queries.day_end import FRESH, Own, PcState, Verdict, facility_computers, verdict
from desktop.security.keys import key_in
from desktop.settings import Settings
from sync.errors import BadInput, LinkError
from sync.replica.receipts import Receipt, read_receipt
from sync.replica.standing import standing

if TYPE_CHECKING:
    from sync.exchange.http import HttpTransport
    from sync.exchange.manner import Progress
    from sync.exchange.proving import Closing
    from sync.replica.replica import Replica

#: How far the clocks of this computer, corrected, and of the server may differ.
_CLOCKS = timedelta(seconds=10)
#: Seconds to wait for a word of others, and between two looks: a computer that is on speaks at least every 38 s, which
#: the server notes once a minute.
WAIT_S, _BETWEEN_LOOKS_S = 100.0, 5.0
#: Seconds between two lines of progress.
_TELL_S = 0.5


def teller(*, as_json: bool) -> Callable[[DayStep], None]:
    """Prints what the end of a day is doing, not too often."""
    progress, told, told_at = DayProgress(), "", 0.0

    def take(step: DayStep) -> None:
        nonlocal told, told_at
        now = time.monotonic()
        shown = progress.take(step, now)
        if step.step != told or now - told_at >= _TELL_S:
            told, told_at = step.step, now
            tell(shown.words, step.to_data(), as_json=as_json)

    return take


def _say_nothing(_step: DayStep) -> None:
    """Nobody wants to know."""


def day_end(settings: Settings, wait_s: float = WAIT_S, say: Callable[[DayStep], None] = _say_nothing) -> Answer:
    """Exchange until both sides are equal, ask for the receipt, keep it, and judge the whole facility.

    Others that are on speak by themselves every half minute: they are waited for, so that what they say is not older
    than the question, ``wait_s`` seconds at most. ``say`` is called with what is being done.

    Raises:
        NotEnrolled, LinkError, ReplicaError: it failed; everything waits where it was.
    """
    from sync.exchange.proving import LATER, keep_computers

    with open_replica(settings) as replica, road(replica) as transport:
        began = time.monotonic()
        closing = _closed(replica, transport, say)
        # Only now it is known how far the clock of this computer is off.
        since = replica.now() - timedelta(seconds=time.monotonic() - began) - _CLOCKS
        key = _pinned_key(replica)
        path = _kept(settings, replica, closing)
        keep_computers(replica, transport)
        judged = _judged(settings, replica, closing, since)
        with contextlib.suppress(LinkError):  # then what was heard until now is judged
            for look in range(int(wait_s // _BETWEEN_LOOKS_S)):
                others = tuple(item.computer.name for item in judged.states if _is_awaited(item, since))
                again = bool(closing.lacking) and set(closing.lacking) <= LATER
                if not others and not again:
                    break
                say(DayStep(OTHERS, others=others, left_s=wait_s - look * _BETWEEN_LOOKS_S, wait_s=wait_s))
                _rest(_BETWEEN_LOOKS_S)
                if again:
                    closing = _closed(replica, transport, say, closing)
                    path = _kept(settings, replica, closing)
                keep_computers(replica, transport)
                judged = _judged(settings, replica, closing, since)
    receipt = read_receipt(closing.receipt, key) if closing.receipt else None
    told = {"at": datetime.now(UTC).isoformat(), "since": since.isoformat()}
    data = _day_data(judged, closing, path) | told
    return Answer(_day_words(judged, receipt, path), data, 0 if judged.done else FAILED)


def _closed(
    replica: "Replica", transport: "HttpTransport", say: Callable[[DayStep], None], before: "Closing | None" = None
) -> "Closing":
    """Exchange with the hub, if there is one, and with the district; what came of it, together with what was before."""
    from sync.exchange.proving import close_day, together

    _exchange_with_hub(replica, say)
    closing = close_day(replica, transport, replace(considerate(), progress=lambda now: say(_exchanging(now))))
    return closing if before is None else replace(closing, outcome=together(before.outcome, closing.outcome))


def _kept(settings: Settings, replica: "Replica", closing: "Closing") -> Path | None:
    return keep_receipt(settings, closing.receipt, replica.now()) if closing.receipt else None


def _rest(seconds: float) -> None:
    time.sleep(seconds)


def _exchanging(now: "Progress") -> DayStep:
    return DayStep(EXCHANGE, waiting=now.waiting, received=now.received, coming=now.coming)


def _exchange_with_hub(replica: "Replica", say: Callable[[DayStep], None]) -> None:
    """What the hub has of colleagues comes first; that it is away does not end the day."""
    hub = own_hub(replica)
    if hub is not None:
        say(DayStep(HUB))
        with contextlib.suppress(LinkError):
            exchange_with(replica, hub, considerate())


def _judged(settings: Settings, replica: "Replica", closing: "Closing", since: datetime) -> Verdict:
    stands = replica.read(lambda connection: standing(connection, replica.identity))
    with open_reader(settings) as (reader, identity):
        found = facility_computers(reader).computers
    own = Own(identity.device, stands.waiting + stands.refused)
    return verdict(found, own, closing.lacking, replica.now(), since, receipt=bool(closing.receipt))


def _is_awaited(item: PcState, since: datetime) -> bool:
    """Whether a computer is probably on and says how it stands before long, which it has not since the question."""
    heard, word = item.computer.heard_at, item.computer.word_at
    lately = heard is not None and heard > since - FRESH
    return lately and not item.own and not item.is_clear and (word is None or word < since)


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


def receipt_data(receipt: Receipt) -> dict[str, Any]:
    """A receipt for programs."""
    import msgspec

    data: dict[str, Any] = msgspec.to_builtins(receipt, builtin_types=(bytes,))
    return {**data, "server_key": receipt.server_key.hex()}


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
    lines = [verdict_words(judged, now)]
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
