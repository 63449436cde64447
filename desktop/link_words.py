"""How the test of the link is said, on the screen and on the command line alike: its steps, codes and verdict.

Each code says what to do. Nothing here names a person.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

#: The code of a test in which nothing failed that is needed.
GOOD = "K-2100"

#: The steps of the test of the link.
STEPS: Mapping[str, str] = MappingProxyType(
    {
        "key": "Kunci data tersedia",
        "database": "Data di komputer ini terbaca",
        "file": "Berkas data utuh",
        "enrolled": "Komputer terdaftar",
        "agent": "Pengirim di latar berjalan",
        "network": "Jaringan sampai ke server",
        "server": "Server kabupaten menjawab",
        "clock": "Jam komputer benar",
        "sent": "Semua catatan terkirim",
        "accepted": "Tidak ada catatan ditolak",
        "equal": "Isi sama dengan server",
        "hub": "Komputer lain menjangkau hub ini",
        "hub_found": "Hub ditemukan di jaringan",
        "hub_certificate": "Hub itu komputer yang sama",
        "hub_answers": "Hub menjawab",
        "hub_equal": "Isi sama dengan hub",
    }
)

#: What a code of the test means and what to do about it.
CODES: Mapping[str, str] = MappingProxyType(
    {
        "K-2100": "Semua langkah berhasil.",
        "K-2101": "Data tidak terbaca. Jangan hapus apa pun; hubungi petugas TI.",
        "K-2102": "Kunci data tidak ditemukan. Masuk Windows dengan pengguna yang biasa, lalu coba lagi.",
        "K-2103": "Berkas data rusak sebagian. Jangan hapus apa pun; hubungi petugas TI.",
        "K-2104": "Pengirim di latar tidak berjalan. Tutup Rujuk dan buka lagi.",
        "K-2105": "Server tidak terjangkau. Periksa kabel, WiFi, atau kuota; catatan aman dan menunggu.",
        "K-2106": "Server terjangkau tetapi tidak menjawab dengan benar. Catatan aman; coba lagi nanti.",
        "K-2107": "Server menolak komputer ini. Hubungi admin Dinas Kesehatan.",
        "K-2108": "Jam komputer salah lebih dari 5 menit. Setel jam Windows ke otomatis.",
        "K-2110": "Isi belum sama dengan server. Sinkron sekali lagi; bila tetap, hubungi Dinas.",
        "K-2111": "Ada catatan yang ditolak server. Bacakan alasannya kepada Dinas.",
        "K-2112": "Masih ada catatan menunggu. Sambungan lambat; biarkan Rujuk terbuka.",
        "K-2113": "Komputer ini belum terdaftar.",
        "K-2114": "Belum ada komputer lain yang menjangkau hub ini. Data aman; lihat Hub / PC lain tentang firewall.",
        "K-2115": "Hub tidak ditemukan. Nyalakan komputer hub, periksa kabel atau WiFi; catatan aman dan menunggu.",
        "K-2116": "Di alamat hub ada komputer lain. Tidak ada yang dikirim ke sana; lihat Hub / PC lain.",
        "K-2117": "Hub ditemukan tetapi tidak menjawab dengan benar. Catatan aman; nyalakan ulang komputer hub.",
        "K-2118": "Hub menolak komputer ini. Catatan aman; alasannya ada di Hub / PC lain.",
        "K-2119": "Isi belum sama dengan hub. Tidak ada yang hilang; biarkan Rujuk terbuka lalu uji lagi.",
    }
)


def verdict_words(code: str, steps: Sequence[Mapping[str, Any]]) -> str:
    """What a code means, and of a PC with a hub which of its roads are whole; ``steps`` as the test tells them."""
    words = CODES.get(code, "Hubungi petugas TI.")
    by_hub, directly = _road(steps, "hub_found", "hub_equal"), _road(steps, "network", "server")
    if by_hub is None or directly is None:
        return words
    if code == GOOD and not directly:
        words = "Semua yang diperlukan berhasil: catatan sampai lewat hub."
    return f"{words} Lewat hub: {_state(by_hub)}; langsung ke kabupaten: {_state(directly)}."


def _road(steps: Sequence[Mapping[str, Any]], first: str, last: str) -> bool | None:
    """Whether a road is whole from its first step to its last; ``None`` if it was not tried."""
    ok = {step["step"]: bool(step["ok"]) for step in steps}
    return ok.get(last, False) if first in ok else None


def _state(whole: bool) -> str:  # a word for a truth
    return "baik" if whole else "tidak bisa"
