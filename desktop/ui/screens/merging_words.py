"""That two registrations were found to be one person, or were parted again, in words for lists and histories.

Plain functions; nothing here decides anything.
"""

from collections.abc import Iterable
from datetime import datetime

from desktop.queries.same_person import Apart, Merging
from desktop.ui import wording
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.cards import Card, Mark
from sync.records import PatientDistinct, PatientLink


def fact_words(fact: PatientLink | PatientDistinct, now: datetime) -> str:
    """Why, who and when: ``KK sama · Ns. Dewi · 10.15``."""
    return " · ".join(part for part in (fact.reason, fact.by_name, wording.clock_words(fact.at, now)) if part)


def merging_card(merging: Merging, now: datetime) -> Card:
    """One link in the list of a person's links."""
    names = [
        merging.patient_name or tr("pasien tidak ada di sini"),
        merging.other_name or tr("pasien tidak ada di sini"),
    ]
    back = merging.taken_back
    mark = Mark(tr("dipisahkan lagi"), Tone.NEUTRAL) if back else Mark(tr("satu orang"), Tone.GOOD)
    return Card(
        id=merging.link.id,
        title=tr("{one} = {other}").format(one=names[0], other=names[1]),
        subtitle=fact_words(back or merging.link, now),
        marks=(mark,),
    )


def history_cards(mergings: Iterable[Merging], patient: str, now: datetime) -> list[tuple[datetime, Card]]:
    """What was said of this registration, each with its moment, for its history; not what others of the person were."""
    found = []
    for merging in mergings:
        if patient not in (merging.link.patient, merging.link.other):
            continue
        name = merging.names_other_than(patient) or tr("pasien yang tidak ada di sini")
        told = [(merging.link, tr("Dinyatakan orang yang sama dengan {name}"))]
        if merging.taken_back:
            told.append((merging.taken_back, tr("Dipisahkan lagi dari {name}")))
        found += [
            (fact.at, Card(id=fact.id, title=words.format(name=name), subtitle=fact_words(fact, now)))
            for fact, words in told
        ]
    return found


def apart_cards(apart: Iterable[Apart], now: datetime) -> list[tuple[datetime, Card]]:
    """As :func:`history_cards`, for what was said of two people."""
    nobody = tr("pasien yang tidak ada di sini")
    words = tr("Dinyatakan bukan orang yang sama dengan {name}")
    return [
        (
            item.fact.at,
            Card(
                id=item.fact.id,
                title=words.format(name=item.name or nobody),
                subtitle=fact_words(item.fact, now),
            ),
        )
        for item in apart
    ]
