"""How values are said on the screen. Plain functions: no widget is made."""

from datetime import UTC, date, datetime, timedelta

import pytest

from desktop.queries.beds import FreeBeds, WardLine
from desktop.queries.referrals import Chain
from desktop.ui import wording
from sync.records.referral import URGENCIES
from sync.records.referral_state import PRECEDENCE

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=40), "baru saja"),
        (timedelta(minutes=59), "59 menit lalu"),
        (timedelta(hours=47), "47 jam lalu"),
        (timedelta(days=3), "3 hari lalu"),
        (None, "waktu tidak diketahui"),
    ],
)
def test_how_long_ago(passed: timedelta | None, words: str) -> None:
    assert wording.ago_words(passed) == words


def test_how_long_something_lasts() -> None:
    spans = (timedelta(seconds=59), timedelta(minutes=12), timedelta(hours=3), timedelta(days=2), timedelta(hours=-1))
    assert [wording.span_words(span) for span in spans] == ["< 1 menit", "12 menit", "3 jam", "2 hari", "< 1 menit"]


@pytest.mark.parametrize(
    ("born", "words"),
    [
        (date(1992, 2, 3), "34 th"),
        (date(1992, 11, 25), "33 th"),
        (date(2024, 11, 25), "23 bln"),
        (date(2026, 9, 24), "2 bln"),
        (date(2026, 9, 25), "60 hr"),
        (date(2026, 11, 24), "0 hr"),
        (date(2027, 1, 1), "umur tidak diketahui"),
        (None, "umur tidak diketahui"),
    ],
)
def test_ages_are_said_as_staff_say_them(born: date | None, words: str) -> None:
    assert wording.age_words(born, TODAY) == words


def test_a_moment_says_no_more_than_is_needed() -> None:
    local = NOW.astimezone()
    assert wording.clock_words(NOW, NOW) == f"{local:%H.%M}"
    assert wording.clock_words(NOW - timedelta(days=3), NOW).startswith("21 Nov ")
    assert wording.clock_words(NOW - timedelta(days=400), NOW).startswith("20 Okt 2025 ")


def test_every_state_and_urgency_has_a_word_of_its_own() -> None:
    words = [wording.state_mark(code).text for code in PRECEDENCE]
    assert len(set(words)) == len(words)
    assert not set(words) & set(PRECEDENCE)
    assert {wording.urgency_mark(code).text for code in URGENCIES} == {"Merah", "Kuning", "Hijau"}


def test_beds_that_nobody_knows_are_not_full() -> None:
    assert wording.beds_words(FreeBeds(None, 2, None)) == "tidak diketahui"
    assert wording.beds_words(FreeBeds(0, 0, NOW)) == "penuh"
    assert wording.beds_words(FreeBeds(3, 1, NOW)) == "3 kosong (+1 ruang tidak diketahui)"


def test_a_ward_named_like_its_class_is_said_once() -> None:
    ward = WardLine("0" * 32, "ICU", "ICU", "campur", None, None, None)
    assert wording.ward_words(ward) == "ICU"


def chain(**details: object) -> Chain:
    nothing = dict.fromkeys(("on_server_at", "refusal", "seen_at", "seen_by", "answered_at", "answered_by"))
    return Chain(**{"written_at": NOW, "on_server": False, **nothing, **details})  # type: ignore[arg-type]  # by name


def test_the_chain_says_what_is_reached_and_what_is_not() -> None:
    steps = wording.chain_steps(chain(on_server=True, seen_at=NOW, seen_by="dr. Naura"), NOW)
    assert [step.label for step in steps] == ["Ditulis", "Di server", "Dilihat RS", "Dijawab"]
    assert [step.reached for step in steps] == [True, True, True, False]
    assert steps[2].detail.endswith("dr. Naura")
    assert steps[3].detail == "belum"


def test_the_moment_on_the_server_is_said_where_it_is_known() -> None:
    assert wording.chain_steps(chain(on_server=True), NOW)[1].detail == "sudah terkirim"
    moment = NOW - timedelta(minutes=3)
    step = wording.chain_steps(chain(on_server=True, on_server_at=moment), NOW)[1]
    assert (step.reached, step.detail) == (True, wording.clock_words(moment, NOW))


def test_a_letter_the_server_refused_is_trouble_and_never_looks_sent() -> None:
    step = wording.chain_steps(chain(refusal="unknown facility"), NOW)[1]
    assert (step.reached, step.trouble, step.detail) == (False, True, "tidak diizinkan untuk fasilitas ini")
    assert step.tip == "unknown facility"


def test_a_great_number_has_dots() -> None:
    assert [wording.number_words(number) for number in (0, 999, 12_345, 1_234_567)] == [
        "0",
        "999",
        "12.345",
        "1.234.567",
    ]


def test_midnight_is_the_end_of_the_day_before() -> None:
    midnight = datetime(2026, 11, 28).astimezone()
    assert wording.until_words(midnight, NOW) == "akhir 27 Nov 2026"
    assert wording.until_words(midnight + timedelta(hours=6), NOW) == wording.clock_words(
        midnight + timedelta(hours=6), NOW
    )
