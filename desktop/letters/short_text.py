"""A letter in few words for telephone and WhatsApp, in the order of SBAR, with the code that finds it again.

It leaves our computers, so it holds the least that will do: initials (or the name, where the sender wants
it), sex and age. It must never hold NIK, card number, address, telephone or birth date of the patient.
"""

from desktop.letters.letter import (
    Letter,
    addressee,
    age_words,
    danger_words,
    day_words,
    diagnosis_words,
    facility_lines,
    vital_lines,
)
from sync.records.patient import SEXES
from sync.records.referral import PURPOSES, URGENCIES

#: Longest part of a letter's free text that is told; the rest is said to be in the letter.
LONGEST = 280
_MORE = "… (lengkap di surat)"


def short_text(letter: Letter, *, named: bool = False) -> str:
    """The text; ``named``: with the patient's whole name instead of initials."""
    referral = letter.referral
    urgency = URGENCIES.get(referral.urgency, referral.urgency).upper()
    purpose = PURPOSES.get(referral.purpose or "", "")
    asked = ". ".join(part for part in (purpose, _told(referral.reason)) if part)
    planned = f"Rencana datang {day_words(referral.planned_date)}." if referral.planned_date else ""
    allergies = letter.allergies or "tidak ada yang tercatat"
    lines = (
        f"*RUJUKAN {urgency}*",
        f"No. {referral.number}, kode {letter.code}",
        f"Kepada: {addressee(letter)}",
        f"Pasien: {_person(letter, named=named)}",
        f"S: {_told(referral.anamnesis)}",
        _said("Kriteria gawat darurat", danger_words(referral)),
        f"B: Alergi: {allergies}. Telah diberikan: {_told(referral.therapy or 'tidak dicatat')}",
        f"A: {diagnosis_words(referral.diagnosis_code, referral.diagnosis_label)}. {_vital_words(letter)}",
        f"R: {asked} {planned}".strip(),
        f"Dari: {facility_lines(letter.sender)[0]}, {referral.doctor_name}"
        + (f", telepon {referral.contact_phone}" if referral.contact_phone else ""),
    )
    return "\n".join(line for line in lines if line)


def initials(name: str) -> str:
    """``S.A.`` for Siti Aminah."""
    return "".join(f"{word[0].upper()}." for word in name.split() if word[0].isalpha())


def _person(letter: Letter, *, named: bool) -> str:
    patient = letter.patient
    if patient is None:
        return letter.patient_name
    who = patient.name if named else initials(patient.name)
    age = age_words(patient.birth_date, letter.issued_on)
    return f"{who}, {SEXES.get(patient.sex, patient.sex).lower()}, {age}"


def _vital_words(letter: Letter) -> str:
    vitals = ", ".join(f"{line.caption} {line.text}" for line in vital_lines(letter.referral))
    return vitals.replace("\N{NO-BREAK SPACE}", " ") or "Tanda vital tidak dicatat"


def _said(caption: str, text: str) -> str:
    return f"{caption}: {text}" if text else ""


def _told(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST else words[:LONGEST].rsplit(" ", 1)[0] + _MORE
