"""``python -m desktop``: the window of a data folder, or the self-test.

Hands the command line over; nothing else may happen here.
"""

import sys

from desktop.cli import main

if __name__ == "__main__":
    sys.exit(main())
