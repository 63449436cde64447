"""The programs around the payload: the launchers, compiled modules, and the setup program itself.

Each is made by the tool for it (mingw, the target's own Python under wine, NSIS); missing tools are named before
anything is begun.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from resources.installer.inputs import HERE, CannotBuild

#: Program -> the Debian package that brings it.
TOOLS = {
    "makensis": "nsis",
    "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32",
    "x86_64-w64-mingw32-windres": "binutils-mingw-w64-x86-64",
    "wine": "wine",
}
_LAUNCHERS = (("Rujuk.exe", ("-mwindows",)), ("rujuk-cli.exe", ("-DCONSOLE",)))


def missing_packages() -> list[str]:
    """Debian packages that building the installer needs and this machine lacks."""
    lacking = sorted({package for program, package in TOOLS.items() if shutil.which(program) is None})
    return ["wine", "wine64", *(name for name in lacking if name != "wine")] if "wine" in lacking else lacking


def version_numbers(version: str) -> str:
    """``1.2.3`` as Windows wants it, ``1.2.3.0``.

    Raises:
        CannotBuild: it is not three numbers.
    """
    parts = version.split(".")
    if len(parts) != 3 or not all(part.isdecimal() and int(part) < 65536 for part in parts):
        raise CannotBuild(f"a version has three numbers, and {version} does not")
    return f"{version}.0"


def compile_launchers(folder: Path, version: str, library: str, sign: Sequence[str]) -> None:
    """Rujuk.exe and rujuk-cli.exe in ``folder``; ``library`` is the name of Python's DLL."""
    with tempfile.TemporaryDirectory() as work:
        resource = Path(work) / "launcher.o"
        numbers = version_numbers(version).replace(".", ",")
        _run(
            [
                "x86_64-w64-mingw32-windres",
                f"-DVERSION_NUMBERS={numbers}",
                f'-DVERSION_TEXT=\\"{version}\\"',
                "launcher.rc",
                "-O",
                "coff",
                "-o",
                str(resource),
            ],
            HERE,
        )
        for name, options in _LAUNCHERS:
            _run(
                [
                    "x86_64-w64-mingw32-gcc",
                    "-std=c11",
                    "-Wall",
                    "-Wextra",
                    "-Werror",
                    "-Os",
                    "-s",
                    "-municode",
                    *options,
                    "-Wl,--no-insert-timestamp",
                    f'-DPYTHON_LIBRARY=L"{library}"',
                    "launcher.c",
                    str(resource),
                    "-o",
                    str(folder / name),
                ],
                HERE,
            )
            if sign:
                _run([*sign, str(folder / name)], HERE)


def compile_modules(python: Path, folder: Path, prefix: Path, *, in_place: bool) -> None:
    """Compile every module below ``folder`` with Python for Windows, so that no path of this machine is in them.

    ``python``: the folder of the unpacked runtime; ``prefix``: a folder for wine's own files, kept between builds;
    ``in_place``: beside each module, to be used without it, and not in ``__pycache__``; without the documentation in
    it, as Python's own library comes, too.
    """
    with tempfile.TemporaryDirectory() as work:
        interpreter = Path(work) / "python"
        shutil.copytree(python, interpreter)
        for path in interpreter.glob("*._pth"):
            # Else it would not see the variable that makes sets come in one order.
            path.unlink()
        where = _windows(folder)
        arguments = ["-S", "-m", "compileall", "-q", *(["-b", "-o", "2"] if in_place else []), "-s", where]
        program = [*([] if os.name == "nt" else ["wine"]), str(interpreter / "python.exe")]
        environment = {**wine_environment(prefix), "PYTHONHASHSEED": "0"}
        _run([*program, *arguments, "--invalidation-mode", "unchecked-hash", where], HERE, environment)


def wine_environment(prefix: Path) -> dict[str, str]:
    """The variables under which wine runs programs in ``prefix`` and nowhere else."""
    home = prefix.with_name(prefix.name + "-home")
    home.mkdir(parents=True, exist_ok=True)
    own = {
        "WINEPREFIX": str(prefix),
        "WINEARCH": "win64",
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "mscoree=;mshtml=;winemenubuilder.exe=d",
        "HOME": str(home),
    }
    return {name: value for name, value in os.environ.items() if not name.startswith(("WINE", "PYTHON"))} | own


def make_setup(payload: Path, out: Path, defines: Mapping[str, str], *, fast: bool, arch: str) -> None:
    """The setup program at ``out``. ``defines``: VERSION, folders RUNTIME and APP, perhaps SIGN."""
    with tempfile.TemporaryDirectory() as work:
        files = Path(work) / "files.nsh"
        lists = {"RuntimeFiles": payload / defines["RUNTIME"], "AppFiles": payload / defines["APP"]}
        files.write_text("".join(file_list(name, folder) for name, folder in lists.items()), encoding="utf-8")
        flags = [f"-D{name}={value}" for name, value in defines.items()]
        flags += [f"-DFILES={files}", f"-DVERSION_NUMBERS={version_numbers(defines['VERSION'])}"]
        flags += [
            f"-DICON={HERE / 'rujuk.ico'}",
            f"-DPICTURE={HERE / 'wizard.bmp'}",
            f"-DPAYLOAD={payload}",
            f"-DOUT={out}",
            f"-DARCH={arch}",
        ]
        flags += ["-DFAST"] if fast else []
        _run(["makensis", "-V2", "-INPUTCHARSET", "UTF8", *flags, str(HERE / "rujuk.nsi")], HERE)


def file_list(name: str, folder: Path) -> str:
    """A macro for NSIS that unpacks ``folder``. Its own way takes files in the order of the disk, which is chance."""
    lines = [f"!macro {name} TARGET"]
    for place in sorted({path.parent for path in folder.rglob("*") if path.is_file()}):
        inner = str(place.relative_to(folder)).replace("/", "\\")
        lines.append(f'SetOutPath "${{TARGET}}{"" if inner == "." else chr(92) + inner}"')
        lines += [f'File "{path}"' for path in sorted(place.iterdir()) if path.is_file()]
    return "\n".join([*lines, "!macroend", ""])


def _windows(path: Path) -> str:
    return str(path) if os.name == "nt" else "Z:" + str(path).replace("/", "\\")


def _run(command: Sequence[str], folder: Path, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        words = (done.stdout + done.stderr).strip()[-3000:]
        raise CannotBuild(f"{Path(command[0]).name} failed ({done.returncode}):\n{words}")
