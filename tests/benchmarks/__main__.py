"""Runs one benchmark and prints what it measured as JSON: ``python -m tests.benchmarks search``.

A benchmark is a module here with ``run(arguments) -> Mapping``; a result whose ``within_target`` is false ends with 1.
"""

import importlib
import json
import pkgutil
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import tests.benchmarks


def names() -> list[str]:
    """The benchmarks there are."""
    found = (module.name for module in pkgutil.iter_modules(tests.benchmarks.__path__))
    return sorted(name for name in found if not name.startswith(("_", "test_")) and name != "people")


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark that the first argument names; the exit code."""
    if not arguments or arguments[0] not in names():
        print(f"usage: python -m tests.benchmarks {{{','.join(names())}}} [ARGUMENT ...]", file=sys.stderr)
        return 2
    module = importlib.import_module(f"tests.benchmarks.{arguments[0]}")
    measured: Mapping[str, Any] = module.run(arguments[1:])
    print(json.dumps(measured, indent=2, ensure_ascii=False))
    return 0 if measured.get("within_target", True) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
