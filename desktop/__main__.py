"""``python -m desktop``: the window of a data folder.

Reads the command line and hands over; nothing else may happen here.
"""

import argparse
import sys
from pathlib import Path

from desktop.app import run


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and run the window; its exit code."""
    parser = argparse.ArgumentParser(prog="python -m desktop", description="Rujuk")
    parser.add_argument("--home", type=Path, help="data folder (default: RUJUK_HOME, or the user's own)")
    return run(parser.parse_args(arguments).home)


if __name__ == "__main__":
    sys.exit(main())
