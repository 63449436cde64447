"""The empty form for hours without power: filled in by hand, with a number that no other letter gets, copied later.

Its QR code holds number and code and says nothing about anybody. It asks what the letter asks, in the same order.
"""

from desktop.letters.letter import facility_lines
from desktop.letters.sheet import Line, Sheet, Signature, boxed, grid, letterhead, plain, ticks, to_write
from desktop.queries.forms import Form
from desktop.queries.paper_letters import FORM_BEGINS
from sync.records import Facility
from sync.records.letter_code import letter_code
from sync.records.patient import SEXES
from sync.records.referral import CONSCIOUSNESS, CONSENTS, DANGER_SIGNS, REFERRAL_KINDS, URGENCIES

COPIES = ("Lembar 1: untuk rumah sakit", "Lembar 2: arsip, untuk disalin ke Rujuk")
_VITALS = ("TD (mmHg)", "Nadi (x/mnt)", "Napas (x/mnt)", "Suhu (°C)", "SpO₂ (%)", "GCS", "Berat (kg)", "Tinggi (cm)")


def contingency_sheet(form: Form, facility: Facility | None) -> Sheet:
    """The form, in two copies."""
    code = letter_code(form.referral)
    return Sheet(
        head=letterhead(*facility_lines(facility)),
        left="".join(
            (
                '<p class="title"><b>SURAT RUJUKAN (FORMULIR DARURAT)</b></p>',
                f'<p class="none">No. Rujukan: <b>{plain(form.number)}</b></p>',
                to_write("Tanggal dan jam", 40),
                to_write("Kepada Yth. TS Dokter/poli", 40),
                to_write("di rumah sakit", 40),
            )
        ),
        qr=f"{FORM_BEGINS}{form.number}:{code}",
        qr_width_mm=30.0,
        qr_note=f"Kode: <b>{code}</b>",
        markup="".join(
            (
                boxed(
                    to_write("Nama")
                    + to_write("Tanggal lahir atau umur")
                    + f'<p class="write">Kelamin: {ticks(SEXES.values())}</p>'
                    + to_write("NIK atau No. kartu JKN")
                    + to_write("Alamat, telepon")
                ),
                f'<p class="before"><b>Kegawatan:</b> {ticks(URGENCIES.values())}</p>',
                f"<p><b>Jenis:</b> {ticks(REFERRAL_KINDS.values())}</p>",
                f'<p class="before"><b>Kriteria gawat darurat:</b> {ticks(DANGER_SIGNS.values())}</p>',
                boxed(to_write("Diagnosis kerja") + to_write("Diagnosis banding")),
                f'<p class="before"><b>Kesadaran:</b> {ticks(CONSCIOUSNESS.values())}</p>',
                grid([Line(caption, "\N{NO-BREAK SPACE}\n\N{NO-BREAK SPACE}") for caption in _VITALS], 8),
                to_write("Anamnesis", 20, 3),
                to_write("Pemeriksaan fisik", 20, 2),
                to_write("Hasil penunjang (tanggal)", 36, 2),
                to_write("Terapi/tindakan yang telah diberikan", 36, 2),
                to_write("Alergi", 20, 1),
                to_write("Alasan/tujuan rujukan", 36, 2),
                f'<p class="before"><b>Persetujuan:</b> {ticks(CONSENTS.values())}</p>',
                to_write("Pendamping, kendaraan, telepon", 36),
            )
        ),
        signatures=(
            Signature("Yang menyetujui", "", "nama dan tanda tangan"),
            Signature("Dokter/petugas perujuk", "", "nama dan tanda tangan", stamp=True),
        ),
        running=f"Formulir darurat {form.number}",
        foot=f"No. {form.number} · Kode {code} · salin ke Rujuk begitu listrik kembali",
        copies=COPIES,
    )
