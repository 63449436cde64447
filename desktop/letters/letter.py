"""What the paper of a referral says, in words and in order, before anything is drawn.

Pure values. The paper is Indonesian whatever the language of the screen: it is an official document. What nobody wrote
is left out, or said to be missing where a receiver must be able to see it; nothing is ever made up.
"""

from dataclasses import dataclass
from datetime import date, datetime

from desktop.letters.seal import SealedLetter
from desktop.letters.sheet import Line
from desktop.queries.letter_subject import known_allergies
from desktop.queries.worklists import LIMITS, last_day
from sync.records import Facility, Patient, Referral
from sync.records.facility import WARD_CLASSES
from sync.records.letter_code import letter_code
from sync.records.patient import IDENTITY_REASONS, PAYERS, SEXES
from sync.records.referral import CONSCIOUSNESS, CONSENTS, DANGER_SIGNS, PAINS, PURPOSES, REFERRAL_KINDS
from sync.records.tacc import TACC_CODES

NO_PATIENT = "(identitas tidak ada di komputer ini)"

_MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A referral with all that its paper needs. Patient and facilities are ``None`` where they are not here."""

    referral: Referral
    patient: Patient | None
    sender: Facility | None
    receiver: Facility | None
    sealed: SealedLetter | None = None

    @property
    def code(self) -> str:
        """The code for the telephone."""
        return letter_code(self.referral.id)

    @property
    def issued_on(self) -> date:
        """The day of issue in the time zone of this PC."""
        return self.referral.written_at.astimezone().date()

    @property
    def allergies(self) -> str:
        """What the letter and the patient's record say together; "" if neither knows of any."""
        return ", ".join(known_allergies(self.patient, self.referral))

    @property
    def patient_name(self) -> str:
        return self.patient.name if self.patient else NO_PATIENT


def valid_until(referral: Referral) -> date | None:
    """The last day of an outpatient letter, ``None`` for the others, which are for now."""
    if referral.kind != "rawat_jalan":
        return None
    return last_day(referral.written_at)


def day_words(day: date) -> str:
    """``24 November 2026``."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def moment_words(moment: datetime) -> str:
    """``24 November 2026 pukul 10.15``, in the time zone of this PC."""
    local = moment.astimezone()
    return f"{day_words(local.date())} pukul {local:%H.%M}"


def age_words(birth_date: date | None, on: date) -> str:
    """The age on a day: years, below five years with months, below two months days."""
    if birth_date is None or birth_date > on:
        return "umur tidak diketahui"
    months = (on.year - birth_date.year) * 12 + on.month - birth_date.month - (on.day < birth_date.day)
    if months < 2:
        return f"{(on - birth_date).days} hari"
    years, rest = divmod(months, 12)
    if years >= 5:
        return f"{years} tahun"
    return " ".join(f"{number} {unit}" for number, unit in ((years, "tahun"), (rest, "bulan")) if number)


def title(letter: Letter) -> str:
    """``SURAT RUJUKAN RAWAT JALAN``."""
    kind = letter.referral.kind
    return f"Surat Rujukan {REFERRAL_KINDS.get(kind, kind)}".upper()


def facility_lines(facility: Facility | None) -> tuple[str, str]:
    """Name of a facility, and the line below it."""
    if facility is None:
        return "(nama fasilitas tidak ada di komputer ini)", ""
    parts = (
        facility.address,
        f"Telepon {facility.phone}" if facility.phone else None,
        f"Kode faskes {facility.code}" if facility.code else None,
    )
    return facility.name, " · ".join(part for part in parts if part)


def addressee(letter: Letter) -> str:
    """``TS Dokter Poli Mata di RSUD Kenanga``; where no polyclinic is named, an emergency goes to the IGD."""
    polyclinic, where = letter.referral.polyclinic, ""
    if polyclinic:
        where = polyclinic if polyclinic.lower().startswith(("poli", "klinik", "igd", "ugd")) else f"Poli {polyclinic}"
    elif letter.referral.kind == "gawat_darurat":
        where = "IGD"
    hospital = letter.receiver.name if letter.receiver else "(rumah sakit tidak ada di komputer ini)"
    return f"TS Dokter {where} di {hospital}".replace("  ", " ")


def identity_lines(patient: Patient | None, on: date) -> list[Line]:
    """Who the patient is, and how old on a day."""
    if patient is None:
        return [Line("Nama", NO_PATIENT)]
    birth = day_words(patient.birth_date) if patient.birth_date else "tanggal lahir tidak diketahui"
    sex = SEXES.get(patient.sex, patient.sex)
    payer = PAYERS.get(patient.payer, patient.payer)
    place = ", ".join(part for part in (patient.address, patient.village, patient.subdistrict) if part)
    phone = f"telepon {patient.phone}" if patient.phone else ""
    return written(
        Line("Nama", patient.name),
        Line("Kelamin, umur", f"{sex}, {age_words(patient.birth_date, on)} ({birth})"),
        Line("NIK", patient.nik or ""),
        Line("No. kartu JKN", f"{patient.jkn_number} (penjamin {payer})" if patient.jkn_number else ""),
        Line("Tanpa NIK/kartu", IDENTITY_REASONS.get(patient.identity_reason or "", patient.identity_reason or "")),
        Line("NIK ibu", patient.mother_nik or ""),
        Line("Penjamin", "" if patient.jkn_number else payer),
        Line("No. rekam medis", patient.record_number or ""),
        Line("Alamat", ", ".join(part for part in (place, phone) if part)),
    )


def diagnosis_words(code: str | None, label: str | None) -> str:
    """``I20.9 Angina pektoris``; "" where there is neither."""
    return " ".join(filter(None, (code, label)))


def tacc_words(referral: Referral) -> str:
    """What P-Care prints where a diagnosis of first level is referred: which TACC, and why."""
    if referral.kd_tacc is None:
        return ""
    name = TACC_CODES.get(referral.kd_tacc, referral.kd_tacc).partition(":")[0]
    return f"{name} {referral.tacc_reason or ''}".strip()


def danger_words(referral: Referral) -> str:
    """The criteria of an emergency that are met."""
    return "; ".join(DANGER_SIGNS.get(code, code) for code in referral.danger_signs)


def vital_lines(referral: Referral) -> list[Line]:
    """The vital signs that were taken, with units that never part from their number."""
    lines = []
    if referral.consciousness is not None:
        lines.append(Line("Kesadaran", CONSCIOUSNESS.get(referral.consciousness, referral.consciousness)))
    if referral.gcs is not None:
        lines.append(Line("GCS", str(referral.gcs)))
    if referral.systolic is not None or referral.diastolic is not None:
        lines.append(Line("TD", f"{_or_gap(referral.systolic)}/{_or_gap(referral.diastolic)} mmHg"))
    lines += [_measured(referral, name) for name in ("pulse", "respiration", "temperature", "saturation")]
    if referral.pain is not None:
        lines.append(Line("Nyeri", PAINS.get(referral.pain, referral.pain)))
    lines += [_measured(referral, name) for name in ("weight", "height")]
    return [Line(line.caption, line.text.replace(" ", "\N{NO-BREAK SPACE}")) for line in lines if line.text]


def story_lines(letter: Letter) -> list[Line]:
    """What the diagnosis stands on and what is asked, in the order of an examination."""
    referral = letter.referral
    dated = f" ({day_words(referral.results_date)})" if referral.results_date else ""
    purpose = PURPOSES.get(referral.purpose or "", referral.purpose or "")
    return written(
        Line("Alasan/tujuan rujukan", f"{purpose}. {referral.reason}" if purpose else referral.reason),
        Line("Anamnesis", referral.anamnesis),
        Line("Pemeriksaan fisik", referral.examination or ""),
        Line(f"Hasil penunjang{dated}", referral.results or ""),
    )


def short_lines(letter: Letter) -> list[Line]:
    """What is said in a few words each: when, how the patient comes, who agreed, whom to call."""
    referral = letter.referral
    consent = CONSENTS.get(referral.consent or "", referral.consent or "")
    by = f" ({referral.consent_by})" if referral.consent_by else ""
    return written(
        Line("Rencana kunjungan", day_words(referral.planned_date) if referral.planned_date else ""),
        Line("Kelas yang diminta", WARD_CLASSES.get(referral.ward_class or "", referral.ward_class or "")),
        Line("Pendamping", referral.escort or ""),
        Line("Kendaraan", referral.vehicle or ""),
        Line("Persetujuan", f"{consent}{by}".strip()),
        Line("Telepon perujuk", referral.contact_phone or ""),
    )


def validity_words(letter: Letter) -> str:
    """Until when the letter is valid."""
    until = valid_until(letter.referral)
    if until is None:
        return "Berlaku untuk kejadian ini."
    return f"Berlaku sampai {day_words(until)} ({LIMITS.letter_valid_days} hari sejak diterbitkan)."


def written(*lines: Line) -> list[Line]:
    """The lines that say something."""
    return [line for line in lines if line.text]


def _measured(referral: Referral, name: str) -> Line:
    value, field = getattr(referral, name), Referral.type.fields[name]
    return Line(field.label, "" if value is None else f"{value:g} {field.unit}".replace(".", ","))


def _or_gap(value: int | None) -> str:
    return "?" if value is None else str(value)
