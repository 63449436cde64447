"""A desktop process that does nothing but save, made to be killed: ``python -m tests.journeys.saver --home DIR ...``.

Where processes can fork it stays, with everything imported, and forks a saver for each line it reads: a hundred kills
then cost no hundred imports. Elsewhere it is the saver itself. Each save is reported when it has returned, not before.
"""

import argparse
import os
import random
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NoReturn

from desktop.actions.patients import save_patient
from desktop.actions.referrals import write_referral
from desktop.security.keys import load_key
from desktop.settings import Settings
from sync.replica.opening import open_sqlite
from sync.replica.replica import Replica
from sync.revisions.environment import system_environment

FORKS = hasattr(os, "fork")

_FIRST = ("Siti", "Sri Wahyuni", "Nur", "Dewi", "Fatimah", "Kartika Dwi", "Hj. Sulastri", "Khadijah", "Yuliana")
_LAST = ("Rahayu", "Lestari", "Handayani", "Astuti", "Hasanah", "Ningsih", "Purwanti Sari", "Siregar")


@dataclass(frozen=True)
class Person:
    """Who saves."""

    id: str
    name: str


def save_for_ever(settings: Settings, hospital: str) -> NoReturn:
    """Patients and letters, one after the other, as fast as the disk lets."""
    replica = Replica.load(open_sqlite(settings.database, load_key(settings).secret), system_environment())
    if replica is None:
        sys.exit("not enrolled")
    person = Person(replica.new_id(), "dr. Bagus Santoso")
    chance = random.Random(os.getpid())
    say("ready")
    while True:
        name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
        values = {"name": name, "sex": "P", "birth_date": date(1990, 1, 1 + chance.randrange(28))}
        patient = save_patient(replica, person, values, None)
        say(f"patient {patient}")
        say(f"referral {write_referral(replica, person, letter(patient, hospital, chance)).id}")


def letter(patient: str, hospital: str, chance: random.Random) -> dict[str, object]:
    """The fields of a letter; some letters are long, so that a transaction has many pages."""
    return {
        "patient": patient,
        "to_facility": hospital,
        "kind": "gawat_darurat",
        "urgency": "merah",
        "anamnesis": "Nyeri kepala hebat. " * chance.randrange(1, 180),
        "diagnosis_label": "Preeklamsia berat",
        "reason": "Perlu penanganan spesialis",
        "doctor_name": "dr. Bagus Santoso",
    }


def say(text: str) -> None:
    """One whole line at once, so that a kill leaves no half of it."""
    os.write(1, f"{text}\n".encode())


def main() -> None:
    """Serve savers until the input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--hospital", required=True)
    given = parser.parse_args()
    settings = Settings(given.home)
    for _ in sys.stdin:
        saver = os.fork() if FORKS else 0
        if saver == 0:
            say(f"pid {os.getpid()}")
            save_for_ever(settings, given.hospital)
        os.waitpid(saver, 0)
        say("ended")


if __name__ == "__main__":
    main()
