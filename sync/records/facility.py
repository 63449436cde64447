"""The places and people of the district: health facilities, their staff, and the wards of hospitals with their beds.

Codes follow BPJS Kesehatan (facility code of 8 characters) and Aplicares (room class). A ward's free beds are what a
person last counted, with the time of the count; not known is ``None`` and never 0.
"""

from datetime import datetime
from types import MappingProxyType

from sync.records.definition import (
    Family,
    Lane,
    Merge,
    Record,
    Scope,
    code_field,
    decimal_field,
    flag_field,
    moment_field,
    record,
    reference_field,
    text_field,
    texts_field,
    whole_field,
)

FACILITY_KINDS = MappingProxyType(
    {"puskesmas": "Puskesmas", "klinik": "Klinik", "rs": "Rumah sakit", "dinkes": "Dinas Kesehatan"}
)

PROFESSIONS = MappingProxyType(
    {
        "dokter": "Dokter",
        "dokter_gigi": "Dokter gigi",
        "perawat": "Perawat",
        "bidan": "Bidan",
        "petugas": "Petugas pendaftaran",
        "penyelia": "Penyelia",
        "admin": "Admin TI",
    }
)

#: Room classes of BPJS Aplicares (``ref/kelas``) and Kemenkes RS Online that a referral asks for, in everyday order.
WARD_CLASSES = MappingProxyType(
    {
        "IGD": "IGD",
        "KRI": "KRIS JKN",
        "KL1": "Kelas I",
        "KL2": "Kelas II",
        "KL3": "Kelas III",
        "VIP": "VIP",
        "ICU": "ICU",
        "ICC": "ICCU",
        "HCU": "HCU",
        "NIC": "NICU",
        "PIC": "PICU",
        "ISO": "Isolasi",
        "SAL": "Bersalin",
    }
)

#: How far the services of a hospital reach (SATUSEHAT Rujukan ``strata``).
STRATA = MappingProxyType({"dasar": "Dasar", "madya": "Madya", "utama": "Utama", "paripurna": "Paripurna"})

WARD_SEXES = MappingProxyType({"L": "Laki-laki", "P": "Perempuan", "campur": "Campur"})


@record("facility", label="Fasilitas", scope=Scope.PUBLIC)
class Facility(Record):
    """A health facility of the district (FHIR Organization)."""

    code: str = code_field("Kode faskes BPJS")
    name: str = text_field("Nama", limit=120)
    kind: str = code_field("Jenis", choices=FACILITY_KINDS)
    address: str | None = text_field("Alamat", default=None)
    phone: str | None = text_field("Telepon", limit=30, default=None)
    emergency_phone: str | None = text_field("Telepon IGD", limit=30, default=None)
    latitude: float | None = decimal_field("Lintang", default=None, unit="°", low=-11, high=6)
    longitude: float | None = decimal_field("Bujur", default=None, unit="°", low=95, high=141)
    services: tuple[str, ...] = texts_field("Layanan", default=())
    polyclinics: tuple[str, ...] = texts_field("Poli (kode BPJS)", default=(), limit=1000)
    strata: str | None = code_field("Strata", choices=STRATA, default=None)
    outside_district: bool = flag_field("Di luar kabupaten", default=False)
    active: bool = flag_field("Aktif", default=True)


@record("staff", label="Petugas", scope=Scope.OWN)
class Staff(Record):
    """A person who works at a facility (FHIR Practitioner)."""

    name: str = text_field("Nama", limit=120)
    profession: str = code_field("Profesi", choices=PROFESSIONS)
    phone: str | None = text_field("Telepon", limit=30, default=None)
    active: bool = flag_field("Aktif", default=True)


@record("ward", label="Ruang rawat", scope=Scope.PUBLIC, lane=Lane.BEDS)
class Ward(Record):
    """A ward of a hospital and its beds as last counted (Aplicares ``bed``, SIRANAP ``fasyankes``)."""

    facility: str = reference_field("Rumah sakit")
    name: str = text_field("Nama ruang", limit=80)
    ward_class: str = code_field("Kelas", choices=WARD_CLASSES)
    sex: str = code_field("Untuk", choices=WARD_SEXES, default="campur")
    capacity: int | None = whole_field("Kapasitas", unit="tempat tidur", low=0, high=2000, default=None)
    free: int | None = whole_field("Kosong", unit="tempat tidur", low=0, high=2000, default=None, merge=Merge.LATEST)
    counted_at: datetime | None = moment_field("Dihitung pada", default=None)
    active: bool = flag_field("Dipakai", default=True)


@record("duty", label="Petugas jaga", scope=Scope.PUBLIC, lane=Lane.ANSWER, family=Family.FACT)
class Duty(Record):
    """Who answers referrals at a hospital from a moment on; the one who took over last is it until the shift ends."""

    facility: str = reference_field("Rumah sakit")
    name: str = text_field("Nama petugas jaga", limit=120)
    phone: str | None = text_field("Telepon jaga", limit=30, default=None)
    since: datetime = moment_field("Mulai jaga")
    until: datetime = moment_field("Jaga sampai")


@record("computer", label="Komputer", scope=Scope.PUBLIC)
class Computer(Record):
    """The public card of an enrolled computer, by the id of its device: the key that signs for its facility.

    Only the district's server writes cards, so that any computer can tell without a network whose signature it sees.
    """

    facility: str = reference_field("Fasilitas")
    letter: str = text_field("Huruf", limit=30)
    public_key: str = text_field("Kunci (Ed25519, heksadesimal)", limit=64)
    enrolled_at: datetime = moment_field("Terdaftar pada")
    revoked_at: datetime | None = moment_field("Dicabut pada", default=None)
    name: str | None = text_field("Nama komputer", limit=80, default=None)
    former: str | None = reference_field("Pengganti komputer", default=None)


@record("route", label="Jarak", scope=Scope.PUBLIC)
class Route(Record):
    """How far it is from one facility to another on the road, as the district's catalogue says."""

    from_facility: str = reference_field("Dari")
    to_facility: str = reference_field("Ke")
    distance_km: float | None = decimal_field("Jarak", unit="km", low=0, high=2000, default=None)
    minutes: int | None = whole_field("Waktu tempuh", unit="menit", low=0, high=3000, default=None)
