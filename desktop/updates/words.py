"""Updates in words: what a package is, why it is not taken, and that a version was taken back.

Sentences say what happened, that what works goes on, and what to do. No file is read here.
"""

from collections.abc import Mapping
from types import MappingProxyType

from sync.update_package import Package

REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "unreadable": "Berkas pembaruan tidak terbaca. Rujuk tetap bekerja seperti biasa. Periksa stik, lalu "
        "coba lagi.",
        "damaged": "Berkas pembaruan rusak atau diubah orang. Rujuk tetap bekerja seperti biasa. Minta berkas "
        "yang baru.",
        "unsigned": "Berkas pembaruan ini tidak ditandatangani pihak yang dipercaya, jadi tidak dipakai. Rujuk tetap "
        "bekerja seperti biasa. Minta berkas dari admin Dinas Kesehatan.",
        "too_new": "Berkas pembaruan ini memerlukan pemasang yang lebih baru. Rujuk tetap bekerja seperti biasa. Minta "
        "pemasang lengkap (Rujuk-Setup).",
        "not_newer": "Versi di berkas ini tidak lebih baru daripada yang terpasang, jadi tidak ada yang diubah.",
        "failed_before": "Versi ini pernah gagal dijalankan di komputer ini dan sudah dibatalkan. Tidak ada yang "
        "diubah. Tunggu versi berikutnya, atau hubungi admin TI.",
        "needs_full": "Berkas ini hanya berisi kode, sedangkan komputer ini memerlukan pembaruan lengkap. Tidak ada "
        "yang diubah. Minta berkas lengkap atau pemasang (Rujuk-Setup).",
        "no_room": "Ruang disk tidak cukup untuk pembaruan. Rujuk tetap bekerja seperti biasa. Kosongkan disk, lalu "
        "coba lagi.",
        "from_source": "Program ini dijalankan dari sumber: berkas pembaruan sah, tetapi tidak dipasang. Tidak ada "
        "yang diubah.",
    }
)


def package_words(package: Package, *, ours: bool) -> str:
    """What a package is, for who decides whether to take it. ``ours``: signed by the makers, else by the district."""
    size = f"{package.path.stat().st_size / 1e6:.1f}".replace(".", ",")
    signer = "pembuat Rujuk" if ours else "server Dinas Kesehatan kabupaten ini"
    what = "program dan komponennya" if package.full else "hanya program Rujuk"
    return (
        f"Pembaruan ke versi {package.version} ({size} MB), ditandatangani {signer}. Yang berubah: {what}; data tidak "
        "disentuh. Dipasang saat Rujuk dibuka lagi."
    )


def taken_back(news: str) -> str:
    """What to tell the user of a version that was taken back; ``news`` as the store gives it, "" for nothing."""
    version, _, why = news.partition(" ")
    if not version:
        return ""
    reason = "pemeriksaan dirinya gagal" if why == "self_test" else "jendelanya tidak muncul"
    return (
        f"Pembaruan ke versi {version} dibatalkan karena {reason}. Rujuk bekerja lagi dengan versi sebelumnya, dan "
        "data aman. Versi itu tidak akan dicoba lagi; beri tahu admin TI."
    )
