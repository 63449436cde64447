"""Where the data of an installation lies."""

from pathlib import Path

import pytest

from desktop.settings import HOME_VARIABLE, load_settings


def test_the_given_folder_comes_before_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "lain"))
    assert load_settings(tmp_path / "ini").home == tmp_path / "ini"
    assert load_settings().home == tmp_path / "lain"


def test_without_both_it_is_the_users_own_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    home = load_settings().home
    assert home.is_absolute()
    assert home.name == "Rujuk"


def test_two_data_folders_never_share_an_agent_a_window_or_a_key(tmp_path: Path) -> None:
    one, other = load_settings(tmp_path / "satu"), load_settings(tmp_path / "dua")
    names = {one.agent_name, other.agent_name, one.window_name, other.window_name, one.key_name, other.key_name}
    assert len(names) == 6


def test_one_folder_written_in_two_ways_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings(Path("rumah")).agent_name == load_settings(tmp_path / "lain" / ".." / "rumah").agent_name
