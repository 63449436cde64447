"""How proof is said, on the screen, on paper and on the command line alike: what is lacking, how computers stand.

Each sentence says what to do. Nothing here names a patient.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from desktop.queries.computers import Computer
from desktop.queries.day_end import ABSENT, COMPLETE, QUIET, UNKNOWN, PcState, Verdict
from sync.records import RECORD_TYPES
from sync.replica.receipts import Receipt

#: What is lacking for a receipt (codes of the exchange), and what to do.
LACKING: Mapping[str, str] = MappingProxyType(
    {
        "waiting": "Masih ada catatan yang menunggu dikirim dari komputer ini. Tunggu sampai terkirim, lalu ulangi.",
        "refused": "Ada catatan yang ditolak server. Buka Keadaan sinkronisasi untuk alasannya; hubungi Dinas.",
        "carried": "Catatan dari komputer lain belum sampai di server. Nyalakan komputer penghubung, lalu ulangi.",
        "newer": "Komputer lain masih mengirim catatan. Tunggu sebentar, lalu ulangi.",
        "differs": "Isi komputer ini dan server belum sama. Data aman di sini. Ulangi; bila tetap, hubungi Dinas.",
        "own": "Isi komputer ini sedang diperbaiki dari server. Ulangi sebentar lagi.",
        "epoch": "Server kabupaten baru dipulihkan. Data aman di sini. Ulangi sebentar lagi.",
        "signature": "Tanda tangan server tidak dapat diperiksa. Tidak ada tanda terima; hubungi Dinas.",
        "unproven": "Isi komputer ini dan server belum terbukti sama. Data aman di sini. Ulangi.",
    }
)

#: Computers in the way that are named; the list has them all.
_MOST_NAMED = 3
#: By which road a computer was heard of, if not by its own.
ROADS: Mapping[str, str] = MappingProxyType({"hub": " lewat hub", "stick": " lewat stik"})


def type_words(name: str) -> str:
    """A record type in words; one that this program does not know by its name."""
    known = RECORD_TYPES.get(name)
    return known.label if known else name


def state_words(item: PcState, now: datetime) -> str:
    """How one computer stands, in words."""
    if item.state == COMPLETE:
        return "lengkap"
    if item.state == QUIET:
        return f"belum pasti: {seen_words(item.computer, now)}, sesudah itu tidak diketahui"
    if item.state == ABSENT:
        when = seen_words(item.computer, now)
        return f"tidak terjangkau hari ini; {when}" + (f", {item.waiting} menunggu waktu itu" if item.waiting else "")
    if item.state == UNKNOWN:
        return f"keadaannya belum dikabarkan; {seen_words(item.computer, now)}"
    return f"{item.waiting} menunggu; {seen_words(item.computer, now)}"


def verdict_words(judged: Verdict, at: datetime) -> str:
    """What the day came to at a moment, and what to do where it is not complete."""
    clock = f"{at.astimezone():%H.%M}"
    if judged.done:
        lines = [
            f"Selesai pukul {clock}. Semua catatan dari komputer yang menyala hari ini sudah ada di server kabupaten."
        ]
        if judged.absent:
            names = ", ".join(f"{item.computer.name} ({seen_words(item.computer, at)})" for item in judged.absent)
            lines.append(f"Tidak menyala hari ini: {names}. Bila dipakai tadi, nyalakan dan ulangi.")
        return "\n".join(lines)
    lines = [f"Belum lengkap pukul {clock}. Semua catatan aman di komputernya masing-masing."]
    lines += [LACKING[code] for code in judged.lacking if code in LACKING]
    if judged.missing:
        lines += [f"{item.computer.name}: {state_words(item, at)}." for item in judged.missing[:_MOST_NAMED]]
        if more := len(judged.missing) - _MOST_NAMED:
            lines += [f"Dan {more} komputer lain, lihat daftar."] if more > 0 else []
        lines.append("Di komputer itu: nyalakan, buka Rujuk, tekan Sinkron sekarang; lalu ulangi di sini.")
    return "\n".join(lines)


def seen_words(computer: Computer, now: datetime) -> str:
    """When a computer was last seen, and by which road if not by its own."""
    if computer.heard_at is None:
        return "belum pernah terlihat"
    local, today = computer.heard_at.astimezone(), now.astimezone().date()
    day = "" if local.date() == today else f"{local:%d-%m-%Y} "
    return f"terakhir terlihat {day}{local:%H.%M}{ROADS.get(computer.road, '')}"


def receipt_lines(receipt: Receipt) -> list[str]:
    """A receipt in lines, for the command line."""
    at = datetime.fromisoformat(receipt.at).astimezone()
    records = sum(counted.records for counted in receipt.kinds.values())
    place = f"{receipt.facility_name} ({receipt.facility_code}), kabupaten {receipt.district}"
    lines = [
        f"Tanda terima {at:%d-%m-%Y %H.%M}: {place}",
        f"Komputer {receipt.letter} {receipt.pc_name}; isi sama dengan server: {'ya' if receipt.equal else 'TIDAK'}",
        f"{records} catatan di server:",
    ]
    lines += [f"  {type_words(name)}: {counted.records}" for name, counted in receipt.kinds.items()]
    lines += [f"Akar {feed.audience[:8]} nomor {feed.number}: {feed.root}" for feed in receipt.feeds]
    return lines
