"""What commands answer: words for people, data for programs, an exit code, and sentences for what went wrong.

The sentences say what happened, whether the data is safe and what to do. They name no patient.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sync.errors import BadInput, LinkError, NotAllowed, ReplicaError, RujukError, ServerFault, Unreachable

DONE = 0
FAILED = 1
WRONG_USAGE = 2
NOT_ENROLLED = 3
UNREACHABLE = 4
DATABASE = 5
SOME_REFUSED = 6
NOT_ALLOWED = 7


class NotEnrolled(RujukError):
    """This data folder belongs to no facility yet."""


class AlreadyEnrolled(RujukError):
    """This data folder belongs to a facility already."""


class WrongUsage(RujukError):
    """What was asked for cannot be right; the message is for the user, in Indonesian."""


class Unequal(RujukError):
    """An exchange ended although the two sides are not yet known to be equal."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command prints: ``words`` without ``--json``, ``data`` with it."""

    words: str
    data: Mapping[str, Any] = field(default_factory=dict)
    exit_code: int = DONE


_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "NotEnrolled": "Komputer ini belum terdaftar. Jalankan: rujuk enrol --server URL --code KODE --name NAMA",
        "AlreadyEnrolled": "Komputer ini sudah terdaftar; tidak ada yang diubah. Lihat: rujuk status",
        "NoHubHere": "Komputer ini bukan hub. Jalankan di sini: rujuk hub on",
        "Unequal": "Sinkronisasi belum tuntas: isi komputer ini dan server belum sama. Data aman. Coba lagi nanti.",
        "NotAllowed": "Server kabupaten menolak komputer atau kode ini. Data aman. Hubungi admin Dinas Kesehatan.",
        "Unreachable": "Server kabupaten tidak terjangkau. Data aman di komputer ini dan menunggu dikirim.",
        "ServerFault": "Server kabupaten sedang bermasalah atau sibuk. Data aman dan menunggu. Coba lagi nanti.",
        "Refused": "Server tidak memahami permintaan komputer ini. Data aman. Periksa alamat server dan versi Rujuk.",
        "SqliteTooOld": "Komponen penyimpanan terlalu lama, jadi tidak dipakai. Data aman. Pasang ulang Rujuk.",
        "FileNewer": "Data ditulis oleh Rujuk yang lebih baru. Data aman dan tidak diubah. Perbarui Rujuk.",
        "FileDamaged": "Berkas data rusak atau kuncinya tidak cocok. Berkas tidak diubah. Jangan hapus apa pun.",
        "IdentityLost": "Tidak terbaca lagi komputer mana ini. Berkas yang rusak tetap ada dan sudah disisihkan. Minta "
        "kode baru, daftarkan di folder data baru, lalu jalankan: rujuk take-over BERKAS",
        "FileLocked": "Berkas data sedang dipakai program lain. Data aman. Tunggu sebentar, lalu coba lagi.",
        "KeyMissing": "Kunci untuk membuka data tidak ditemukan. Data masih ada tetapi tidak dapat dibuka tanpa kunci.",
        "ReplicaError": "Data di komputer ini tidak dapat dibaca atau ditulis. Yang tersimpan aman. Periksa disk.",
        "OSError": "Folder data tidak dapat dipakai. Yang tersimpan tidak diubah. Periksa izin dan ruang disk.",
        "BadInput": "Yang diberikan belum benar; tidak ada yang disimpan atau dikirim.",
    }
)
_UNEXPECTED = "Terjadi kesalahan yang tidak terduga. Yang sudah tersimpan tetap aman. Rinciannya ada di log."

_EXIT_CODES: tuple[tuple[type[Exception], int], ...] = (
    (NotEnrolled, NOT_ENROLLED),
    (WrongUsage, WRONG_USAGE),
    (BadInput, WRONG_USAGE),
    (ReplicaError, DATABASE),
    (OSError, DATABASE),
    (Unreachable, UNREACHABLE),
    (ServerFault, UNREACHABLE),
    (NotAllowed, NOT_ALLOWED),
)


def failure(error: Exception) -> Answer:
    """The answer of a command that ended with ``error``."""
    exit_code = next((code for kind, code in _EXIT_CODES if isinstance(error, kind)), FAILED)
    data: dict[str, Any] = {"ok": False, "code": type(error).__name__, "message": _sentence(error)}
    if isinstance(error, BadInput) and error.field is not None:
        data["field"] = error.field
    if isinstance(error, LinkError) and error.code:
        data["server_code"] = error.code
    return Answer(str(data["message"]), data, exit_code)


def show(answer: Answer, *, as_json: bool) -> int:
    """Print an answer; the exit code. Words of a failure go to the error output, JSON never does."""
    if as_json:
        print(json.dumps({"ok": answer.exit_code == DONE, **answer.data}, ensure_ascii=False))
    else:
        stream = sys.stdout if answer.exit_code in {DONE, SOME_REFUSED} else sys.stderr
        print(answer.words, file=stream)
    return answer.exit_code


def tell(words: str, data: Mapping[str, Any], *, as_json: bool) -> None:
    """Print what is being done, before the answer: words go to the error output, data as a line of its own."""
    if as_json:
        print(json.dumps({"progress": data}, ensure_ascii=False), flush=True)
    else:
        print(words, file=sys.stderr, flush=True)


def _sentence(error: Exception) -> str:
    if isinstance(error, WrongUsage):
        return str(error)
    words = next((_SENTENCES[cls.__name__] for cls in type(error).__mro__ if cls.__name__ in _SENTENCES), _UNEXPECTED)
    if isinstance(error, BadInput):
        return f"{words} ({error.field}: {error.reason})" if error.field else f"{words} ({error.reason})"
    return words
