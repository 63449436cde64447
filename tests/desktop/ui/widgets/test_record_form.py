"""The form made from a record type: values out, problems where they are, nothing typed lost."""

from dataclasses import dataclass
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.ui.legibility import legibility_problems
from desktop.ui.widgets.record_form import RecordForm, Section
from sync.errors import BadInput
from sync.records import Patient, Referral

SECTIONS = (
    Section("Identitas", (("name",), ("sex", "birth_date"), ("nik", "jkn_number"))),
    Section("", (("payer", "phone"),)),
)


@dataclass(frozen=True)
class Found:
    field: str
    severity: str
    text: str


@pytest.fixture
def form(qtbot: QtBot) -> RecordForm:
    made = RecordForm(Patient, SECTIONS)
    qtbot.addWidget(made)
    made.show()
    return made


def line(form: RecordForm, name: str) -> QLineEdit:
    control = form.editor(name).control
    assert isinstance(control, QLineEdit)
    return control


def test_a_new_form_shows_the_defaults_and_counts_as_empty(form: RecordForm) -> None:
    assert form.editor("payer").value() == "jkn"
    assert form.is_empty()
    form.editor("phone").set_value("0812")
    assert not form.is_empty()


def test_values_come_as_the_record_wants_them(form: RecordForm) -> None:
    form.set_values({"name": "Siti", "sex": "P", "birth_date": date(1990, 8, 17)})
    assert form.values() == {
        "name": "Siti",
        "sex": "P",
        "birth_date": date(1990, 8, 17),
        "nik": None,
        "jkn_number": None,
        "payer": "jkn",
        "phone": None,
    }


def test_a_record_is_shown_whole(form: RecordForm) -> None:
    patient = Patient(id="0" * 32, name="Siti", sex="P", phone="0812")
    form.set_record(patient)
    values = form.values()
    assert (values["name"], values["sex"], values["phone"]) == ("Siti", "P", "0812")


def test_all_that_is_missing_or_wrong_is_said_at_once_and_the_first_has_the_focus(
    form: RecordForm, qtbot: QtBot
) -> None:
    line(form, "birth_date").setFocus()
    line(form, "birth_date").home(False)  # noqa: FBT003 - Qt takes it by position
    QTest.keyClicks(line(form, "birth_date"), "31021990")
    with pytest.raises(BadInput):
        form.values()
    assert form.editor("name").problem.text() == "Nama lengkap belum diisi."
    assert form.editor("sex").problem.text() == "Jenis kelamin belum diisi."
    assert "Tanggal ini tidak ada" in form.editor("birth_date").problem.text()
    assert line(form, "name").hasFocus()
    assert line(form, "birth_date").text() == "31-02-1990"


def test_problems_of_rules_stand_under_their_fields_errors_before_warnings(form: RecordForm) -> None:
    form.show_problems(
        [
            Found("nik", "warning", "Kode wilayah NIK tidak dikenal."),
            Found("nik", "error", "NIK harus 16 angka."),
            Found("phone", "warning", "Periksa nomor telepon."),
            Found("bukan_di_sini", "error", "tidak tampil"),
        ]
    )
    assert form.editor("nik").problem.text() == "NIK harus 16 angka."
    assert form.editor("phone").problem.property("problem") == "warning"
    assert line(form, "nik").hasFocus()
    form.show_problems([])
    assert form.editor("nik").problem.text() == ""


def test_warnings_alone_do_not_take_the_focus(form: RecordForm) -> None:
    line(form, "phone").setFocus()
    form.show_problems([Found("nik", "warning", "Kode wilayah NIK tidak dikenal.")])
    assert line(form, "phone").hasFocus()


def test_a_value_that_is_filled_in_takes_its_problem_away(form: RecordForm) -> None:
    form.show_problems([Found("nik", "error", "NIK belum diisi."), Found("phone", "error", "Telepon belum diisi.")])
    form.set_values({"nik": "3329015403949871"})
    assert (form.editor("nik").problem.text(), form.editor("phone").problem.text()) == ("", "Telepon belum diisi.")


def test_tab_goes_through_the_fields_in_the_order_they_are_read(form: RecordForm, qtbot: QtBot) -> None:
    line(form, "name").setFocus()
    order = ["name"]
    for _ in range(6):
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        assert now is not None
        order.append(now.objectName())
    assert order == ["name", "sex", "birth_date", "nik", "jkn_number", "payer", "phone"]


def test_fields_that_are_not_asked_for_are_hidden_unless_they_hold_something(form: RecordForm) -> None:
    line(form, "nik").setText("3329")
    form.show_fields({"name", "phone"})
    shown = {name for name in form.typed() if form.editor(name).isVisible()}
    assert shown == {"name", "phone", "nik", "payer"}


def test_headings_go_with_their_fields(qtbot: QtBot) -> None:
    made = RecordForm(Patient, [Section("Identitas", (("name",),)), Section("Nomor", (("nik", "jkn_number"),))])
    qtbot.addWidget(made)
    made.show()
    headings = {child.text(): child for child in made.findChildren(QLabel, "sectionTitle")}
    made.show_fields({"name"})
    assert {text: heading.isVisible() for text, heading in headings.items()} == {"Identitas": True, "Nomor": False}
    made.show_fields({"name", "nik"})
    assert headings["Nomor"].isVisible()


def test_many_fields_side_by_side_say_their_problems_under_the_row_and_by_name(qtbot: QtBot) -> None:
    names = ("systolic", "diastolic", "pulse", "respiration", "saturation")
    made = RecordForm(Referral, [Section("", (names,))])
    qtbot.addWidget(made)
    made.resize(700, 200)
    made.show()
    line(made, "pulse").setText("cepat")
    with pytest.raises(BadInput):
        made.values()
    problem = made.editor("pulse").problem
    assert problem.text() == "Nadi: Tulis dengan angka bulat saja, misalnya 120."
    assert problem.width() > 600
    assert legibility_problems(made) == []
    tops = {made.editor(name).y() for name in names}
    assert len(tops) == 1
    made.resize(400, 300)
    QApplication.processEvents()
    assert legibility_problems(made) == []
    assert len({made.editor(name).y() for name in names}) == 2
    made.resize(700, 300)
    QApplication.processEvents()
    assert len({made.editor(name).y() for name in names}) == 1


def test_what_was_typed_comes_back_as_it_was_typed(form: RecordForm) -> None:
    line(form, "birth_date").setText("31-02-1990")
    line(form, "name").setText("Siti")
    typed = form.typed()
    form.clear()
    form.set_typed({**typed, "not_here": "x"})
    assert (line(form, "birth_date").text(), line(form, "name").text()) == ("31-02-1990", "Siti")
