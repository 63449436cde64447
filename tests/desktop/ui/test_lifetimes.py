"""Whether what an answer is for still exists, however the function for it was written."""

from collections.abc import Callable
from functools import partial

import pytest
import shiboken6
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.ui.lifetimes import alive


def around(label: QLabel) -> Callable[[str], None]:
    def inner(text: str) -> None:
        label.setText(text)

    def outer(text: str) -> None:
        inner(text)

    return outer


FORMS: dict[str, Callable[[QLabel], Callable[[str], object]]] = {
    "method": lambda label: label.setText,
    "partial of a method": lambda label: partial(label.setText),
    "argument of a partial": lambda label: partial(QLabel.setText, label),
    "lambda": lambda label: lambda text: label.setText(text.strip()),
    "function in a function": around,
}


@pytest.mark.parametrize("form", FORMS)
def test_an_answer_for_a_widget_lives_as_long_as_the_widget(form: str, qtbot: QtBot) -> None:
    label, other = QLabel(), QLabel()
    answer, others = FORMS[form](label), FORMS[form](other)
    assert alive(answer)
    answer("Siti")
    assert label.text() == "Siti"
    shiboken6.delete(label)
    assert not alive(answer)
    assert alive(others)


def test_an_answer_for_no_widget_always_lives() -> None:
    texts: list[str] = []

    def again(count: int) -> None:
        if count:
            again(count - 1)

    assert alive(texts.append)
    assert alive(print)
    assert alive(again)
    assert alive(lambda _text: missing)
    missing = texts
