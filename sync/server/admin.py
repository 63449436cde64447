"""``rujuk-server``: the command line of whoever runs the district server.

Each command does one thing and prints it, with ``--json`` as one JSON object on one line. Only ``enrol-code`` and
``open-key`` show a secret; nothing here shows a patient.
"""

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from sync.enrolment_file import SUFFIX, EnrolmentFile, encode_enrolment
from sync.errors import BadInput, BundleError, NotAllowed, ReplicaError
from sync.exchange.credential import KEY_BYTES, public_key
from sync.records import Facility
from sync.replica.receipts import read_receipt
from sync.replica.replica import Replica
from sync.replica.sealed_key import open_key
from sync.revisions.environment import system_environment
from sync.server import health
from sync.server.access import Access
from sync.server.admin_updates import add_update_commands
from sync.server.admin_words import device_line, facility_data
from sync.server.cards import publish_missing_cards
from sync.server.catalogue import CATALOGUE_WORDS, import_catalogue
from sync.server.district import ADDABLE_KINDS, add_facility, create_district, facilities, find_facility
from sync.server.enrolment import Enrolment
from sync.server.home import (
    HOME_VARIABLE,
    URL_VARIABLE,
    AlreadyInitialised,
    NotInitialised,
    ServerSettings,
    server_home,
    write_private,
)

EXIT_DONE = 0
EXIT_SILENT = 1
EXIT_USAGE = 2
EXIT_INITIALISED = 3
EXIT_DATABASE = 4
EXIT_NOT_FOUND = 5
EXIT_REFUSED = 6
EXIT_ADDRESS = 7

_EPILOG = f"""exit codes:
  {EXIT_DONE}  done
  {EXIT_SILENT}  (status) a computer has been silent for too long
  {EXIT_USAGE}  wrong usage
  {EXIT_INITIALISED}  not initialised yet, or (init) already initialised
  {EXIT_DATABASE}  the database could not be opened; nothing was overwritten
  {EXIT_NOT_FOUND}  no such facility or computer
  {EXIT_REFUSED}  a value was refused; nothing was stored (catalogue import: the other rows were)
  {EXIT_ADDRESS}  a file could not be read or written, or the address not listened on

environment:
  {HOME_VARIABLE}   folder of settings, SQLite file and key
  {URL_VARIABLE}  postgresql://user:password@host/name, unless --database says it
"""


T = TypeVar("T")


class _NotFound(Exception):
    """The facility or computer that a command names does not exist."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a command prints: words for people, data for programs."""

    words: str
    data: Mapping[str, Any]
    code: int = EXIT_DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    options = _parser().parse_args(arguments)
    try:
        result: Result | None = options.command(options)
        _say(options, result)
    except (NotInitialised, AlreadyInitialised) as error:
        begun = isinstance(error, AlreadyInitialised)
        code = "already_initialised" if begun else "not_initialised"
        hint = "It was left as it is." if begun else "Run `rujuk-server init` first."
        return _fail(options, EXIT_INITIALISED, code, f"{error}. {hint}")
    except ReplicaError as error:
        return _fail(options, EXIT_DATABASE, "database", f"{type(error).__name__}: {error}. Nothing was overwritten.")
    except _NotFound as error:
        return _fail(options, EXIT_NOT_FOUND, "not_found", str(error))
    except BadInput as error:
        where = f"{error.field}: " if error.field else ""
        return _fail(options, EXIT_REFUSED, "bad_input", f"{where}{error.reason}. Nothing was stored.")
    except (BundleError, NotAllowed) as error:
        return _fail(options, EXIT_REFUSED, getattr(error, "code", "") or "refused", f"{error}. Nothing was stored.")
    except OSError as error:
        return _fail(
            options, EXIT_ADDRESS, "system", ": ".join(filter(None, (error.filename, error.strerror or str(error))))
        )
    return EXIT_DONE if result is None else result.code


def _init(options: argparse.Namespace) -> Result:
    home = server_home()
    if home.settings_file.exists():
        raise AlreadyInitialised(f"There is a district server in {home.folder}")
    url = _url(options)
    engine = home.open_database(url, create=True)
    try:
        replica = create_district(engine, system_environment(), options.district, options.name)
        # Last, so that an init that was interrupted can be run again.
        home.write_settings(ServerSettings(district=options.district, database=url))
    finally:
        engine.dispose()
    kind = "sqlite" if url is None else "postgresql"
    data = {
        "district": options.district,
        "replica": replica.identity.replica,
        "facility": replica.identity.facility,
        "database": kind,
        "home": str(home.folder),
    }
    return Result(f"District {options.district} is ready ({kind}, {home.folder}).", data)


def _serve(options: argparse.Namespace) -> None:
    from sync.server.process import serve

    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)

    def ready(url: str) -> None:
        _say(options, Result(f"Serving at {url}. Stop with Ctrl+C.", {"event": "ready", "url": url}))

    def work(replica: Replica) -> None:
        if options.host not in ("127.0.0.1", "::1", "localhost"):
            logging.getLogger("rujuk.server").warning("listening beyond this machine: put TLS in front")
        publish_missing_cards(replica)
        serve(replica, options.host, options.port, ready, server_home().updates)

    _with_replica(options, work)


def _facility_add(options: argparse.Namespace) -> Result:
    given = {name: getattr(options, name) for name in Facility.type.fields if hasattr(options, name)}
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    facility = _with_replica(options, lambda replica: add_facility(replica, values))
    return Result(f"{facility.code}  {facility.name} ({facility.kind})", facility_data(facility))


def _facility_list(options: argparse.Namespace) -> Result:
    found = _with_replica(options, facilities)
    words = "\n".join(f"{item.code:<10} {item.kind:<10} {item.name}" for item in found)
    return Result(words, {"facilities": [facility_data(item) for item in found]})


def _catalogue_import(options: argparse.Namespace) -> Result:
    done = _with_replica(options, lambda replica: import_catalogue(replica, options.file))
    words = [f"{done.table}: {done.stored} stored, {done.unchanged} unchanged, {len(done.refused)} refused."]
    words += [f"line {row.line}: {row.reason}" for row in done.refused]
    words += [f"columns not used: {', '.join(done.ignored)}"] if done.ignored else []
    return Result("\n".join(words), asdict(done), EXIT_REFUSED if done.refused else EXIT_DONE)


def _enrol_code(options: argparse.Namespace) -> Result:
    if (options.file is None) != (options.server is None):
        raise BadInput("--file and --server go together", field="file")
    path: Path | None = options.file
    if path is not None and path.suffix != SUFFIX:
        path = path.with_name(path.name + SUFFIX)  # by its name the first start finds it
    if path is not None and path.exists():
        raise BadInput("this file exists already", field="file")

    def work(replica: Replica) -> Result:
        facility = find_facility(replica, options.facility)
        if facility is None:
            raise _NotFound(f"There is no facility with the code {options.facility}.")
        made = Enrolment(replica).new_code(facility.id)
        data = {
            "code": made.code,
            "expires_at": made.expires_at,
            "facility": facility.id,
            "facility_code": facility.code,
        }
        if path is not None:
            key = public_key(replica.identity.signing_key).hex()
            file = EnrolmentFile(
                server=options.server,
                code=made.code,
                facility=facility.name,
                expires_at=made.expires_at,
                server_key=key,
            )
            write_private(path, encode_enrolment(file))
            words = f"{path}: for one computer of {facility.name}, until {made.expires_at}. Delete it after use."
            return Result(words, {name: data[name] for name in data if name != "code"} | {"file": str(path)})
        return Result(
            f"{made.code}\nFor one computer of {facility.name}, until {made.expires_at}. Shown only now.", data
        )

    return _with_replica(options, work)


def _update(options: argparse.Namespace) -> Result:
    folder = server_home().updates
    words, data = _with_replica(options, lambda replica: options.work(options, folder, replica.identity.signing_key))
    return Result(words, data)


def _device_list(options: argparse.Namespace) -> Result:
    found, said = _with_replica(options, lambda replica: (Access(replica).devices(), health.rows(replica)))
    devices = [{**asdict(item), **said.get(item.id, {})} for item in found]
    return Result("\n".join(map(device_line, found)), {"devices": devices})


def _status(options: argparse.Namespace) -> Result:
    found = _with_replica(options, lambda replica: health.summary(replica, options.days))
    return Result(health.words(found), found, EXIT_SILENT if found["silent"] else EXIT_DONE)


def _receipt_verify(options: argparse.Namespace) -> Result:
    content = options.file.read_bytes()
    key = (
        bytes.fromhex(options.key)
        if options.key
        else _with_replica(options, lambda replica: public_key(replica.identity.signing_key))
    )
    receipt = read_receipt(content, key)
    data = msgspec.to_builtins(receipt, builtin_types=(bytes,))
    words = f"Valid: given to {receipt.facility_code} {receipt.facility_name} at {receipt.at}."
    return Result(words, {"valid": True, "receipt": {**data, "server_key": receipt.server_key.hex()}})


def _device_revoke(options: argparse.Namespace) -> Result:
    wanted = options.id.lower()
    known = len(wanted) == 32 and set(wanted) <= set("0123456789abcdef")
    if not known or not _with_replica(options, lambda replica: Access(replica).revoke(wanted)):
        raise _NotFound(f"There is no computer with the id {options.id}.")
    return Result(f"{wanted} is refused from now on.", {"device": wanted, "revoked": True})


def _open_key(options: argparse.Namespace) -> Result:
    content = options.file.read_bytes()
    device, key = _with_replica(options, lambda replica: open_key(content, replica.identity.signing_key))
    words = f"{key.hex()}\nOpens the copies of computer {device}. Show it to nobody who may not see its patients."
    return Result(words, {"device": device, "key": key.hex()})


def _bundle(options: argparse.Namespace) -> Result:
    from sync.exchange.bundle import MOST_READ
    from sync.server.bundles import Bundles

    with options.file.open("rb") as file:
        content = file.read(MOST_READ + 1)
    back = _with_replica(options, lambda replica: Bundles(replica).answer(content))
    part = options.out.with_name(f".{options.out.name}.part")
    part.write_bytes(back)
    part.replace(options.out)
    words = f"Answered: {options.out}. Bring it back to the computer that wrote {options.file.name}."
    return Result(words, {"file": str(options.file), "out": str(options.out), "bytes": len(back)})


def _hex_key(text: str) -> str:
    if len(bytes.fromhex(text)) != KEY_BYTES:
        raise ValueError(text)
    return text


def _with_replica(options: argparse.Namespace, work: Callable[[Replica], T]) -> T:
    home = server_home()
    url = _url(options)
    # A machine that only ever serves a PostgreSQL needs no settings: the database says which district it holds.
    settings = home.settings() if url is None else None
    engine = home.open_database(url if settings is None else settings.database)
    try:
        replica = Replica.load(engine, system_environment(), settings.district if settings else None)
        if replica is None:
            raise NotInitialised("The database holds no district")
        return work(replica)
    finally:
        engine.dispose()


def _url(options: argparse.Namespace) -> str | None:
    url: str | None = options.database or os.environ.get(URL_VARIABLE) or None
    if url is not None and not url.startswith("postgresql://"):
        raise BadInput("a database URL begins with postgresql://", field="database")
    return url


def _say(options: argparse.Namespace, result: Result | None) -> None:
    if result is not None:
        print(json.dumps(result.data, ensure_ascii=False) if options.json else result.words, flush=True)


def _fail(options: argparse.Namespace, code: int, name: str, reason: str) -> int:
    if options.json:
        print(msgspec.json.encode({"error": name, "reason": reason}).decode(), flush=True)
    else:
        print(f"rujuk-server: {reason}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    formatter = argparse.RawDescriptionHelpFormatter
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print one JSON object")
    common.add_argument(
        "--database", metavar="URL", help="postgresql://... (default: as at init; SQLite if never given)"
    )
    parser = argparse.ArgumentParser(
        prog="rujuk-server", description="The district server of Rujuk.", epilog=_EPILOG, formatter_class=formatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(
        group: Any, name: str, run: Callable[[argparse.Namespace], Result | None], words: str
    ) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = group.add_parser(
            name, help=words, description=words, parents=[common], epilog=_EPILOG, formatter_class=formatter
        )
        made.set_defaults(command=run)
        return made

    init = command(commands, "init", _init, "make the district in an empty database")
    init.add_argument("--district", required=True, metavar="CODE", help="Kemendagri code of the district, e.g. 3329")
    init.add_argument("--name", required=True, help="name of the district health office")

    serve = command(commands, "serve", _serve, "answer the computers of the district")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    serve.add_argument("--port", type=int, default=8329, help="port, 0 for a free one (default %(default)s)")

    facility = commands.add_parser("facility", help="the facilities of the district").add_subparsers(
        required=True, metavar="COMMAND"
    )
    add = command(facility, "add", _facility_add, "add a facility")
    add.add_argument("--code", required=True, help="BPJS code of the facility")
    add.add_argument("--name", required=True)
    add.add_argument("--kind", required=True, choices=ADDABLE_KINDS)
    for name in ("address", "phone", "emergency-phone"):
        add.add_argument(f"--{name}", default=argparse.SUPPRESS)
    for name in ("latitude", "longitude"):
        add.add_argument(f"--{name}", type=float, default=argparse.SUPPRESS, metavar="DEGREES")
    add.add_argument("--service", dest="services", action="append", default=argparse.SUPPRESS, help="may be repeated")
    command(facility, "list", _facility_list, "list the facilities")

    catalogue = commands.add_parser("catalogue", help="polis, strata, places and ways, from a file").add_subparsers(
        required=True, metavar="COMMAND"
    )
    load = command(catalogue, "import", _catalogue_import, CATALOGUE_WORDS)
    load.add_argument("file", type=Path, metavar="FILE", help="CSV; the first line names the columns")

    bundle = command(commands, "bundle", _bundle, "answer a stick that a computer without network has written")
    bundle.add_argument("file", type=Path, metavar="FILE", help="what the computer wrote (.rujuk)")
    bundle.add_argument("--out", type=Path, required=True, metavar="FILE", help="the answer, to be brought back")

    code = command(commands, "enrol-code", _enrol_code, "make a one-time code for one computer of a facility")
    code.add_argument("--facility", required=True, metavar="CODE", help="BPJS code of the facility")
    code.add_argument("--file", type=Path, metavar="OUT", help=f"write an enrolment file for a stick, as OUT{SUFFIX}")
    code.add_argument("--server", metavar="URL", help="with --file: the address that the computers use")

    update = commands.add_parser("update", help="updates for the computers").add_subparsers(
        required=True, metavar="COMMAND"
    )
    add_update_commands(partial(command, update, run=_update))

    opened = command(commands, "open-key", _open_key, "the key of the copies of a computer that is gone")
    opened.add_argument("file", type=Path, metavar="FILE", help="the .kunci file that lies beside its copies")

    device = commands.add_parser("device", help="the enrolled computers").add_subparsers(
        required=True, metavar="COMMAND"
    )
    command(device, "list", _device_list, "list the computers")
    status = command(commands, "status", _status, "what is silent or waits, for cron: exit code 1 if too long")
    status.add_argument("--days", type=float, default=2.0, help="silence that is too long (default %(default)s)")
    receipt = commands.add_parser("receipt", help="receipts that this server has given").add_subparsers(
        required=True, metavar="COMMAND"
    )
    verify = command(receipt, "verify", _receipt_verify, "check that a receipt is unaltered and this server's")
    verify.add_argument("file", type=Path, metavar="FILE")
    verify.add_argument("--key", type=_hex_key, metavar="HEX", help="public key of the server, where it is not here")

    revoke = command(device, "revoke", _device_revoke, "refuse a computer from now on")
    revoke.add_argument("id", metavar="ID")
    return parser


if __name__ == "__main__":
    sys.exit(main())
