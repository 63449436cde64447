"""``python -m desktop.updates``: makes update packages and keys, for whoever builds a release.

The private key comes from a file or from RUJUK_RELEASE_KEY and is written nowhere but by ``key``. Nothing is installed.
"""

import argparse
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

import nacl.signing

from desktop.updates.package import SUFFIX, UpdateRefused, build_package, read_package, verify_files

KEY_VARIABLE = "RUJUK_RELEASE_KEY"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0, or 1 with the reason."""
    options = _parser().parse_args(arguments)
    try:
        print(options.run(options))
    except (UpdateRefused, OSError, ValueError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


def _build(options: argparse.Namespace) -> str:
    text = options.key.read_text("ascii") if options.key else os.environ.get(KEY_VARIABLE, "")
    key = bytes.fromhex(text.strip())
    version = options.app.name.removeprefix("app-")
    folders = [options.app] + ([options.runtime] if options.full else [])
    out = options.out / f"Rujuk-{version}{SUFFIX}"
    build_package(folders, version, options.runtime.name, out, key)
    verify_files(read_package(out, [bytes(nacl.signing.SigningKey(key).verify_key)]))
    return f"{out}: {out.stat().st_size} bytes"


def _key(options: argparse.Namespace) -> str:
    secret = secrets.token_bytes(32)
    with os.fdopen(os.open(options.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secret.hex())
    return bytes(nacl.signing.SigningKey(secret).verify_key).hex()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m desktop.updates", description="Update packages of Rujuk.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser("build", help=f"make a package; the key is in --key or {KEY_VARIABLE} (hexadecimal)")
    build.add_argument("--app", type=Path, required=True, help="the folder app-<version> of a build")
    build.add_argument("--runtime", type=Path, required=True, help="the folder runtime-<id> that it needs")
    build.add_argument("--full", action="store_true", help="with the runtime in it")
    build.add_argument("--out", type=Path, default=Path(), help="folder for the package")
    build.add_argument("--key", type=Path, help="file with the private key")
    build.set_defaults(run=_build)
    key = commands.add_parser("key", help="make a key; prints the public half")
    key.add_argument("file", type=Path)
    key.set_defaults(run=_key)
    return parser


if __name__ == "__main__":
    sys.exit(main())
