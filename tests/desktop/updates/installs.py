"""Small installations laid out as the real one, whose versions are one program each, and packages for them."""

import hashlib
import json
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path

import nacl.signing

from desktop.installed import CURRENT, MANIFEST, Installation, Pair, read_pair
from desktop.updates.package import Package, build_package, read_package
from desktop.updates.starting import Starter, passes_self_test
from desktop.updates.store import Store

RUNTIME = "runtime-0123abcd"
KEY = secrets.token_bytes(32)
KEYS = frozenset({bytes(nacl.signing.SigningKey(KEY).verify_key)})
#: Stands for Rujuk.exe: runs the version that current.txt names.
_LAUNCHER = """import runpy, sys
from pathlib import Path
root = Path(__file__).parent
app = (root / "current.txt").read_text("ascii").split()[1]
runpy.run_path(str(root / app / "main.py"), run_name="__main__")
"""
#: A version: its self-test ends with a code that the version was made with.
_MAIN = """import sys
sys.exit({code} if "--self-test" in sys.argv else 0)
"""


def fill(folder: Path, files: dict[str, str]) -> Path:
    """A folder with a manifest, as a build makes it."""
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}
    (folder / MANIFEST).write_text(json.dumps(digests), "utf-8")
    return folder


def package(
    folder: Path, version: str, *, code: int = 0, key: bytes = KEY, runtime: str = RUNTIME, full: bool = False
) -> Path:
    """A package of a version whose self-test ends with ``code``."""
    built = folder / f"build-{version}-{secrets.token_hex(4)}"
    app = fill(built / f"app-{version}", {"main.py": _MAIN.format(code=code), "desktop/isi.py": f"# {version}\n" * 50})
    folders = [app, fill(built / runtime, {"python.dll": f"{runtime}\n"})] if full else [app]
    return build_package(folders, version, runtime, built / f"Rujuk-{version}.rujuk-update", key)


@dataclass(frozen=True)
class Installed:
    """An installation with its data folder."""

    root: Path
    store: Store

    def current(self) -> str:
        """The version that the launcher would start."""
        pair = read_pair(self.root / CURRENT)
        assert pair is not None
        assert (self.root / pair.app / "main.py").is_file()
        return pair.version

    @property
    def running(self) -> Pair:
        """The version that runs when the program is started now."""
        return Pair(RUNTIME, f"app-{self.current()}")

    def starter(self) -> Starter:
        """A start of the current version with the real self-test process."""
        command = (sys.executable, str(self.root / "launcher.py"))
        return Starter(Installation(self.root, self.running), self.store, KEYS, command, passes_self_test)

    def take(self, path: Path) -> Package:
        """Keep a package for the next start."""
        found = read_package(path, KEYS)
        self.store.put(found)
        return found


def install(folder: Path, version: str = "1.0.0") -> Installed:
    """An installation of one version."""
    root = folder / "Rujuk"
    fill(root / RUNTIME, {"python.dll": "python\n"})
    fill(root / f"app-{version}", {"main.py": _MAIN.format(code=0)})
    (root / CURRENT).write_bytes(Pair(RUNTIME, f"app-{version}").line.encode())
    (root / "launcher.py").write_text(_LAUNCHER, "utf-8")
    return Installed(root, Store(folder / "data" / "updates"))
