"""A referral as the hospital receives it: its card in the inbox, and whether opening it is news to the sender.

Plain functions; nothing here reads or saves.
"""

from datetime import datetime

from desktop.queries.referrals import ReferralLine
from desktop.ui import wording
from desktop.ui.screens.referral_watch import waiting_mark
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.cards import Card, Mark
from sync.records.referral_state import counting_facts
from sync.records.referral_steps import AWAITING


def received_card(line: ReferralLine, facility: str, now: datetime) -> Card:
    """One referral in the list of the hospital ``facility``: an unanswered one says what is left of its time."""
    if line.waits_for(facility):
        state = waiting_mark(line, now)
    elif line.to_facility != facility:
        state = Mark(tr("Dialihkan ke RS lain"), Tone.NEUTRAL)
    else:
        state = wording.state_mark(line.state)
    return Card(
        id=line.id,
        title=line.patient_name or tr("Data pasien belum diterima"),
        subtitle=f"{wording.diagnosis_words(line.diagnosis_code, line.diagnosis)} · {line.from_name}",
        right=wording.clock_words(line.written_at, now),
        marks=(wording.urgency_mark(line.urgency), state),
        stripe=wording.urgency_mark(line.urgency).tone,
    )


def needs_seen_fact(line: ReferralLine, facility: str, person: str) -> bool:
    """Whether it is news that ``person`` opens a referral: once each, from the request until the patient is there."""
    if line.to_facility != facility or line.state not in {*AWAITING, "diterima"}:
        return False
    return not any(event.kind == "dilihat" and event.by == person for event in counting_facts(line.events))
