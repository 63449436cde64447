"""What this PC keeps of letters that came on paper, and which referral a 12-character code belongs to.

Texts go in and out as they were scanned; what they mean, and whether they are whole, is not known here.
"""

from sync.records.letter_code import letter_code
from sync.replica.reader import Reader, as_blob

#: How the name of a local value with a letter from paper begins; the referral's id follows.
PAPER_VALUE = "paper_letter."
#: How the QR code of a contingency form begins; its number and its code follow, divided by colons.
FORM_BEGINS = "RUJUKF1:"


def paper_texts(reader: Reader) -> list[str]:
    """The sealed texts of letters whose referral has not come over the network."""
    rows = reader.rows(
        """
        SELECT l.value AS text FROM local AS l
        WHERE l.district = :district AND l.name >= :begin AND l.name < :end AND l.value <> ''
          AND NOT EXISTS (SELECT 1 FROM referral AS r
                          WHERE r.district = :district AND l.name = :begin || lower(hex(r.id)))
        """,
        {"begin": PAPER_VALUE, "end": PAPER_VALUE + "g"},
    )
    return [row["text"] for row in rows]


def referral_is_here(reader: Reader, referral_id: str) -> bool:
    """Whether the referral itself has come."""
    sql = "SELECT 1 FROM referral WHERE district = :district AND id = :id"
    return reader.value(sql, {"id": as_blob(referral_id)}) is not None


def referral_with_code(reader: Reader, code: str) -> str | None:
    """The id of the referral with this code, as ``read_letter_code`` writes it; ``None`` if it is not here.

    Codes are stored nowhere, so that each is computed: about a tenth of a second for 20,000 referrals.
    """
    rows = reader.rows("SELECT id FROM referral WHERE district = :district ORDER BY written_at DESC")
    return next((row["id"] for row in rows if letter_code(row["id"]) == code), None)
