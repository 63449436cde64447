"""The journey of two referrals as two people play them: a midwife at the puskesmas and a nurse at the hospital.

Each step does what a person does and ends when the person sees what she waits for. Steps are data in their order; how
they are timed and pictured is not their affair, and none may call into the program behind its widgets.
"""

from PySide6.QtCore import Qt

from desktop.demo.aftermath import Treated, aftermath
from desktop.demo.outpatient import OUTPATIENT_STEPS, day_from_now
from desktop.demo.stage import Side, Stage
from desktop.demo.steps import ALL_SENT, SYNC, Step, exchange

_PATIENT = "Kartika Dwi Lestari"
_WRONG_NIK, _NIK = "332901540394987", "3329015403949871"
#: What the hospital counts, ward by ward in the order of its screen; "" is "the same as before".
_COUNTS = ("4", "2", "5", "", "3", "1", "0", "6")


def _stop_server(stage: Stage) -> None:
    stage.server.stop()


def _start_server(stage: Stage) -> None:
    stage.server.start()


def _open_puskesmas(stage: Stage) -> Side:
    side = stage.puskesmas
    side.open()
    side.hands.wait_to_see("Sulastri, A.Md.Keb.", "Bidan")
    return side


def _begin_work(stage: Stage) -> Side:
    hands = stage.puskesmas.hands
    hands.pick_card("Sulastri")
    hands.press("Mulai bekerja")
    hands.wait_to_see("Terakhir didaftarkan")
    return stage.puskesmas


def _search_in_vain(stage: Stage) -> Side:
    hands = stage.puskesmas.hands
    hands.fill("Cari pasien", _PATIENT)
    hands.wait_to_see("Tidak ada pasien yang cocok")
    return stage.puskesmas


def _wrong_nik(stage: Stage) -> Side:
    hands = stage.puskesmas.hands
    hands.press("Daftarkan pasien baru")
    hands.wait_to_see(_PATIENT)
    hands.fill("Jenis kelamin", "Perempuan")
    hands.fill("Tanggal lahir", "14-03-1994")
    hands.fill("NIK", _WRONG_NIK)
    hands.wait_to_see("NIK terdiri dari tepat 16 angka")
    return stage.puskesmas


def _fill_patient(stage: Stage) -> Side:
    hands = stage.puskesmas.hands
    for name, text in (
        ("NIK", _NIK),
        ("Nomor kartu JKN", "9990100000017"),
        ("Alamat", "Dusun Krajan RT 03 RW 02"),
        ("Desa/Kelurahan", "Karangsari"),
        ("Kecamatan", "Tirtasari"),
        ("Telepon", "0800-0000-4417"),
        ("Alergi", "Amoksisilin"),
    ):
        hands.fill(name, text)
    return stage.puskesmas


def _save_patient(stage: Stage) -> Side:
    hands = stage.puskesmas.hands
    hands.press("Simpan (Ctrl+S)")
    hands.wait_to_see("Tersimpan di komputer ini, menunggu dikirim.")
    hands.wait_to_see("1 catatan menunggu dikirim")
    hands.wait_to_see(_NIK)
    return stage.puskesmas


def _write_letter(stage: Stage) -> Side:
    hands = stage.puskesmas.hands
    hands.press("Tulis rujukan")
    hands.wait_to_see("Surat rujukan baru")
    hands.wait_to_see(_PATIENT)
    for name, text in (
        ("Kegawatan", "Merah"),
        ("Kelas yang diminta", "Bersalin"),
        ("Diagnosis kerja", "O14.1 Preeklamsia berat"),
        ("Anamnesis", "G1P0A0 hamil 36 minggu, nyeri kepala hebat dan pandangan kabur sejak empat jam."),
        ("Kesadaran", "Compos"),
        ("Sistolik", "170"),
        ("Diastolik", "110"),
        ("Nadi", "104"),
        ("Napas", "24"),
        ("Suhu", "36,8"),
        ("SpO₂", "97"),
        ("Berat", "64"),
        ("Terapi/tindakan yang telah diberikan", "MgSO4 4 g IV, dilanjutkan 6 g dalam infus; nifedipin 10 mg oral"),
        ("Alasan/tujuan rujukan", "Perlu penanganan Sp.OG dan perawatan intensif ibu."),
        ("Telepon yang bisa dihubungi", "0800-0002-0001"),
    ):
        hands.fill(name, text)
    hands.press("4  Gangguan hemodinamik")
    hands.press("5  Memerlukan tindakan segera")
    hands.pick_card("RSUD Tirta Kencana")
    return stage.puskesmas


def _save_letter(stage: Stage) -> Side:
    hands = stage.puskesmas.hands
    hands.press("Simpan (Ctrl+S)")
    hands.wait_to_see(_PATIENT, "Menunggu dikirim")
    hands.wait_to_see("2 catatan menunggu dikirim")
    hands.wait_to_see("Di server")
    hands.wait_to_see("Tidak terhubung")
    return stage.puskesmas


def _send(stage: Stage) -> Side:
    hands = stage.puskesmas.hands
    hands.press(SYNC)
    hands.wait_to_see(ALL_SENT)
    hands.wait_to_see("✓ Di server")
    hands.wait_to_see("Terhubung")
    return stage.puskesmas


def _open_hospital(stage: Stage) -> Side:
    side = stage.hospital
    side.open()
    side.hands.pick_card("Ratna Setyowati")
    side.hands.press("Mulai bekerja")
    side.hands.wait_to_see("menunggu jawaban")
    return side


def _receive(stage: Stage) -> Side:
    hands = stage.hospital.hands
    hands.press_until_seen(SYNC, _PATIENT, "Merah", "Baru")
    return stage.hospital


def _read_content(stage: Stage) -> Side:
    hands = stage.hospital.hands
    hands.pick_card(_PATIENT)
    hands.wait_to_see("TD 170/110 mmHg")
    hands.wait_to_see("nyeri kepala hebat")
    hands.wait_to_see("Alergi: Amoksisilin")
    hands.wait_to_see(_PATIENT, "Belum dijawab · sisa")
    return stage.hospital


def _see_that_it_was_read(stage: Stage) -> Side:
    exchange(stage.hospital)
    hands = stage.puskesmas.hands
    hands.come_here()
    hands.press_until_seen(SYNC, "✓ Dilihat RS")
    hands.wait_to_see("Ratna Setyowati")
    return stage.puskesmas


def _fill_acceptance(stage: Stage) -> Side:
    hands = stage.hospital.hands
    hands.come_here()
    hands.press("Terima pasien…")
    hands.fill("Ruang", "Bersalin")
    hands.fill("Tempat tidur", "D-04")
    hands.fill("Catatan untuk puskesmas", "Langsung ke kamar bersalin, dr. Naura Sp.OG menunggu.")
    return stage.hospital


def _accept(stage: Stage) -> Side:
    hands = stage.hospital.hands
    hands.press("Simpan: diterima")
    hands.wait_to_see("Diterima. Jawaban tersimpan di komputer ini")
    hands.wait_to_see(_PATIENT, "Diterima")
    return stage.hospital


def _see_answer(stage: Stage) -> Side:
    exchange(stage.hospital)
    hands = stage.puskesmas.hands
    hands.come_here()
    hands.press_until_seen(SYNC, "✓ Dijawab")
    hands.wait_to_see("D-04")
    hands.wait_to_see("dr. Naura Sp.OG menunggu")
    hands.wait_to_see(_PATIENT, "Diterima")
    return stage.puskesmas


def _count_beds(stage: Stage) -> Side:
    hands = stage.hospital.hands
    hands.come_here()
    hands.pick_in_menu("Tempat tidur")
    hands.wait_to_see("Kosong sekarang")
    hands.fill("Kosong sekarang di IGD", _COUNTS[0])
    hands.type_here("", Qt.Key.Key_Return)
    for count in _COUNTS[1:]:
        hands.type_here(count, Qt.Key.Key_Return)
    hands.wait_to_see("Semua 8 ruang akan disimpan.")
    return stage.hospital


def _save_beds(stage: Stage) -> Side:
    hands = stage.hospital.hands
    hands.press("Simpan hitungan (Ctrl+S)")
    hands.wait_to_see("8 ruang tersimpan di komputer ini, menunggu dikirim.")
    hands.wait_to_see("baru saja")
    return stage.hospital


def _see_beds(stage: Stage) -> Side:
    exchange(stage.hospital)
    hands = stage.puskesmas.hands
    hands.come_here()
    hands.pick_in_menu("Tempat tidur RS")
    hands.press_until_seen(SYNC, "Dahlia (bersalin)", "6 kosong", "dihitung baru saja")
    hands.wait_to_see("RS Ibu dan Anak Melati Husada")
    hands.wait_to_see("data lama")
    return stage.puskesmas


_MOTHER = Treated(
    patient=_PATIENT,
    escort="Bidan Sulastri dan suami",
    vehicle="Ambulans puskesmas",
    received_by="dr. Naura Safitri, Sp.OG",
    diagnosis="O14.1 Preeklamsia berat, seksio sesarea, ibu dan bayi selamat",
    control=day_from_now(2),
    drugs="Nifedipin 10 mg 3x1 selama 7 hari; asam mefenamat 500 mg 3x1 bila nyeri",
    advice="Ukur tekanan darah tiap hari, periksa luka operasi, kunjungan nifas dan bayi.",
    done="Dikunjungi di rumah, TD 130/80, luka kering, obat diminum.",
)

STEPS: tuple[Step, ...] = (
    Step("Server kabupaten dimatikan", "", _stop_server),
    Step("Puskesmas: Rujuk dibuka, petugas tampil", "petugas", _open_puskesmas),
    Step("Puskesmas: bidan mulai bekerja", "pasien", _begin_work),
    Step("Puskesmas: pasien dicari, belum ada", "cari", _search_in_vain),
    Step("Puskesmas: NIK salah ketik, diberi tahu di bawah isian", "nik-salah", _wrong_nik),
    Step("Puskesmas: data pasien diisi", "isi-pasien", _fill_patient),
    Step("Puskesmas: pasien disimpan tanpa jaringan", "pasien-tersimpan", _save_patient),
    Step("Puskesmas: surat rujukan diisi, rumah sakit dipilih", "isi-rujukan", _write_letter),
    Step("Puskesmas: surat disimpan tanpa jaringan, menunggu dikirim", "rujukan-menunggu", _save_letter),
    Step("Server kabupaten dinyalakan", "", _start_server),
    Step("Puskesmas: sinkron, surat sampai di server", "rujukan-terkirim", _send),
    Step("Rumah sakit: Rujuk dibuka, rujukan masuk tampil", "rs-kotak-masuk", _open_hospital),
    Step("Rumah sakit: sinkron, rujukan baru datang", "rs-rujukan-baru", _receive),
    Step("Rumah sakit: isi rujukan dibaca", "rs-isi-rujukan", _read_content),
    Step("Puskesmas: terlihat bahwa rujukan sudah dibaca", "rujukan-dilihat", _see_that_it_was_read),
    Step("Rumah sakit: ruang, tempat tidur dan catatan diisi", "rs-isi-jawaban", _fill_acceptance),
    Step("Rumah sakit: pasien diterima", "rs-diterima", _accept),
    Step("Puskesmas: jawaban tampil", "rujukan-diterima", _see_answer),
    *aftermath(_MOTHER, "ibu"),
    Step("Rumah sakit: tempat tidur kosong dihitung", "rs-tempat-tidur", _count_beds),
    Step("Rumah sakit: hitungan disimpan", "rs-tempat-tidur-tersimpan", _save_beds),
    Step("Puskesmas: tempat tidur rumah sakit dengan umur datanya", "tempat-tidur", _see_beds),
    *OUTPATIENT_STEPS,
)
