"""The paper of a referral letter: who is asked what about whom, with what decides at the top.

The layout follows the printed letter of P-Care and the procedures of puskesmas (two copies, place for the stamp).
Diagnosis, urgency, vital signs and therapy stand in frames above the running text. It must never leave anything out.
"""

from desktop.letters.letter import (
    Letter,
    addressee,
    danger_words,
    day_words,
    diagnosis_words,
    facility_lines,
    identity_lines,
    short_lines,
    story_lines,
    tacc_words,
    title,
    validity_words,
    vital_lines,
)
from desktop.letters.sheet import Line, Sheet, Signature, beside, boxed, captioned, grid, letterhead, plain
from sync.records.referral import URGENCIES

#: The copies of a letter: one goes with the patient, one is filed.
COPIES = ("Lembar 1: untuk rumah sakit", "Lembar 2: arsip perujuk")

_SHORTENED = "QR memuat ringkasan surat ini."
_WHOLE = "QR memuat isi surat ini."
#: How the three urgencies look in black on white.
_URGENCY_STYLES = {"merah": "dark", "kuning": "thick"}
_VITALS_ACROSS = 5


def letter_sheet(letter: Letter) -> Sheet:
    """The paper of one letter, in two copies."""
    referral = letter.referral
    sender, _ = facility_lines(letter.sender)
    note = ""
    if letter.sealed:
        note = f"{_SHORTENED if letter.sealed.coded.shortened else _WHOLE}<br>"
    return Sheet(
        head=letterhead(*facility_lines(letter.sender)),
        left="".join(
            (
                f'<p class="title"><b>{plain(title(letter))}</b></p>',
                f'<p class="none">No. Rujukan: <b>{plain(referral.number)}</b></p>',
                f'<p class="apart">Tanggal {plain(day_words(letter.issued_on))}</p>',
                f'<p class="apart">Kepada Yth.<br><b>{plain(addressee(letter))}</b></p>',
                "<p>Mohon pemeriksaan dan penanganan lebih lanjut:</p>",
                beside(identity_lines(letter.patient, letter.issued_on), 30),
            )
        ),
        right=_urgency(letter),
        qr=letter.sealed.text if letter.sealed else "",
        qr_note=f"{note}Kode: <b>{letter.code}</b>",
        markup="".join(
            (
                _diagnosis_box(letter),
                _vitals(letter),
                boxed(
                    captioned(Line("Telah diberikan", referral.therapy or "tidak dicatat"), "none")
                    + captioned(Line("Alergi", letter.allergies or "tidak ada yang tercatat"), "none")
                ),
                *(captioned(line) for line in story_lines(letter)),
            )
        ),
        before_signatures=(
            "".join(captioned(line, "none") for line in short_lines(letter))
            + f'<p class="before"><b>{plain(validity_words(letter))}</b></p>'
        ),
        signatures=(
            Signature(
                f"{sender}, {day_words(letter.issued_on)}\nDokter/petugas perujuk",
                referral.doctor_name,
                "tanda tangan",
                stamp=True,
            ),
        ),
        running=f"Surat rujukan {referral.number} · {letter.patient_name}",
        foot=f"No. {referral.number} · Kode {letter.code}",
        copies=COPIES,
    )


def _urgency(letter: Letter) -> str:
    word, _, meaning = URGENCIES.get(letter.referral.urgency, letter.referral.urgency).partition(" ")
    style = _URGENCY_STYLES.get(letter.referral.urgency, "thin")
    # The ground of a dark cell does not colour the paragraphs in it.
    ink = "white" if style == "dark" else "black"
    return (
        f'<table width="98%" align="center" cellspacing="0"><tr><td class="{style}">'
        f'<p class="urgency" align="center" style="color:{ink}"><b>{plain(word.upper())}</b></p>'
        f'<p class="none" align="center" style="color:{ink}">{plain(meaning.strip("()"))}</p></td></tr></table>'
    )


def _diagnosis_box(letter: Letter) -> str:
    referral = letter.referral
    differential = diagnosis_words(referral.differential_code, referral.differential)
    tacc, danger = tacc_words(referral), danger_words(referral)
    diagnosis = plain(diagnosis_words(referral.diagnosis_code, referral.diagnosis_label))
    return boxed(
        f'<p class="none"><span class="caption">Diagnosis kerja</span></p><p class="diagnosis"><b>{diagnosis}</b></p>'
        + (captioned(Line("Diagnosis banding", differential), "none") if differential else "")
        + (captioned(Line("Kriteria gawat darurat", danger), "none") if danger else "")
        + (captioned(Line("Alasan Rujuk Diagnosa Non-Spesialistik", tacc), "none") if tacc else "")
    )


def _vitals(letter: Letter) -> str:
    lines = vital_lines(letter.referral)
    return grid(lines, _VITALS_ACROSS) if lines else boxed(captioned(Line("Tanda vital", "tidak dicatat"), "none"))
