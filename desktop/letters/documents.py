"""Every paper by name: what is read from this PC's database and which sheets are made of it.

Each function takes a reader and an id and gives a document, which ``output`` saves or prints. Nothing is stored here.
"""

from desktop.letters.back_referral import BackReferral, back_referral_sheet
from desktop.letters.letter_sheet import letter_sheet
from desktop.letters.reading import NotHere, read_letter
from desktop.letters.sheet import Document, Paper
from desktop.queries.referrals import referral_file
from desktop.queries.values import read_record
from sync.records import Facility
from sync.replica.reader import Reader

#: The papers of one referral: key, and the paper it is printed on.
_LETTERS = {"letter_a5": Paper.A5, "letter_a4": Paper.A4}
BACK_REFERRAL = "back_referral"


def letter_document(reader: Reader, referral_id: str, paper: Paper = Paper.A5) -> Document:
    """The referral letter, two copies.

    Raises:
        NotHere: the letter is not here.
    """
    letter = read_letter(reader, referral_id)
    return Document(f"Surat rujukan {letter.referral.number}", paper, (letter_sheet(letter),))


def back_referral_document(reader: Reader, referral_id: str, paper: Paper = Paper.A5) -> Document:
    """The back-referral letter of a referral, two copies.

    Raises:
        NotHere: the letter is not here, or was not referred back.
    """
    file = referral_file(reader, referral_id)
    event = file.latest("dirujuk_balik") if file else None
    if file is None or event is None:
        raise NotHere(referral_id)
    letter = read_letter(reader, referral_id)
    hospital = read_record(reader, Facility, file.writers.get(event.id, letter.referral.to_facility))
    sheet = back_referral_sheet(BackReferral(letter, event, hospital or letter.receiver))
    return Document(f"Surat rujuk balik {letter.referral.number}", paper, (sheet,))


def referral_document(reader: Reader, key: str, referral_id: str) -> Document:
    """A paper of a referral by its key: "letter_a5", "letter_a4" or "back_referral".

    Raises:
        NotHere: as the functions above.
    """
    if key == BACK_REFERRAL:
        return back_referral_document(reader, referral_id)
    return letter_document(reader, referral_id, _LETTERS[key])
