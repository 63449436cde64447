"""Bad days of one PC, with real files and processes: a damaged file, an interrupted rescue, copies and their key."""

import secrets
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop import assets
from desktop.actions import copies, rescue
from desktop.app import Program
from desktop.exchanging import Exchanging
from desktop.security.keys import load_key
from desktop.settings import RESCUE_MARK
from desktop.ui.command import Command
from desktop.ui.legibility import legibility_problems
from desktop.ui.main_window import MainWindow
from desktop.ui.screens.rescue import RescueScreen
from desktop.ui.tones import TONES, Tone
from sync.errors import BadInput, ReplicaError
from sync.exchange.credential import public_key
from sync.records import Patient
from sync.replica import links
from sync.replica.copying import check_database
from sync.replica.opening import open_sqlite
from sync.replica.replica import Replica
from sync.replica.sealed_key import open_key, seal_key
from sync.replica.values import Edit
from sync.revisions.environment import system_environment
from tests.desktop.commands_run import rujuk
from tests.desktop.conftest import MakeHome
from tests.desktop.homes import Home
from tests.desktop.ui.screens.test_proof_pages import kept

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def saved(home: Home, count: int) -> list[str]:
    patients = [
        Patient(id=home.replica.new_id(), name=f"Pasien Contoh {number}", sex="P", identity_reason="belum_rekam")
        for number in range(count)
    ]
    home.replica.save([Edit(patient) for patient in patients], home.replica.identity.device)
    return [patient.id for patient in patients]


def damage(home: Home) -> bytes:
    """Make pages of the (closed) file unreadable in its second half; the damaged bytes."""
    home.close()
    content = bytearray(home.settings.database.read_bytes())
    for place in range(len(content) // 2, len(content), 3 * 4096):
        content[place] ^= 1
    home.settings.database.write_bytes(content)
    return bytes(content)


def there(home: Home, patients: list[str]) -> list[str]:
    replica = Replica.load(open_sqlite(home.settings.database, load_key(home.settings).secret), system_environment())
    assert replica is not None
    found = [item for item in patients if replica.get(Patient, item) is not None]
    replica.close()
    return found


def test_a_whole_file_is_not_rescued(home: Home) -> None:
    ended = rujuk(home.settings.home, "rescue", "--json")
    assert (ended.code, ended.json()["code"]) == (2, "WrongUsage")
    assert not any(path.name.startswith("rusak-") for path in home.settings.home.iterdir())


def test_a_damaged_file_is_set_aside_and_its_readable_part_goes_on(home: Home) -> None:
    patients = saved(home, 300)
    content = damage(home)
    ended = rujuk(home.settings.home, "rescue", "--json")
    assert ended.code == 0, ended.out
    told = ended.json()
    assert told["revisions"] + told["unreadable"] >= 300
    assert (Path(told["aside"]) / "rujuk.db").read_bytes() == content
    found = there(home, patients)
    assert len(found) >= told["revisions"] - 20
    check_database(home.settings.database, load_key(home.settings).secret)
    assert rujuk(home.settings.home, "status", "--json").json()["ok"] is True


def test_the_daily_copy_fills_what_the_damaged_file_has_lost(home: Home) -> None:
    patients = saved(home, 300)
    assert rujuk(home.settings.home, "copy", "now", "--json").json()["bytes"] > 0
    damage(home)
    assert rujuk(home.settings.home, "rescue", "--json").code == 0
    assert there(home, patients) == patients


def destroy(home: Home) -> None:
    """Leave nothing of the (closed) file that could be read, as when the disk is damaged at its beginning."""
    home.close()
    for name in ("rujuk.db-wal", "rujuk.db-shm"):
        (home.settings.home / name).unlink(missing_ok=True)
    home.settings.database.write_bytes(b"rusak" * 2000)


def test_the_copies_on_the_chosen_stick_are_found_though_the_database_that_knew_it_is_gone(
    home: Home, tmp_path: Path
) -> None:
    patients, stick = saved(home, 30), tmp_path / "stik"
    assert rujuk(home.settings.home, "copy", "now", "--folder", str(stick), "--json").code == 0
    assert copies.folder_of(home.settings, home.replica) == copies.chosen_folder(home.settings) == stick
    destroy(home)
    told = rujuk(home.settings.home, "rescue", "--json").json()
    assert [Path(path).parent for path in told["copies"]] == [stick]
    assert there(home, patients) == patients


def test_a_folder_that_an_older_program_noted_in_the_database_is_noted_beside_it_with_the_next_copy(
    home: Home, tmp_path: Path
) -> None:
    home.replica.set_value(copies.FOLDER_VALUE, str(tmp_path / "stik"))
    assert copies.chosen_folder(home.settings) is None
    exchanging = Exchanging(home.settings, lambda _progress: None)
    assert exchanging.copy_if_due()
    exchanging.close()
    assert copies.chosen_folder(home.settings) == tmp_path / "stik"
    assert len(copies.copies_in(tmp_path / "stik")) == 1


def test_copies_of_other_computers_on_the_same_stick_do_not_hide_the_own_ones(
    home: Home, tmp_path: Path, new_home: MakeHome
) -> None:
    patients, stick = saved(home, 20), tmp_path / "stik"
    copies.make_copy(home.settings, home.replica, load_key(home.settings).secret, stick, date(2026, 11, 1))
    for letter in ("B", "C", "D"):
        other = new_home(letter=letter, facility=home.replica.identity.facility)
        copies.make_copy(other.settings, other.replica, load_key(other.settings).secret, stick, date(2026, 11, 20))
    destroy(home)
    told = rujuk(home.settings.home, "rescue", "--json").json()
    assert [Path(path).name for path in told["copies"]] == ["rujuk-A-20261101.salinan"]
    assert there(home, patients) == patients
    assert [path.name for path in Path(told["aside"]).glob("dari-*.salinan")] == ["dari-rujuk-A-20261101.salinan"]


def test_a_folder_named_by_hand_is_read_and_one_without_copies_changes_nothing(home: Home, tmp_path: Path) -> None:
    patients, stick = saved(home, 20), tmp_path / "stik"
    made = copies.make_copy(home.settings, home.replica, load_key(home.settings).secret, stick, date(2026, 11, 1))
    elsewhere = tmp_path / "E" / "salinan lama"
    elsewhere.mkdir(parents=True)
    destroy(home)
    ended = rujuk(home.settings.home, "rescue", "--from", str(elsewhere), "--json")
    assert (ended.code, ended.json()["code"]) == (2, "WrongUsage")
    assert not any(path.name.startswith("rusak-") for path in home.settings.home.iterdir())
    made.path.rename(elsewhere / made.path.name)
    told = rujuk(home.settings.home, "rescue", "--from", str(elsewhere), "--json").json()
    assert [Path(path).parent for path in told["copies"]] == [elsewhere]
    assert there(home, patients) == patients


def test_the_page_names_the_folder_of_the_copies_and_takes_another(
    home: Home, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    patients, stick = saved(home, 20), tmp_path / "stik yang namanya panjang sekali, seperti folder bersama di jaringan"
    made = copies.make_copy(home.settings, home.replica, load_key(home.settings).secret, stick, date(2026, 11, 1))
    elsewhere = tmp_path / "lain"
    elsewhere.mkdir()
    destroy(home)
    page = RescueScreen(home.settings)
    qtbot.addWidget(page)
    page.resize(1366, 700)
    page.show()
    assert page.folder.text().replace("\u200b", "").endswith(str(stick))
    kept(page, "rescue_folder")
    assert legibility_problems(page) == []
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_given: str(elsewhere))
    page.choose_button.click()
    page.start.click()
    qtbot.waitUntil(lambda: "Tidak ada salinan Rujuk" in page.result.text())
    assert "tidak diubah" in page.result.text()
    kept(page, "rescue_no_copies_there")
    made.path.rename(elsewhere / made.path.name)
    page.start.click()
    qtbot.waitUntil(lambda: "1 salinan harian ikut dibaca" in page.result.text())
    kept(page, "rescue_done")
    assert legibility_problems(page) == []
    assert there(home, patients) == patients


def test_an_interrupted_rescue_is_taken_up_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    patients = saved(home, 300)
    damage(home)
    key = load_key(home.settings).secret

    def power_cut(settings: object, fresh: object) -> None:
        home.settings.database.unlink()
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(rescue, "_put_in_place", power_cut)
        with pytest.raises(KeyboardInterrupt):
            rescue.rescue(home.settings, key, [], NOW)
    assert (home.settings.home / RESCUE_MARK).exists()
    home.settings.database.write_bytes(b"")
    done = rescue.rescue(home.settings, key, [], NOW)
    assert not (home.settings.home / RESCUE_MARK).exists()
    assert len(there(home, patients)) >= done.revisions - 20


def test_the_damaged_page_rescues_and_opens_again(home: Home, qtbot: QtBot) -> None:
    saved(home, 50)
    rujuk(home.settings.home, "copy", "now")
    destroy(home)
    program = Program(home.settings, start_agent=False)
    program.open()
    program.window.resize(1366, 768)
    program.show()
    page = program.window.centralWidget()
    assert isinstance(page, RescueScreen)
    assert legibility_problems(program.window) == []
    qtbot.waitUntil(page.start.hasFocus)
    page.start.click()
    qtbot.waitUntil(page.open.isVisible)
    assert page.title.text() == "Sebagian data diselamatkan"
    assert legibility_problems(program.window) == []
    assert page.open.hasFocus()
    page.open.click()
    qtbot.waitUntil(lambda: isinstance(program.window, MainWindow))
    program.close()


@pytest.mark.parametrize(
    ("lost", "from_file", "tone", "icon"),
    [
        (0, True, Tone.GOOD, "circle-check"),
        (3, True, Tone.ATTENTION, "alert-triangle"),
        (0, False, Tone.ATTENTION, "alert-triangle"),
    ],
)
def test_the_sign_is_good_only_where_nothing_has_to_be_looked_at(
    home: Home, qtbot: QtBot, lost: int, from_file: bool, tone: Tone, icon: str
) -> None:
    page = RescueScreen(home.settings)
    qtbot.addWidget(page)
    told = {"ok": True, "revisions": 9, "waiting": 0, "unreadable": lost, "from_file": from_file, "copies": ["x"]}
    command = page.findChild(Command)
    assert command is not None
    command.ended.emit(told)
    shown = assets.icon(icon, TONES[tone].ink).pixmap(40, 40).toImage()
    assert shown in [label.pixmap().toImage() for label in page.findChildren(QLabel)]


@pytest.mark.parametrize(
    ("told", "title", "said"),
    [
        (
            {"revisions": 0, "unreadable": 0, "from_file": 0, "copies": []},
            "Tidak ada data yang terbaca",
            "mulai kosong",
        ),
        ({"revisions": 9, "unreadable": 3, "from_file": 9, "copies": []}, "Sebagian data diselamatkan", "3 perubahan"),
        ({"revisions": 9, "unreadable": 0, "from_file": 0, "copies": ["x"]}, "Sebagian data diselamatkan", "salinan"),
        ({"revisions": 1234, "unreadable": 0, "from_file": 9, "copies": []}, "Data sudah diselamatkan", "Semuanya"),
    ],
)
def test_the_title_claims_no_more_than_was_read(
    home: Home, qtbot: QtBot, told: dict[str, object], title: str, said: str
) -> None:
    page = RescueScreen(home.settings)
    qtbot.addWidget(page)
    page.resize(1366, 700)
    page.show()
    command = page.findChild(Command)
    assert command is not None
    command.ended.emit({"ok": True, "waiting": 0, **told})
    assert page.title.text() == title
    assert said in page.explanation.text()
    assert page.sentence.isVisible() == (told["revisions"] != 0)
    assert ("1.234 perubahan terbaca" in page.sentence.text()) == (told["revisions"] == 1234)
    assert legibility_problems(page) == []


def test_damage_that_shows_itself_during_work_brings_the_page(home: Home, qtbot: QtBot) -> None:
    saved(home, 400)
    damage(home)
    program = Program(home.settings, start_agent=False)
    program.open()
    program.show()
    desk = program.desk
    assert desk is not None
    seen: list[object] = []
    desk.read(lambda reader: reader.rows("SELECT id, body FROM revision WHERE district = :district"), seen.append)
    qtbot.waitUntil(lambda: isinstance(program.window.centralWidget(), RescueScreen))
    program.close()


def test_there_is_one_copy_a_day_and_two_weeks_of_them(home: Home, tmp_path: Path) -> None:
    key, folder = load_key(home.settings).secret, tmp_path / "stik"
    for day in range(1, 17):
        today = date(2026, 11, day)
        assert copies.copy_is_due(folder, home.replica.identity.letter, today)
        copies.make_copy(home.settings, home.replica, key, folder, today)
        assert not copies.copy_is_due(folder, home.replica.identity.letter, today)
    found = copies.copies_in(folder)
    assert [copy.day.day for copy in found] == list(range(16, 2, -1))
    check_database(found[0].path, key)


def test_a_folder_that_is_gone_is_said_and_earlier_copies_stay(home: Home, tmp_path: Path) -> None:
    key, folder = load_key(home.settings).secret, tmp_path / "stik"
    copies.make_copy(home.settings, home.replica, key, folder, date(2026, 11, 1))
    gone = tmp_path / "dicabut"
    gone.write_bytes(b"a file where a folder was")
    with pytest.raises(ReplicaError):
        copies.make_copy(home.settings, home.replica, key, gone, date(2026, 11, 2))
    assert home.replica.get_value(copies.ERROR_VALUE) == "ReplicaError"
    assert rujuk(home.settings.home, "copy", "list", "--json").json()["error"] == "ReplicaError"
    assert len(copies.copies_in(folder)) == 1


def test_the_agent_makes_the_copy_of_the_day_once(home: Home) -> None:
    exchanging = Exchanging(home.settings, lambda _progress: None)
    assert exchanging.copy_if_due()
    assert not exchanging.copy_if_due()
    exchanging.close()


def test_only_the_districts_server_opens_the_key_beside_the_copies(home: Home, tmp_path: Path) -> None:
    server = secrets.token_bytes(32)
    home.replica.write(
        lambda connection: links.write_link(
            connection, home.replica.identity.district, links.DISTRICT_PEER, server_key=public_key(server)
        )
    )
    key = load_key(home.settings).secret
    copies.make_copy(home.settings, home.replica, key, tmp_path, date(2026, 11, 1))
    [file] = tmp_path.glob("*.kunci")
    assert key.hex() not in file.read_text()
    assert open_key(file.read_bytes(), server) == (home.replica.identity.device, key)
    with pytest.raises(BadInput):
        open_key(file.read_bytes(), secrets.token_bytes(32))
    with pytest.raises(BadInput):
        open_key(b"something else", server)
    assert seal_key(key, public_key(server), "ab" * 16) != seal_key(key, public_key(server), "ab" * 16)


def test_a_copy_of_another_computer_of_the_facility_is_taken_over(home: Home, tmp_path: Path) -> None:
    patients = saved(home, 5)
    key = load_key(home.settings).secret
    made = copies.make_copy(home.settings, home.replica, key, tmp_path / "stik", date(2026, 11, 1))
    more = saved(home, 1)
    assert rescue.take_over(home.replica, made.path, key, tmp_path) == (0, 0)
    assert there(home, patients + more) == patients + more
    with pytest.raises(BadInput):
        rescue.take_over(home.replica, made.path, bytes(32), tmp_path)
