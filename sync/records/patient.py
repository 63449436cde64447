"""The patient and the short record of a visit.

A patient without card or NIK is served all the same: the record then says why. A newborn is known by the mother's NIK
and the birth order (SATUSEHAT ``nik-ibu`` with ``multipleBirthInteger``). Identity is decided by people: two PCs that
change it differently make a question, never a silent winner.
"""

from datetime import date
from types import MappingProxyType

from sync.records.definition import (
    Merge,
    Record,
    Scope,
    code_field,
    day_field,
    record,
    reference_field,
    text_field,
    texts_field,
    whole_field,
)

SEXES = MappingProxyType({"L": "Laki-laki", "P": "Perempuan"})

#: Why a patient has neither NIK nor card at hand; emergency care never waits for either.
IDENTITY_REASONS = MappingProxyType(
    {
        "bayi_baru_lahir": "Bayi baru lahir",
        "tidak_dibawa": "Kartu tidak dibawa",
        "belum_rekam": "Belum merekam KTP",
        "tidak_dikenal": "Tidak dikenal / tidak sadar",
        "wna": "Warga negara asing",
        "lainnya": "Lainnya",
    }
)

PAYERS = MappingProxyType({"jkn": "JKN / BPJS", "umum": "Umum", "lainnya": "Asuransi lain"})

VISIT_OUTCOMES = MappingProxyType(
    {
        "berobat_jalan": "Berobat jalan",
        "rujuk": "Dirujuk",
        "rujuk_internal": "Rujuk internal",
        "rawat_inap": "Rawat inap",
        "menolak_rujuk": "Menolak dirujuk",
        "meninggal": "Meninggal",
    }
)

#: Which list of diagnoses a code was chosen from: BPJS still uses A90, A91 and I84, which WHO 2019 does not have.
DIAGNOSIS_SETS = MappingProxyType({"icd10_bpjs": "ICD-10 BPJS", "icd10_who2019": "ICD-10 WHO 2019"})


@record("patient", label="Pasien", scope=Scope.SHARED)
class Patient(Record):
    """A person who comes for care (FHIR Patient)."""

    name: str = text_field("Nama lengkap", limit=120, merge=Merge.ASK, sensitive=True)
    sex: str = code_field("Jenis kelamin", choices=SEXES, merge=Merge.ASK, sensitive=True)
    birth_date: date | None = day_field("Tanggal lahir", merge=Merge.ASK, sensitive=True, default=None)
    nik: str | None = text_field("NIK", limit=16, merge=Merge.ASK, sensitive=True, default=None)
    jkn_number: str | None = text_field("Nomor kartu JKN", limit=13, merge=Merge.ASK, sensitive=True, default=None)
    identity_reason: str | None = code_field("Alasan tanpa NIK/kartu", choices=IDENTITY_REASONS, default=None)
    mother_nik: str | None = text_field("NIK ibu", limit=16, merge=Merge.ASK, sensitive=True, default=None)
    birth_order: int | None = whole_field("Anak ke- (kelahiran ini)", low=0, high=9, merge=Merge.ASK, default=None)
    mother_name: str | None = text_field("Nama ibu kandung", limit=120, merge=Merge.ASK, sensitive=True, default=None)
    record_number: str | None = text_field("Nomor rekam medis", limit=30, default=None)
    payer: str = code_field("Penjamin", choices=PAYERS, default="jkn")
    phone: str | None = text_field("Telepon", limit=30, sensitive=True, default=None)
    address: str | None = text_field("Alamat", sensitive=True, default=None)
    village: str | None = text_field("Desa/Kelurahan", limit=60, default=None)
    subdistrict: str | None = text_field("Kecamatan", limit=60, default=None)
    allergies: tuple[str, ...] = texts_field("Alergi", sensitive=True, default=())
    note: str | None = text_field("Catatan", limit=500, sensitive=True, default=None)


@record("visit", label="Kunjungan", scope=Scope.OWN)
class Visit(Record):
    """One short visit (FHIR Encounter): why the patient came, what was found, what came of it."""

    patient: str = reference_field("Pasien")
    date: date = day_field("Tanggal")
    complaint: str | None = text_field(
        "Keluhan", limit=2000, group="clinical", merge=Merge.ASK, sensitive=True, default=None
    )
    diagnosis_code: str | None = code_field(
        "Kode diagnosis", group="clinical", merge=Merge.ASK, sensitive=True, default=None
    )
    diagnosis_set: str | None = code_field(
        "Daftar kode", choices=DIAGNOSIS_SETS, group="clinical", merge=Merge.ASK, default=None
    )
    diagnosis_label: str | None = text_field(
        "Diagnosis", group="clinical", merge=Merge.ASK, sensitive=True, default=None
    )
    therapy: str | None = text_field(
        "Terapi", limit=2000, group="clinical", merge=Merge.ASK, sensitive=True, default=None
    )
    outcome: str | None = code_field(
        "Tindak lanjut", choices=VISIT_OUTCOMES, group="clinical", merge=Merge.ASK, default=None
    )
    refusal_reason: str | None = text_field(
        "Alasan menolak dirujuk", limit=500, group="clinical", merge=Merge.ASK, sensitive=True, default=None
    )
    seen_by: str | None = reference_field("Pemeriksa", default=None)
