"""What a letter says to whoever reads it: everything that was written, and nothing that was not."""

from datetime import UTC, date, datetime
from typing import Any

from desktop.ui.widgets.letter_view import letter_blocks, vital_words
from sync.records import Referral
from tests.desktop.scenes import letter_values


def letter(**details: Any) -> Referral:
    own = {"id": "0" * 32, "number": "A-1", "from_facility": "1" * 32, "written_at": datetime(2026, 11, 26, tzinfo=UTC)}
    return Referral(**{**letter_values("2" * 32, "3" * 32), **own, **details})


def test_vital_signs_stand_in_one_line_with_their_units() -> None:
    signs = {"systolic": 180, "diastolic": 115, "pulse": 104, "temperature": 36.8, "gcs": 15, "pain": "2"}
    assert vital_words(letter(consciousness="01", height=155.0, **signs)) == (
        "Compos mentis · TD 180/115 mmHg · Nadi 104 x/menit · Suhu 36,8 °C · GCS 15 · Tinggi 155 cm · Nyeri: sedang"
    )


def test_everything_that_was_written_can_be_read() -> None:
    written = letter(
        danger_signs=("000002", "000004"),
        purpose="tindakan",
        results="Hb 9,1 g/dL",
        results_date=date(2026, 11, 25),
        differential="Migren",
        differential_code="G43.9",
        consent="keluarga",
        consent_by="Budi (suami)",
    )
    texts = {block.caption: block.text for block in letter_blocks(written)}
    assert texts["Kriteria gawat darurat"] == "Gangguan jalan napas, pernapasan, sirkulasi; Gangguan hemodinamik"
    assert "Tindakan medis" in texts["Yang diminta"]
    assert texts["Hasil penunjang"] == "Hb 9,1 g/dL (25 Nov 2026)"
    assert texts["Diagnosis banding"] == "G43.9 Migren"
    assert texts["Persetujuan"] == "Keluarga setuju: Budi (suami)"


def test_what_was_not_written_is_left_out() -> None:
    captions = {block.caption for block in letter_blocks(letter())}
    assert not captions & {"Kriteria gawat darurat", "Hasil penunjang", "Diagnosis banding", "Persetujuan"}
    assert {"Tanda vital", "Alergi"} <= captions
