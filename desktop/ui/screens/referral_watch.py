"""A referral that waits, in words: until when the answer is expected, who has seen it when, where it was redirected,
whom to call.

Plain functions over facts that are here; the numbers are those of ``Limits`` and stand there only.
"""

import math
from datetime import datetime, timedelta

from desktop.queries.calls import Calls
from desktop.queries.duty import is_on_duty
from desktop.queries.referrals import ReferralFile, ReferralLine
from desktop.queries.worklists import answer_due, is_emergency, is_late, is_stuck
from desktop.ui import wording
from desktop.ui.screens.destination_words import room_words, travel_words
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.cards import Mark
from sync.records import ReferralEvent
from sync.records.referral_state import counting_facts, last_request

_MINUTE = timedelta(minutes=1)


def left_words(line: ReferralLine, now: datetime) -> str:
    """What is left of the time for an answer: ``sisa 9 menit``, and after it ``lewat 4 menit``."""
    left = answer_due(line) - now
    if left > timedelta(0):
        return tr("sisa {n} menit").format(n=math.ceil(left / _MINUTE))
    return tr("lewat {span}").format(span=wording.span_words(-left))


def must_call(line: ReferralLine, now: datetime) -> bool:
    """Whether it is time for a telephone."""
    return is_late(line, now) or is_stuck(line, now)


def waiting_mark(line: ReferralLine, now: datetime) -> Mark:
    """An unanswered referral at the hospital: new, opened or on the road, and what is left of its time."""
    words = tr("Belum dijawab · {left}") if line.opened else tr("Baru · {left}")
    if line.state == "berangkat":
        words = tr("Berangkat · {left}")
    return Mark(words.format(left=left_words(line, now)), left_mark(line, now).tone)


def left_mark(line: ReferralLine, now: datetime) -> Mark:
    """What is left of the time of an unanswered referral, where its state stands beside it."""
    words = left_words(line, now)
    late = is_late(line, now) and is_emergency(line)
    return Mark(words[:1].upper() + words[1:], Tone.DANGER if late else Tone.ATTENTION)


def late_mark(line: ReferralLine, now: datetime) -> Mark | None:
    """That it is time for a telephone, in a list of the sender; ``None`` while it is not."""
    if is_stuck(line, now):
        return Mark(tr("Belum terkirim · telepon"), Tone.DANGER)
    if is_late(line, now):
        words = tr("Belum dijawab · {left}").format(left=left_words(line, now))
        return Mark(words, Tone.DANGER if is_emergency(line) else Tone.ATTENTION)
    return None


def reminder_words(file: ReferralFile, now: datetime) -> str:
    """The last reminder of the district office, "" where there is none."""
    last = file.latest("diingatkan")
    if last is None:
        return ""
    words = tr("Diingatkan dinas {time}").format(time=wording.clock_words(last.at, now))
    return f"{words}: {last.note}" if last.note else words


def due_words(line: ReferralLine, now: datetime) -> str:
    """Until when the sender may expect an answer, or since when it is late; first of all that nobody knows of it."""
    due = answer_due(line)
    if is_stuck(line, now):
        return tr("Surat belum terkirim, jadi rumah sakit belum tahu. Telepon sekarang:")
    if now < due:
        words = tr("Jawaban diharapkan dalam {n} menit, sampai {time}")
        return words.format(n=math.ceil((due - now) / _MINUTE), time=wording.clock_words(due, now))
    words = tr("Belum dijawab, lewat {span} (diharapkan {time}). Telepon sekarang:")
    return words.format(span=wording.span_words(now - due), time=wording.clock_words(due, now))


def seen_words(line: ReferralLine, now: datetime) -> str:
    """Who has opened the referral at the hospital that is asked, each once: ``Dilihat Ns. Ratna 10.32, dr. Teguh``."""
    people = ", ".join(f"{event.by_name} {wording.clock_words(event.at, now)}" for event in _seen(line).values())
    return tr("Dilihat {people}").format(people=people) if people else ""


def seen_by_several(line: ReferralLine) -> bool:
    """Whether :func:`seen_words` says more than the delivery chain, which names the first."""
    return len(_seen(line)) > 1


def redirection_words(file: ReferralFile, now: datetime) -> tuple[str, str] | None:
    """Headline and details of the redirection that counts; ``None`` where the letter was never redirected."""
    moved = last_request(file.events)
    if moved is None:
        return None
    headline = tr("Dialihkan ke {place}").format(place=file.places.get(moved.to_facility or "", tr("RS lain")))
    agreed = tr("disepakati lewat telepon dengan {name}").format(name=moved.spoke_with) if moved.spoke_with else ""
    by = f"{moved.by_name} · {wording.clock_words(moved.at, now)}"
    return headline, "\n".join(part for part in (moved.note or "", agreed, by) if part)


def call_lines(file: ReferralFile, calls: Calls, now: datetime) -> list[tuple[str, str]]:
    """Whom to call, the nearest first: who it is, and the telephone number in words."""
    duty, line = file.duty, file.line
    found = []
    if duty is not None and is_on_duty(duty, now):
        found.append((tr("Petugas jaga {name}").format(name=duty.name), _phone(duty.phone)))
    else:
        found.append((tr("Petugas jaga"), tr("belum dicatat")))
    found.append((tr("IGD {hospital}").format(hospital=line.to_name), _phone(file.to_phone)))
    if calls.office is not None:
        found.append((calls.office.name, _phone(calls.office.phone)))
    other = calls.next_hospital
    if other is None:
        found.append((tr("RS berikutnya"), tr("tidak ada RS lain yang dikenal")))
    else:
        known = [travel_words(other.travel)]
        if other.room is not None:
            known.append(room_words(other.room, calls.wish, now))
        name = tr("RS berikutnya: {name} ({known})").format(name=other.name, known=" · ".join(known))
        found.append((name, _phone(other.phone)))
    return found


def _seen(line: ReferralLine) -> dict[str, ReferralEvent]:
    first: dict[str, ReferralEvent] = {}
    for event in sorted(counting_facts(line.events), key=lambda event: (event.at, event.id)):
        if event.kind == "dilihat":
            first.setdefault(event.by, event)
    return first


def _phone(phone: str | None) -> str:
    return phone or tr("nomor tidak diketahui")
