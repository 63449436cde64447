"""An invented district, Kabupaten Tirta Kencana: its health office, six puskesmas, three hospitals and one outside, the
ways between them, wards and staff.

Names, telephone numbers and facility codes are invented; places lie in the north of Central Java so that a map has
something to show. Frozen values only: who uses them makes records of them, with ids of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sync.records import Facility, Staff, Ward


@dataclass(frozen=True, slots=True)
class Subdistrict:
    """A kecamatan. ``region`` are the first six digits of a NIK given out there."""

    name: str
    region: str
    villages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WardPlan:
    """A ward of a hospital; ``free`` is what the demo's first count finds."""

    name: str
    ward_class: str
    capacity: int
    free: int
    sex: str = "campur"

    def record(self, ward_id: str, facility: str, counted_at: datetime) -> Ward:
        """The ward as a record of the hospital ``facility``, counted at ``counted_at``."""
        return Ward(
            id=ward_id,
            facility=facility,
            name=self.name,
            ward_class=self.ward_class,
            sex=self.sex,
            capacity=self.capacity,
            free=self.free,
            counted_at=counted_at,
        )


@dataclass(frozen=True, slots=True)
class FacilityPlan:
    """A facility with its people; ``staff`` are pairs of name and profession."""

    code: str
    name: str
    kind: str
    address: str
    phone: str
    latitude: float
    longitude: float
    staff: tuple[tuple[str, str], ...]
    emergency_phone: str | None = None
    services: tuple[str, ...] = ()
    wards: tuple[WardPlan, ...] = ()
    polyclinics: tuple[str, ...] = ()
    strata: str | None = None
    outside: bool = False

    def record(self, facility_id: str) -> Facility:
        """The facility as a record."""
        return Facility(
            id=facility_id,
            code=self.code,
            name=self.name,
            kind=self.kind,
            address=self.address,
            phone=self.phone,
            emergency_phone=self.emergency_phone,
            latitude=self.latitude,
            longitude=self.longitude,
            services=self.services,
            polyclinics=self.polyclinics,
            strata=self.strata,
            outside_district=self.outside,
        )

    def staff_records(self, new_id: Callable[[], str]) -> list[Staff]:
        """Its people as records."""
        return [Staff(id=new_id(), name=name, profession=profession) for name, profession in self.staff]


@dataclass(frozen=True, slots=True)
class RoutePlan:
    """The way from a puskesmas to a hospital, both by code; what the catalogue does not say is ``None``."""

    start: str
    end: str
    km: float | None
    minutes: int | None


@dataclass(frozen=True, slots=True)
class DistrictPlan:
    """The whole district. ``code`` is its Kemendagri code."""

    code: str
    name: str
    office: FacilityPlan
    puskesmas: tuple[FacilityPlan, ...]
    hospitals: tuple[FacilityPlan, ...]
    routes: tuple[RoutePlan, ...]
    subdistricts: tuple[Subdistrict, ...]

    @property
    def facilities(self) -> tuple[FacilityPlan, ...]:
        """Office, puskesmas and hospitals, in this order."""
        return (self.office, *self.puskesmas, *self.hospitals)


def _puskesmas(
    number: int, place: str, latitude: float, longitude: float, *staff: tuple[str, str], inpatient: bool = False
) -> FacilityPlan:
    return FacilityPlan(
        code=f"1199U{number:03d}",
        name=f"Puskesmas {place}",
        kind="puskesmas",
        address=f"Jl. Raya {place} No. {number * 7}",
        phone=f"0800-0001-{number:04d}",
        latitude=latitude,
        longitude=longitude,
        staff=staff,
        emergency_phone=f"0800-0002-{number:04d}" if inpatient else None,
        services=("Rawat jalan", "KIA", "Imunisasi", *(("UGD 24 jam", "Rawat inap", "PONED") if inpatient else ())),
    )


_OFFICE = FacilityPlan(
    code="3329",
    name="Dinas Kesehatan Kabupaten Tirta Kencana",
    kind="dinkes",
    address="Jl. Pemuda No. 1, Tirtasari",
    phone="0800-0001-0000",
    latitude=-6.8712,
    longitude=109.0421,
    staff=(("Retno Puspitasari", "penyelia"), ("Galih Prasetyo", "admin")),
)

_PUSKESMAS = (
    _puskesmas(
        1,
        "Tirtasari",
        -6.8745,
        109.0388,
        ("dr. Laras Widyastuti", "dokter"),
        ("Sulastri, A.Md.Keb.", "bidan"),
        ("Wahyu Hidayat, A.Md.Kep.", "perawat"),
        ("Titik Rahayu", "petugas"),
        inpatient=True,
    ),
    _puskesmas(2, "Karangmelati", -6.9120, 109.0104, ("dr. Bayu Saputra", "dokter"), ("Umi Hasanah", "bidan")),
    _puskesmas(
        3, "Sumberkencana", -6.9583, 108.9871, ("dr. Citra Maharani", "dokter"), ("Tarno", "perawat"), inpatient=True
    ),
    _puskesmas(4, "Bandarwangi", -6.8421, 108.9312, ("dr. Rafi Firmansyah", "dokter"), ("Yuni Astuti", "bidan")),
    _puskesmas(5, "Gununglaras", -7.1932, 109.0267, ("Nurul Khoiriyah", "bidan"), ("Slamet Utomo", "perawat")),
    _puskesmas(6, "Wanajaya", -7.0714, 108.8925, ("dr. Dinda Anggraini", "dokter"), ("Eko Nugroho", "perawat")),
)

_HOSPITALS = (
    FacilityPlan(
        code="1199R001",
        name="RSUD Tirta Kencana",
        kind="rs",
        address="Jl. Jenderal Sudirman No. 88, Tirtasari",
        phone="0800-0003-0001",
        emergency_phone="0800-0004-0001",
        latitude=-6.8698,
        longitude=109.0467,
        staff=(
            ("dr. Teguh Wibowo, Sp.PD", "dokter"),
            ("dr. Naura Safitri, Sp.OG", "dokter"),
            ("Ratna Setyowati, S.Kep.", "perawat"),
            ("Fajar Maulana", "petugas"),
        ),
        services=(
            "IGD 24 jam",
            "Penyakit dalam",
            "Bedah",
            "Kebidanan",
            "Anak",
            "ICU",
            "Hemodialisa",
            "Radiologi",
            "Kamar operasi",
            "CT scan",
            "PONEK 24 jam",
            "NICU",
            "Ventilator",
        ),
        polyclinics=("INT", "BED", "OBG", "ANA", "SAR", "MAT", "THT", "PAR", "JAN", "ORT", "HDL", "JIW", "KLT", "IRM"),
        strata="madya",
        wards=(
            WardPlan("IGD", "IGD", 18, 5),
            WardPlan("Anggrek", "KL1", 12, 3),
            WardPlan("Bougenvil", "KL2", 20, 6),
            WardPlan("Cempaka Putra", "KL3", 30, 8, "L"),
            WardPlan("Cempaka Putri", "KL3", 30, 4, "P"),
            WardPlan("Dahlia (bersalin)", "SAL", 16, 7, "P"),
            WardPlan("ICU", "ICU", 8, 1),
            WardPlan("NICU", "NIC", 6, 0),
        ),
    ),
    FacilityPlan(
        code="1199R002",
        name="RSU Bhakti Laras",
        kind="rs",
        address="Jl. Diponegoro No. 15, Sumberkencana",
        phone="0800-0003-0002",
        emergency_phone="0800-0004-0002",
        latitude=-6.9611,
        longitude=108.9902,
        staff=(("dr. Hendra Gunawan, Sp.B", "dokter"), ("Mega Lestari, S.Kep.", "perawat")),
        services=("IGD 24 jam", "Bedah", "Penyakit dalam", "Anak", "HCU", "Kamar operasi"),
        polyclinics=("INT", "BED", "ANA", "ORT", "GIG"),
        strata="dasar",
        wards=(
            WardPlan("IGD", "IGD", 10, 4),
            WardPlan("Flamboyan", "KL2", 14, 2),
            WardPlan("Kenanga", "KL3", 24, 9),
            WardPlan("HCU", "HCU", 4, 2),
        ),
    ),
    FacilityPlan(
        code="1199R003",
        name="RS Ibu dan Anak Melati Husada",
        kind="rs",
        address="Jl. Kartini No. 3, Bandarwangi",
        phone="0800-0003-0003",
        emergency_phone="0800-0004-0003",
        latitude=-6.8460,
        longitude=108.9350,
        staff=(("dr. Indah Permatasari, Sp.A", "dokter"), ("Rini Wulandari", "bidan")),
        services=("IGD 24 jam", "Kebidanan", "Anak", "NICU", "Kamar operasi", "PONEK 24 jam"),
        polyclinics=("OBG", "ANA"),
        strata="dasar",
        wards=(
            WardPlan("Melati (bersalin)", "SAL", 12, 3, "P"),
            WardPlan("Anak", "KL3", 16, 5),
            WardPlan("NICU", "NIC", 4, 1),
        ),
    ),
    FacilityPlan(
        code="1198R001",
        name="RSUP Kusuma Negara",
        kind="rs",
        address="Jl. Pahlawan No. 1, Kota Kusuma",
        phone="0800-0003-0004",
        emergency_phone="0800-0004-0004",
        latitude=-6.8872,
        longitude=109.6753,
        staff=(("dr. Arif Nugroho, Sp.JP", "dokter"), ("Sari Dewanti, S.Kep.", "perawat")),
        services=("IGD 24 jam", "ICU", "ICCU", "NICU", "Kamar operasi", "CT scan", "Ventilator", "PONEK 24 jam"),
        wards=(
            WardPlan("IGD", "IGD", 30, 6),
            WardPlan("Teratai", "KL1", 24, 2),
            WardPlan("Seruni", "KL3", 60, 11),
            WardPlan("ICU", "ICU", 16, 2),
            WardPlan("ICCU", "ICC", 8, 1),
        ),
        polyclinics=(
            "INT",
            "BED",
            "OBG",
            "ANA",
            "SAR",
            "BSY",
            "MAT",
            "THT",
            "PAR",
            "JAN",
            "ORT",
            "URO",
            "HDL",
            "JIW",
            "KLT",
            "IRM",
            "BDA",
            "BTK",
            "BDP",
            "KEM",
        ),
        strata="utama",
        outside=True,
    ),
)

_R1, _R2, _R3, _OUTSIDE = (hospital.code for hospital in _HOSPITALS)
_ROUTES = (
    RoutePlan("1199U001", _R1, 1.6, 6),
    RoutePlan("1199U001", _R2, 14.5, 28),
    RoutePlan("1199U001", _R3, 15.2, 32),
    RoutePlan("1199U001", _OUTSIDE, 78.0, 105),
    RoutePlan("1199U002", _R1, 6.8, 15),
    RoutePlan("1199U002", _R2, 8.1, 18),
    RoutePlan("1199U003", _R1, 14.9, 30),
    RoutePlan("1199U003", _R2, 1.1, 5),
    RoutePlan("1199U004", _R1, 15.5, 31),
    RoutePlan("1199U004", _R3, 1.2, 5),
    RoutePlan("1199U005", _R1, 46.0, 85),
    RoutePlan("1199U005", _R2, 38.0, None),
    RoutePlan("1199U006", _R1, 34.0, 66),
    RoutePlan("1199U006", _R2, 21.0, 41),
)

_SUBDISTRICTS = (
    Subdistrict("Tirtasari", "332901", ("Tirtasari", "Sukamakmur", "Banyubening", "Karangsari", "Mekarjaya")),
    Subdistrict("Karangmelati", "332902", ("Karangmelati", "Sidorahayu", "Wonosekar", "Jatimulya", "Kedungwaru")),
    Subdistrict("Sumberkencana", "332903", ("Sumberkencana", "Rejosari", "Tegalwangi", "Purwodadi Lor", "Pagerjati")),
    Subdistrict("Bandarwangi", "332904", ("Bandarwangi", "Pesisir Kidul", "Randusanga Baru", "Kaliwening")),
    Subdistrict("Gununglaras", "332905", ("Gununglaras", "Wanasri", "Cikembang Girang", "Pandansari Atas")),
    Subdistrict("Wanajaya", "332906", ("Wanajaya", "Cibanyu", "Sindanglaya", "Buaran Tengah", "Mandalasari")),
)

DISTRICT = DistrictPlan(
    code="3329",
    name="Kabupaten Tirta Kencana",
    office=_OFFICE,
    puskesmas=_PUSKESMAS,
    hospitals=_HOSPITALS,
    routes=_ROUTES,
    subdistricts=_SUBDISTRICTS,
)
