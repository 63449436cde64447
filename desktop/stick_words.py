"""What became of a stick, in Indonesian: for each file what came of it, whether the data is safe, what to do now.

Plain text without Qt, so that the window translates it and the command line prints it. No sentence names a patient.
"""

from collections.abc import Mapping
from types import MappingProxyType

#: Whether what came of a file is good, good but something is left to do, nothing new, or wrong.
GOOD, WARN, QUIET, BAD = "good", "warn", "quiet", "bad"

_TONES: Mapping[str, str] = MappingProxyType(
    {"taken": GOOD, "relayed": GOOD, "nothing_new": QUIET, "own": QUIET, "elsewhere": QUIET, "answered": QUIET}
)

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "nothing_new": "Isi stik ini sudah pernah dibaca, di sini atau lewat jaringan. Tidak ada yang berubah.",
        "own": (
            "Stik ini belum dijawab. Data aman dan tetap menunggu. Bawa stik ke komputer Rujuk yang punya internet "
            "(misalnya di Dinas Kesehatan atau rumah sakit), lalu tekan “Baca stik” di sana."
        ),
        "answered": "Stik ini sudah dijawab server; jawabannya ada di stik yang sama. Bawa pulang ke komputer asalnya.",
        "relayed": (
            "Isinya sudah diterima server kabupaten dan jawabannya sudah ditulis ke stik. Komputer ini tidak dapat "
            "membaca isinya. Bawa stik pulang ke komputer asalnya, lalu tekan “Baca stik” di sana."
        ),
        "elsewhere": (
            "Berkas ini untuk komputer lain, atau untuk nama lama komputer ini. Tidak ada yang dibaca. Bila ini "
            "seharusnya jawaban untuk komputer ini, simpan lagi ke stik: yang belum terkirim masih menunggu."
        ),
        "not_a_bundle": "Ini bukan berkas stik Rujuk, atau awalnya rusak. Tidak ada yang dibaca. Data aman.",
        "bundle_newer": (
            "Berkas ini ditulis Rujuk versi yang lebih baru. Tidak ada yang dibaca, data aman. Perbarui Rujuk di "
            "komputer ini, lalu baca lagi."
        ),
        "bundle_cut": (
            "Berkas ini terpotong, mungkin stik dicabut terlalu cepat. Tidak ada yang dibaca; data aman di komputer "
            "asalnya dan masih menunggu. Salin atau simpan lagi, lalu lepas stik dengan aman."
        ),
        "bundle_altered": (
            "Berkas ini rusak atau diubah di jalan, jadi tidak dipakai. Data aman di komputer asalnya dan masih "
            "menunggu. Simpan lagi ke stik, sebaiknya stik yang lain."
        ),
        "bundle_other_district": (
            "Berkas ini dari kabupaten lain. Tidak ada yang dibaca. Kembalikan stik kepada pemiliknya."
        ),
        "bundle_sender": (
            "Server tidak menerima berkas ini: komputer penulisnya tidak dikenal atau sudah dicabut haknya. Tidak ada "
            "yang disimpan di server; data masih di komputer asalnya. Hubungi admin TI Dinas Kesehatan."
        ),
        "bundle_stale": (
            "Jawaban ini dibuat sebelum server kabupaten dipulihkan dari cadangan, jadi tidak dipakai. Data aman dan "
            "masih menunggu. Simpan lagi ke stik, atau sambungkan ke internet sekali."
        ),
        "no_server_key": (
            "Komputer ini belum mengenal kunci server kabupaten, jadi stik belum dapat disegel. Data aman dan "
            "menunggu. Sambungkan komputer ini ke internet satu kali, sampai tertulis “Terhubung”."
        ),
        "unreachable": (
            "Stik ini untuk server kabupaten, tetapi server tidak terjangkau dari komputer ini. Stik tidak diubah. "
            "Periksa internet, lalu tekan “Baca stik” lagi."
        ),
        "refused": (
            "Server kabupaten menolak kiriman ini. Stik tidak diubah dan data masih di komputer asalnya. Hubungi "
            "admin TI Dinas Kesehatan."
        ),
        "no_space": "Stik penuh. Tidak ada yang ditulis; data aman di komputer ini. Pakai stik lain, atau kosongkan.",
        "write_protected": (
            "Stik ini tidak boleh ditulis (terkunci). Tidak ada yang ditulis; data aman. Geser kuncinya, atau pakai "
            "stik lain."
        ),
        "unusable": (
            "Stik tidak dapat dipakai: mungkin dicabut atau rusak. Data aman di komputer ini. Pasang lagi, atau pakai "
            "stik lain."
        ),
        "empty": (
            "Tidak ada berkas stik Rujuk di sini. Tidak ada yang berubah. Pilih stik yang benar; berkasnya berakhiran "
            ".rujuk dan ada di folder paling atas."
        ),
    }
)


def tone_of(code: str) -> str:
    """Whether what came of a file is good, nothing new, or wrong."""
    return _TONES.get(code, BAD)


def words_of(code: str) -> str:
    """The sentence for what came of a file, but for ``taken``."""
    return _WORDS.get(code, _WORDS["unusable"])


def taken_words(counts: Mapping[str, int], *, restored: bool, whole: bool, waiting: int) -> str:
    """What an answer brought: ``counts`` as the command gives them, and how much still waits."""
    parts = []
    if counts["confirmed"]:
        parts.append(f"{counts['confirmed']} perubahan dari komputer ini sudah diterima server kabupaten")
    if counts["received"]:
        parts.append(f"{counts['received']} perubahan baru dari kabupaten dan rumah sakit sudah dibaca")
    if counts["refused"]:
        parts.append(f"{counts['refused']} ditolak server (tetap tersimpan di sini; hubungi admin TI)")
    words = ("; ".join(parts) or "Tidak ada yang baru") + "."
    if counts["lost"]:
        words += (
            f" Server kabupaten baru dipulihkan dari cadangan dan kehilangan {counts['lost']} perubahan. Semuanya "
            "masih aman di sini; milik fasilitas ini ikut terkirim dengan stik berikutnya."
        )
    if restored:
        words += " Server kabupaten baru dipulihkan dari cadangan: sambungkan komputer ini ke internet sekali."
    elif not whole:
        words += " Masih ada yang belum termuat: simpan ke stik dan bawa sekali lagi."
    if waiting:
        words += f" {waiting} perubahan masih menunggu dikirim."
    return words


def written_words(changes: int, names: list[str]) -> str:
    """What was written, and that it is not confirmed yet."""
    what = f"{changes} perubahan" if changes else "Permintaan data baru (tidak ada perubahan yang menunggu)"
    return (
        f"{what} sudah ditulis ke stik: {', '.join(names)}. Isinya tersegel: hanya server kabupaten yang dapat "
        "membacanya. Lepas stik dengan aman, bawa ke komputer Rujuk yang punya internet, dan tekan “Baca stik” di "
        "sana. Data di komputer ini tetap menunggu sampai jawabannya kembali."
    )
