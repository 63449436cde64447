"""The command that imports a file, and the words for its rows that were refused.

Refused rows are told by line and reason, never by the name of a person.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

from desktop.actions.import_file import read_file
from desktop.actions.import_records import ImportReport, Refusal, import_rows
from desktop.commands.answers import DONE, SOME_REFUSED, Answer, WrongUsage
from desktop.commands.place import find_author, open_reader, open_replica
from desktop.problem_words import PROBLEM_WORDS, problem_words
from desktop.queries.regions import region_known
from desktop.settings import Settings
from sync.records import RECORD_TYPES

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "not_json": "bukan objek JSON.",
        "not_csv": "tanda kutip tidak lengkap; sisa berkas tidak dibaca.",
        "too_many_columns": "lebih banyak kolom daripada baris judul.",
        "type_unknown": "jenis baris (type) tidak dikenal.",
        "not_written_here": "jenis data ini tidak ditulis di fasilitas ini.",
        "not_stored": "tidak dapat disimpan.",
        "not_understood": "isian tidak dapat dibaca.",
        "not_whole": "bukan angka bulat.",
        "not_decimal": "bukan angka.",
        "not_a_day": "bukan tanggal. Tulis misalnya 17-08-1990.",
        "not_a_moment": "bukan tanggal dan jam. Tulis misalnya 17-08-2026 14:30.",
        "too_long": "terlalu panjang.",
        "number_taken": "nomor ini sudah dipakai pasien lain.",
        "patient_unknown": "pasien tidak ditemukan di komputer ini.",
        "patient_ambiguous": "lebih dari satu pasien cocok.",
        "facility_unknown": "fasilitas tidak dikenal; tulis kode atau namanya.",
    }
)


def import_file(settings: Settings, path: Path, *, type_name: str | None, author_name: str | None) -> Answer:
    """Import a file as the staff member ``author_name``, or as the PC itself.

    Raises:
        WrongUsage: the file cannot be read, or nobody has this name.
        NotEnrolled, BadInput, ReplicaError: nothing more was stored.
    """
    with open_reader(settings) as (reader, identity):
        author = find_author(reader, identity, author_name)
        try:
            rows = list(read_file(path, type_name))
        except OSError as error:
            raise WrongUsage(f"Berkas tidak dapat dibaca: {error.strerror or type(error).__name__}.") from error
        with open_replica(settings) as replica:
            report = import_rows(replica, reader, author, rows, date.today(), region_known)  # noqa: DTZ011  # the day at this place
    data = {
        "stored": report.stored,
        "known": report.known,
        "refused": [_refusal(refusal) for refusal in report.refused],
        "warnings": dict(report.warnings),
        "ignored_columns": list(report.ignored),
    }
    return Answer(_summary(report), data, SOME_REFUSED if report.refused else DONE)


def _refusal(refusal: Refusal) -> dict[str, object]:
    found: dict[str, object] = {
        "line": refusal.line,
        "field": refusal.field or None,
        "code": refusal.code,
        "message": refusal_words(refusal),
    }
    if refusal.other_line is not None:
        found["same_as_line"] = refusal.other_line
    return found


def refusal_words(refusal: Refusal) -> str:
    """Why a row was refused."""
    if refusal.code == "repeated":
        return f"sama dengan baris {refusal.other_line}."
    field = RECORD_TYPES[refusal.type_name].fields.get(refusal.field)
    if field is None:
        return _WORDS.get(refusal.code, refusal.code)
    if refusal.code in PROBLEM_WORDS:
        return problem_words(refusal.code, field)
    return f"{field.label}: {_WORDS.get(refusal.code, refusal.code)}"


def _summary(report: ImportReport) -> str:
    lines = [f"{report.stored} tersimpan, {report.known} sudah ada, {len(report.refused)} ditolak."]
    lines += [f"baris {refusal.line}: {refusal_words(refusal)}" for refusal in report.refused]
    if report.warnings:
        counted = "; ".join(f"{code}: {count}" for code, count in sorted(report.warnings.items()))
        lines.append(f"Tersimpan dengan catatan ({counted}).")
    if report.ignored:
        lines.append(f"Kolom yang diabaikan: {', '.join(report.ignored)}.")
    return "\n".join(lines)
