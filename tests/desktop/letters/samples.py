"""Invented letters: a usual one, and one with the longest values that its fields allow."""

from dataclasses import replace
from datetime import UTC, date, datetime

from desktop.letters.coded_letter import coded_letter
from desktop.letters.letter import Letter
from desktop.letters.letter_sheet import letter_sheet
from desktop.letters.seal import seal_letter
from desktop.letters.sheet import Document, Paper
from sync.records import Facility, Patient, Referral

DEVICE = "0190a3c4d5e67f8091a2b3c4d5e6f701"
SIGNING_KEY = bytes(range(32))
WRITTEN_AT = datetime(2026, 11, 24, 3, 15, tzinfo=UTC)


def an_id(number: int) -> str:
    """Any id."""
    return f"0190a3c4d5e67f8091a2b3c4d5e6{number:04x}"


def referral(**details: object) -> Referral:
    """An outpatient letter with what a doctor usually writes."""
    values = {
        "id": an_id(1),
        "number": "A-0007/XI/2026",
        "patient": an_id(2),
        "from_facility": an_id(3),
        "to_facility": an_id(4),
        "kind": "rawat_jalan",
        "urgency": "hijau",
        "written_at": WRITTEN_AT,
        "polyclinic": "Penyakit Dalam",
        "ward_class": "KL3",
        "planned_date": date(2026, 11, 27),
        "anamnesis": (
            "Nyeri dada kiri hilang timbul sejak tiga minggu, memberat saat naik tangga, reda dengan istirahat. "
            "Berkeringat dingin dua kali. Riwayat hipertensi sepuluh tahun, berobat tidak teratur."
        ),
        "examination": "Keadaan umum baik. Bunyi jantung I-II reguler, murmur tidak ada. Akral hangat.",
        "consciousness": "01",
        "systolic": 160,
        "diastolic": 95,
        "pulse": 88,
        "respiration": 20,
        "temperature": 36.7,
        "saturation": 98,
        "weight": 64.5,
        "results": "EKG 24-11-2026: irama sinus, depresi ST V4-V6 1 mm. GDS 182 mg/dL (24-11-2026).",
        "diagnosis_code": "I20.9",
        "diagnosis_set": "icd10_bpjs",
        "diagnosis_label": "Angina pektoris, tidak spesifik",
        "differential": "Infark miokard lama; GERD",
        "therapy": "Amlodipin 10 mg 1x1, aspirin 80 mg 1x1, ISDN 5 mg sublingual bila nyeri.",
        "reason": "Mohon evaluasi spesialis, treadmill atau ekokardiografi; fasilitas tidak ada di puskesmas.",
        "allergies": ("Sulfa",),
        "doctor_name": "dr. Bagus Santoso",
        "contact_phone": "0800-0001-0002",
        "escort": "Istri",
        "vehicle": "Kendaraan sendiri",
    }
    return Referral(**{**values, **details})  # type: ignore[arg-type]  # the record checks its values when packed


def patient(**details: object) -> Patient:
    """A patient with card and NIK."""
    values = {
        "id": an_id(2),
        "name": "Siti Aminah",
        "sex": "P",
        "birth_date": date(1968, 2, 3),
        "nik": "9901014302680001",
        "jkn_number": "0001234567890",
        "record_number": "RM-004521",
        "phone": "0800-0003-0004",
        "address": "Dusun Melati RT 02 RW 05",
        "village": "Karangsari",
        "subdistrict": "Sukamaju",
    }
    return Patient(**{**values, **details})  # type: ignore[arg-type]  # as above


def facility(number: int, name: str, kind: str, **details: object) -> Facility:
    """A facility with address and telephone."""
    values = {"address": "Jl. Merdeka No. 10, Sukamaju", "phone": "0800-0001-0001", "code": f"9901000{number}"}
    return Facility(id=an_id(number), name=name, kind=kind, **{**values, **details})  # type: ignore[arg-type]  # as above


def sealed(letter: Letter) -> Letter:
    """The letter with its QR code, signed by an invented PC."""
    places = [(place.code, place.name) for place in (letter.sender, letter.receiver) if place]
    coded = coded_letter(letter.referral, letter.patient, *places)
    return replace(letter, sealed=seal_letter(coded, DEVICE, SIGNING_KEY))


def document(letter: Letter, paper: Paper = Paper.A5) -> Document:
    """The paper of a letter."""
    return Document("Surat rujukan", paper, (letter_sheet(letter),))


def usual_letter(**details: object) -> Letter:
    """What most letters are like; ``details`` are fields of the referral."""
    return sealed(
        Letter(
            referral(**details),
            patient(),
            facility(3, "Puskesmas Melati", "puskesmas"),
            facility(4, "RSUD Kenanga", "rs"),
        )
    )


def long_letter() -> Letter:
    """The longest realistic values: every text full to its limit, names of 120 characters, a number without blanks."""
    referral_fields, patient_fields = Referral.type.fields, Patient.type.fields
    return sealed(
        Letter(
            referral(
                number="A-0007/XI/2026-" + "9" * 25,
                polyclinic=words("poli", referral_fields["polyclinic"].limit),
                anamnesis=words("anamnesis", 4000),
                examination=words("periksa", 4000).replace(" periksa2", "\nperiksa2"),
                results=words("hasil", 4000),
                therapy=words("terapi", 4000),
                reason=words("alasan", 1000),
                differential=words("banding", 200),
                diagnosis_label=words("diagnosis", 200),
                doctor_name=words("dokter", 120),
                escort=words("pendamping", 120),
                vehicle=words("kendaraan", 60),
                allergies=tuple(words(f"alergi{number}x", 40) for number in range(5)),
            ),
            patient(
                name=words("nama", patient_fields["name"].limit),
                address="A" * 150 + " " + words("alamat", 49),
                village=words("desa", 60),
                subdistrict=words("camat", 60),
            ),
            facility(3, words("pengirim", 120), "puskesmas", address=words("jalan", 200), phone="0" * 30),
            facility(4, words("tujuan", 120), "rs"),
        )
    )


def words(stem: str, length: int) -> str:
    """Numbered words, exactly ``length`` characters: whatever is missing on the paper can be named."""
    made = ""
    for number in range(length):
        following = f"{stem}{number} "
        if len(made) + len(following) > length:
            break
        made += following
    return made + "z" * (length - len(made)) if length - len(made) else made[:-1] + "z"


def emergency_letter() -> Letter:
    """An emergency with all that its form can ask."""
    return usual_letter(
        kind="gawat_darurat",
        urgency="merah",
        polyclinic=None,
        ward_class="ICU",
        planned_date=None,
        purpose="tindakan",
        danger_signs=("000001", "000004"),
        anamnesis="G2P1A0 hamil 37 minggu, nyeri kepala hebat dan pandangan kabur sejak empat jam. Tidak kejang.",
        examination="Edema tungkai +/+, refleks patela meningkat. DJJ 148 x/menit, his tidak ada.",
        systolic=180,
        diastolic=115,
        pulse=104,
        respiration=24,
        gcs=15,
        pain="3",
        height=154.0,
        results="Protein urin +++, Hb 10,9 g/dL, trombosit 98.000/µL.",
        results_date=date(2026, 11, 24),
        diagnosis_code="O14.1",
        diagnosis_label="Preeklamsia berat",
        differential="Hipertensi gestasional",
        differential_code="O13",
        differential_set="icd10_bpjs",
        therapy="MgSO4 4 g IV bolus pukul 10.05, lanjut 1 g/jam. Nifedipin 10 mg oral. Kateter urin.",
        reason="Terminasi kehamilan dan perawatan intensif; tidak tersedia di puskesmas.",
        vehicle="Ambulans puskesmas",
        escort="Bidan Rina, suami",
        consent="keluarga",
        consent_by="Joko Susilo (suami)",
        kd_tacc="1",
        tacc_reason="< 3 Hari",
    )
