"""The first file of an app folder that Python is given: makes the modules beside it importable and hands over.

The launcher names it; what happens then is ``desktop.launched``'s. Nothing else may happen here.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from desktop.launched import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
