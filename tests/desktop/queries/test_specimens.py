"""Specimens: how far each has come, those without a result first."""

from datetime import timedelta

from desktop.actions.outbreak import save_specimen
from desktop.queries.specimens import specimens
from tests.desktop.homes import Home
from tests.desktop.scenes import add_patient, nurse_of, reading


def test_how_far_a_specimen_has_come(home: Home) -> None:
    now, me, siti = home.replica.now(), nurse_of(home), add_patient(home, "Siti Aminah")
    taken = {"kind": "darah", "taken_at": now - timedelta(days=3), "laboratory": "Labkesmas"}
    on_the_way = {**taken, "sent_at": now - timedelta(days=2)}
    there = {**on_the_way, "received_at": now - timedelta(days=1)}
    save_specimen(home.replica, me, {**there, "subject": "D", "result": "IgM positif"}, None)
    save_specimen(home.replica, me, {**taken, "patient": siti.id}, None)
    save_specimen(home.replica, me, {**on_the_way, "subject": "B"}, None)
    save_specimen(home.replica, me, {**there, "subject": "C"}, None)
    with reading(home) as reader:
        found = specimens(reader)
    assert sorted(line.state for line in found) == ["received", "result", "sent", "taken"]
    assert found[-1].state == "result"
    assert {line.patient_name for line in found} == {"Siti Aminah", None}
