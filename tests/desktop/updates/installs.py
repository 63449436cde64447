"""Small installations laid out as the real one, whose versions are one program each, and packages for them."""

import hashlib
import json
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path

import nacl.signing

from desktop.installed import CURRENT, MANIFEST, Installation, Pair, differing_files, read_pair
from desktop.updates.starting import Start, Starter, passes_self_test
from desktop.updates.store import Store
from sync.update_package import Package, build_package, package_name, read_package

RUNTIME = "runtime-0123abcd"
KEY = secrets.token_bytes(32)
PUBLIC = bytes(nacl.signing.SigningKey(KEY).verify_key)
KEYS = frozenset({PUBLIC})
#: Stands for Rujuk.exe: runs the version that current.txt names, or with --trial the one that trial.txt names.
_LAUNCHER = """import runpy, sys
from pathlib import Path
root, name = Path(__file__).parent, "current.txt"
if sys.argv[1:2] == ["--trial"]:
    del sys.argv[1]
    name = "trial.txt"
app = (root / name).read_text("ascii").split()[1]
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
    folder: Path,
    version: str,
    *,
    code: int = 0,
    key: bytes | None = KEY,
    runtime: str = RUNTIME,
    full: bool = False,
    extra: bytes = b"",
) -> Path:
    """A package of a version whose self-test ends with ``code``; ``extra``: content of one more file, for its size."""
    built = folder / f"build-{version}-{secrets.token_hex(4)}"
    app = fill(built / f"app-{version}", {"main.py": _MAIN.format(code=code), "desktop/isi.py": f"# {version}\n" * 50})
    (app / "isi.bin").write_bytes(extra)
    folders = [app, fill(built / runtime, {"python.dll": f"{runtime}\n"})] if full else [app]
    return build_package(folders, version, runtime, built / package_name(version), key)


@dataclass(frozen=True)
class Installed:
    """An installation with its data folder."""

    root: Path
    store: Store

    def current(self) -> str:
        """The version that the launcher would start, which is whole."""
        pair = read_pair(self.root / CURRENT)
        assert pair is not None
        assert differing_files(self.root / pair.app) == []
        assert differing_files(self.root / pair.runtime) == []
        return pair.version

    @property
    def running(self) -> Pair:
        """The version that runs when the program is started now."""
        pair = read_pair(self.root / CURRENT)
        assert pair is not None
        return pair

    @property
    def installation(self) -> Installation:
        """The same for whoever asks."""
        return Installation(self.root, self.running)

    def starter(self, keys: frozenset[bytes] = KEYS) -> Starter:
        """A start of the current version with the real self-test process."""
        command = (sys.executable, str(self.root / "launcher.py"))
        return Starter(self.installation, self.store, keys, command, passes_self_test)

    def start(self, keys: frozenset[bytes] = KEYS) -> Start:
        """What a start does before the data is opened."""
        starter = self.starter(keys)
        if starter.judge() is Start.AGAIN:
            return Start.AGAIN
        found = starter.waiting()
        return Start.GO_ON if found is None else starter.apply(found)

    def take(self, path: Path) -> Package:
        """Keep a package for the next start."""
        found = read_package(path, KEYS)
        self.store.put(found)
        return found

    def waits(self) -> list[str]:
        """The packages that are kept, by name."""
        return sorted(path.name for path in self.store.folder.glob("*.rujuk-update"))


def install(folder: Path, version: str = "1.0.0") -> Installed:
    """An installation of one version."""
    root = folder / "Rujuk"
    fill(root / RUNTIME, {"python.dll": "python\n"})
    fill(root / f"app-{version}", {"main.py": _MAIN.format(code=0)})
    (root / CURRENT).write_bytes(Pair(RUNTIME, f"app-{version}").line.encode())
    (root / "launcher.py").write_text(_LAUNCHER, "utf-8")
    return Installed(root, Store(folder / "data" / "updates"))
