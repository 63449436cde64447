"""Enrolment in words: what a file on a stick is for, and what went wrong.

Sentences say what happened, whether something was stored and what to do. Nothing is read but a file that is named.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from desktop.ui.texts import sentence_for_code, tr
from sync.enrolment_file import decode_enrolment
from sync.errors import BadInput

#: What went wrong, by the server's own word for it or else by the class of the error, as the command prints them.
_SENTENCES = {
    "unknown_code": "Kode ini tidak dikenal server. Belum ada yang tersimpan. Periksa apakah salah ketik, atau minta "
    "kode baru kepada admin Dinas Kesehatan.",
    "used_code": "Kode ini sudah dipakai komputer lain. Belum ada yang tersimpan. Minta kode baru kepada admin Dinas "
    "Kesehatan; setiap komputer memerlukan kodenya sendiri.",
    "expired_code": "Kode ini sudah kedaluwarsa. Belum ada yang tersimpan. Minta kode baru kepada admin Dinas "
    "Kesehatan.",
    "too_many_tries": "Terlalu banyak kode yang salah dari jaringan ini. Belum ada yang tersimpan. Tunggu satu jam, "
    "lalu coba lagi dengan kode yang benar.",
    "NotAllowed": "Server tidak menerima komputer ini. Belum ada yang tersimpan. Minta kode baru kepada admin Dinas "
    "Kesehatan.",
    "Unreachable": "Server tidak terjangkau. Belum ada yang tersimpan. Periksa alamat server dan sambungan jaringan, "
    "lalu coba lagi; kode yang sama masih berlaku.",
    "ServerFault": "Server sedang sibuk atau bermasalah. Belum ada yang tersimpan. Coba lagi beberapa menit lagi; kode "
    "yang sama masih berlaku.",
    "Refused": "Server ini tidak memahami permintaan pendaftaran. Belum ada yang tersimpan. Periksa apakah alamatnya "
    "benar alamat server Rujuk.",
    "BadInput": "Alamat server atau kode belum benar. Belum ada yang dikirim. Periksa lalu coba lagi.",
    "enrolment_file": "Berkas pendaftaran ini rusak atau bukan berkas pendaftaran Rujuk. Belum ada yang dikirim. Minta "
    "berkas baru kepada admin Dinas Kesehatan.",
    "other_server": "Server yang menjawab bukan server yang disebut berkas pendaftaran. Komputer ini tidak didaftarkan "
    "dan tidak ada data di sini. Hubungi admin Dinas Kesehatan.",
    "FileNotFoundError": "Berkas pendaftaran tidak ada lagi. Apakah stik sudah dicabut? Belum ada yang dikirim.",
    "OSError": "Berkas pendaftaran atau folder data tidak dapat dibaca. Belum ada yang tersimpan. Periksa stik dan "
    "disk.",
    "code": "Kode sekali pakai terdiri dari 10 huruf dan angka, misalnya K7M2P-9QXTR. Belum ada yang dikirim. Periksa "
    "lalu coba lagi.",
    "url": "Alamat server belum benar. Belum ada yang dikirim. Contoh: https://rujuk.dinkes.example.go.id",
}


def enrolment_sentence(answer: Mapping[str, Any]) -> str:
    """What to tell of a command's answer that failed."""
    known = (answer.get(name) for name in ("server_code", "field", "code"))
    found = next((str(name) for name in known if name in _SENTENCES), None)
    return tr(_SENTENCES[found]) if found is not None else sentence_for_code(str(answer.get("code", "")))


def file_words(path: Path, now: datetime) -> str:
    """For whom an enrolment file is and until when, or why it cannot be used."""
    try:
        told = decode_enrolment(path.read_bytes())
        end = datetime.fromisoformat(told.expires_at)
    except (BadInput, ValueError, OSError):
        return tr("{name}: rusak, atau bukan berkas pendaftaran").format(name=path.name)
    until = f"{end.astimezone():%d-%m-%Y %H.%M}"
    if end <= now:
        return tr("{facility}: sudah kedaluwarsa {end}").format(facility=told.facility, end=until)
    return tr("{facility}, untuk satu komputer, berlaku sampai {end}").format(facility=told.facility, end=until)
