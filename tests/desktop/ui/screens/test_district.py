"""The district office's screen: it sees every referral, reminds, and redirects once it was agreed by telephone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.actions.referral_life import add_step
from desktop.actions.referrals import accept, mark_seen, refuse
from desktop.queries.referrals import ReferralFile, referral_file
from desktop.ui.desk import Desk
from desktop.ui.screens.district import DistrictScreen
from desktop.ui.screens.worklist import WorklistScreen
from sync.records import Facility, Referral
from sync.replica.values import Edit
from tests.desktop.conftest import MakeHome
from tests.desktop.homes import Home
from tests.desktop.scenes import Nurse, add_facility, add_patient, add_ward, letter_values, nurse_of, reading
from tests.desktop.ui.screens.conftest import Show, assert_legible

Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]


@pytest.fixture
def office(new_home: MakeHome) -> Home:
    """A PC of the district office with somebody at it."""
    return new_home("dinkes", person=True)


class Scene:
    """Two puskesmas, two hospitals of the district and one outside, with letters between them."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.melati = add_facility(home, "Puskesmas Melati", "puskesmas", phone="0800-0001-0001")
        self.mawar = add_facility(home, "Puskesmas Mawar", "puskesmas", phone="0800-0001-0002")
        self.rsud = add_facility(home, "RSUD Kenanga", phone="0800-0000-0001", emergency_phone="0800-0000-0118")
        self.rsu = add_facility(home, "RSU Bhakti", phone="0800-0000-0003")
        self.outside = add_facility(home, "RS Provinsi", outside_district=True)
        add_ward(home, self.rsu.id, ward_class="ICU", free=2, age=timedelta(hours=1))

    def letter(self, sender: Facility, hospital: Facility, age: timedelta, **details: Any) -> Referral:
        """A letter written ``age`` ago."""
        name = details.pop("name", "Siti Aminah")
        letter = Referral(
            **{
                **letter_values(add_patient(self.home, name).id, hospital.id, ward_class="ICU"),
                "id": self.home.replica.new_id(),
                "number": "B-0001/XI/2026",
                "from_facility": sender.id,
                "written_at": self.home.replica.now() - age,
                **details,
            }
        )
        self.home.replica.save([Edit(letter)], self.home.staff[0].id)
        self.home.replica.confirm([item for item, _ in self.home.replica.waiting(100, 1_000_000)], [])
        return letter

    def file(self, letter: Referral) -> ReferralFile:
        """One referral as it is here."""
        with reading(self.home) as reader:
            file = referral_file(reader, letter.id)
        assert file is not None
        return file


def opened(home: Home, new_desk: NewDesk, show: Show, settled: Settled, letter: Referral) -> DistrictScreen:
    screen = DistrictScreen(new_desk(home))
    show(screen)
    assert screen.list.select(letter.id)
    settled(screen.desk)
    return screen


def choose(box: Any, data: object) -> None:
    box.setCurrentIndex(box.findData(data))


def test_what_is_late_comes_first_and_every_filter_counts(
    office: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    scene, nurse = Scene(office), nurse_of(office)
    late = scene.letter(scene.melati, scene.rsud, timedelta(minutes=30), name="Terlambat")
    refused = scene.letter(scene.mawar, scene.rsud, timedelta(hours=2), name="Ditolak")
    refuse(office.replica, nurse, refused.id, reason="icu_penuh", note=None)
    scene.letter(scene.mawar, scene.outside, timedelta(minutes=2), name="Baru")
    taken = scene.letter(scene.melati, scene.rsu, timedelta(hours=1), name="Diterima")
    accept(office.replica, nurse, taken.id, ward=None, bed=None, note=None)
    screen = opened(office, new_desk, show, settled, late)
    assert [card.title for card in screen.list.cards()] == ["Terlambat", "Ditolak", "Baru", "Diterima"]
    assert [screen.view.itemText(place) for place in range(screen.view.count())] == [
        "Semua yang berjalan (4)",
        "Belum dijawab (2)",
        "Terlambat (1)",
        "Ditolak RS (1)",
        "Ke luar kabupaten (1)",
    ]
    for view, names in (("unanswered", ["Terlambat", "Baru"]), ("late", ["Terlambat"]), ("outside", ["Baru"])):
        choose(screen.view, view)
        assert [card.title for card in screen.list.cards()] == names
    choose(screen.view, "all")
    choose(screen.hospital, scene.rsud.id)
    choose(screen.puskesmas, scene.mawar.id)
    assert [card.title for card in screen.list.cards()] == ["Ditolak"]
    assert_legible(screen)


def test_the_whole_content_whom_to_call_and_the_history_are_there(
    office: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    scene = Scene(office)
    letter = scene.letter(scene.melati, scene.rsud, timedelta(minutes=19, seconds=5))
    mark_seen(office.replica, nurse_of(office), letter.id)
    detail = opened(office, new_desk, show, settled, letter).detail
    assert detail.heading.text() == "B-0001/XI/2026 · Puskesmas Melati ke RSUD Kenanga"
    assert detail.clock.headline.text().startswith("Belum dijawab, lewat 4 menit")
    other = "RS berikutnya: RSU Bhakti (jarak tidak diketahui · ICU: 2 kosong, dihitung 1 jam lalu)"
    assert (other, "0800-0000-0003") in detail.clock.calls()
    assert not any("Dinas Kesehatan" in who for who, _ in detail.clock.calls()), "the office need not call itself"
    assert not detail.seen.isVisible(), "the chain says who saw it first"
    mark_seen(office.replica, Nurse(office.staff[1].id, office.staff[1].name), letter.id)
    detail = opened(office, new_desk, show, settled, letter).detail
    assert detail.seen.text().startswith("Dilihat Ns. Dewi Lestari")
    assert "dr. Bagus Santoso" in detail.seen.text()
    assert detail.seen.isVisible()
    assert detail.phones.text() == "Puskesmas Melati telp 0800-0001-0001"
    assert_legible(detail)


def test_looking_writes_nothing(office: Home, new_desk: NewDesk, show: Show, settled: Settled) -> None:
    scene = Scene(office)
    letter = scene.letter(scene.melati, scene.rsud, timedelta(minutes=30))
    opened(office, new_desk, show, settled, letter)
    assert scene.file(letter).events == ()


def test_a_redirection_needs_where_with_whom_and_why_and_moves_the_referral(
    office: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    scene = Scene(office)
    letter = scene.letter(scene.melati, scene.rsud, timedelta(minutes=30))
    refuse(office.replica, nurse_of(office), letter.id, reason="icu_penuh", note=None)
    screen = opened(office, new_desk, show, settled, letter)
    panel = screen.detail.redirect
    screen.detail.redirect_button.click()
    editor = panel.form.editor("to_facility")
    choices = [editor.control.itemText(place) for place in range(editor.control.count())]  # type: ignore[attr-defined]  # a combo box
    assert choices[1].startswith("RSU Bhakti · ICU 2 kosong · dihitung 1 jam lalu")
    assert not any("RSUD Kenanga" in words for words in choices)
    panel.save_button.click()
    settled(screen.desk)
    said = [panel.form.editor(name).problem.text() for name in ("to_facility", "spoke_with", "note")]
    assert said == [
        "Rumah sakit tujuan belum diisi.",
        "Disepakati lewat telepon dengan belum diisi.",
        "Alasan dialihkan belum diisi.",
    ]
    assert editor.control.hasFocus()
    assert_legible(screen)
    editor.set_value(scene.rsu.id)
    QTest.keyClicks(panel.form.editor("spoke_with").control, "dr. Gita")
    panel.save_button.click()
    settled(screen.desk)
    assert panel.form.editor("note").problem.text()
    assert panel.form.editor("spoke_with").value() == "dr. Gita"
    assert_legible(screen)
    QTest.keyClicks(panel.form.editor("note").control, "ICU RSUD penuh")
    panel.save_button.click()
    settled(screen.desk)
    screen.refresh()
    settled(screen.desk)
    line = scene.file(letter).line
    assert (line.state, line.to_name, line.answer) == ("dialihkan", "RSU Bhakti", None)
    assert screen.detail.heading.text() == "B-0001/XI/2026 · Puskesmas Melati ke RSU Bhakti"
    assert screen.detail.last_word.headline.text() == "Dialihkan ke RSU Bhakti"
    assert not panel.isVisible()
    assert_legible(screen)


def test_a_reminder_is_noted_in_one_step(office: Home, new_desk: NewDesk, show: Show, settled: Settled) -> None:
    scene = Scene(office)
    letter = scene.letter(scene.melati, scene.rsud, timedelta(minutes=30))
    screen = opened(office, new_desk, show, settled, letter)
    steps = screen.detail.steps
    steps.buttons["diingatkan"].click()
    QTest.keyClick(steps.form().editor("note").control, Qt.Key.Key_Escape)
    assert steps.buttons["diingatkan"].hasFocus(), "and not something else in the window"
    screen.detail.redirect_button.click()
    QTest.keyClick(screen.detail.redirect.form.editor("to_facility").control, Qt.Key.Key_Escape)
    assert screen.detail.redirect_button.hasFocus()
    steps.buttons["diingatkan"].click()
    QTest.keyClicks(steps.form().editor("note").control, "Mohon dijawab")
    assert_legible(screen)
    steps.save_button.click()
    settled(screen.desk)
    (fact,) = scene.file(letter).events
    assert (fact.kind, fact.note) == ("diingatkan", "Mohon dijawab")
    assert scene.file(letter).line.state == "diajukan"


def test_a_patient_who_has_arrived_is_redirected_no_more(
    office: Home, new_desk: NewDesk, show: Show, settled: Settled
) -> None:
    scene = Scene(office)
    letter = scene.letter(scene.melati, scene.rsud, timedelta(minutes=30))
    add_step(office.replica, nurse_of(office), letter.id, "tiba", {"at": office.replica.now()})
    detail = opened(office, new_desk, show, settled, letter).detail
    assert not detail.redirect_button.isVisible()


def test_the_office_has_the_tasks_of_all(office: Home, new_desk: NewDesk, show: Show, settled: Settled) -> None:
    scene = Scene(office)
    letter = scene.letter(scene.melati, scene.rsud, timedelta(minutes=40))
    scene.letter(scene.mawar, scene.rsu, timedelta(minutes=50))
    screen = WorklistScreen(new_desk(office))
    show(screen)
    assert screen.filter.itemText(0) == "Semua tugas (2)"
    assert screen.list.select(f"no_answer:{letter.id}")
    settled(screen.desk)
    assert screen.heading.text() == "B-0001/XI/2026 · Puskesmas Melati ke RSUD Kenanga"
    assert "Ingatkan atau telepon rumah sakit" in screen.task.details.text()
    assert screen.steps.buttons["diingatkan"].isVisible()
    assert_legible(screen)
