"""``python -m desktop.updates``: makes update packages and the makers' keys, for whoever builds a release.

A secret key is written by ``key`` alone, sealed with a passphrase; the passphrase comes from RUJUK_RELEASE_PASSPHRASE
or is asked for. Nothing is installed.
"""

import argparse
import getpass
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from desktop.installed import CURRENT, read_pair
from desktop.updates.release_key import WrongPassphrase, new_key, open_key
from sync.update_package import UpdateRefused, build_package, package_name, sign_package

PASSPHRASE_VARIABLE = "RUJUK_RELEASE_PASSPHRASE"  # noqa: S105 - the name of a variable


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0, or 1 with the reason."""
    options = _parser().parse_args(arguments)
    try:
        print(options.run(options))
    except (UpdateRefused, WrongPassphrase, OSError, ValueError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


def package_of(build: Path, *, full: bool, key: bytes | None) -> Path:
    """Make the update package of a finished build (the folder with ``payload``); ``key``: the secret key that signs it.

    Raises:
        OSError: it cannot be written. UpdateRefused: this is no build.
    """
    payload = build / "payload"
    pair = read_pair(payload / CURRENT)
    if pair is None:
        raise UpdateRefused("unreadable", f"no build in {build}")
    folders = [payload / pair.app] + ([payload / pair.runtime] if full else [])
    return build_package(folders, pair.version, pair.runtime, build / package_name(pair.version), key)


def _build(options: argparse.Namespace) -> str:
    key = open_key(options.key.read_bytes(), passphrase()) if options.key else None
    out = package_of(options.build, full=options.full, key=key)
    words = "signed" if key else "signed by nobody yet (sign it, or: rujuk-server update publish --sign)"
    return f"{out}: {out.stat().st_size} bytes, {words}"


def _key(options: argparse.Namespace) -> str:
    sealed, public = new_key(passphrase(again=True))
    with os.fdopen(os.open(options.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(sealed)
    return f"{public.hex()}"


def _sign(options: argparse.Namespace) -> str:
    package = sign_package(options.file, options.file, open_key(options.key.read_bytes(), passphrase()))
    return f"{options.file}: version {package.version}, signed by {package.signer.hex()}"


def passphrase(*, again: bool = False) -> str:
    """The passphrase of a key file, from the environment or typed; ``again``: typed twice."""
    given = os.environ.get(PASSPHRASE_VARIABLE)
    if given is not None:
        return given
    typed = getpass.getpass("Passphrase of the release key: ")
    if again and getpass.getpass("Once more: ") != typed:
        raise ValueError("these were two passphrases")
    return typed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m desktop.updates", description="Update packages of Rujuk.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="make the package of a finished build anew, in its folder")
    build.add_argument("build", type=Path, metavar="FOLDER", help="where build_installer.py has built (dist)")
    build.add_argument("--full", action="store_true", help="with the runtime in it")
    build.add_argument("--key", type=Path, help="file with the sealed secret key; without it nobody has signed")
    build.set_defaults(run=_build)
    sign = commands.add_parser("sign", help="sign a package in place, instead of whoever has signed it before")
    sign.add_argument("file", type=Path)
    sign.add_argument("--key", type=Path, required=True, help="file with the sealed secret key")
    sign.set_defaults(run=_sign)
    key = commands.add_parser("key", help="make a key pair: the sealed secret into FILE, the public half is printed")
    key.add_argument("file", type=Path)
    key.set_defaults(run=_key)
    return parser


if __name__ == "__main__":
    sys.exit(main())
