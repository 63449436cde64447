"""A diagnosis is typed on one line with the keyboard alone, and nothing typed is lost."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.screens.diagnosis_search import find
from desktop.ui.widgets.diagnosis_field import DiagnosisField
from sync.records import Visit

FIELD = Visit.type.fields["diagnosis_label"]


class Form(QWidget):
    """A diagnosis with another line under it."""

    def __init__(self) -> None:
        super().__init__()
        self.diagnosis = DiagnosisField(FIELD, lambda text, answer: answer(find(text)))
        self.other = QLineEdit()
        layout = QVBoxLayout(self)
        layout.addWidget(self.diagnosis)
        layout.addWidget(self.other)
        self.resize(600, 400)


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    """The form on the screen, the keyboard at the diagnosis."""
    form = Form()
    qtbot.addWidget(form)
    with qtbot.waitExposed(form):
        form.show()
    form.activateWindow()
    form.diagnosis.control.setFocus()
    qtbot.waitUntil(form.diagnosis.control.hasFocus)
    return form


def press(form: Form, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(form.diagnosis.control, key)


def test_words_offer_diagnoses_and_enter_takes_code_list_and_label(form: Form) -> None:
    QTest.keyClicks(form.diagnosis.control, "kencing man")
    assert form.diagnosis.results()[0].startswith("E11.9")
    press(form, Qt.Key.Key_Return)
    assert form.diagnosis.entered() == {
        "diagnosis_code": "E11.9",
        "diagnosis_set": "icd10_who2019",
        "diagnosis_label": "Diabetes melitus tipe 2",
    }
    assert form.diagnosis.results() == []
    assert form.diagnosis.code_text.text() == "Kode E11.9"


def test_arrows_choose_another_and_the_focus_stays(form: Form) -> None:
    QTest.keyClicks(form.diagnosis.control, "demam berdarah")
    press(form, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert (form.diagnosis.code, form.diagnosis.code_set) == ("A91", "icd10_bpjs")
    assert form.diagnosis.control.hasFocus()


def test_escape_closes_the_list_and_keeps_what_was_typed(form: Form) -> None:
    QTest.keyClicks(form.diagnosis.control, "stroke lama")
    press(form, Qt.Key.Key_Escape)
    assert form.diagnosis.results() == []
    press(form, Qt.Key.Key_Tab)
    assert form.diagnosis.entered()["diagnosis_label"] == "stroke lama"
    assert form.diagnosis.code is None


def test_free_text_stays_free_text(form: Form) -> None:
    QTest.keyClicks(form.diagnosis.control, "sakit yang belum bernama zzz")
    press(form, Qt.Key.Key_Tab)
    assert form.diagnosis.entered() == {
        "diagnosis_code": None,
        "diagnosis_set": None,
        "diagnosis_label": "sakit yang belum bernama zzz",
    }


def test_a_code_typed_out_is_taken_on_leaving_with_the_label_as_typed(form: Form) -> None:
    QTest.keyClicks(form.diagnosis.control, "o14.1 PEB G2P1")
    assert form.diagnosis.entered()["diagnosis_code"] == "O14.1"
    press(form, Qt.Key.Key_Tab)
    assert (form.diagnosis.code, form.diagnosis.value()) == ("O14.1", "PEB G2P1")


def test_more_words_after_the_label_keep_the_code_and_another_label_drops_it(form: Form) -> None:
    form.diagnosis.set_diagnosis("O14.1", "icd10_who2019", "Preeklamsia berat")
    press(form, Qt.Key.Key_End)
    QTest.keyClicks(form.diagnosis.control, " G2P1")
    assert (form.diagnosis.code, form.diagnosis.value()) == ("O14.1", "Preeklamsia berat G2P1")
    press(form, Qt.Key.Key_Home, Qt.Key.Key_Delete)
    assert (form.diagnosis.code, form.diagnosis.value()) == (None, "reeklamsia berat G2P1")


def test_a_code_of_a_record_is_shown_as_it_is_though_the_table_says_otherwise(form: Form) -> None:
    form.diagnosis.set_diagnosis("E11.9", "icd10_bpjs", "DM lama")
    assert form.diagnosis.entered() == {
        "diagnosis_code": "E11.9",
        "diagnosis_set": "icd10_bpjs",
        "diagnosis_label": "DM lama",
    }
    assert form.diagnosis.diagnosis is not None
    assert form.diagnosis.diagnosis.finished_here
