"""Small papers for the patient: the ticket of the day's queue, and how to take a place in a hospital's queue online.

The ticket names nobody. The steps follow Mobile JKN as it is known here; its menus change, and the slip says so.
"""

from dataclasses import dataclass
from datetime import datetime

from desktop.letters.letter import Letter, addressee, day_words, facility_lines, moment_words, valid_until
from desktop.letters.sheet import Line, Sheet, beside, boxed, captioned, heading, letterhead, plain, to_write
from sync.records import Facility

_STEPS = (
    "Siapkan surat rujukan, KTP, kartu JKN/KIS (atau fotonya), dan telepon genggam yang nomornya aktif.",
    "Pasang aplikasi Mobile JKN dari Play Store atau App Store, lalu daftar atau masuk dengan NIK.",
    "Buka menu pendaftaran pelayanan (antrean), pilih fasilitas rujukan tingkat lanjut (rumah sakit).",
    "Pilih rujukan yang masih berlaku, lalu poli, tanggal, dan dokter.",
    "Tekan daftar. Simpan kode booking: tangkap layarnya, atau tulis di bawah ini.",
    "Pada hari itu datang sesuai perkiraan jam dilayani, lalu check-in di aplikasi atau di mesin/loket rumah sakit.",
    "Bila tidak jadi datang, batalkan di aplikasi supaya tempatnya dapat dipakai orang lain.",
)
_WAIT = "Mohon menunggu dipanggil. Bila keadaan memburuk, segera beri tahu petugas."
_HELP = (
    "Tidak punya telepon genggam, atau gagal? Minta bantuan keluarga atau petugas puskesmas, atau daftar langsung di "
    "loket rumah sakit dengan surat rujukan. Untuk gawat darurat tidak perlu antrean: langsung ke IGD."
)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One number of a queue."""

    facility: Facility | None
    poli: str
    number: str
    at: datetime


def ticket_sheet(ticket: Ticket) -> Sheet:
    """The ticket; it fits a roll of 58 mm."""
    name, _ = facility_lines(ticket.facility)
    return Sheet(
        markup="".join(
            (
                f'<p align="center"><b>{plain(name)}</b></p>',
                "<hr>",
                '<p class="none" align="center">Nomor antrean</p>',
                f'<p class="huge" align="center"><b>{plain(ticket.number)}</b></p>',
                f'<p class="large" align="center"><b>{plain(ticket.poli)}</b></p>',
                f'<p class="none" align="center">{plain(moment_words(ticket.at))}</p>',
                "<hr>",
                f'<p class="small" align="center">{_WAIT}</p>',
            )
        )
    )


def online_queue_sheet(facility: Facility | None, letter: Letter | None) -> Sheet:
    """The slip with the steps; ``letter``: the patient's referral, if there is one already."""
    steps = "".join(f'<p class="before"><b>{number}.</b> {step}</p>' for number, step in enumerate(_STEPS, 1))
    return Sheet(
        head=letterhead(*facility_lines(facility)),
        markup="".join(
            (
                heading("CARA MENGAMBIL ANTREAN ONLINE DI RUMAH SAKIT", "Untuk peserta JKN yang dirujuk rawat jalan"),
                boxed(beside(_letter_lines(letter))) if letter else "",
                steps,
                boxed(to_write("Kode booking") + to_write("Tanggal dan jam")),
                captioned(Line("Bantuan", _HELP), "before"),
                '<p class="small">Nama menu di aplikasi dapat berubah; bila berbeda, tanyakan kepada petugas.</p>',
            )
        ),
        running="Cara mengambil antrean online",
        foot="Cara mengambil antrean online",
    )


def _letter_lines(letter: Letter) -> list[Line]:
    referral, until = letter.referral, valid_until(letter.referral)
    lines = [Line("No. Rujukan", referral.number), Line("Tujuan", addressee(letter).removeprefix("TS Dokter "))]
    if referral.planned_date:
        lines.append(Line("Rencana kunjungan", day_words(referral.planned_date)))
    if until:
        lines.append(Line("Berlaku sampai", day_words(until)))
    return lines
