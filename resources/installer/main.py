"""What the installed Rujuk.exe runs: our own modules, from the folder of the version that current.txt names.

Without arguments the window, ``-m MODULE`` a module of ours (so the window starts its agent); anything else is the
command line. It must never change a file.
"""

import os
import runpy
import sys
from pathlib import Path

APP = Path(__file__).resolve().parent


def hold_mutex(name: str) -> None:
    """Let the installer see that something of Rujuk runs; the mutex goes with the process."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.CreateMutexW(None, 0, f"Local\\{name}")


def main(arguments: list[str]) -> int:
    """Run what was asked for; its exit code."""
    sys.path.insert(0, str(APP))
    # By an argument, because wine hands on no variable of Qt's.
    if arguments[:1] == ["--offscreen"]:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        arguments = arguments[1:]
    if arguments[:1] == ["-m"]:
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        return 0
    if not arguments or arguments[0] == "--home":
        hold_mutex("Rujuk")
    sys.argv = ["rujuk", *arguments]
    from desktop.cli import main as command_line

    return command_line(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
