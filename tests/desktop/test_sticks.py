"""Files on a stick: whole or not at all, whatever the stick does, and each file on it is told by itself."""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.commands.answers import DONE, FAILED, SOME_REFUSED, UNREACHABLE, WrongUsage
from desktop.commands.sticks import export_bundle, import_bundles
from desktop.queries.drives import removable_drives
from desktop.queries.sticks import stick_away
from desktop.security.keys import load_key
from desktop.stick_words import taken_words, tone_of, words_of
from sync.errors import BundleError
from sync.replica.reader import Reader
from tests.desktop.answered import answer_to, know_server
from tests.desktop.commands_run import rujuk
from tests.desktop.homes import Home

MakeHome = Callable[..., Home]


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    made = tmp_path / "stik"
    made.mkdir()
    return made


@pytest.fixture
def pc(home: Home) -> Home:
    """A PC that knows its server's key."""
    know_server(home.replica)
    return home


def codes(found: object) -> list[str]:
    assert isinstance(found, list)
    return [one["code"] for one in found]


def reader_of(home: Home) -> Reader:
    return Reader(home.settings.database, load_key(home.settings).secret)


def test_a_stick_goes_out_and_its_answer_is_read_once(pc: Home, stick: Path) -> None:
    answer = export_bundle(pc.settings, stick)
    [name] = answer.data["files"]
    assert (answer.exit_code, answer.data["changes"], answer.data["left"]) == (DONE, 3, 0)
    assert name.startswith("rujuk-11320101-A-2")
    assert [path.name for path in stick.iterdir()] == [name]
    reader = reader_of(pc)
    away = stick_away(reader)
    assert away is not None
    assert (away.changes, away.waiting) == (3, 3)
    (stick / "jawaban.rujuk").write_bytes(answer_to(pc.replica, (stick / name).read_bytes()))
    read = import_bundles(pc.settings, stick)
    assert codes(read.data["files"]) == ["taken"]
    assert (read.data["files"][0]["confirmed"], read.data["waiting"], read.exit_code) == (3, 0, DONE)
    assert stick_away(reader) is None
    assert codes(import_bundles(pc.settings, stick).data["files"]) == ["nothing_new"]
    reader.close()


def test_a_second_stick_takes_another_name_and_a_named_file_its_own(pc: Home, stick: Path) -> None:
    first, second = (export_bundle(pc.settings, stick).data["files"][0] for _ in range(2))
    assert first != second
    named = export_bundle(pc.settings, stick / "minggu ini.rujuk")
    assert named.data["files"] == ["minggu ini.rujuk"]
    assert len(list(stick.iterdir())) == 3


@pytest.mark.parametrize(
    ("number", "code"), [(errno.ENOSPC, "no_space"), (errno.EROFS, "write_protected"), (errno.EIO, "unusable")]
)
def test_a_stick_that_cannot_be_written_is_explained_and_no_half_is_left(
    pc: Home, stick: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(number, "the stick")

    monkeypatch.setattr(os, "fsync", fail)
    answer = export_bundle(pc.settings, stick)
    assert (answer.exit_code, answer.data["code"]) == (FAILED, code)
    assert list(stick.iterdir()) == []
    assert pc.replica.waiting_count() == 3
    assert pc.replica.get_value("sticks") is None


def test_space_is_looked_for_before_anything_is_written(pc: Home, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = shutil.disk_usage(stick)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: full)
    assert export_bundle(pc.settings, stick).data["code"] == "no_space"
    assert list(stick.iterdir()) == []


def test_each_file_of_a_mixed_stick_is_told_and_bad_ones_stop_nothing(
    pc: Home, new_home: MakeHome, stick: Path
) -> None:
    other = new_home("puskesmas", letter="B", facility=pc.replica.identity.facility)
    know_server(other.replica)
    [theirs] = export_bundle(other.settings, stick).data["files"]
    mine = export_bundle(pc.settings, stick).data["files"][0]
    back = answer_to(pc.replica, (stick / mine).read_bytes())
    (stick / "potong.rujuk").write_bytes(back[:-20])
    (stick / "rusak.rujuk").write_bytes(back[:-1] + bytes([back[-1] ^ 1]))
    (stick / "foto.rujuk").write_bytes(b"JPEG")
    (stick / ".tersembunyi.rujuk").write_bytes(b"JPEG")
    (stick / "catatan.txt").write_bytes(b"JPEG")
    (stick / "benar.rujuk").write_bytes(back)
    answer = import_bundles(pc.settings, stick)
    told = {one["name"]: one["code"] for one in answer.data["files"]}
    # The other computer's bundle is for the server, and no server can be reached from here.
    assert told == {
        "potong.rujuk": "bundle_cut",
        "rusak.rujuk": "bundle_altered",
        "foto.rujuk": "not_a_bundle",
        "benar.rujuk": "taken",
        theirs: "unreachable",
    }
    assert answer.exit_code == SOME_REFUSED
    assert pc.replica.waiting_count() == 0
    elsewhere = import_bundles(other.settings, stick / "benar.rujuk")
    assert (codes(elsewhere.data["files"]), elsewhere.exit_code) == (["elsewhere"], DONE)
    assert import_bundles(pc.settings, stick / theirs).exit_code == UNREACHABLE


def test_refusals_and_what_still_waits_are_said(pc: Home, stick: Path) -> None:
    [name] = export_bundle(pc.settings, stick).data["files"]
    back = answer_to(pc.replica, (stick / name).read_bytes(), {1: "a fact is never changed"})
    (stick / name).write_bytes(back)
    pc.replica.set_value("unrelated", "1")
    answer = import_bundles(pc.settings, stick)
    assert "2 perubahan dari komputer ini sudah diterima" in answer.words
    assert "1 ditolak server" in answer.words
    assert answer.data["files"][0]["tone"] == "warn"


def test_what_a_restored_server_has_lost_is_said_and_that_it_is_safe() -> None:
    counts = {"confirmed": 1, "received": 0, "refused": 0, "known": 0, "lost": 2}
    words = taken_words(counts, restored=False, whole=True, waiting=2)
    assert "kehilangan 2 perubahan" in words
    assert "masih aman di sini" in words
    assert "kehilangan" not in taken_words({**counts, "lost": 0}, restored=False, whole=True, waiting=0)


def test_empty_and_wrong_places_are_told(home: Home, stick: Path) -> None:
    assert import_bundles(home.settings, stick).data["code"] == "empty"
    for command in (export_bundle, import_bundles):
        with pytest.raises(WrongUsage):
            command(home.settings, stick / "tidak" / "ada")
    assert export_bundle(home.settings, stick).data["code"] == "no_server_key"
    assert list(stick.iterdir()) == []


def test_the_command_line_writes_reads_and_says_what_failed(pc: Home, stick: Path) -> None:
    out = rujuk(pc.settings.home, "bundle", "export", str(stick))
    assert out.code == DONE
    assert "tersegel" in out.out
    (stick / "lain.rujuk").write_bytes(b"bukan")
    back = rujuk(pc.settings.home, "bundle", "import", str(stick), "--json")
    assert back.code == SOME_REFUSED
    assert sorted(codes(back.json()["files"])) == ["not_a_bundle", "own"]


def test_every_error_of_a_bundle_has_its_sentence_and_says_that_data_is_safe() -> None:
    otherwise = words_of("nothing like this")
    for kind in BundleError.__subclasses__():
        code = "elsewhere" if kind.code == "bundle_elsewhere" else kind.code
        assert words_of(code) != otherwise
    for code in ("bundle_cut", "bundle_altered", "bundle_stale", "no_server_key", "no_space", "write_protected"):
        assert "data" in words_of(code).lower()
        assert "aman" in words_of(code)
        assert tone_of(code) == "bad"


def test_sticks_are_found_below_the_given_roots(tmp_path: Path) -> None:
    (tmp_path / "MELATI").mkdir()
    (tmp_path / "A-STIK").mkdir()
    (tmp_path / "berkas").write_bytes(b"")
    found = removable_drives([tmp_path, tmp_path / "tidak-ada"])
    assert [drive.name for drive in found] == ["A-STIK", "MELATI"]
    assert all(drive.free for drive in found)
    assert isinstance(removable_drives(), list)
