"""The referral: the letter as it was submitted, and every fact that happens to it afterwards.

Both are facts with one writer: the letter belongs to the sender, an answer to the receiver, and neither is ever
changed. Content follows Permenkes 16/2024 and the procedures of puskesmas (letter in two copies, SBAR by telephone);
codes of consciousness and kinds follow P-Care and SISRUTE. The state is computed in ``referral_state``.
"""

from datetime import date, datetime
from types import MappingProxyType

from sync.records.definition import (
    Family,
    Lane,
    Record,
    Scope,
    code_field,
    day_field,
    decimal_field,
    flag_field,
    moment_field,
    record,
    reference_field,
    text_field,
    texts_field,
    whole_field,
)
from sync.records.patient import DIAGNOSIS_SETS
from sync.records.tacc import TACC_CODES

REFERRAL_KINDS = MappingProxyType(
    {"rawat_jalan": "Rawat jalan", "gawat_darurat": "Gawat darurat", "rawat_inap": "Rawat inap"}
)

URGENCIES = MappingProxyType({"merah": "Merah (segera)", "kuning": "Kuning (mendesak)", "hijau": "Hijau (terencana)"})

#: P-Care ``kdSadar`` 01 to 04.
CONSCIOUSNESS = MappingProxyType({"01": "Compos mentis", "02": "Somnolen", "03": "Sopor", "04": "Koma"})

#: The five criteria of an emergency: SATUSEHAT ``kriteria_gawat_darurat`` 000001 to 000005.
DANGER_SIGNS = MappingProxyType(
    {
        "000001": "Mengancam nyawa, membahayakan diri atau orang lain",
        "000002": "Gangguan jalan napas, pernapasan, sirkulasi",
        "000003": "Penurunan kesadaran",
        "000004": "Gangguan hemodinamik",
        "000005": "Memerlukan tindakan segera",
    }
)

#: What the hospital is asked for. The first three are the criteria of SATUSEHAT Rujukan, of which it wants exactly one;
#: a part only ("parsial" of VClaim) leaves the sender in charge.
PURPOSES = MappingProxyType(
    {
        "diagnosis": "Upaya diagnosis",
        "terapi": "Terapi",
        "tindakan": "Tindakan medis",
        "parsial": "Pemeriksaan/tindakan saja, pasien kembali",
    }
)

#: SISRUTE ``NYERI`` 0 to 3.
PAINS = MappingProxyType({"0": "Tidak nyeri", "1": "Ringan", "2": "Sedang", "3": "Berat"})

#: Who agreed to the referral after it was explained; where nobody can be asked, an emergency does not wait.
CONSENTS = MappingProxyType(
    {
        "pasien": "Pasien setuju",
        "keluarga": "Keluarga setuju",
        "darurat": "Tidak dapat diminta (gawat darurat)",
    }
)

#: What can happen to a referral after it was submitted. The order is that of the screens, not of precedence.
EVENT_KINDS = MappingProxyType(
    {
        "dilihat": "Dilihat",
        "diterima": "Diterima",
        "ditolak": "Ditolak",
        "dibatalkan": "Dibatalkan",
        "dialihkan": "Dialihkan",
        "berangkat": "Berangkat",
        "tiba": "Tiba",
        "tidak_datang": "Tidak datang",
        "selesai": "Selesai",
        "dirujuk_balik": "Dirujuk balik",
        "ditindaklanjuti": "Ditindaklanjuti puskesmas",
        "pertanyaan": "Pertanyaan",
        "jawaban": "Jawaban",
        "catatan": "Catatan",
        "ditelepon": "Ditelepon",
        "diingatkan": "Diingatkan dinas",
    }
)

#: Facts that are told and kept but are no step: the state is the same with and without them.
REMARKS = frozenset({"ditindaklanjuti", "pertanyaan", "jawaban", "catatan", "ditelepon", "diingatkan"})

#: Coded reasons of a refusal: full rooms are 68% of them in JMPK UGM 7008, the rest from the Semen Padang study.
REFUSAL_REASONS = MappingProxyType(
    {
        "ruang_penuh": "Ruang penuh",
        "icu_penuh": "ICU/HCU penuh",
        "ventilator": "Ventilator tidak tersedia",
        "hd": "Hemodialisa tidak tersedia",
        "ok": "Kamar operasi tidak tersedia",
        "dokter": "Dokter spesialis tidak ada di tempat",
        "kompetensi": "Di luar kemampuan rumah sakit",
        "alat": "Alat penunjang tidak tersedia",
        "stabilisasi": "Pasien perlu distabilkan dulu",
        "data_kurang": "Data klinis belum lengkap",
        "bisa_fktp": "Dapat ditangani di puskesmas",
        "lainnya": "Lainnya (tulis di catatan)",
    }
)


@record("referral", label="Surat rujukan", scope=Scope.REFERRAL, lane=Lane.ROUTINE, family=Family.FACT)
class Referral(Record):
    """A submitted referral letter (FHIR ServiceRequest)."""

    number: str = text_field("Nomor surat", limit=40)
    patient: str = reference_field("Pasien")
    visit: str | None = reference_field("Kunjungan", default=None)
    from_facility: str = reference_field("Dari")
    to_facility: str = reference_field("Rumah sakit tujuan")
    kind: str = code_field("Jenis rujukan", choices=REFERRAL_KINDS)
    urgency: str = code_field("Kegawatan", choices=URGENCIES)
    written_at: datetime = moment_field("Ditulis pada")
    polyclinic: str | None = text_field("Poli tujuan", limit=60, default=None)
    polyclinic_code: str | None = code_field("Kode poli", default=None)
    purpose: str | None = code_field("Tujuan", choices=PURPOSES, default=None)
    danger_signs: tuple[str, ...] = texts_field("Kriteria gawat darurat", sensitive=True, default=())
    ward_class: str | None = code_field("Kelas yang diminta", default=None)
    planned_date: date | None = day_field("Rencana kunjungan", default=None)
    anamnesis: str = text_field("Anamnesis", limit=4000, sensitive=True)
    examination: str | None = text_field("Pemeriksaan fisik", limit=4000, sensitive=True, default=None)
    consciousness: str | None = code_field("Kesadaran", choices=CONSCIOUSNESS, sensitive=True, default=None)
    systolic: int | None = whole_field("Sistolik", unit="mmHg", low=40, high=300, sensitive=True, default=None)
    diastolic: int | None = whole_field("Diastolik", unit="mmHg", low=20, high=200, sensitive=True, default=None)
    pulse: int | None = whole_field("Nadi", unit="x/menit", low=20, high=300, sensitive=True, default=None)
    respiration: int | None = whole_field("Napas", unit="x/menit", low=4, high=120, sensitive=True, default=None)
    temperature: float | None = decimal_field("Suhu", unit="°C", low=30, high=44, sensitive=True, default=None)
    saturation: int | None = whole_field("SpO₂", unit="%", low=30, high=100, sensitive=True, default=None)
    weight: float | None = decimal_field("Berat", unit="kg", low=0.3, high=350, sensitive=True, default=None)
    height: float | None = decimal_field("Tinggi", unit="cm", low=20, high=250, sensitive=True, default=None)
    gcs: int | None = whole_field("GCS", low=3, high=15, sensitive=True, default=None)
    pain: str | None = code_field("Nyeri", choices=PAINS, sensitive=True, default=None)
    results: str | None = text_field("Hasil penunjang", limit=4000, sensitive=True, default=None)
    results_date: date | None = day_field("Tanggal hasil", default=None)
    diagnosis_code: str | None = code_field("Kode ICD-10", sensitive=True, default=None)
    diagnosis_set: str | None = code_field("Daftar kode", choices=DIAGNOSIS_SETS, default=None)
    diagnosis_label: str = text_field("Diagnosis kerja", sensitive=True)
    differential: str | None = text_field("Diagnosis banding", sensitive=True, default=None)
    differential_code: str | None = code_field("Kode diagnosis banding", sensitive=True, default=None)
    differential_set: str | None = code_field("Daftar kode banding", choices=DIAGNOSIS_SETS, default=None)
    therapy: str | None = text_field("Terapi/tindakan yang telah diberikan", limit=4000, sensitive=True, default=None)
    reason: str = text_field("Alasan/tujuan rujukan", limit=1000, sensitive=True)
    allergies: tuple[str, ...] = texts_field("Alergi", sensitive=True, default=())
    doctor_name: str = text_field("Dokter/petugas perujuk", limit=120)
    contact_phone: str | None = text_field("Telepon yang bisa dihubungi", limit=30, default=None)
    escort: str | None = text_field("Pendamping", limit=120, default=None)
    vehicle: str | None = text_field("Kendaraan", limit=60, default=None)
    consent: str | None = code_field("Persetujuan", choices=CONSENTS, default=None)
    consent_by: str | None = text_field("Yang menyetujui", limit=120, sensitive=True, default=None)
    kd_tacc: str | None = code_field("TACC", choices=TACC_CODES, default=None)
    tacc_reason: str | None = text_field("Alasan TACC", sensitive=True, default=None)


@record(
    "referral_event",
    label="Kejadian rujukan",
    scope=Scope.REFERRAL,
    lane=Lane.ANSWER,
    family=Family.FACT,
    scope_field="referral",
)
class ReferralEvent(Record):
    """One fact of a referral (FHIR Task history): who did what, when, and why."""

    referral: str = reference_field("Rujukan")
    kind: str = code_field("Kejadian", choices=EVENT_KINDS)
    at: datetime = moment_field("Pada")
    by: str = reference_field("Oleh")
    by_name: str = text_field("Nama petugas", limit=120)
    phone: str | None = text_field("Telepon", limit=30, default=None)
    reason: str | None = code_field("Alasan", choices=REFUSAL_REASONS, default=None)
    note: str | None = text_field("Catatan", limit=1000, sensitive=True, default=None)
    ward: str | None = reference_field("Ruang", default=None)
    bed: str | None = text_field("Tempat tidur", limit=60, default=None)
    hold_until: datetime | None = moment_field("Tempat disimpan sampai", default=None)
    spoke_with: str | None = text_field("Berbicara dengan", limit=120, default=None)
    to_facility: str | None = reference_field("Dialihkan ke", default=None)
    escort: str | None = text_field("Pendamping", limit=120, default=None)
    vehicle: str | None = text_field("Kendaraan", limit=60, default=None)
    handed_to: str | None = text_field("Diserahterimakan kepada", limit=120, default=None)
    final_diagnosis: str | None = text_field("Diagnosis akhir", limit=300, sensitive=True, default=None)
    drug_plan: str | None = text_field("Rencana obat", limit=2000, sensitive=True, default=None)
    advice: str | None = text_field("Saran tindak lanjut", limit=2000, sensitive=True, default=None)
    control_date: date | None = day_field("Tanggal kontrol", default=None)
    answers: str | None = reference_field("Menjawab", default=None)


@record("void", label="Pembatalan catatan", scope=Scope.OWN, family=Family.FACT)
class Void(Record):
    """A record taken out of the lists, with the reason; nothing is ever deleted.

    ``seen`` are the heads of the record that the author saw (none: an older program wrote it): what others wrote
    without knowing of this is thereby known, and asked about. The decision ``answers`` such a void: the record is
    ``returned`` to the lists, or stays out although its author saw what was written. Of two decisions at once
    returning counts, so that nothing is hidden that somebody wanted in sight.
    """

    record: str = reference_field("Catatan")
    record_type: str = code_field("Jenis catatan")
    reason: str = text_field("Alasan", limit=500)
    seen: tuple[str, ...] = texts_field("Isian yang dilihat", limit=3200, default=())
    answers: str | None = reference_field("Memutuskan pembatalan", default=None)
    returned: bool = flag_field("Dikembalikan ke daftar", default=False)
