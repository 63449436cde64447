"""What the rules find, in Indonesian: one template for each code of ``sync.records.rules``.

Plain text without Qt, so that the window translates it and the command line prints it. A template says what is odd and
what to do; it never holds what was typed.
"""

from collections.abc import Mapping
from types import MappingProxyType

from sync.records import Field

#: ``{label}``, ``{low}``, ``{high}`` and ``{unit}`` are filled in from the field.
PROBLEM_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "missing": "{label} belum diisi.",
        "nik_digits": "NIK terdiri dari tepat 16 angka. Periksa lagi, atau kosongkan dan isi alasannya.",
        "nik_region": "NIK ini tidak mungkin benar: kode wilayahnya 00. Periksa enam angka pertama.",
        "nik_date": "NIK ini tidak mungkin benar: tanggal lahir di dalamnya tidak ada. Periksa angka ke-7 s.d. 12.",
        "nik_serial": "NIK ini tidak mungkin benar: empat angka terakhirnya 0000.",
        "nik_same_as_mother": "NIK ibu sama dengan NIK pasien. Periksa lagi.",
        "jkn_digits": "Nomor kartu JKN terdiri dari tepat 13 angka. Periksa lagi, atau kosongkan.",
        "birth_in_future": "Tanggal lahir tidak boleh setelah hari ini.",
        "same_facility": "Rumah sakit tujuan sama dengan perujuk. Pilih rumah sakit lain.",
        "advised": "{label} belum diisi. Sebaiknya diisi bila diketahui.",
        "choice_unknown": "Pilihan {label} ini tidak dikenal. Periksa lagi.",
        "implausible": "{label} tidak lazim: biasanya {low} sampai {high} {unit}. Periksa lagi.",
        "birth_too_old": "Menurut tanggal lahir ini pasien berumur lebih dari 125 tahun. Periksa tahunnya.",
        "nik_other_birth_date": "Tanggal lahir di NIK berbeda dengan tanggal lahir yang diisi. Periksa lagi keduanya.",
        "nik_other_sex": "Jenis kelamin menurut NIK berbeda dengan yang diisi. Periksa lagi keduanya.",
        "nik_region_unknown": "Kode wilayah NIK ini tidak ada di daftar terbaru. Mungkin kode lama; boleh dibiarkan.",
        "nik_not_a_mother": "NIK ini milik laki-laki, jadi bukan NIK ibu. Periksa lagi.",
        "reason_needed": "NIK dan nomor JKN kosong. Pilih alasannya bila sempat; pelayanan tidak perlu menunggu.",
        "mother_nik_needed": "Untuk bayi baru lahir isi NIK ibunya bila ada.",
        "birth_order_needed": "Isi anak ke berapa pada kelahiran ini (0 bila tunggal).",
        "newborn_too_old": "Bayi ini sudah lebih dari tiga bulan: NIK-nya sendiri seharusnya sudah ada.",
        "diastolic_not_below": "Diastolik tidak lebih rendah dari sistolik. Periksa lagi.",
        "planned_before_written": "Rencana kunjungan sebelum surat ini ditulis. Periksa tanggalnya.",
        "vital_sign_needed": "{label} belum diisi. Bila gawat, isi yang sudah diukur; surat tetap dapat dikirim.",
        "danger_sign_needed": "Kriteria gawat darurat belum dipilih. Tekan angka 1 sampai 5.",
        "consent_needed": "Persetujuan belum dicatat. Jelaskan rujukan ini, lalu catat siapa yang setuju.",
        "consent_by_needed": "Tulis nama dan hubungan keluarga yang menyetujui.",
        "results_date_needed": "Kapan hasil ini keluar? Tanpa tanggal, rumah sakit mungkin memeriksa ulang.",
        "results_in_future": "Tanggal hasil tidak mungkin setelah hari ini. Periksa lagi.",
        "gcs_contradicts": "GCS ini tidak sesuai dengan kesadaran yang dipilih. Periksa lagi keduanya.",
        "implausible_for_age": "{label} tidak lazim untuk umur pasien ini. Periksa angka dan satuannya ({unit}).",
    }
)


def problem_words(code: str, field: Field) -> str:
    """The sentence for one code at one field."""
    template = PROBLEM_WORDS.get(code, "{label} belum benar. Periksa lagi.")
    bounds = {"low": _number(field.low), "high": _number(field.high), "unit": field.unit}
    return template.format(label=field.label, **bounds)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}".replace(".", ",")
