"""Editors of fields: what is typed becomes a value or stays as it was typed, with words under it."""

from datetime import UTC, date, datetime

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop.ui.widgets.fields import ChoiceEditor, FieldEditor, LineEditor, TextEditor, editor_for
from sync.errors import BadInput
from sync.records import Facility, Patient, Referral, Ward

PATIENT, REFERRAL, WARD, FACILITY = (cls.type.fields for cls in (Patient, Referral, Ward, Facility))


def shown(qtbot: QtBot, editor: FieldEditor) -> FieldEditor:
    qtbot.addWidget(editor)
    editor.show()
    editor.control.setFocus()
    return editor


def type_into(qtbot: QtBot, editor: FieldEditor, text: str) -> None:
    """Type as a person does, key by key."""
    if isinstance(editor.control, QLineEdit):
        editor.control.home(False)  # noqa: FBT003 - Qt takes it by position
    QTest.keyClicks(editor.control, text)


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (PATIENT["name"], "Siti Rahayu", "Siti Rahayu"),
        (PATIENT["name"], "   ", None),
        (PATIENT["birth_date"], "17081990", date(1990, 8, 17)),
        (PATIENT["birth_date"], "", None),
        (REFERRAL["systolic"], "180", 180),
        (REFERRAL["temperature"], "36,5", 36.5),
        (REFERRAL["temperature"], "36.5", 36.5),
        (PATIENT["allergies"], "penisilin, udang ,", ("penisilin", "udang")),
        (REFERRAL["anamnesis"], "Demam lima hari", "Demam lima hari"),
    ],
)
def test_what_is_typed_becomes_the_value(qtbot: QtBot, field: object, typed: str, value: object) -> None:
    editor = shown(qtbot, editor_for(field))  # type: ignore[arg-type]  # parametrize knows no types
    type_into(qtbot, editor, typed)
    assert editor.value() == value


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        (PATIENT["birth_date"], "31021990"),
        (PATIENT["birth_date"], "1708"),
        (REFERRAL["systolic"], "seratus"),
        (REFERRAL["systolic"], "12,5"),
        (REFERRAL["temperature"], "nan"),
        (REFERRAL["temperature"], "1e99"),
    ],
)
def test_what_can_be_no_value_stays_as_it_was_typed(qtbot: QtBot, field: object, typed: str) -> None:
    editor = shown(qtbot, editor_for(field))  # type: ignore[arg-type]  # parametrize knows no types
    type_into(qtbot, editor, typed)
    assert isinstance(editor.control, QLineEdit)
    before = editor.control.text()
    with pytest.raises(BadInput) as caught:
        editor.value()
    assert caught.value.field == editor.field.name
    assert editor.control.text() == before
    assert not editor.is_empty()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (PATIENT["name"], "Siti"),
        (PATIENT["birth_date"], date(2026, 1, 5)),
        (REFERRAL["systolic"], 180),
        (REFERRAL["temperature"], 36.5),
        (FACILITY["latitude"], -6.8891234),
        (PATIENT["allergies"], ("penisilin", "udang")),
        (PATIENT["sex"], "P"),
        (REFERRAL["anamnesis"], "baris satu\nbaris dua"),
        (WARD["counted_at"], datetime(2026, 11, 24, 3, 15, tzinfo=UTC)),
        (WARD["active"], True),
    ],
)
def test_a_value_shown_comes_back_unchanged_and_unannounced(qtbot: QtBot, field: object, value: object) -> None:
    editor = shown(qtbot, editor_for(field))  # type: ignore[arg-type]  # parametrize knows no types
    with qtbot.assertNotEmitted(editor.changed):
        editor.set_value(value)
    assert editor.value() == value


def test_a_date_is_typed_from_its_beginning_wherever_the_mouse_clicked(qtbot: QtBot) -> None:
    editor = editor_for(PATIENT["birth_date"])
    qtbot.addWidget(editor)
    editor.resize(300, 80)
    editor.show()
    QTest.mouseClick(editor.control, Qt.MouseButton.LeftButton, pos=QPoint(60, 12))
    QTest.keyClicks(editor.control, "17081990")
    assert editor.value() == date(1990, 8, 17)


def test_a_code_is_shown_by_its_name_and_chosen_by_its_first_letters(qtbot: QtBot) -> None:
    editor = shown(qtbot, editor_for(PATIENT["sex"]))
    assert isinstance(editor, ChoiceEditor)
    assert isinstance(editor.control, QComboBox)
    assert editor.value() is None
    QTest.keyClicks(editor.control, "Per")
    assert (editor.control.currentText(), editor.value()) == ("Perempuan", "P")


def test_a_code_of_a_newer_program_is_kept(qtbot: QtBot) -> None:
    editor = shown(qtbot, editor_for(PATIENT["payer"]))
    editor.set_value("asuransi_masa_depan")
    assert editor.value() == "asuransi_masa_depan"


def test_new_choices_keep_what_was_chosen(qtbot: QtBot) -> None:
    editor = editor_for(REFERRAL["to_facility"], [("a" * 32, "RSUD Kenanga")])
    qtbot.addWidget(editor)
    assert isinstance(editor, ChoiceEditor)
    editor.set_value("a" * 32)
    editor.set_choices([("b" * 32, "RS Mawar"), ("a" * 32, "RSUD Kenanga")])
    assert editor.value() == "a" * 32


def test_the_wheel_changes_no_choice_that_has_not_the_focus(qtbot: QtBot) -> None:
    editor = editor_for(PATIENT["sex"])
    qtbot.addWidget(editor)
    editor.set_value("L")
    no_buttons, no_keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    turn = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, -120),
        QPoint(0, -120),
        no_buttons,
        no_keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,  # noqa: FBT003 - Qt takes it by position
    )
    QApplication.sendEvent(editor.control, turn)
    assert editor.value() == "L"


def test_long_texts_get_several_lines_and_tab_leaves_them(qtbot: QtBot) -> None:
    editor = editor_for(REFERRAL["anamnesis"])
    qtbot.addWidget(editor)
    assert isinstance(editor, TextEditor)
    assert isinstance(editor.control, QPlainTextEdit)
    assert editor.control.tabChangesFocus()
    assert isinstance(editor_for(PATIENT["name"]), LineEditor)


def test_a_text_is_as_high_as_what_is_typed_within_bounds(qtbot: QtBot) -> None:
    editor = shown(qtbot, editor_for(REFERRAL["anamnesis"]))
    editor.resize(400, 300)
    heights = []
    for lines in (1, 4, 40):
        editor.set_value("\n".join(["Demam"] * lines))
        heights.append(editor.control.height())
    assert heights[0] < heights[1] < heights[2] < 200


def test_a_text_over_its_limit_is_said_and_not_cut(qtbot: QtBot) -> None:
    editor = editor_for(REFERRAL["reason"])
    qtbot.addWidget(editor)
    editor.set_value("x" * 1001)
    with pytest.raises(BadInput, match="too_long"):
        editor.value()
    assert isinstance(editor.control, QPlainTextEdit)
    assert len(editor.control.toPlainText()) == 1001


def test_a_problem_stands_under_the_field_until_it_is_edited(qtbot: QtBot) -> None:
    editor = shown(qtbot, editor_for(PATIENT["name"]))
    editor.set_problem("Nama belum diisi.")
    assert editor.problem.isVisible()
    assert editor.control.accessibleDescription() == "Nama belum diisi."
    QTest.keyClicks(editor.control, "S")
    assert not editor.problem.isVisible()
    assert editor.control.accessibleDescription() == ""
