"""The benchmarks run and tell what they measured; how quick this machine is, is not judged here."""

import json

import pytest

from tests.benchmarks.__main__ import main, names
from tests.fakes.slow_link import Requests


def test_a_name_that_is_no_benchmark_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["people"]) == 2
    assert main([]) == 2
    assert "search" in capsys.readouterr().err
    assert "search" in names()


def test_the_search_benchmark_finds_everybody_it_should(capsys: pytest.CaptureFixture[str]) -> None:
    main(["search", "--patients", "400", "--queries", "40"])
    measured = json.loads(capsys.readouterr().out)
    assert measured["patients"] == 400
    for kind in ("whole_name", "last_word_first", "other_spelling", "birth_and_village", "birth_and_name"):
        assert measured["ms"][kind]["found_percent"] == 100.0, kind
    assert measured["ms"]["typo"]["found_percent"] > 60.0


def test_the_duplicates_benchmark_warns_of_most_and_of_few_new_people(capsys: pytest.CaptureFixture[str]) -> None:
    main(["duplicates", "--patients", "600", "--typed", "60"])
    measured = json.loads(capsys.readouterr().out)
    assert measured["typed_again"]["warned_percent"] >= 85
    assert measured["new"]["warned_percent"] <= 5
    assert measured["typed_again"]["by_slip"]["nik_missing"] > 80


def test_the_bed_benchmark_judges_every_kind_of_ward_and_times_a_district(capsys: pytest.CaptureFixture[str]) -> None:
    main(["beds", "--months", "1", "--step", "12", "--days", "16"])
    measured = json.loads(capsys.readouterr().out)
    assert sum(item["forecasts"] for item in measured["together"]["bins"]) > 100
    assert set(measured["together"]["brier"]) == {"model", "last_count", "base_rate"}
    assert {"ICU", "once a day"} <= set(measured["apart"])
    assert measured["district_ms"]["counts"] > 14 * 16 * 4


def test_the_sync_benchmark_moves_every_record_to_the_server_and_back(capsys: pytest.CaptureFixture[str]) -> None:
    main(["sync", "--records", "40", "--databases", "sqlite", "--table"])
    told = capsys.readouterr()
    measured = json.loads(told.out)["sqlite"]
    for link, ending in (("free", ""), ("slow", "_at_40")):
        push, pull, nothing = (measured[link][step + ending] for step in ("push", "pull", "nothing_new"))
        assert push["bytes_up"] > push["bytes_down"] > 0
        assert pull["bytes_down"] > pull["bytes_up"] > 0
        assert nothing["requests"] == 1
        assert nothing["bytes_up"] + nothing["bytes_down"] < 1000
    assert measured["free"]["push_with_5_cuts"]["records_per_s"] > 0
    assert measured["slow"]["pull_with_5_cuts_at_40"]["records_per_s"] > 0
    rows = [line for line in told.err.splitlines() if line.startswith(("| free ", "| slow "))]
    assert len(rows) == sum(len(steps) for steps in measured.values())


def test_the_link_counts_requests_whose_length_is_told_and_those_in_chunks() -> None:
    told = b"POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"
    chunked = b"POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\na\r\nten bytes\n\r\n4\r\n\r\n\r\n\r\n0\r\n\r\n"
    sent = told + chunked + told + chunked
    for size in (1, 3, 7, len(sent)):
        requests = Requests()
        begun = [requests.feed(sent[start : start + size]) for start in range(0, len(sent), size)]
        assert sum(begun) == 4
        assert requests.left == 0
        assert requests.feed(told[:-2]) == 1
        assert requests.left == 2


def test_an_emergency_overtakes_a_backlog_on_a_link_of_two_kilobytes_a_second(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["lane", "--tries", "3", "--waiting", "400"]) == 0
    assert json.loads(capsys.readouterr().out)["within_5_s"] == 3


def test_nothing_is_lost_on_a_link_that_resets_connections(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["loss", "--seeds", "3", "--records", "300", "--rate", "0.4"]) == 0
    measured = json.loads(capsys.readouterr().out)
    assert sum(measured["resets"].values()) > 0
    assert measured["missing"] == 0


def test_the_offline_benchmark_saves_and_drains(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["offline", "--changes", "60", "--saves", "20", "--database", "sqlite"]) == 0
    measured = json.loads(capsys.readouterr().out)
    assert measured["waiting"] == 60
    assert set(measured["save_ms"]) == {"none_waiting", "all_waiting"}


def test_the_evaluation_benchmark_paints_charts_and_map_twice(capsys: pytest.CaptureFixture[str]) -> None:
    main(["evaluation", "--letters", "200", "--rounds", "1"])
    measured = json.loads(capsys.readouterr().out)
    assert measured["records"]["referral"] == 200
    assert measured["records"]["facility"] == 131 + 14
    for opened in ("cold", "warm"):
        steps = measured[opened]
        assert all(steps[step] > 0 for step in ("cpu_seconds", "make", "read_and_count", "charts", "map")), opened
