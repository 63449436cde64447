"""Keep a letter that came on paper until the referral itself arrives, or until somebody takes it out of the list.

It is a local value of this PC: no revision is written, and nothing of it is ever sent.
"""

from typing import TYPE_CHECKING

from desktop.queries.paper_letters import PAPER_VALUE

if TYPE_CHECKING:
    from sync.replica.replica import Replica


def keep_paper_letter(replica: "Replica", referral: str, text: str) -> None:
    """Keep the sealed text of a letter under the id of its referral; a repeat changes nothing."""
    replica.set_value(f"{PAPER_VALUE}{referral}", text)


def drop_paper_letter(replica: "Replica", referral: str) -> None:
    """Forget a letter from paper, as when the patient went elsewhere; scanning it again brings it back."""
    replica.set_value(f"{PAPER_VALUE}{referral}", None)
