"""What is installed: a folder with Python, Qt and packages, one with our own code, and the programs that start it.

Only files of the allow-lists of Qt and Python go in. Two builds of the same inputs give the same bytes; nothing here
depends on the clock or on the order of a directory.
"""

import hashlib
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterable
from pathlib import Path

from desktop.installed import MANIFEST
from resources.installer.inputs import CannotBuild

#: Files of Python for Windows that the program does not need. ``_wmi`` crashes wine; ``platform`` does without it.
_NOT_PYTHON = frozenset(
    {"python.cat", "python.exe", "pythonw.exe", "_msi.pyd", "_wmi.pyd", "_sqlite3.pyd", "sqlite3.dll"}
)
#: Modules of Python's own library that neither the program nor a package asks for: tools of developers, old protocols.
NOT_LIBRARY = frozenset(
    {
        *("_pyio", "aifc", "bdb", "cgi", "cgitb", "cProfile", "curses", "dbm", "doctest", "ensurepip", "idlelib"),
        *("imaplib", "lib2to3", "mailbox", "modulefinder", "msilib", "nntplib", "pdb", "pickletools", "poplib"),
        *("profile", "pstats", "pydoc", "pydoc_data", "sqlite3", "telnetlib", "tkinter", "trace", "turtle"),
        *("turtledemo", "unittest", "venv", "wsgiref", "xmlrpc"),
    }
)
_QT_MODULES = ("QtCore", "QtGui", "QtWidgets", "QtNetwork", "QtSvg", "QtPrintSupport", "QtTest")
_QT_FILES = (
    *(f"{name}.pyd" for name in _QT_MODULES),
    *(f"{name.replace('Qt', 'Qt6', 1)}.dll" for name in _QT_MODULES),
    *("__init__.py", "_config.py", "_git_pyside_version.py", "pyside6.abi3.dll"),
    "plugins/platforms/qwindows.dll",
    "plugins/platforms/qoffscreen.dll",
    "plugins/styles/qmodernwindowsstyle.dll",
    "plugins/iconengines/qsvgicon.dll",
    "plugins/imageformats/qico.dll",
    "plugins/imageformats/qjpeg.dll",
    "plugins/imageformats/qsvg.dll",
    "plugins/tls/qschannelbackend.dll",
    "plugins/networkinformation/qnetworklistmanager.dll",
)
_SHIBOKEN_FILES = ("__init__.py", "_config.py", "_git_shiboken_module_version.py", "Shiboken.pyd", "shiboken6.abi3.dll")
#: Microsoft's C++ library, which Qt needs beside the Python that loads it.
_CPP_FILES = ("msvcp140.dll", "msvcp140_1.dll", "msvcp140_2.dll")
#: Whole folders of packages that are of no use on a PC of a facility.
_NOT_PACKAGES = frozenset(
    {"PySide6", "shiboken6", "bin", "Scripts", "include", "share", "__pycache__", "cffi", "pycparser", "wrapt-stubs"}
)
_NOT_FOLDERS = ("tests", "testing", "__pycache__", "mssql", "mysql", "oracle")
_NOT_SUFFIXES = (".pyi", ".pyx", ".pxd", ".c", ".h", ".lib", ".pdb")
#: The day that every file of Python's library bears, so that two builds are equal.
_DAY = (2026, 1, 1, 0, 0, 0)
_OWN_FOLDERS = ("desktop", "sync", "resources")
#: Of a package's papers only what it reads itself while running, and its licence.
_KEPT_PAPERS = ("METADATA", "entry_points.txt", "top_level.txt")


def build_runtime(python: Path, packages: Path, folder: Path) -> None:
    """Python, Qt and the packages in ``folder``, as source files still.

    Raises:
        CannotBuild: a file of the allow-lists is not there.
    """
    folder.mkdir(parents=True)
    for path in sorted(python.iterdir()):
        if path.name not in _NOT_PYTHON and path.suffix != "._pth":
            shutil.copyfile(path, folder / path.name)
    library = next(folder.glob("python3??.dll")).stem
    _trim_library(python / f"{library}.zip", folder / f"{library}.zip")
    # Isolated: no variable and no package of the PC's own Python changes what runs.
    (folder / f"{library}._pth").write_text(f"{library}.zip\nlib\n.\n", encoding="ascii", newline="\n")
    lib = folder / "lib"
    _copy_files(packages / "PySide6", lib / "PySide6", _QT_FILES)
    _copy_files(packages / "shiboken6", lib / "shiboken6", _SHIBOKEN_FILES)
    for name in _CPP_FILES:
        places = [path / name for path in (packages / "PySide6", packages / "shiboken6") if (path / name).exists()]
        if not places:
            raise CannotBuild(f"{name} is in no package")
        shutil.copyfile(places[0], folder / name)
    for path in sorted(packages.iterdir()):
        if path.name not in _NOT_PACKAGES:
            _copy_package(path, lib / path.name)


def build_app(root: Path, folder: Path) -> None:
    """Our own code in ``folder``. It keeps its sources: the migrations are found by them, and a report names lines."""
    folder.mkdir(parents=True)
    for name in _OWN_FOLDERS:
        ignored = shutil.ignore_patterns("__pycache__", "installer", "readme", "build.py")
        shutil.copytree(root / name, folder / name, ignore=ignored)
    shutil.copyfile(root / "resources" / "installer" / "main.py", folder / "main.py")


def remove_sources(folder: Path) -> None:
    """After compiling: one file of each module alone, as packages are never changed one file at a time.

    Where a module is there in machine code, Python takes that.

    Raises:
        CannotBuild: a module was not compiled.
    """
    for path in sorted(folder.rglob("*.py")):
        if not path.with_suffix(".pyc").exists():
            raise CannotBuild(f"{path} was not compiled")
        path.unlink()
        if any(path.parent.glob(f"{path.stem}.*pyd")):
            path.with_suffix(".pyc").unlink()


def sums(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below ``folder``, by path with strokes."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def write_manifest(folder: Path) -> None:
    """The sums of everything in a runtime or app folder: what the installed program compares itself with."""
    (folder / MANIFEST).write_text(json.dumps(sums(folder), indent=0) + "\n", encoding="utf-8", newline="\n")


def identity_of(folder: Path) -> str:
    """Twelve signs that stand for the content of a folder."""
    content = "".join(f"{name}={digest};" for name, digest in sums(folder).items())
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def set_times(folder: Path, moment: int) -> None:
    """Give every file and folder the same time, in seconds since 1970."""
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (moment, moment))


def check_libraries(folders: Iterable[Path]) -> int:
    """See that every library which a program or library asks for is shipped or belongs to Windows; how many were read.

    Raises:
        CannotBuild: one asks for a library that is neither.
    """
    files = [
        path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in (".dll", ".pyd", ".exe")
    ]
    shipped = {path.name.lower() for path in files}
    for path in files:
        listing = subprocess.run(
            ["x86_64-w64-mingw32-objdump", "-p", str(path)], capture_output=True, text=True, check=True
        ).stdout
        wanted = {line.split(":", 1)[1].strip().lower() for line in listing.splitlines() if "DLL Name:" in line}
        strange = {
            name
            for name in wanted - shipped
            if name not in _WINDOWS and not name.startswith(("api-ms-win-", "ext-ms-"))
        }
        if strange:
            raise CannotBuild(f"{path.name} asks for {', '.join(sorted(strange))}, which is not shipped")
    return len(files)


#: Libraries of Windows 10 itself.
_WINDOWS = frozenset(
    f"{name}.dll"
    for name in [
        "advapi32",
        "authz",
        "bcrypt",
        "bcryptprimitives",
        "cfgmgr32",
        "comctl32",
        "comdlg32",
        "crypt32",
        "d3d11",
        "d3d12",
        "d3d9",
        "dbghelp",
        "dcomp",
        "dnsapi",
        "dwmapi",
        "dwrite",
        "dxgi",
        "gdi32",
        "icuuc",
        "imm32",
        "iphlpapi",
        "kernel32",
        "mpr",
        "msvcrt",
        "ncrypt",
        "netapi32",
        "ntdll",
        "ole32",
        "oleaut32",
        "powrprof",
        "psapi",
        "rpcrt4",
        "secur32",
        "setupapi",
        "shcore",
        "shell32",
        "shlwapi",
        "ucrtbase",
        "uiautomationcore",
        "user32",
        "userenv",
        "uxtheme",
        "version",
        "winhttp",
        "winmm",
        "ws2_32",
        "wtsapi32",
        "propsys",
    ]
) | {"winspool.drv"}


def _copy_files(source: Path, target: Path, names: Iterable[str]) -> None:
    for name in names:
        if not (source / name).exists():
            raise CannotBuild(f"{source.name} lacks {name}, which the installer needs")
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)


def _trim_library(source: Path, target: Path) -> None:
    """Python's own library without :data:`NOT_LIBRARY`."""
    with (
        zipfile.ZipFile(source) as whole,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as trimmed,
    ):
        for name in sorted(whole.namelist()):
            if name.removesuffix(".pyc").split("/")[0] not in NOT_LIBRARY:
                trimmed.writestr(zipfile.ZipInfo(name, _DAY), whole.read(name), zipfile.ZIP_DEFLATED)


def _copy_package(source: Path, target: Path) -> None:
    if source.is_file():
        if source.suffix not in _NOT_SUFFIXES:
            shutil.copyfile(source, target)
    elif source.suffix == ".dist-info":
        for path in sorted(source.rglob("*")):
            if path.is_file() and (
                path.name in _KEPT_PAPERS or "licen" in path.as_posix().lower() or path.name == "NOTICE"
            ):
                place = target / path.relative_to(source)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, place)
    else:
        patterns = shutil.ignore_patterns(*_NOT_FOLDERS, *(f"*{suffix}" for suffix in _NOT_SUFFIXES))
        shutil.copytree(source, target, ignore=patterns, copy_function=shutil.copyfile)
