"""Letters that came on paper: what a scanned or typed code stands for, and the letters known from paper alone.

A letter from paper is provisional: its sealed text lies in a local value of this PC, which is never sent, and counts
only until the referral itself is here. It must never become a record: the facts of a letter have one writer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.letters.coded_letter import CodedLetter
from desktop.letters.letter import Letter
from desktop.letters.reading import own_facility
from desktop.letters.seal import CodeRefused, open_letter
from desktop.letters.vouching import Signer, signer_of
from desktop.queries.paper_letters import FORM_BEGINS, paper_texts, referral_with_code, referrals_here
from desktop.queries.sync_state import sync_state
from sync.errors import BadInput
from sync.records import Facility, Patient, Referral
from sync.records.letter_code import read_letter_code
from sync.replica.reader import Reader

#: Stands for the ids of records that are known from paper alone.
_NOBODY = "0" * 32


@dataclass(frozen=True, slots=True)
class PaperLetter:
    """A letter known from paper; ``text`` is the sealed text. ``for_us``: whether it names this facility."""

    text: str
    letter: Letter
    shortened: bool
    for_us: bool
    signer: Signer

    @property
    def id(self) -> str:
        """The id of the referral, the same that it has when it comes over the network."""
        return self.letter.referral.id


def look_up(reader: Reader, text: str) -> str | PaperLetter:
    """What somebody scanned, pasted or typed: the id of a referral that is here, or a letter that is not.

    Raises:
        CodeRefused: with a sentence for the person; it is neither a whole letter nor the code of one that is here.
    """
    text = text.strip()
    if not text.startswith("RUJUK") or text.startswith(FORM_BEGINS):
        return _with_code(reader, text.rsplit(":", 1)[-1])
    (paper,) = _opened(reader, [text])
    if paper.signer.foreign:
        raise CodeRefused("foreign")
    return paper.id if referrals_here(reader, [paper.id]) else paper


def paper_letters(reader: Reader) -> list[PaperLetter]:
    """The letters known from paper alone, newest first."""
    letters = _opened(reader, paper_texts(reader))
    return sorted(letters, key=lambda paper: paper.letter.referral.written_at, reverse=True)


def letter_of(coded: CodedLetter) -> Letter:
    """The letter that a code holds; its records have no ids but the referral's.

    Raises:
        BadInput: a value is missing.
    """
    ids = {"patient": _NOBODY, "from_facility": _NOBODY, "to_facility": _NOBODY}
    return Letter(
        referral=Referral.from_fields(coded.referral, {**coded.letter, **ids}),
        patient=Patient.from_fields(_NOBODY, coded.patient) if coded.patient else None,
        sender=Facility(id=_NOBODY, code=coded.sender[0], name=coded.sender[1], kind="puskesmas"),
        receiver=Facility(id=_NOBODY, code=coded.receiver[0], name=coded.receiver[1], kind="rs"),
    )


def _opened(reader: Reader, texts: Sequence[str]) -> list[PaperLetter]:
    own, as_of = own_facility(reader), sync_state(reader).last_sync_at
    found = []
    for text in texts:
        opened = open_letter(text)
        coded, signer = opened.coded, signer_of(reader, opened, as_of)
        for_us = own is not None and own.code == coded.receiver[0]
        found.append(PaperLetter(text, letter_of(coded), coded.shortened, for_us, signer))
    return found


def _with_code(reader: Reader, typed: str) -> str:
    try:
        code = read_letter_code(typed)
    except BadInput as error:
        # What is much longer than a code was meant as a letter.
        raise CodeRefused("mistyped" if len(typed) <= 20 and typed else "not_a_letter") from error
    found = referral_with_code(reader, code)
    if found is None:
        raise CodeRefused("not_arrived")
    return found
