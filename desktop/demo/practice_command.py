"""``rujuk practice``: makes the practice folder and says where it is; the window opens it.

Only words and data are made here. It must never open a data folder that somebody works with.
"""

from desktop.commands.answers import Answer
from desktop.demo.practice import prepare_practice
from desktop.settings import Settings


def practice(settings: Settings, *, fresh: bool) -> Answer:
    """Make the practice folder of a data folder unless it is there."""
    made = prepare_practice(settings, fresh=fresh)
    words = f"Latihan siap; semua data karangan dan tidak ada yang dikirim.\nBuka: rujuk --home {made.home}"
    return Answer(words, {"home": str(made.home)})
