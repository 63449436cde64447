"""The forms on which a patient or the family agrees to a referral, or refuses it with the reason, and signs.

What is known is filled in; what only the person can say is a line to write on. Nobody's consent is ever filled in.
"""

from dataclasses import dataclass
from datetime import date

from desktop.letters.letter import day_words, facility_lines, identity_lines, written
from desktop.letters.sheet import Line, Sheet, Signature, beside, boxed, heading, letterhead, plain, ticks, to_write
from sync.records import Facility, Patient

COPIES = ("Lembar 1: untuk pasien/rumah sakit", "Lembar 2: arsip puskesmas")


@dataclass(frozen=True, slots=True)
class ConsentForm:
    """What is known of a referral that is being talked about; "" leaves a line."""

    patient: Patient
    facility: Facility | None
    day: date
    diagnosis: str = ""
    hospital: str = ""
    staff: str = ""


def consent_sheet(form: ConsentForm, *, refused: bool) -> Sheet:
    """The form of one patient, in two copies; ``refused``: the refusal."""
    says = "MENOLAK DIRUJUK" if refused else "SETUJU DIRUJUK"
    title = "PENOLAKAN RUJUKAN" if refused else "PERSETUJUAN RUJUKAN"
    who = ticks(("pasien sendiri", "suami/istri", "orang tua", "anak", "lainnya:"))
    unknown = [
        caption
        for caption, known in (("Diagnosis", form.diagnosis), ("Rumah sakit tujuan", form.hospital))
        if not known
    ]
    known = written(Line("Diagnosis", form.diagnosis), Line("Rumah sakit tujuan", form.hospital))
    return Sheet(
        head=letterhead(*facility_lines(form.facility)),
        markup="".join(
            (
                heading(title),
                '<p class="before">Yang bertanda tangan di bawah ini:</p>',
                to_write("Nama"),
                to_write("Umur, kelamin"),
                to_write("Alamat, telepon"),
                f'<p class="write">Hubungan dengan pasien: {who}</p>',
                f'<p class="before">menyatakan <b>{says}</b> untuk pasien:</p>',
                beside([*identity_lines(form.patient, form.day), *known]),
                *(to_write(caption) for caption in unknown),
                _refusal() if refused else _consent(),
            )
        ),
        signatures=(
            Signature("Yang menyatakan", "", "nama dan tanda tangan"),
            Signature("Saksi", "", "nama dan tanda tangan"),
            Signature(f"{day_words(form.day)}\nDokter/petugas", form.staff, "nama dan tanda tangan"),
        ),
        running=f"{title.capitalize()} · {form.patient.name}",
        foot=title.capitalize(),
        copies=COPIES,
    )


def _consent() -> str:
    return boxed(
        _points(
            "Dengan bahasa yang saya mengerti telah dijelaskan kepada saya:",
            "keadaan dan diagnosis pasien;",
            "alasan dan tujuan rujukan, serta rumah sakit yang dituju;",
            "risiko bila tidak dirujuk, dan risiko selama perjalanan;",
            "pendamping, kendaraan, dan biaya atau penjaminan.",
        )
        + '<p class="none">Saya sudah diberi kesempatan bertanya dan memberi persetujuan ini tanpa paksaan.</p>'
    )


def _refusal() -> str:
    return to_write("Alasan menolak", lines=3) + boxed(
        _points(
            "Dengan bahasa yang saya mengerti telah dijelaskan kepada saya:",
            "keadaan dan diagnosis pasien, serta alasan perlu dirujuk;",
            "akibat yang dapat timbul bila tidak dirujuk, termasuk cacat atau kematian;",
            "tanda bahaya yang harus diwaspadai, dan ke mana mencari pertolongan.",
        )
        + '<p class="none">Saya dapat mengubah keputusan ini kapan saja, dan pasien tetap dilayani.</p>'
    )


def _points(first: str, *points: str) -> str:
    return f'<p class="none">{plain(first)}</p>' + "".join(
        f'<p class="none">{number}. {plain(point)}</p>' for number, point in enumerate(points, 1)
    )
