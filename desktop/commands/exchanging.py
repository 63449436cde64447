"""The commands that speak to the district's server: enrolling this PC, and one exchange.

What is on this PC is safe whatever the link does. Enrolling again with the same code after a cut gives the same card.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.commands.answers import AlreadyEnrolled, Answer, NotEnrolled, Unequal
from desktop.commands.place import KEY_IN_FILE, open_replica
from desktop.security.keys import create_key, load_key
from desktop.settings import Settings
from sync.errors import BadInput, LinkError, NotAllowed
from sync.replica.reader import Reader

if TYPE_CHECKING:
    from sync.exchange.http import HttpTransport
    from sync.exchange.manner import Manner, Outcome
    from sync.replica.replica import Replica

#: How long enrolment goes on fetching after the PC has its card; the sync agent fetches the rest.
_FIRST_FETCH_S = 10.0
#: Small transactions with pauses: a window may be open on the same file.
_BATCH, _PAUSE_S = 50, 0.01


def enrol_by_file(settings: Settings, file: Path, name: str) -> Answer:
    """As :func:`enrol_pc`, with server, code and the server's key from an enrolment file.

    Raises:
        BadInput: the file is none, or damaged. OSError: it cannot be read. Else as :func:`enrol_pc`.
    """
    from sync.enrolment_file import decode_enrolment

    told = decode_enrolment(file.read_bytes())
    return enrol_pc(settings, server=told.server, code=told.code, name=name, server_key=told.key)


def enrol_pc(settings: Settings, *, server: str, code: str, name: str, server_key: bytes | None = None) -> Answer:
    """Make this data folder a PC of the facility for which ``code`` was given out.

    ``server_key``: what the server's public key must be, where it is known beforehand.

    Raises:
        NotAllowed: with the code ``other_server`` where the server's key is another one.
        AlreadyEnrolled: it is one; nothing was sent.
        BadInput, LinkError, ReplicaError: it did not become one.
    """
    from sync.exchange.enrol import derive_signing_key, enrol, identity_of, keep_card, normalise_code
    from sync.exchange.http import HttpTransport
    from sync.replica import links
    from sync.replica.opening import open_sqlite
    from sync.replica.replica import Replica
    from sync.revisions.environment import system_environment

    normalise_code(code)
    with HttpTransport(server) as transport:
        settings.home.mkdir(parents=True, exist_ok=True)
        key = create_key(settings)
        if settings.database.exists():
            _refuse_second_enrolment(settings, key.secret)
        signing_key = derive_signing_key(key.secret, code)
        card = enrol(transport, code=code, pc_name=name, signing_key=signing_key)
    if server_key is not None and card.server_key != server_key:
        raise NotAllowed("the server has another key than the enrolment file names", code="other_server")
    environment = system_environment()
    identity = identity_of(
        card,
        replica=environment.new_id(),
        epoch=environment.new_id(),
        pc_name=name.strip(),
        signing_key=signing_key,
    )
    engine = open_sqlite(settings.database, key.secret, create=True)
    try:
        # Before the identity: a PC that is enrolled always knows its server, wherever the power fails.
        with engine.begin() as connection:
            links.write_link(
                connection,
                card.district,
                links.DISTRICT_PEER,
                url=server.strip().rstrip("/"),
                replica=card.replica,
                epoch=card.epoch,
                server_key=card.server_key or None,
            )
        replica = Replica.create(engine, identity, environment)
        keep_card(replica, card)
        fetched = _fetch_a_little(replica)
    finally:
        engine.dispose()
    data = {
        "ok": True,
        "district": card.district,
        "device": card.device,
        "letter": card.letter,
        "facility": card.facility,
        "facility_kind": card.facility_kind,
        "facility_name": card.facility_name,
        "key_place": key.place,
        "home": str(settings.home),
        "fetched": fetched,
    }
    words = f"Terdaftar: {card.facility_name}, komputer {card.letter} ({name.strip()})."
    if key.place == "file":
        words += "\n" + KEY_IN_FILE.format(path=settings.key_file)
    return Answer(words, data)


def enrol_again(settings: Settings, *, server: str, code: str) -> Answer:
    """Give an enrolled PC a new card, with all it holds: its server has lost it, or has moved to another address.

    Raises:
        NotEnrolled: it is none yet. BadInput: the code is for another facility or district; nothing was changed.
        LinkError, ReplicaError: it did not come to that; nothing was changed.
    """
    from sync.exchange.enrol import OTHER_FACILITY, derive_signing_key, enrol, keep_card, normalise_code
    from sync.exchange.http import HttpTransport
    from sync.replica import links

    normalise_code(code)
    url = server.strip().rstrip("/")
    with open_replica(settings) as replica:
        identity = replica.identity
        key = derive_signing_key(load_key(settings).secret, code)
        with HttpTransport(url) as transport:
            try:
                card = enrol(
                    transport, code=code, pc_name=identity.pc_name, signing_key=key, facility=identity.facility
                )
            except NotAllowed as error:
                if error.code != OTHER_FACILITY:
                    raise
                raise BadInput("the code is for another facility", field="code") from error
        # A server of an older version does not look.
        if (card.district, card.facility) != (identity.district, identity.facility):
            raise BadInput("the code is for another facility", field="code")
        told = {"server_key": card.server_key} if card.server_key else {}
        replica.write(
            lambda connection: links.write_link(connection, card.district, links.DISTRICT_PEER, url=url, **told)
        )
        keep_card(replica, card)
        if card.device != identity.device:
            replica.renew(card.device, card.letter, key)
        waiting = replica.waiting_count()
    words = f"Terdaftar lagi sebagai komputer {card.letter}. Semua data tetap di sini; {waiting} menunggu dikirim."
    return Answer(words, {"device": card.device, "letter": card.letter, "waiting": waiting})


def sync_now(settings: Settings) -> Answer:
    """One exchange with the district.

    Raises:
        NotEnrolled, LinkError, ReplicaError: it failed; everything waits where it was.
        Unequal: it ended, but the two sides are not known to be equal.
    """
    with open_replica(settings) as replica:
        outcome = _exchange(replica)
        waiting = replica.waiting_count()
    data = {
        "sent": outcome.sent,
        "received": outcome.received,
        "refused": outcome.refused,
        "repaired": outcome.repaired,
        "requests": outcome.requests,
        "waiting": waiting,
        "proven": outcome.proven,
    }
    if not outcome.proven:
        raise Unequal("not proven equal")
    words = f"Selesai: {outcome.sent} terkirim, {outcome.received} diterima, {waiting} menunggu."
    if outcome.refused:
        words += f" {outcome.refused} ditolak server; lihat di Rujuk."
    return Answer(words, data)


def _refuse_second_enrolment(settings: Settings, key: bytes) -> None:
    reader = Reader(settings.database, key)
    try:
        if reader.identity() is not None:
            raise AlreadyEnrolled("this data folder is enrolled")
    finally:
        reader.close()


def _fetch_a_little(replica: "Replica") -> bool:
    """Fetch the facilities and whatever comes quickly; whether everything came. The PC is enrolled either way."""
    end = time.monotonic() + _FIRST_FETCH_S
    try:
        return _exchange(replica, end).proven
    except LinkError:
        return False


@contextmanager
def road(replica: "Replica") -> Iterator["HttpTransport"]:
    """The road to the district's server.

    Raises:
        NotEnrolled: no server is known.
    """
    from sync.exchange.credential import Signer
    from sync.exchange.http import HttpTransport

    identity, link = replica.identity, replica.link()
    if link is None or not link.url:
        raise NotEnrolled("no server is known")
    signer = Signer(identity.device, identity.signing_key)
    with HttpTransport(link.url, signer, urgent=replica.emergency_waits) as transport:
        yield transport


def considerate(end: float | None = None) -> "Manner":
    """Small transactions with pauses, until ``end`` (of the monotonic clock) if there is one."""
    from sync.exchange.manner import Manner

    return Manner(
        batch=_BATCH,
        pause=lambda: time.sleep(_PAUSE_S),
        stopped=lambda: end is not None and time.monotonic() > end,
    )


def _exchange(replica: "Replica", end: float | None = None) -> "Outcome":
    from sync.exchange.engine import exchange

    with road(replica) as transport:
        return exchange(replica, transport, considerate(end))
