"""The alarm after a visit was saved: this computer's own visits are judged at once, with or without a network.

It says what is proposed and where to look; it never opens a page by itself while somebody works with a patient.
"""

from datetime import UTC, datetime

from desktop.queries.alarms import Alarm
from desktop.queries.skdr import disease_words
from desktop.queries.visit_cases import alarms_of_visit
from desktop.ui.desk import Desk
from desktop.ui.texts import tr


def watch_visit(desk: Desk, visit: str) -> None:
    """Say so if a visit just saved makes a signal likely."""
    now = datetime.now(UTC)

    def say(found: list[Alarm]) -> None:
        if found:
            what = ", ".join(
                tr("{disease} {n} kasus").format(disease=disease_words(alarm.letter), n=len(alarm.cases))
                for alarm in found
            )
            desk.say(
                "warning",
                tr(
                    "Kunjungan tersimpan. Usulan sinyal: {what}. Buka “Surveilans”: tulis W1 dalam 24 jam, "
                    "atau nyatakan bukan sinyal."
                ).format(what=what),
            )

    desk.read(lambda reader: alarms_of_visit(reader, visit, now), say, slot="outbreak_alarm")
