"""How far the end of a day is: what was told, never more; the bar never runs backwards for what others write."""

from desktop.day_progress import EXCHANGE, HUB, OTHERS, DayProgress, DayShown, DayStep


def exchanging(waiting: int, received: int = 0, coming: int = 0) -> DayStep:
    return DayStep(EXCHANGE, waiting=waiting, received=received, coming=coming)


def test_both_ways_are_counted_and_the_time_left_comes_from_the_pace_that_was_seen() -> None:
    progress = DayProgress()
    assert progress.take(exchanging(100), 0.0) == DayShown("Mengirim: 0 dari 100", 0, 100)
    # That there is something to fetch is known only now: no pace of both was seen yet.
    assert progress.take(exchanging(100, 0, 1_900), 1.0).words == "Mengirim: 0 dari 100 · Menerima: 0 dari 1.900"
    half = progress.take(exchanging(0, 900, 1_000), 11.0)
    assert half == DayShown("Menerima: 900 dari 1.900 · kira-kira 10 detik lagi", 1_000, 2_000)
    assert progress.take(exchanging(0, 1_900), 21.0) == DayShown("Membandingkan dengan server…")


def test_a_pace_that_was_not_seen_is_not_said() -> None:
    progress = DayProgress()
    for seconds in (0.0, 10.0):
        assert "lagi" not in progress.take(exchanging(100), seconds).words
    assert progress.take(exchanging(80), 20.0).words.endswith("kira-kira 2 menit lagi")


def test_what_is_written_meanwhile_makes_no_negative_progress() -> None:
    progress = DayProgress()
    shown = [progress.take(exchanging(waiting), float(waiting)) for waiting in (5, 9, 8)]
    assert [item.done for item in shown] == [0, 0, 1]
    assert shown[-1].words.startswith("Mengirim: 1 dari 9")


def test_the_hub_and_the_others_are_named_with_how_long_they_are_waited_for() -> None:
    progress = DayProgress()
    assert progress.take(DayStep(HUB), 0.0).all == 0
    step = DayStep(OTHERS, others=("Loket", "KIA", "Poli", "Gigi", "Lab"), left_s=80.0, wait_s=100.0)
    assert progress.take(step, 1.0) == DayShown(
        "Menunggu kabar Loket, KIA, Poli dan 2 lain: paling lama 2 menit lagi", 20, 100
    )
    nobody = DayStep(OTHERS, left_s=5.0, wait_s=100.0)
    assert (
        progress.take(nobody, 2.0).words == "Menunggu catatan komputer lain sampai di server: paling lama 5 detik lagi"
    )
    short = DayStep(OTHERS, others=("Loket",), left_s=41.0, wait_s=100.0)
    assert progress.take(short, 2.0).words == "Menunggu kabar Loket: paling lama 45 detik lagi"


def test_a_step_survives_the_way_between_two_processes() -> None:
    step = DayStep(OTHERS, others=("Loket",), left_s=5.0, wait_s=100.0)
    assert DayStep.from_data({**step.to_data(), "others": ["Loket"]}) == step
