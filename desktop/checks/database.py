"""Checks that an encrypted database can be made, written, closed and read again, and that nobody reads it otherwise.

Works in a scratch folder only; it must never open the data of this computer.
"""

import secrets
from pathlib import Path

from desktop.checks.check import CheckFailed
from desktop.demo.people import people
from desktop.security.keys import create_key_file
from desktop.settings import Settings
from sync.errors import FileDamaged
from sync.records import Patient
from sync.replica.identity import Identity
from sync.replica.opening import open_sqlite
from sync.replica.replica import Replica
from sync.replica.values import Edit
from sync.revisions.environment import system_environment

_CLEAR = b"SQLite format 3\0"


def encrypted_database(settings: Settings) -> str:
    """Save a record in a new database and read it back; the size of the file. The data folder can be opened then."""
    key, environment = create_key_file(settings).secret, system_environment()
    path = settings.database
    new_id = environment.new_id
    identity = Identity(
        district="9901",
        replica=new_id(),
        epoch=new_id(),
        device=new_id(),
        letter="A",
        facility=new_id(),
        facility_kind="puskesmas",
        pc_name="uji",
        signing_key=secrets.token_bytes(32),
    )
    patient = next(people(1, 1))
    replica = Replica.create(open_sqlite(path, key, create=True), identity, environment)
    try:
        replica.save([Edit(patient)], identity.device)
    finally:
        replica.close()
    engine = open_sqlite(path, key)
    try:
        again = Replica.load(engine, environment)
        if again is None or (seen := again.get(Patient, patient.id)) is None or seen.record != patient:
            raise CheckFailed("yang disimpan tidak terbaca kembali")
    finally:
        engine.dispose()
    if path.read_bytes().startswith(_CLEAR):
        raise CheckFailed("berkas tidak dienkripsi")
    _refuse_other_key(path)
    return f"disimpan, ditutup, dibaca kembali; {path.stat().st_size} byte"


def _refuse_other_key(path: Path) -> None:
    try:
        open_sqlite(path, secrets.token_bytes(32)).dispose()
    except FileDamaged:
        return
    raise CheckFailed("kunci lain membuka berkas")
