"""``rujuk-server update``: hands packages on to the computers of the district, and signs them with the server's key.

Only the arguments and the words are here; what is done is in ``sync.server.updates``.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from sync.server.updates import publish_update, sign_update
from sync.update_package import Package


def add_update_commands(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands; ``command`` makes one. Each has as ``work`` what is run with options, folder and secret key."""
    publish = command(name="publish", words="hand a package on to every computer and hub that asks")
    publish.add_argument("--sign", action="store_true", help="sign it with this server's key first")
    publish.set_defaults(work=_publish)
    sign = command(name="sign", words="sign a package with this server's key, for a stick or a trial")
    sign.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the signed one is written")
    sign.set_defaults(work=_sign)
    for taker in (publish, sign):
        taker.add_argument("file", type=Path, metavar="FILE", help="Rujuk-<version>.rujuk-update")


def _publish(options: argparse.Namespace, folder: Path, key: bytes) -> tuple[str, dict[str, object]]:
    package = publish_update(folder, options.file, key, sign=options.sign)
    return f"Version {package.version} ({_kind(package)}) is handed on from now on.", _data(package)


def _sign(options: argparse.Namespace, _folder: Path, key: bytes) -> tuple[str, dict[str, object]]:
    package = sign_update(options.file, options.out / options.file.name, key)
    return f"{package.path} bears this server's signature; the computers of the district take it.", _data(package)


def _kind(package: Package) -> str:
    return "full" if package.full else f"code only, for {package.runtime}"


def _data(package: Package) -> dict[str, object]:
    return {
        "file": str(package.path),
        "version": package.version,
        "runtime": package.runtime,
        "full": package.full,
        "signer": package.signer.hex(),
    }
