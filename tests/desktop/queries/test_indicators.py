"""The evaluation's figures are those of a slow and obvious count over whole records, on small random districts."""

import gc
import math
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from desktop.collector import collector_paused
from desktop.queries.diagnosis_groups import CHAPTERS, chapter_of, diagnosis_names
from desktop.queries.indicators import Choice, Evaluation, evaluate
from desktop.queries.indicators_period import Period
from desktop.queries.indicators_read import read_letters
from desktop.queries.indicators_tally import Durations, Figures, Share
from sync.records import Facility, Record, Referral, ReferralEvent, Void
from sync.records.referral import EVENT_KINDS, REFUSAL_REASONS
from sync.records.referral_state import referral_state
from tests.desktop.conftest import MakeHome
from tests.desktop.homes import Home
from tests.desktop.scenes import reading
from tests.fakes.district_year import DistrictYear, Size, district_year, write_records

SMALL_DISTRICT = Size(puskesmas=4, clinics=3, hospitals=3, outside=1, letters=160)
UNTIL = datetime(2026, 11, 20, tzinfo=UTC)
YEAR = Period(date(2025, 11, 1), date(2026, 11, 30))
MINUTE = timedelta(minutes=1)


def with_disorder(year: DistrictYear, seed: int) -> list[Record]:
    """The year, and facts as they should not be: doubled, late, contrary to each other, with clocks that are wrong."""
    chance = random.Random(seed)
    records: list[Record] = [*year.facilities, *year.records()]
    letters = [record for record in records if isinstance(record, Referral)]
    for _ in range(160):
        letter = chance.choice(letters)
        kind = chance.choice((*EVENT_KINDS, "ditolak", "diterima", "dialihkan"))
        details: dict[str, Any] = {}
        if kind == "ditolak":
            details["reason"] = chance.choice((None, *REFUSAL_REASONS))
        if kind == "dialihkan":
            details["to_facility"] = chance.choice([hospital.id for hospital in year.hospitals])
        named = [
            record.id
            for record in records
            if isinstance(record, ReferralEvent) and record.referral == letter.id and record.kind == "dialihkan"
        ]
        if named and chance.random() < 0.7:
            details["answers"] = chance.choice(named)
        records.append(
            ReferralEvent(
                id=f"{chance.getrandbits(128):032x}",
                referral=letter.id,
                kind=kind,
                at=letter.written_at + timedelta(minutes=chance.randint(-30, 900)),
                by="e" * 32,
                by_name="Petugas Contoh",
                **details,
            )
        )
    return records


@pytest.fixture
def office(new_home: MakeHome) -> Home:
    return new_home("dinkes", person=True)


def counted(home: Home, choice: Choice | None = None, period: Period = YEAR, facility: str | None = None) -> Evaluation:
    with reading(home) as reader:
        return evaluate(read_letters(reader, period, UNTIL, facility), choice)


@dataclass(frozen=True)
class Slow:
    """One letter, counted the long way."""

    letter: Referral
    hospital: str
    asked: tuple[str, ...]
    outcome: str
    answer: timedelta | None
    arrival: timedelta | None
    arrived: bool
    back: bool
    taken_back: bool
    refusals: dict[str, str | None]

    @property
    def emergency(self) -> bool:
        return self.letter.kind == "gawat_darurat" or self.letter.urgency == "merah"

    @property
    def listed(self) -> bool:
        return (self.letter.diagnosis_code or "").replace(".", "") in diagnosis_names().finished_here


def slow(letter: Referral, events: Iterable[ReferralEvent]) -> Slow:
    """What the facts of a letter say, fact by fact."""
    facts = sorted((event for event in events if event.referral == letter.id), key=lambda event: event.id)
    state = referral_state(facts)
    redirections = {fact.id: fact for fact in facts if fact.kind == "dialihkan"}
    refusals: dict[str, str | None] = {}
    for fact in facts:
        if fact.kind == "ditolak":
            by = letter.to_facility if fact.answers is None else redirections[fact.answers].to_facility or ""
            refusals[by] = refusals.get(by, fact.reason)
    about = state.request.id if state.request else None
    answers = [fact for fact in facts if fact.kind in ("diterima", "ditolak") and fact.answers == about]
    since = state.request.at if state.request else letter.written_at
    hospital = (state.request.to_facility or "") if state.request else letter.to_facility
    if state.code in ("berangkat", "tidak_datang"):
        said = {answer.kind for answer in answers}
        outcome = "accepted" if "diterima" in said else "refused" if said else "unanswered"
    else:
        outcome = {"ditolak": "refused", "dibatalkan": "cancelled"}.get(state.code, "accepted")
        if state.code in ("diajukan", "dilihat", "dialihkan"):
            outcome = "unanswered"
    answer = min((fact.at for fact in answers), default=None)
    arrival = min((fact.at for fact in facts if fact.kind == "tiba"), default=None)
    return Slow(
        letter=letter,
        hospital=hospital,
        asked=(letter.to_facility, *(fact.to_facility or "" for fact in redirections.values())),
        outcome=outcome,
        answer=None if answer is None or answer < since else answer - since,
        arrival=None if arrival is None or arrival < letter.written_at else arrival - letter.written_at,
        arrived=any(fact.kind in ("tiba", "selesai", "dirujuk_balik") for fact in facts),
        back=any(fact.kind == "dirujuk_balik" for fact in facts),
        taken_back=any(fact.kind == "dibatalkan" for fact in facts),
        refusals=refusals,
    )


def all_slow(records: Sequence[Record]) -> list[Slow]:
    events = [record for record in records if isinstance(record, ReferralEvent)]
    return [slow(record, events) for record in records if isinstance(record, Referral)]


def share(part: Iterable[bool], whole: int) -> Share:
    return Share(sum(part), whole)


def middle(found: Iterable[timedelta | None]) -> Durations:
    ordered = sorted(passed.total_seconds() for passed in found if passed is not None)
    if not ordered:
        return Durations(0, None, None)
    half = len(ordered) // 2
    median = ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
    ninth = next(value for value in ordered if sum(other <= value for other in ordered) >= 0.9 * len(ordered) - 1e-9)
    return Durations(len(ordered), median, ninth)


def in_time(found: Iterable[Slow], limit: timedelta) -> Share:
    timed = [one for one in found if one.answer is not None]
    late = [one for one in found if one.outcome == "unanswered" and UNTIL - one.letter.written_at > limit]
    late = [one for one in late if one.answer is None]
    return Share(sum(one.answer is not None and one.answer <= limit for one in timed), len(timed) + len(late))


def check(figures: Figures, found: Sequence[Slow], sites: dict[str, Facility]) -> None:
    """Every figure, counted again."""
    urgent = [one for one in found if one.emergency]
    calm = [one for one in found if not one.emergency]
    written_there = [one for one in found if sites[one.letter.from_facility].kind in ("puskesmas", "klinik")]
    first_level = [one for one in written_there if not one.taken_back]
    outpatient = [one for one in first_level if one.letter.kind == "rawat_jalan" and one.listed]
    accepted = [one for one in found if one.outcome == "accepted"]
    assert figures.letters == len(found)
    assert figures.emergencies == len(urgent)
    for name in ("accepted", "refused", "unanswered", "cancelled"):
        assert getattr(figures, name) == share((one.outcome == name for one in found), len(found)), name
    assert figures.emergency_answers.durations == middle(one.answer for one in urgent)
    assert figures.answers.durations == middle(one.answer for one in calm)
    assert figures.all_answers == middle(one.answer for one in found)
    assert figures.emergency_answers.in_time == in_time(urgent, 15 * MINUTE)
    assert figures.answers.in_time == in_time(calm, 60 * MINUTE)
    assert sum(figures.answers.classes) == figures.answers.durations.count
    assert figures.answers.classes[0] == sum(one.answer is not None and one.answer <= 15 * MINUTE for one in calm)
    assert figures.arrived == Share(sum(one.arrived for one in accepted), len(accepted))
    assert figures.back == Share(sum(one.back for one in found), sum(one.arrived for one in found))
    assert figures.travel == middle(one.arrival for one in found)
    assert figures.non_specialist.letters == len(first_level)
    assert figures.non_specialist.counted == sum(one.letter.kd_tacc is None for one in outpatient)
    assert figures.non_specialist.explained == sum(one.letter.kd_tacc is not None for one in outpatient)
    coded = [one for one in found if one.letter.diagnosis_code]
    assert figures.listed == share((one.listed for one in coded), len(coded))
    avoidable = [
        (one.listed and one.letter.kd_tacc is None and not one.emergency) or "bisa_fktp" in one.refusals.values()
        for one in found
    ]
    assert figures.avoidable == share(avoidable, len(found))
    known = [one for one in found if one.hospital in sites]
    assert figures.outside == share((sites[one.hospital].outside_district for one in known), len(known))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_figure_is_that_of_a_slow_count(office: Home, seed: int) -> None:
    year = district_year(SMALL_DISTRICT, seed, UNTIL)
    records = with_disorder(year, seed)
    write_records(office.replica, records)
    sites = {facility.id: facility for facility in year.facilities}
    found = all_slow(records)
    evaluation = counted(office)
    check(evaluation.figures, found, sites)
    for line in evaluation.senders:
        check(line.figures, [one for one in found if one.letter.from_facility == line.site.id], sites)
    for line in evaluation.hospitals:
        check(line.figures, [one for one in found if one.hospital == line.site.id], sites)
    flows = Counter((one.letter.from_facility, one.hospital) for one in found)
    assert {(flow.sender, flow.hospital): flow.count for flow in evaluation.flows} == dict(flows)
    reasons = Counter(reason for one in found for reason in one.refusals.values())
    assert dict(evaluation.refusals.reasons) == dict(reasons)
    assert evaluation.refusals.letters == sum(bool(one.refusals) for one in found)
    codes = Counter(one.letter.diagnosis_code for one in found)
    assert {line.code: line.count for line in evaluation.diagnoses} == {key: n for key, n in codes.items() if key}
    assert evaluation.without_code == codes[None]
    assert sum(part.count for part in evaluation.parts) == len(found)
    for part in evaluation.parts:
        month = [
            one
            for one in found
            if (one.letter.written_at.year, one.letter.written_at.month) == part.first.timetuple()[:2]
        ]
        assert (part.count, part.emergencies) == (len(month), sum(one.emergency for one in month))


def test_a_choice_counts_only_its_letters(office: Home) -> None:
    year = district_year(SMALL_DISTRICT, 4, UNTIL)
    records = with_disorder(year, 4)
    write_records(office.replica, records)
    sites = {facility.id: facility for facility in year.facilities}
    found = all_slow(records)
    sender, hospital = year.first_level[0].id, year.hospitals[1].id
    check(
        counted(office, Choice(sender=sender)).figures,
        [one for one in found if one.letter.from_facility == sender],
        sites,
    )
    asked = [one for one in found if hospital in one.asked]
    evaluation = counted(office, Choice(hospital=hospital))
    check(evaluation.figures, asked, sites)
    assert evaluation.refusals.count == sum(hospital in one.refusals for one in asked)
    check(
        counted(office, Choice(kind="rawat_inap")).figures,
        [one for one in found if one.letter.kind == "rawat_inap"],
        sites,
    )


def test_a_puskesmas_counts_its_own_and_a_hospital_what_it_was_sent(office: Home) -> None:
    year = district_year(SMALL_DISTRICT, 5, UNTIL)
    records = with_disorder(year, 5)
    write_records(office.replica, records)
    found = all_slow(records)
    sender, hospital = year.first_level[0].id, year.hospitals[0].id
    assert counted(office, facility=sender).figures.letters == sum(one.letter.from_facility == sender for one in found)
    assert counted(office, facility=hospital).figures.letters == sum(hospital in one.asked for one in found)


def a_letter(year: DistrictYear, **details: object) -> Referral:
    letter = next(record for record in year.records() if isinstance(record, Referral))
    return replace(letter, **details)  # type: ignore[arg-type]  # passed through


def test_a_day_begins_and_ends_at_midnight_of_the_place(office: Home) -> None:
    year = district_year(SMALL_DISTRICT, 1, UNTIL)
    midnight = datetime(2026, 3, 5).astimezone()
    letters = [
        a_letter(year, id=f"{number:032x}", written_at=midnight + timedelta(milliseconds=late))
        for number, late in enumerate((-1, 0, 86_399_999, 86_400_000))
    ]
    write_records(office.replica, letters)
    assert counted(office, period=Period(date(2026, 3, 5), date(2026, 3, 5))).figures.letters == 2


def test_a_letter_taken_out_of_the_lists_is_not_counted(office: Home) -> None:
    letter = a_letter(district_year(SMALL_DISTRICT, 1, UNTIL))
    void = Void(id="9" * 32, record=letter.id, record_type="referral", reason="Salah pasien")
    write_records(office.replica, [letter, void])
    assert counted(office).figures.letters == 0


def test_what_nobody_knows_is_not_zero(office: Home) -> None:
    figures = counted(office).figures
    assert figures.accepted.percent is None
    assert figures.answers.durations == Durations(0, None, None)
    assert figures.non_specialist.percent is None
    write_records(office.replica, [a_letter(district_year(SMALL_DISTRICT, 1, UNTIL))])
    evaluation = counted(office)
    assert evaluation.figures.letters == 1
    assert evaluation.figures.outside == Share(0, 0), "its hospital's record is not here"
    assert evaluation.figures.non_specialist.letters == 0, "nor the sender's"
    assert evaluation.hospitals[0].site.kind is None


def test_the_collector_is_on_again_after_counting_and_after_an_error(office: Home) -> None:
    counted(office)
    assert gc.isenabled()
    with collector_paused():
        assert not gc.isenabled()
    with pytest.raises(ZeroDivisionError):
        collector_paused()(lambda: 1 / 0)()
    assert gc.isenabled()


def test_fewer_than_ten_are_marked() -> None:
    assert Share(1, 9).small
    assert not Share(1, 10).small
    assert Durations(9, 1.0, 1.0).small
    assert math.isclose(Share(1, 8).percent or 0, 12.5)


def test_every_code_has_the_chapter_of_its_category() -> None:
    assert [chapter_of(code) for code in ("A91", "D489", "D500", "I10", "O141", "Z988", "U071")] == [
        "I",
        "II",
        "III",
        "IX",
        "XV",
        "XXI",
        "XXII",
    ]
    assert chapter_of("") is None
    assert len({number for _, _, number, _ in CHAPTERS}) == 22
    assert {key for key in diagnosis_names().labels if chapter_of(key) is None} == set()
