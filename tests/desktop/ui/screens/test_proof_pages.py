"""The pages of proof: the end of the day, the state of the sync, and the district's computers at the office."""

import json
import os
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.actions.hub import new_hub_code, switch_hub
from desktop.commands.hub import pair
from desktop.commands.roads import sync_test
from desktop.proof_words import verdict_words
from desktop.queries.computers import computers, silence, silent_count, sorted_by_worst
from desktop.queries.day_end import Own, Verdict, facility_computers, verdict
from desktop.ui.desk import Desk
from desktop.ui.legibility import legibility_problems
from desktop.ui.screens.day_end import DayEndScreen, pc_card
from desktop.ui.screens.sync_facts import SyncFactsScreen
from desktop.ui.screens.sync_health import SyncHealthScreen
from desktop.ui.screens.sync_health_table import cells_of, is_amiss
from desktop.ui.tones import Tone
from sync.exchange.hub_service import HubService
from sync.records import RECORDS_VERSION
from sync.replica import links
from sync.replica.reader import Reader
from sync.replica.values import Edit
from sync.server.hub import HubFace
from tests.desktop.conftest import MakeHome
from tests.desktop.homes import Home, make_district_home
from tests.fakes.district import District
from tests.fakes.replicas import new_patient

NOW = datetime(2026, 11, 26, 10, 5, tzinfo=UTC)


def computer(number: int, seen: timedelta | None, facility: int | str = 1, **more: Any) -> dict[str, Any]:
    """A computer as the server tells it. ``facility``: its number, or its id."""
    place = facility if isinstance(facility, str) else f"{facility:032x}"
    seen_at = (datetime.now(UTC) - seen).isoformat() if seen is not None else ""
    report = {"waiting": more.pop("waiting", 0), "refused": more.pop("refused", 0)}
    return {
        "device": f"{place[-16:]}{number:016x}",
        "letter": "ABCDEFGHIJ"[number % 10],
        "name": f"PC-LOKET-{number}",
        "facility": place,
        "facility_code": f"1132{place[-4:]}",
        "facility_name": f"Puskesmas Melati {facility}",
        "seen_at": seen_at,
        "program": "0.1.0",
        "records": RECORDS_VERSION,
        "report": report,
        **more,
    }


def told(home: Home, found: list[dict[str, Any]]) -> None:
    """The list as the agent keeps it."""
    home.replica.set_value("computers", json.dumps(found))
    home.replica.set_value("computers.at", str(int(time.time() * 1000)))


def kept(widget: QWidget, name: str) -> None:
    """A picture for whoever wants to look."""
    folder = os.environ.get("RUJUK_PICTURES")
    if folder:
        widget.grab().save(str(Path(folder) / f"{name}.png"))


def shown(widget: Any, qtbot: QtBot, desk: Desk) -> Any:
    qtbot.addWidget(widget)
    widget.resize(1170, 660)
    widget.show()
    widget.refresh()
    qtbot.waitUntil(lambda: not desk.busy)
    return widget


def test_one_button_ends_the_day_with_a_receipt_on_the_screen(
    tmp_path: Path, district: District, new_desk: Callable[[Home], Desk], qtbot: QtBot
) -> None:
    home = make_district_home(tmp_path / "pc", district)
    home.replica.save([Edit(new_patient(home.replica)) for _ in range(3)], home.replica.identity.device)
    desk = new_desk(home)
    screen: DayEndScreen = shown(DayEndScreen(desk), qtbot, desk)
    assert "Belum ada tanda terima" in screen.receipt.text()
    said = list[str]()
    screen._command.progressed.connect(lambda _told: said.append(screen.working.text()))
    screen.start_button.click()
    assert screen.progress.isVisible()
    qtbot.waitUntil(lambda: bool(said))
    kept(screen, "day_end_running")
    qtbot.waitUntil(lambda: bool(screen.receipts.cards()) and bool(screen.list.cards()))
    qtbot.waitUntil(screen.result.isVisible)
    kept(screen, "day_end_done")
    assert not screen.progress.isVisible()
    assert any(words.startswith(("Mengirim: ", "Menerima: ", "Membandingkan ")) for words in said)
    assert "Tanda terima server" in screen.receipt.text()
    # The PC that the district's own fixture enrolled has never told how it stands, or was seen just now.
    assert screen.bar.isVisible()
    assert "Selesai" in screen.result.text() or "Belum lengkap" in screen.result.text()
    assert legibility_problems(screen) == []
    home.close()


def test_without_a_link_the_day_is_not_complete_and_nothing_is_lost(home: Home, desk: Desk, qtbot: QtBot) -> None:
    screen: DayEndScreen = shown(DayEndScreen(desk), qtbot, desk)
    screen.start_button.click()
    qtbot.waitUntil(screen.result.isVisible)
    assert screen.result.text().startswith("Belum lengkap")
    assert not screen.bar.isVisible()
    kept(screen, "day_end_no_link")


def test_each_pc_that_stands_in_the_way_is_named_with_what_to_do(home: Home, desk: Desk, qtbot: QtBot) -> None:
    told(
        home,
        [
            computer(0, timedelta(minutes=2), device=home.replica.identity.device),
            computer(1, timedelta(minutes=4), waiting=7),
            computer(2, timedelta(days=3)),
            computer(3, timedelta(minutes=1)),
            computer(4, timedelta(minutes=9)),
        ],
    )
    screen: DayEndScreen = shown(DayEndScreen(desk), qtbot, desk)
    now = datetime.now(UTC)
    answer = {"ok": False, "done": False, "lacking": [], "receipt": "x"}
    screen._when_ended({**answer, "at": now.isoformat(), "since": (now - timedelta(minutes=3)).isoformat()})
    qtbot.waitUntil(screen.result.isVisible)
    words = screen.result.text()
    assert words.startswith(f"Belum lengkap pukul {now.astimezone():%H.%M}")
    assert "PC-LOKET-1: 7 menunggu" in words
    assert "PC-LOKET-4: belum pasti: terakhir terlihat" in words
    assert "PC-LOKET-3" not in words
    assert [card.marks[0].text for card in screen.list.cards()] == [
        "3 menunggu",
        "7 menunggu",
        "belum pasti",
        "tidak terjangkau",
        "lengkap",
    ]
    kept(screen, "day_end_behind")
    assert legibility_problems(screen) == []


def test_done_is_said_only_with_a_receipt_and_nothing_waiting_today(home: Home) -> None:
    now = datetime.now(UTC)

    def judged(*there: dict[str, Any], lacking: Sequence[str] = (), receipt: bool = True) -> Verdict:
        told(home, list(there))
        with closing(Reader(home.settings.database, _key(home))) as reader:
            found = computers(reader).computers
        return verdict(found, Own("", 0), lacking, now, now - timedelta(minutes=2), receipt=receipt)

    on, off = computer(1, timedelta(minutes=1)), computer(2, timedelta(days=2))
    assert judged(on, off).done
    assert "Tidak menyala hari ini: PC-LOKET-2 (terakhir terlihat " in verdict_words(judged(on, off), now)
    assert not judged(on, off, receipt=False).done
    assert not judged(on, off, lacking=["differs"]).done
    # Off all day with something left, and silent since before the question: both stand in the way.
    left, quiet = computer(3, timedelta(days=2), waiting=3), computer(4, timedelta(minutes=3))
    for other, words in ((left, "3 menunggu waktu itu"), (quiet, "sesudah itu tidak diketahui")):
        assert not judged(on, other).done
        assert words in verdict_words(judged(on, other), now)
        assert words in pc_card(judged(on, other).states[0], now).subtitle


def test_a_word_about_yesterday_is_none_about_today(home: Home, desk: Desk, qtbot: QtBot) -> None:
    screen: DayEndScreen = shown(DayEndScreen(desk), qtbot, desk)
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    answer = {"ok": True, "done": True, "lacking": [], "receipt": "x", "at": yesterday, "since": yesterday}
    screen._when_ended(answer)
    qtbot.waitUntil(lambda: not desk.busy)
    assert not screen.result.isVisible()


def test_a_computer_that_only_the_hub_has_seen_today_stands_in_the_way(home: Home) -> None:
    told(home, [computer(1, timedelta(days=3)), computer(2, timedelta(minutes=1))])
    for number, waiting in ((1, 5), (2, 9)):
        seen = datetime.now(UTC) - timedelta(minutes=2)
        word = {"device": computer(number, None)["device"], "name": f"PC-LOKET-{number}", "letter": "B"}
        kept_word = json.dumps({**word, "last_seen": seen.isoformat(), "waiting": waiting, "told_at": seen.isoformat()})
        home.replica.set_value(f"hub.peer.{number}", kept_word)
    reader = Reader(home.settings.database, _key(home))
    found = facility_computers(reader).computers
    reader.close()
    judged = verdict(found, Own("", 0), [], datetime.now(UTC), receipt=True)
    assert not judged.done
    # The server saw the second one later than the hub did: its word counts.
    assert [(item.computer.name, item.waiting) for item in judged.missing] == [("PC-LOKET-1", 5)]


def test_what_a_pc_once_held_for_its_hub_counts_no_more_where_the_hub_has_spoken_of_it_since(home: Home) -> None:
    now = datetime.now(UTC)
    report = {"carried": 2}
    told(
        home,
        [
            computer(1, timedelta(days=2), report=report, hub_at=now.isoformat()),
            computer(2, timedelta(), report=report),
        ],
    )
    with closing(Reader(home.settings.database, _key(home))) as reader:
        by_hub, by_itself = computers(reader).computers
    assert verdict([by_hub], Own("", 0), [], now, receipt=True).done
    assert [item.waiting for item in verdict([by_itself], Own("", 0), [], now, receipt=True).missing] == [2]


def test_sundays_are_no_silence() -> None:
    saturday = datetime(2026, 11, 21, 15, 0).astimezone()
    monday = datetime(2026, 11, 23, 8, 0).astimezone()
    assert silence(saturday, monday) == timedelta(hours=17)
    assert silence(None, monday) is None


def test_the_state_of_the_sync_is_told_in_plain_facts_and_the_test_gives_a_code(
    home: Home, desk: Desk, qtbot: QtBot
) -> None:
    home.replica.save([Edit(new_patient(home.replica))], home.replica.identity.device)
    home.replica.set_value("sync.repairs", json.dumps([{"at": "2026-11-26T09:00:00+00:00", "fetched": 0, "lost": 3}]))
    reason = "a facility of kind puskesmas does not write facility"
    home.replica.confirm([], [(home.replica.waiting(1, 10**6)[0][0], reason)])
    district = home.replica.identity.district
    home.replica.write(
        lambda connection: links.write_link(
            connection, district, links.DISTRICT_PEER, last_sync_at="2020-01-02T03:04:05Z"
        )
    )
    screen: SyncFactsScreen = shown(SyncFactsScreen(desk), qtbot, desk)
    qtbot.waitUntil(lambda: bool(screen.facts.lines))
    said = " / ".join(words for _, words, _, _ in screen.facts.lines)
    assert "Pasien: 1, yang terlama sejak" in said
    assert "3 catatan yang hilang di server dikirim ulang" in said
    (refused,) = [line for line in screen.facts.lines if line.caption == "Ditolak server"]
    assert refused.words.endswith("1, alasan: tidak diizinkan untuk fasilitas ini")
    assert refused.tip == reason
    assert reason in [part.toolTip() for part in screen.facts.findChildren(QLabel)]
    (proven,) = [line for line in screen.facts.lines if line.caption == "Terbukti sama dengan server"]
    assert proven.tone is Tone.ATTENTION
    screen.test_button.click()
    qtbot.waitUntil(screen.result.isVisible)
    assert "K-2105" in screen.result.text()
    assert ("Jaringan sampai ke server", "GAGAL · K-2105") in [(a, b) for a, b, _, _ in screen.steps.lines]
    qtbot.waitUntil(lambda: not desk.busy)
    kept(screen, "sync_facts")
    assert legibility_problems(screen) == []


def test_a_pc_that_lives_by_its_hub_is_told_that_all_is_well_and_which_road_is_not(
    home: Home, new_home: MakeHome, desk: Desk, qtbot: QtBot
) -> None:
    hub = new_home(letter="B", facility=home.replica.identity.facility)
    switch_hub(hub.replica, on=True)
    face = HubFace(hub.replica, HubService(hub.replica), host="127.0.0.1", port=0)
    pair(home.settings, f"127.0.0.1:{face.port}", new_hub_code(hub.replica))
    screen: SyncFactsScreen = shown(SyncFactsScreen(desk), qtbot, desk)
    screen.test_button.click()
    qtbot.waitUntil(screen.result.isVisible)
    # Only the window looks for the agent.
    assert "K-2104" in screen.result.text()
    assert "Lewat hub: baik; langsung ke kabupaten: tidak bisa." in screen.result.text()
    lines = {caption: (words, tone) for caption, words, tone, _ in screen.steps.lines}
    assert lines["Jaringan sampai ke server"] == ("tidak bisa, dan tidak diperlukan", Tone.NEUTRAL)
    assert lines["Isi sama dengan hub"][0].startswith("OK, terakhir sama ")
    screen._agent_there = True
    screen._when_ended(sync_test(home.settings).data)
    assert screen.result.text().startswith("Kode K-2100. Semua yang diperlukan berhasil")
    qtbot.waitUntil(lambda: not desk.busy)
    kept(screen, "sync_facts_by_hub")
    face.close()
    screen._when_ended(sync_test(home.settings).data)
    assert screen.result.text().startswith("Kode K-2115.")
    qtbot.waitUntil(lambda: not desk.busy)
    kept(screen, "sync_facts_without_hub")
    assert legibility_problems(screen) == []


def test_the_office_sees_786_computers_at_once_the_worst_first(
    new_home: MakeHome, new_desk: Callable[[Home], Desk], qtbot: QtBot, tmp_path: Path
) -> None:
    home = new_home("dinkes")
    found = [
        computer(pc, timedelta(minutes=pc + 1), facility, waiting=3 if (facility, pc) == (7, 1) else 0)
        for facility in range(1, 132)
        for pc in range(6)
    ]
    found[100]["seen_at"] = (datetime.now(UTC) - timedelta(days=9)).isoformat()
    found[200]["forked_at"] = "2026-11-20T00:00:00Z"
    desk = new_desk(home)
    screen: SyncHealthScreen = shown(SyncHealthScreen(desk), qtbot, desk)
    # Before the list has come, nothing is counted.
    assert not screen.counts.isVisible()
    assert not screen.nobody.isVisible()
    told(home, found)
    screen.refresh()
    qtbot.waitUntil(lambda: screen.table.lines.rowCount() == 786)
    assert screen.table.lines.line(0)[1].text.endswith(found[100]["name"])
    silent, seen = screen.table.lines.line(0)[2], datetime.fromisoformat(found[100]["seen_at"])
    assert silent.text.startswith("9 hari (")
    assert f"{seen.astimezone():%H.%M}" not in silent.text
    assert f"{seen.astimezone():%H.%M}" in silent.whole
    assert "diam lebih dari 1 hari (Minggu tidak dihitung): 1" in screen.counts.text()
    screen.search.setText("tidak ada yang bernama begini")
    assert screen.nobody.text() == "Tidak ada komputer yang cocok."
    assert screen.nobody.isVisible()
    assert legibility_problems(screen) == []
    screen.search.setText("")
    assert not screen.nobody.isVisible()
    kept(screen, "sync_health")
    began = time.perf_counter()
    screen.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    screen.table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    screen.search.setText("melati 7")
    screen.search.setText("")
    assert time.perf_counter() - began < 2.0
    screen.amiss.setChecked(True)
    assert screen.table.lines.rowCount() == 3
    target = tmp_path / "daftar.csv"
    screen.save(target)
    qtbot.waitUntil(lambda: not desk.busy)
    assert found[100]["name"] in target.read_text("utf-8-sig")
    reader = Reader(home.settings.database, _key(home))
    assert silent_count(reader, "", datetime.now(UTC)) == 1
    worst = sorted_by_worst(computers(reader).computers, datetime.now(UTC))
    assert worst[1].forked_at is not None
    reader.close()
    assert legibility_problems(screen) == []


def _key(home: Home) -> bytes:
    from desktop.security.keys import load_key

    return load_key(home.settings).secret


def test_a_computer_that_comes_by_stick_is_not_silent_and_the_list_says_how(home: Home) -> None:
    now = datetime.now(UTC)
    told(home, [computer(0, timedelta(days=9), stick_at=now.isoformat()), computer(1, None), computer(2, timedelta())])
    reader = Reader(home.settings.database, _key(home))
    by_stick, never, spoke = computers(reader).computers
    assert silent_count(reader, "", now) == 1
    reader.close()
    assert "lewat stik" in cells_of(by_stick, now, {})[2].text
    assert not is_amiss(by_stick, now, {})
    assert is_amiss(never, now, {})
    assert "lewat stik" not in cells_of(spoke, now, {})[2].text


def test_a_computer_that_lives_by_its_hub_is_not_silent_and_the_list_says_how(home: Home) -> None:
    now = datetime.now(UTC)
    hub, later = now.isoformat(), (now - timedelta(hours=1)).isoformat()
    told(
        home,
        [
            computer(0, timedelta(days=9), waiting=5, hub_at=hub),
            computer(1, None, report=None, hub_at=hub, hub_waiting=2),
            computer(2, timedelta(), waiting=4, hub_at=later, hub_waiting=1),
            computer(3, None, stick_at=hub, hub_at=later),
        ],
    )
    reader = Reader(home.settings.database, _key(home))
    by_hub, new, spoke, by_stick = computers(reader).computers
    assert silent_count(reader, "", now) == 0
    reader.close()
    assert "lewat hub" in cells_of(by_hub, now, {})[2].text
    assert not is_amiss(by_hub, now, {})
    # What waits is as whoever heard of it last says.
    assert [item.waiting for item in (by_hub, new, spoke)] == [0, 2, 4]
    assert "lewat" not in cells_of(spoke, now, {})[2].text
    assert "lewat stik" in cells_of(by_stick, now, {})[2].text
    own = Own("", 0)
    ended = verdict([by_hub, new], own, [], now, receipt=True)
    assert [item.state for item in ended.states] == ["waits", "complete"]
    assert pc_card(ended.states[0], now).subtitle.endswith("lewat hub")
    assert pc_card(ended.states[1], now).subtitle.endswith("lewat hub")
