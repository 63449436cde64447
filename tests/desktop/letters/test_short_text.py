"""The text for the telephone: in the order of SBAR, with the code, and with as little identity as will do."""

from datetime import date

from desktop.letters.short_text import LONGEST, initials, short_text
from tests.desktop.letters.samples import emergency_letter, long_letter, usual_letter


def test_it_says_what_the_hospital_decides_on() -> None:
    assert short_text(emergency_letter()).splitlines() == [
        "*RUJUKAN MERAH (SEGERA)*",
        "No. A-0007/XI/2026, kode DKPK-1CQ1-FMQ5",
        "Kepada: TS Dokter IGD di RSUD Kenanga",
        "Pasien: S.A., perempuan, 58 tahun",
        "S: G2P1A0 hamil 37 minggu, nyeri kepala hebat dan pandangan kabur sejak empat jam. Tidak kejang.",
        "Kriteria gawat darurat: Mengancam nyawa, membahayakan diri atau orang lain; Gangguan hemodinamik",
        (
            "B: Alergi: Sulfa. Telah diberikan: MgSO4 4 g IV bolus pukul 10.05, lanjut 1 g/jam. Nifedipin 10 mg oral. "
            "Kateter urin."
        ),
        (
            "A: O14.1 Preeklamsia berat. Kesadaran Compos mentis, GCS 15, TD 180/115 mmHg, Nadi 104 x/menit, "
            "Napas 24 x/menit, Suhu 36,7 °C, SpO₂ 98 %, Nyeri Berat, Berat 64,5 kg, Tinggi 154 cm"
        ),
        "R: Tindakan medis. Terminasi kehamilan dan perawatan intensif; tidak tersedia di puskesmas.",
        "Dari: Puskesmas Melati, dr. Bagus Santoso, telepon 0800-0001-0002",
    ]


def test_the_name_is_there_only_if_it_is_wanted_and_numbers_never() -> None:
    letter = usual_letter(planned_date=date(2026, 11, 27))
    short, named = short_text(letter), short_text(letter, named=True)
    assert letter.patient is not None
    assert "Siti Aminah" not in short
    assert "Siti Aminah" in named
    assert "Rencana datang 27 November 2026." in short
    for text in (short, named):
        for private in (letter.patient.nik, letter.patient.jkn_number, letter.patient.phone, letter.patient.village):
            assert private
            assert private not in text


def test_long_texts_are_shortened_and_say_so() -> None:
    text = short_text(long_letter())
    story = next(line for line in text.splitlines() if line.startswith("S: "))
    assert story.endswith("… (lengkap di surat)")
    assert len(story) <= LONGEST + 30


def test_initials_of_names() -> None:
    assert initials("Siti  Nur Aminah") == "S.N.A."
    assert initials("") == ""
