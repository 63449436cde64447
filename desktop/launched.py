"""What ``Rujuk.exe`` runs: the window without arguments, the self-test, a module of ours, or a command.

Hands over at once, so that each way costs only its own imports. It must never run a module that is not ours.
"""

import importlib
import os
import runpy
import sys
from collections.abc import Sequence

OUR_PACKAGES = ("desktop", "sync")
EXIT_USAGE = 2


def main(arguments: Sequence[str]) -> int:
    """Run what the arguments of ``Rujuk.exe`` ask for; its exit code."""
    _give_streams()
    if not arguments:
        from desktop.app import run

        return run(None)
    if arguments[0] == "--self-test":
        return int(importlib.import_module("desktop.self_test").main(list(arguments[1:])))
    if arguments[0] == "-m":
        return _run_module(arguments[1:])
    from desktop.cli import main as run_command

    return run_command(arguments)


def _run_module(arguments: Sequence[str]) -> int:
    """``-m MODULE ...`` as Python has it: the program starts itself that way (``sys.executable`` is ``Rujuk.exe``)."""
    if not arguments or arguments[0].partition(".")[0] not in OUR_PACKAGES:
        sys.stderr.write("-m needs a module of Rujuk\n")
        return EXIT_USAGE
    sys.argv = list(arguments)
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
    return 0


def _give_streams() -> None:
    """A program with a window has no streams unless somebody listens; writing to them must not end it."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - lives as long as we
