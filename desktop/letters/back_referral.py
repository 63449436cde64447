"""The back-referral letter: what the hospital found and did, and what the puskesmas shall go on with.

Made of the last back-referral among the facts of a referral. It must never say more than the hospital wrote.
"""

from dataclasses import dataclass

from desktop.letters.letter import (
    Letter,
    day_words,
    diagnosis_words,
    facility_lines,
    identity_lines,
    moment_words,
)
from desktop.letters.sheet import Line, Sheet, Signature, beside, boxed, captioned, heading, letterhead, plain
from sync.records import Facility, ReferralEvent

COPIES = ("Lembar 1: untuk puskesmas", "Lembar 2: arsip rumah sakit")
_NOT_WRITTEN = "tidak ditulis"


@dataclass(frozen=True, slots=True)
class BackReferral:
    """A back-referral with the letter it answers; ``hospital`` wrote it, and is ``None`` if its record is not here."""

    letter: Letter
    event: ReferralEvent
    hospital: Facility | None


def back_referral_sheet(back: BackReferral) -> Sheet:
    """The paper of a back-referral, in two copies."""
    letter, event = back.letter, back.event
    referral, written_on = letter.referral, event.at.astimezone().date()
    puskesmas = facility_lines(letter.sender)[0]
    control = day_words(event.control_date) if event.control_date else "tidak ditentukan"
    return Sheet(
        head=letterhead(*facility_lines(back.hospital)),
        markup="".join(
            (
                heading("SURAT RUJUK BALIK", f"Menjawab surat rujukan No. {referral.number}, kode {letter.code}"),
                f'<p class="apart">Kepada Yth.<br><b>{plain(f"TS {referral.doctor_name} di {puskesmas}")}</b></p>',
                "<p>Kami kembalikan pasien berikut untuk dilanjutkan perawatannya:</p>",
                beside(identity_lines(letter.patient, written_on)),
                boxed(
                    '<p class="none"><span class="caption">Diagnosis akhir</span></p>'
                    f'<p class="diagnosis"><b>{plain(event.final_diagnosis or _NOT_WRITTEN)}</b></p>'
                    + captioned(
                        Line(
                            "Diagnosis saat dirujuk",
                            diagnosis_words(referral.diagnosis_code, referral.diagnosis_label),
                        ),
                        "none",
                    )
                ),
                boxed(captioned(Line("Rencana obat", event.drug_plan or _NOT_WRITTEN), "none")),
                boxed(f'<p class="none"><b>Kontrol di puskesmas:</b> <b>{plain(control)}</b></p>'),
                captioned(Line("Saran tindak lanjut", event.advice or _NOT_WRITTEN)),
                captioned(Line("Catatan", event.note)) if event.note else "",
                captioned(Line("Alergi", letter.allergies or "tidak ada yang tercatat di surat rujukan")),
            )
        ),
        before_signatures=captioned(Line("Ditulis", moment_words(event.at)), "none")
        + (captioned(Line("Telepon", event.phone), "none") if event.phone else ""),
        signatures=(
            Signature(
                f"{facility_lines(back.hospital)[0]}, {day_words(written_on)}\nDPJP / petugas",
                event.by_name,
                "tanda tangan",
                stamp=True,
            ),
        ),
        running=f"Surat rujuk balik atas {referral.number} · {letter.patient_name}",
        foot=f"Rujuk balik atas No. {referral.number} · Kode {letter.code}",
        copies=COPIES,
    )
