"""What this PC keeps of letters that came on paper, and which referral a 12-character code belongs to.

Texts go in and out as they were scanned; what they mean, and whether they are whole, is not known here.
"""

from collections.abc import Sequence

from desktop.queries.values import rows_in_parts
from sync.records.letter_code import letter_code
from sync.replica.reader import Reader

#: How the name of a local value with a letter from paper begins; the referral's id follows.
PAPER_VALUE = "paper_letter."
#: How the QR code of a contingency form begins; its number and its code follow, divided by colons.
FORM_BEGINS = "RUJUKF1:"


def paper_texts(reader: Reader) -> list[str]:
    """The sealed texts of letters whose referral has not come over the network."""
    rows = reader.rows(
        "SELECT name, value FROM local WHERE district = :district AND name >= :begin AND name < :end",
        {"begin": PAPER_VALUE, "end": PAPER_VALUE + "g"},
    )
    texts = {row["name"].removeprefix(PAPER_VALUE): row["value"] for row in rows}
    here = referrals_here(reader, list(texts))
    return [text for referral, text in texts.items() if referral not in here]


def referrals_here(reader: Reader, referrals: Sequence[str]) -> set[str]:
    """Those of these ids whose referral itself is here."""
    sql = "SELECT id FROM referral WHERE district = :district AND id IN ({ids})"
    return {row["id"] for row in rows_in_parts(reader, sql, referrals)}


def referral_with_code(reader: Reader, code: str) -> str | None:
    """The id of the referral with this code, as ``read_letter_code`` writes it; ``None`` if it is not here.

    Codes are stored nowhere, so that each is computed: about a tenth of a second for 20,000 referrals.
    """
    rows = reader.rows("SELECT id FROM referral WHERE district = :district ORDER BY written_at DESC")
    return next((row["id"] for row in rows if letter_code(row["id"]) == code), None)
