"""An outpatient from the visit to the way back: what is typed once at the visit is in the letter, and the letter is
asked why a diagnosis of the 144 list is referred.

Goes on with the windows as the journey leaves them; no step may call into the program behind its widgets.
"""

from datetime import UTC, datetime, timedelta

from desktop.demo.aftermath import Treated, aftermath
from desktop.demo.stage import Side, Stage
from desktop.demo.steps import SYNC, Step, exchange

#: She is in the seeded register; the search is forgiving about how her name is spelt.
_PATIENT, _TYPED = "Hj. Fatima Ramadhani", "fatimah ramadani"
_COMPLAINT = "Pusing berputar hilang timbul satu minggu, tengkuk berat, obat tensi tidak putus."


def day_from_now(days: int) -> str:
    """A day as it is typed."""
    return f"{datetime.now(UTC).astimezone() + timedelta(days=days):%d-%m-%Y}"


def _find(stage: Stage) -> Side:
    hands = stage.puskesmas.hands
    hands.come_here()
    hands.pick_in_menu("Pasien")
    hands.fill("Cari pasien", _TYPED)
    hands.pick_card(_PATIENT)
    hands.wait_to_see("Kunjungan: belum ada")
    return stage.puskesmas


def _visit(stage: Stage) -> Side:
    hands = stage.puskesmas.hands
    hands.press("Catat kunjungan")
    hands.wait_to_see("Kunjungan baru")
    for name, text in (
        ("Keluhan", _COMPLAINT),
        ("Diagnosis", "I10"),
        ("Terapi", "Amlodipin 10 mg 1x1, kandesartan 16 mg 1x1"),
        ("Tindak lanjut", "Dirujuk"),
    ):
        hands.fill(name, text)
    return stage.puskesmas


def _grow_letter(stage: Stage) -> Side:
    hands = stage.puskesmas.hands
    hands.press("Simpan dan tulis rujukan (Ctrl+R)")
    hands.wait_to_see("Surat rujukan baru")
    hands.wait_to_see(_COMPLAINT)
    for name, text in (
        ("Kegawatan", "Hijau"),
        ("Rencana kunjungan", day_from_now(1)),
        ("Tujuan", "Upaya"),
        ("Poli tujuan", "Penyakit"),
        ("Pemeriksaan fisik", "Bunyi jantung reguler, tidak ada edema, defisit neurologis tidak ada."),
        ("Sistolik", "182"),
        ("Diastolik", "104"),
        ("Nadi", "84"),
        ("Napas", "20"),
        ("Suhu", "36,6"),
        ("SpO₂", "98"),
        ("Kesadaran", "Compos"),
        ("GCS", "15"),
        ("Berat", "58"),
        ("Tinggi", "149"),
        ("Hasil penunjang", "Kreatinin 1,6 mg/dL, protein urin +2, GDS 118 mg/dL"),
        ("Tanggal hasil", day_from_now(0)),
        ("Alasan/tujuan rujukan", "Tekanan darah tidak terkendali dengan dua obat, evaluasi ginjal dan jantung."),
        ("Persetujuan", "Pasien"),
        ("Pendamping", "Anak"),
    ):
        hands.fill(name, text)
    hands.fill("TACC", "Age")
    hands.pick_card("RSUD Tirta Kencana")
    return stage.puskesmas


def _save_letter(stage: Stage) -> Side:
    hands = stage.puskesmas.hands
    hands.press("Simpan (Ctrl+S)")
    hands.wait_to_see(_PATIENT, "Hijau")
    hands.press_until_seen(SYNC, "✓ Di server")
    return stage.puskesmas


def _accept(stage: Stage) -> Side:
    hands = stage.hospital.hands
    hands.come_here()
    hands.pick_in_menu("Rujukan masuk")
    hands.press_until_seen(SYNC, _PATIENT, "Hijau")
    hands.pick_card(_PATIENT)
    hands.wait_to_see("TD 182/104 mmHg")
    hands.press("Terima pasien…")
    hands.fill("Catatan untuk puskesmas", "Poli penyakit dalam, besok pukul 08.00, dr. Teguh Sp.PD. Bawa semua obat.")
    hands.press("Simpan: diterima")
    hands.wait_to_see(_PATIENT, "Diterima")
    return stage.hospital


def _see_answer(stage: Stage) -> Side:
    exchange(stage.hospital)
    hands = stage.puskesmas.hands
    hands.come_here()
    hands.pick_in_menu("Rujukan")
    hands.pick_card(_PATIENT)
    hands.press_until_seen(SYNC, "✓ Dijawab")
    hands.wait_to_see("besok pukul 08.00")
    return stage.puskesmas


def _look_at(entry: str, *words: str) -> Step:
    def play(stage: Stage) -> Side:
        hands = stage.puskesmas.hands
        hands.come_here()
        hands.pick_in_menu(entry)
        hands.wait_to_see(*words)
        return stage.puskesmas

    return Step(f"Puskesmas: {entry.lower()} dibuka", entry.lower(), play)


OUTPATIENT_STEPS: tuple[Step, ...] = (
    Step("Puskesmas: pasien lama dicari dengan ejaan lain", "jalan-cari", _find),
    Step("Puskesmas: kunjungan dicatat", "jalan-kunjungan", _visit),
    Step("Puskesmas: surat tumbuh dari kunjungan, TACC ditanyakan", "jalan-isi-rujukan", _grow_letter),
    Step("Puskesmas: surat tersimpan dan terkirim", "jalan-terkirim", _save_letter),
    Step("Rumah sakit: rawat jalan diterima dengan jadwal", "jalan-diterima", _accept),
    Step("Puskesmas: jadwal tampil", "jalan-jawaban", _see_answer),
    *aftermath(
        Treated(
            patient=_PATIENT,
            escort="",
            vehicle="",
            received_by="Poli penyakit dalam",
            diagnosis="I12.9 Penyakit ginjal hipertensi",
            control=day_from_now(14),
            drugs="Amlodipin 10 mg 1x1; kandesartan 32 mg 1x1; furosemid 20 mg 1x1 pagi",
            advice="Periksa tekanan darah tiap minggu, kreatinin dan kalium dua minggu lagi, diet rendah garam.",
            done="Obat dilanjutkan, TD 146/88, jadwal laboratorium dibuat.",
        ),
        "jalan",
    ),
    _look_at("Surveilans", "Usulan sinyal"),
    _look_at("Evaluasi", "Rujukan"),
)
