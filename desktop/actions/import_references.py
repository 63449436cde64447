"""Who and what an imported row means: patients by their numbers, hospitals by code or name, numbers already taken.

Asks the database only; nothing is stored and nothing guessed: two that fit are as bad as none.
"""

import re
from collections.abc import Mapping

from desktop.actions.import_values import stable_id
from desktop.queries.values import NOT_VOID
from sync.records import Patient
from sync.replica.identity import Identity
from sync.replica.reader import Reader, as_blob

_ID = re.compile(r"[0-9a-f]{32}")
_NUMBERS = ("nik", "jkn_number", "record_number")


class References:
    """Looks up what rows name, in one database."""

    def __init__(self, reader: Reader, identity: Identity) -> None:
        self._reader = reader
        self._identity = identity
        self._taken: dict[tuple[str, str], int] = {}
        self._facilities: dict[str, str] = {}
        rows = reader.rows("SELECT id, code, name FROM facility WHERE district = :district")
        for row in rows:
            for name in (row["name"], row["code"], row["id"]):
                self._facilities[str(name).casefold()] = row["id"]

    def is_here(self, record_id: str) -> bool:
        """Whether there is a record of this id, also one that was taken out of the lists."""
        sql = "SELECT 1 AS there FROM record WHERE district = :district AND id = :id"
        return self._reader.value(sql, {"id": as_blob(record_id)}) is not None

    def facility_of(self, name: str | None) -> str | None:
        """The facility of this code, name or id."""
        return None if name is None else self._facilities.get(name.casefold())

    def taken_number(self, patient: Patient, line: int) -> str | None:
        """The first field of ``patient`` whose number another patient (here, or of an earlier line) has already."""
        for name in _NUMBERS:
            number = getattr(patient, name)
            if not number:
                continue
            if self._taken.setdefault((name, number), line) != line:
                return name
            if any(found != patient.id for found in self._patients_with(name, number)):
                return name
        return None

    def patient_of(self, values: Mapping[str, object]) -> tuple[str | None, str]:
        """The patient that a letter's row names; else ``None`` and the code of why not."""
        for name in _NUMBERS:
            given = values.get(f"patient_{name}")
            if given is not None:
                return _only(self._patients_with(name, str(given).strip()))
        given = values.get("patient")
        if given is None:
            return None, "missing"
        text = str(given).strip()
        ids = {stable_id(self._identity.facility, "patient", {"id": text})} | ({text} if _ID.fullmatch(text) else set())
        return _only([found for found in sorted(ids) if self._is_patient(found)])

    def _patients_with(self, column: str, number: str) -> list[str]:
        rows = self._reader.rows(
            f"""
            SELECT id FROM patient
            WHERE district = :district AND {column} = :number AND {NOT_VOID.format(id="patient.id")} LIMIT 2
            """,  # noqa: S608  # a column of ours
            {"number": number},
        )
        return [row["id"] for row in rows]

    def _is_patient(self, record_id: str) -> bool:
        sql = "SELECT 1 AS there FROM patient WHERE district = :district AND id = :id"
        return self._reader.value(sql, {"id": as_blob(record_id)}) is not None


def _only(found: list[str]) -> tuple[str | None, str]:
    if len(found) == 1:
        return found[0], ""
    return None, "patient_ambiguous" if found else "patient_unknown"
