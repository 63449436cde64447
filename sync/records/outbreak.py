"""Public-health referral: signals of outbreaks (W1), the weekly report (W2/SKDR), and specimens on their way.

A signal says that something may be wrong; only an official declares a KLB (Permenkes 1501/2010), so the program can
record such a decision with its decree and never makes one. What happens to a signal are facts with one writer each;
its state is computed in ``signal_state``. Numbers that nobody knows are ``None`` and never 0.
"""

from datetime import date, datetime
from types import MappingProxyType

from sync.records.definition import (
    Family,
    Lane,
    Merge,
    Record,
    Scope,
    code_field,
    day_field,
    flag_field,
    moment_field,
    record,
    reference_field,
    text_field,
    texts_field,
    whole_field,
)

#: Where the first word of a signal came from.
SIGNAL_SOURCES = MappingProxyType(
    {
        "kunjungan": "Kunjungan pasien",
        "warga": "Laporan warga / rumor",
        "kader": "Kader, bidan desa, pustu",
        "sekolah": "Sekolah / pesantren",
        "perusahaan": "Tempat kerja",
        "laboratorium": "Laboratorium",
        "media": "Media",
        "lainnya": "Lainnya",
    }
)

#: What can happen to a signal, in the order of the screens.
SIGNAL_EVENT_KINDS = MappingProxyType(
    {
        "diterima": "Diterima Dinkes",
        "terverifikasi": "Terverifikasi",
        "tidak_terbukti": "Tidak terbukti",
        "pe_dimulai": "Penyelidikan epidemiologi dimulai",
        "pembaruan": "Jumlah diperbarui",
        "hasil_lab": "Hasil laboratorium",
        "ke_provinsi": "Diteruskan ke Dinkes provinsi",
        "ke_kemenkes": "Diteruskan ke Kemenkes",
        "klb_ditetapkan": "KLB ditetapkan pejabat",
        "ditutup": "Ditutup",
        "catatan": "Catatan",
    }
)

#: What the reporting facility itself adds; everything else is the district office's to write.
REPORTER_EVENTS = frozenset({"pe_dimulai", "pembaruan", "hasil_lab", "catatan"})

#: Why an alarm of the program was no signal.
DISMISSAL_REASONS = MappingProxyType(
    {
        "bukan_definisi": "Tidak sesuai definisi kasus",
        "kasus_lama": "Kasus lama / kunjungan ulang",
        "salah_kode": "Kode diagnosis keliru",
        "sudah_dilaporkan": "Sudah dilaporkan lewat jalan lain",
        "lainnya": "Lainnya (tulis di catatan)",
    }
)

#: What is sent to a laboratory.
SPECIMEN_KINDS = MappingProxyType(
    {
        "darah": "Darah / serum",
        "usap_tenggorok": "Usap tenggorok",
        "usap_nasofaring": "Usap nasofaring",
        "tinja": "Tinja",
        "usap_dubur": "Usap dubur",
        "urine": "Urine",
        "dahak": "Dahak",
        "cairan_otak": "Cairan otak",
        "air": "Air",
        "makanan": "Makanan / muntahan",
        "lainnya": "Lainnya",
    }
)

#: Letters that the ids of visits may have in one record: some 3,000 visits, more than one week of one disease has.
_IDS = 100_000


@record("signal", label="Sinyal (W1)", scope=Scope.OWN, lane=Lane.OUTBREAK, family=Family.FACT)
class Signal(Record):
    """A W1 report or early warning, due at the district office within 24 hours of ``found_at``."""

    facility: str = reference_field("Pelapor")
    disease_code: str | None = code_field("Kode SKDR", sensitive=True, default=None)
    disease_label: str = text_field("Penyakit / kejadian", sensitive=True)
    village: str | None = text_field("Desa/Kelurahan", limit=60, default=None)
    subdistrict: str | None = text_field("Kecamatan", limit=60, default=None)
    place: str | None = text_field("Tempat (sekolah, dusun, …)", limit=120, default=None)
    first_onset: date | None = day_field("Mulai sakit pertama", default=None)
    found_at: datetime = moment_field("Diketahui pada")
    cases: int | None = whole_field("Jumlah sakit", low=0, high=100_000, default=None)
    deaths: int | None = whole_field("Meninggal", low=0, high=100_000, default=None)
    age_groups: str | None = text_field("Golongan umur", limit=300, sensitive=True, default=None)
    signs: str | None = text_field("Gejala dan tanda", limit=1000, sensitive=True, default=None)
    action: str | None = text_field("Tindakan yang sudah dilakukan", limit=1000, default=None)
    source: str = code_field("Sumber", choices=SIGNAL_SOURCES)
    reporter_name: str = text_field("Nama pelapor", limit=120)
    reporter_phone: str | None = text_field("Telepon pelapor", limit=30, default=None)
    rule: str | None = code_field("Aturan", default=None)
    visits: tuple[str, ...] = texts_field("Kunjungan", limit=_IDS, default=())
    written_at: datetime = moment_field("Ditulis pada")
    by_name: str = text_field("Petugas", limit=120)


@record(
    "signal_event",
    label="Langkah sinyal",
    scope=Scope.SIGNAL,
    lane=Lane.OUTBREAK,
    family=Family.FACT,
    scope_field="signal",
)
class SignalEvent(Record):
    """One fact of a signal: the receipt, verification, escalation, or what an official has decided."""

    signal: str = reference_field("Sinyal")
    kind: str = code_field("Langkah", choices=SIGNAL_EVENT_KINDS)
    at: datetime = moment_field("Pada")
    by: str = reference_field("Oleh")
    by_name: str = text_field("Nama petugas", limit=120)
    note: str | None = text_field("Catatan", limit=1000, sensitive=True, default=None)
    cases: int | None = whole_field("Jumlah sakit", low=0, high=100_000, default=None)
    deaths: int | None = whole_field("Meninggal", low=0, high=100_000, default=None)
    received_by: str | None = text_field("Diterima oleh (nama, telepon)", limit=120, default=None)
    official: str | None = text_field("Pejabat yang menetapkan", limit=120, default=None)
    decree_number: str | None = text_field("Nomor surat keputusan", limit=80, default=None)
    decree_date: date | None = day_field("Tanggal surat keputusan", default=None)


@record("alarm_dismissal", label="Peringatan tidak dilaporkan", scope=Scope.OWN, family=Family.FACT)
class AlarmDismissal(Record):
    """A person looked at an alarm of the program and found no signal in it; the same cases raise none again."""

    facility: str = reference_field("Fasilitas")
    disease_code: str = code_field("Kode SKDR", sensitive=True)
    rule: str = code_field("Aturan")
    first_day: date = day_field("Minggu mulai")
    visits: tuple[str, ...] = texts_field("Kunjungan", limit=_IDS, default=())
    reason: str = code_field("Alasan", choices=DISMISSAL_REASONS)
    note: str | None = text_field("Catatan", limit=500, sensitive=True, default=None)
    at: datetime = moment_field("Pada")
    by_name: str = text_field("Nama petugas", limit=120)


@record("weekly_report", label="Laporan mingguan (W2)", scope=Scope.OWN, family=Family.FACT)
class WeeklyReport(Record):
    """The numbers of one week as a person confirmed them; a disease that is not named had no case.

    ``counts`` are written as in the SKDR message (``A2``, ``C3``). ``replaces`` names the report its author saw and
    corrects; which of several counts is said by ``weekly_counts``.
    """

    facility: str = reference_field("Fasilitas")
    first_day: date = day_field("Minggu mulai (Minggu)")
    year: int = whole_field("Tahun", low=2000, high=2200)
    week: int = whole_field("Minggu ke-", low=1, high=53)
    counts: tuple[str, ...] = texts_field("Jumlah per penyakit", limit=1000, default=())
    total_visits: int | None = whole_field("Total kunjungan", low=0, high=1_000_000, default=None)
    list_version: str = code_field("Daftar penyakit", default="skdr2025")
    reported_at: datetime = moment_field("Dilaporkan pada")
    by: str = reference_field("Oleh")
    by_name: str = text_field("Nama petugas", limit=120)
    note: str | None = text_field("Catatan", limit=500, default=None)
    replaces: str | None = reference_field("Memperbaiki", default=None)


@record("specimen", label="Spesimen", scope=Scope.OWN)
class Specimen(Record):
    """A specimen sent to a laboratory (Labkesmas, BTKL), from the taking to the result."""

    facility: str = reference_field("Pengirim")
    patient: str | None = reference_field("Pasien", default=None)
    signal: str | None = reference_field("Sinyal", default=None)
    subject: str | None = text_field("Nama pasien / asal sampel", limit=120, sensitive=True, default=None)
    suspected: str | None = text_field("Dugaan penyakit", sensitive=True, default=None)
    kind: str = code_field("Jenis spesimen", choices=SPECIMEN_KINDS)
    taken_at: datetime = moment_field("Diambil pada")
    preservative: str | None = text_field("Media / pengawet (mis. VTM)", limit=80, default=None)
    cold_chain: bool = flag_field("Dikirim dengan rantai dingin", default=False)
    laboratory: str = text_field("Laboratorium tujuan", limit=120)
    sent_at: datetime | None = moment_field("Dikirim pada", default=None)
    received_at: datetime | None = moment_field("Diterima laboratorium", default=None)
    result: str | None = text_field("Hasil", limit=1000, group="result", merge=Merge.ASK, sensitive=True, default=None)
    result_date: date | None = day_field("Tanggal hasil", group="result", merge=Merge.ASK, default=None)
    note: str | None = text_field("Catatan", limit=500, sensitive=True, default=None)
