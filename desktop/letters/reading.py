"""Reads from this PC's database all that the paper of one referral needs, and signs its QR code.

Only a letter of this PC's own facility is signed; of another's there is the text without a QR. The signing key is read
here, used and forgotten: it must never be returned or logged.
"""

from dataclasses import replace

from desktop.letters.coded_letter import coded_letter
from desktop.letters.letter import Letter
from desktop.letters.seal import SealedLetter, seal_letter
from desktop.queries.same_person import read_patient
from desktop.queries.values import read_record
from sync.errors import RujukError
from sync.records import Facility, Referral
from sync.replica.reader import Reader


class NotHere(RujukError):
    """What the paper is about is not (or no longer) on this PC."""


def read_letter(reader: Reader, referral_id: str) -> Letter:
    """One letter with all that its paper needs, signed where it is this facility's own.

    Raises:
        NotHere: the letter is not here.
    """
    referral = read_record(reader, Referral, referral_id)
    if referral is None:
        raise NotHere(referral_id)
    letter = Letter(
        referral=referral,
        patient=read_patient(reader, referral.patient),
        sender=read_record(reader, Facility, referral.from_facility),
        receiver=read_record(reader, Facility, referral.to_facility),
    )
    return replace(letter, sealed=_seal(reader, letter))


def own_facility(reader: Reader) -> Facility | None:
    """The facility whose PC this is, as far as its record is here."""
    identity = reader.identity()
    return read_record(reader, Facility, identity.facility) if identity else None


def _seal(reader: Reader, letter: Letter) -> SealedLetter | None:
    identity = reader.identity()
    if identity is None or identity.facility != letter.referral.from_facility:
        return None
    key: str = reader.value("SELECT signing_key FROM identity WHERE district = :district")
    coded = coded_letter(letter.referral, letter.patient, _place(letter.sender), _place(letter.receiver))
    return seal_letter(coded, identity.device, bytes.fromhex(key))


def _place(facility: Facility | None) -> tuple[str, str]:
    return (facility.code, facility.name) if facility else ("", "")
