"""The log tells where something failed and never quotes what it failed on."""

import logging
import sys

import pytest

from desktop.logs import DiscreetFormatter, start_log
from desktop.settings import Settings
from sync.errors import BadInput


def formatted(error: Exception) -> str:
    try:
        raise error
    except type(error):
        record = logging.LogRecord("uji", logging.ERROR, __file__, 1, "gagal", (), sys.exc_info())
    return DiscreetFormatter().format(record)


def test_a_drivers_words_stay_out_of_the_log() -> None:
    words = formatted(ValueError("tidak bisa menyimpan 'Siti Rahayu'"))
    assert "Siti" not in words
    assert "ValueError" in words
    assert "test_logs.py" in words


def test_our_own_words_are_logged() -> None:
    assert "BadInput: missing" in formatted(BadInput("missing", field="name"))


def test_the_cause_of_an_error_is_logged_too() -> None:
    try:
        try:
            raise KeyError("Siti")
        except KeyError as cause:
            raise BadInput("missing") from cause
    except BadInput as error:
        words = formatted(error)
    assert "KeyError" in words
    assert "Siti" not in words


def test_the_log_lies_in_the_data_folder(tmp_path: object, new_settings: Settings) -> None:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    start_log(new_settings, "window")
    try:
        logging.getLogger("uji").info("mulai")
        assert "mulai" in (new_settings.logs / "window.log").read_text("utf-8")
    finally:
        for handler in [handler for handler in root.handlers if handler not in before]:
            root.removeHandler(handler)
            handler.close()
        root.setLevel(level)


@pytest.fixture
def new_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(tmp_path_factory.mktemp("rumah"))
