"""Every error in words: what happened, whether the data is safe, what to do. Codes come in, sentences go out.

The sentences are for nurses and doctors and name no technology; logs have the details. Keys never hold user data.
"""

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QCoreApplication

from sync.errors import BadInput
from sync.records import Field

#: By the name of the error's class, so that nothing has to be imported to find a sentence.
_ERRORS: Mapping[str, str] = MappingProxyType(
    {
        "FileNewer": (
            "Data di komputer ini ditulis oleh Rujuk versi yang lebih baru. Data aman dan tidak diubah. "
            "Pasang versi Rujuk yang terbaru, lalu buka lagi."
        ),
        "FileDamaged": (
            "Berkas data di komputer ini tidak dapat dibaca: rusak, atau kuncinya tidak cocok. Berkas itu tidak diubah "
            "sama sekali. Yang sudah terkirim aman di server kabupaten. Jangan menghapus apa pun; hubungi admin TI."
        ),
        "IdentityLost": (
            "Dari berkas ini tidak terbaca lagi komputer mana ini. Berkas itu tidak diubah dan salinannya sudah "
            "disisihkan. Yang sudah terkirim aman di server kabupaten. Bila salinan harian ada di stik, pilih "
            "foldernya lalu ulangi; bila tidak, hubungi admin TI: komputer ini perlu kode baru."
        ),
        "FileLocked": (
            "Berkas data sedang dipakai program lain. Data aman. Tutup program lain (misalnya cadangan atau "
            "antivirus), tunggu sebentar, lalu coba lagi."
        ),
        "KeyMissing": (
            "Kunci untuk membuka data tidak ditemukan di komputer ini. Data masih ada dan tidak diubah, tetapi tidak "
            "dapat dibuka tanpa kunci. Masuklah dengan akun Windows yang biasa dipakai, atau hubungi admin TI."
        ),
        "SqliteTooOld": (
            "Komponen penyimpanan di komputer ini terlalu lama dan dapat merusak data, jadi Rujuk tidak memakainya. "
            "Data aman. Pasang ulang Rujuk versi terbaru."
        ),
        "ReplicaError": (
            "Data tidak dapat ditulis atau dibaca di komputer ini (mungkin disk penuh atau rusak). Yang sudah "
            "tersimpan tidak diubah; yang terakhir belum tersimpan. Periksa ruang disk, lalu coba lagi."
        ),
        "NoPerson": (
            "Belum tersimpan, karena belum dipilih siapa petugas yang bekerja di komputer ini. Yang Anda ketik masih "
            "ada. Pilih nama Anda lewat “Ganti petugas”, lalu simpan lagi."
        ),
        "BadInput": (
            "Belum tersimpan, karena ada isian yang belum benar. Yang Anda ketik masih ada. Perbaiki lalu simpan."
        ),
        "SettledMeanwhile": (
            "Tidak ada yang diubah: pertanyaan ini sudah diputuskan di komputer lain. Keputusannya ada di Riwayat "
            "isian."
        ),
        "NotOneNow": (
            "Tidak ada yang diubah: kedua pasien ini sudah dipisahkan lagi, mungkin di komputer lain. Semua data aman."
        ),
        "NotSettled": (
            "Tidak ada yang diubah, karena isian ini masih perlu diputuskan. Buka “Perlu diputuskan” dahulu, lalu "
            "ulangi."
        ),
        "Unreachable": (
            "Server kabupaten tidak terjangkau. Data aman di komputer ini dan dikirim sendiri begitu jaringan kembali."
        ),
        "Interrupted": (
            "Pengiriman ini ditunda sebentar, karena rujukan gawat darurat didahulukan. Data aman di komputer ini dan "
            "dikirim sendiri sesudahnya."
        ),
        "NotAllowed": (
            "Server kabupaten menolak komputer ini. Data aman di komputer ini tetapi belum terkirim. Hubungi admin TI "
            "Dinas Kesehatan."
        ),
        "Refused": (
            "Server kabupaten tidak memahami kiriman komputer ini. Data aman di komputer ini tetapi belum terkirim. "
            "Hubungi admin TI."
        ),
        "ServerFault": ("Server kabupaten sedang bermasalah. Data aman di komputer ini dan dikirim sendiri nanti."),
        "Unequal": (
            "Data di komputer ini dan di server belum sama persis. Tidak ada yang hilang; Rujuk akan memeriksa dan "
            "melengkapinya sendiri. Bila terus muncul, hubungi admin TI."
        ),
        "LinkError": (
            "Hubungan dengan server kabupaten terganggu. Data aman di komputer ini dan dikirim sendiri nanti."
        ),
    }
)

_UNKNOWN = (
    "Terjadi kesalahan yang tidak terduga. Yang sudah tersimpan tetap aman; yang terakhir mungkin belum tersimpan. "
    "Coba lagi; bila terulang, hubungi admin TI dan sebutkan jam kejadiannya."
)

#: Titles of the full page shown when the database cannot be opened.
_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "FileNewer": ("Rujuk perlu diperbarui"),
        "FileDamaged": ("Data tidak dapat dibaca"),
        "FileLocked": ("Data sedang dipakai program lain"),
        "KeyMissing": ("Kunci data tidak ditemukan"),
        "SqliteTooOld": ("Rujuk perlu dipasang ulang"),
    }
)
_UNKNOWN_TITLE = "Data belum dapat dibuka"

#: What is wrong with one field; {label} and {limit} are filled in.
_PROBLEMS: Mapping[str, str] = MappingProxyType(
    {
        "missing": ("{label} belum diisi."),
        "not_a_day": ("Tanggal ini tidak ada. Tulis tanggal-bulan-tahun, misalnya 17-08-1990."),
        "not_a_moment": ("Tulis tanggal dan jam, misalnya 17-08-2026 14:30."),
        "not_a_form": ("Nomor ini bukan nomor formulir yang dicetak di komputer ini. Contoh: A-0012/XI/2026."),
        "form_of_other_pc": ("Formulir ini dicetak di komputer lain. Salin di komputer itu, atau kosongkan nomornya."),
        "form_used": ("Formulir ini sudah disalin ke surat rujukan lain. Periksa nomornya."),
        "in_the_future": ("{label}: waktu ini belum terjadi. Periksa tanggal dan jamnya."),
        "not_a_shift": ("Tulis akhir jaga: sesudah sekarang, paling lama 24 jam."),
        "asked_already": ("Rumah sakit ini sudah ditanya. Pilih rumah sakit lain."),
        "in_the_past": ("{label}: tanggal ini sudah lewat. Periksa lagi."),
        "negative": ("{label}: tidak mungkin kurang dari 0. Kosongkan bila tidak diketahui."),
        "more_deaths": ("Yang meninggal tidak mungkin lebih banyak daripada yang sakit. Periksa kedua angka."),
        "before_the_last": ("{label}: lebih awal daripada langkah sebelumnya. Periksa tanggal dan jamnya."),
        "not_whole": ("Tulis dengan angka bulat saja, misalnya 120."),
        "not_decimal": ("Tulis dengan angka, misalnya 36,5."),
        "too_long": ("Terlalu panjang: paling banyak {limit} huruf."),
    }
)
_BAD_VALUE = "{label} belum benar. Periksa lagi."


def tr(source: str) -> str:
    """``source``, an Indonesian text of the screen, in the language of the user."""
    return QCoreApplication.translate("rujuk", source)


def sentence_for(error: BaseException) -> str:
    """What to tell the user about ``error``."""
    return _named(_ERRORS, error, _UNKNOWN)


def title_for(error: BaseException) -> str:
    """The title of a full page about ``error``."""
    return _named(_TITLES, error, _UNKNOWN_TITLE)


def sentence_for_code(code: str) -> str:
    """As :func:`sentence_for`, for the class name of an error that travelled as text."""
    return tr(_ERRORS.get(code, _UNKNOWN))


def problem_text(error: BadInput, field: Field) -> str:
    """What to say under the input of ``field``."""
    source = tr(_PROBLEMS.get(error.reason, _BAD_VALUE))
    return source.format(label=field.label, limit=field.limit)


def _named(texts: Mapping[str, str], error: BaseException, otherwise: str) -> str:
    for cls in type(error).__mro__:
        if cls.__name__ in texts:
            return tr(texts[cls.__name__])
    return tr(otherwise)
