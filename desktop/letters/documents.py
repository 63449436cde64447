"""Every paper by name: what is read from this PC's database and which sheets are made of it.

Each function takes a reader and an id and gives a document, which ``output`` saves or prints. Nothing is stored here.
"""

from collections.abc import Sequence
from datetime import date

from desktop.letters.back_referral import BackReferral, back_referral_sheet
from desktop.letters.consent import ConsentForm, consent_sheet
from desktop.letters.contingency import contingency_sheet
from desktop.letters.letter import Letter, diagnosis_words
from desktop.letters.letter_sheet import letter_sheet
from desktop.letters.reading import NotHere, own_facility, read_letter
from desktop.letters.sheet import Document, Paper
from desktop.letters.slips import Ticket, online_queue_sheet, ticket_sheet
from desktop.queries.forms import Form
from desktop.queries.patient_file import latest_visit
from desktop.queries.referrals import referral_file, referrals_of_patient
from desktop.queries.same_person import read_patient
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
    return Document(f"Surat rujukan {_unique(letter)}", paper, (letter_sheet(letter),))


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
    return Document(f"Surat rujuk balik {_unique(letter)}", paper, (sheet,))


def referral_document(reader: Reader, key: str, referral_id: str) -> Document:
    """A paper of a referral by its key: "letter_a5", "letter_a4" or "back_referral".

    Raises:
        NotHere: as the functions above.
    """
    if key == BACK_REFERRAL:
        return back_referral_document(reader, referral_id)
    return letter_document(reader, referral_id, _LETTERS[key])


def consent_document(reader: Reader, patient_id: str, *, refused: bool, day: date, staff: str = "") -> Document:
    """The form on which a referral is agreed to, or refused, with what is known on ``day``.

    Raises:
        NotHere: the patient is not here.
    """
    patient = read_patient(reader, patient_id)
    if patient is None:
        raise NotHere(patient_id)
    visit, letter = latest_visit(reader, patient_id), _latest_letter(reader, patient_id)
    diagnosis = hospital = ""
    if letter is not None and letter.issued_on == day:
        diagnosis = diagnosis_words(letter.referral.diagnosis_code, letter.referral.diagnosis_label)
        hospital = letter.receiver.name if letter.receiver else ""
    elif visit is not None and visit.date == day:
        diagnosis = diagnosis_words(visit.diagnosis_code, visit.diagnosis_label)
    form = ConsentForm(patient, own_facility(reader), day, diagnosis, hospital, staff)
    name = "Penolakan rujukan" if refused else "Persetujuan rujukan"
    # The end of the id, which says nothing about anybody: the paper of the next patient is another file.
    return Document(f"{name} {day.isoformat()} {patient_id[-8:]}", Paper.A5, (consent_sheet(form, refused=refused),))


def online_queue_document(reader: Reader, patient_id: str) -> Document:
    """The slip that explains how a place in a hospital's queue is taken online."""
    letter = _latest_letter(reader, patient_id)
    name = f"Cara antrean online {_unique(letter)}" if letter else "Cara antrean online"
    return Document(name, Paper.A5, (online_queue_sheet(own_facility(reader), letter),))


def ticket_document(ticket: Ticket, paper: Paper) -> Document:
    """The ticket of a queue on a roll of 58 or 80 mm."""
    return Document(f"Karcis antrean {ticket.number}", paper, (ticket_sheet(ticket),))


def contingency_document(reader: Reader, forms: Sequence[Form]) -> Document:
    """Empty forms with their reserved numbers, two copies of each."""
    facility = own_facility(reader)
    name = f"Formulir darurat {forms[0].number}" if forms else "Formulir darurat"
    return Document(name, Paper.A4, tuple(contingency_sheet(form, facility) for form in forms))


def _unique(letter: Letter) -> str:
    """Number and code: two puskesmas give the same numbers, and a file must not take the place of another letter's."""
    return f"{letter.referral.number} {letter.code}"


def _latest_letter(reader: Reader, patient_id: str) -> Letter | None:
    lines = referrals_of_patient(reader, patient_id, limit=1)
    return read_letter(reader, lines[0].id) if lines else None
