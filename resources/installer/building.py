"""One build from inputs to the setup program, step by step, in a folder that is made anew each time.

What comes out lies in ``out``: the setup program, licences, list of parts, the SHA-256 of these, the payload.
"""

import hashlib
import shlex
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from resources.installer import inputs, papers, payload, programs
from resources.installer.inputs import CannotBuild


@dataclass(frozen=True)
class Build:
    """What is to be built. ``moment``: seconds since 1970 that all files bear; ``sign``: a command, or nothing."""

    root: Path
    out: Path
    cache: Path
    version: str
    moment: int
    fast: bool
    arch: str
    sign: Sequence[str]


def build(wanted: Build, say: Callable[[str], None]) -> Path:
    """The setup program.

    Raises:
        CannotBuild: with what a person has to do.
    """
    missing = programs.missing_packages()
    if missing:
        raise CannotBuild(f"Building needs: apt-get install --no-install-recommends {' '.join(missing)}")
    work = wanted.out / "work"
    shutil.rmtree(work, ignore_errors=True)
    python, packages = work / "python", work / "packages"
    inputs.unpack_runtime(wanted.cache, python)
    signed = inputs.check_signatures(python)
    say(f"Python for Windows: {'signatures not checked here' if signed is None else f'{signed} signatures valid'}")
    inputs.unpack_packages(packages)
    parts = papers.parts_in(packages)
    whole = wanted.out / "payload"
    shutil.rmtree(whole, ignore_errors=True)
    app = whole / f"app-{wanted.version}"
    payload.build_runtime(python, packages, work / "runtime")
    payload.build_app(wanted.root, app)
    library = next(python.glob("python3??.dll")).name
    programs.compile_modules(python, work / "runtime" / "lib", wanted.cache / "wine", in_place=True)
    payload.remove_sources(work / "runtime" / "lib")
    programs.compile_modules(python, app, wanted.cache / "wine", in_place=False)
    runtime = whole / f"runtime-{payload.identity_of(work / 'runtime')}"
    shutil.move(work / "runtime", runtime)
    programs.compile_launchers(whole, wanted.version, library, wanted.sign)
    say(f"libraries asked for: all there ({payload.check_libraries((runtime, whole))} files read)")
    own = (wanted.root / "LICENSE").read_text("utf-8")
    licence = papers.licences(own, (python / "LICENSE.txt").read_text("utf-8"), parts)
    (whole / "LICENCES.txt").write_text(licence, encoding="utf-8", newline="\r\n")
    (whole / "current.txt").write_text(f"{runtime.name} {app.name}\r\n", encoding="ascii", newline="")
    payload.write_manifest(runtime)
    payload.write_manifest(app)
    payload.set_times(whole, wanted.moment)
    files = [path for path in whole.rglob("*") if path.is_file()]
    say(f"payload: {len(files)} files, {sum(path.stat().st_size for path in files) / 1e6:.1f} MB")
    return _finish(wanted, whole, runtime.name, app.name, parts)


def _finish(wanted: Build, whole: Path, runtime: str, app: str, parts: Sequence[papers.Part]) -> Path:
    setup = wanted.out / f"Rujuk-Setup-{wanted.version}.exe"
    defines = {"VERSION": wanted.version, "RUNTIME": runtime, "APP": app}
    defines |= {"SIGN": shlex.join(wanted.sign)} if wanted.sign else {}
    programs.make_setup(whole, setup, defines, fast=wanted.fast, arch=wanted.arch)
    bill = papers.bill_of_materials(wanted.version, parts)
    (wanted.out / f"Rujuk-{wanted.version}.cdx.json").write_text(bill, encoding="utf-8")
    shutil.copyfile(whole / "LICENCES.txt", wanted.out / "LICENCES.txt")
    results = (setup.name, f"Rujuk-{wanted.version}.cdx.json", "LICENCES.txt")
    sums = [f"{hashlib.sha256((wanted.out / name).read_bytes()).hexdigest()}  {name}\n" for name in results]
    (wanted.out / "SHA256SUMS").write_text("".join(sums), encoding="ascii")
    shutil.rmtree(wanted.out / "work")
    return setup
