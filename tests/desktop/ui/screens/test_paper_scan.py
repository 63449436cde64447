"""A letter comes on paper to a hospital without a network: read at once, kept here only, replaced by the real one."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.letters.letter import Letter
from desktop.ui.desk import Desk
from desktop.ui.screens.inbox import InboxScreen
from sync.exchange.credential import public_key
from sync.records import Computer
from sync.records.letter_code import letter_code
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.letters.samples import DEVICE, SIGNING_KEY, emergency_letter, long_letter
from tests.desktop.scenes import add_facility, add_patient, add_received_letter, reading
from tests.desktop.ui.screens.conftest import Show, assert_legible

Settled = Callable[[Desk], None]
NewDesk = Callable[[Home], Desk]


@pytest.fixture
def inbox(hospital: Home, new_desk: NewDesk, show: Show) -> InboxScreen:
    screen = InboxScreen(new_desk(hospital))
    show(screen)
    return screen


def text_of(letter: Letter) -> str:
    assert letter.sealed is not None
    return letter.sealed.text


def scan(screen: InboxScreen, settled: Settled, text: str) -> None:
    """What a hand scanner does: it types and ends with Enter."""
    screen.scan.open_button.click()
    QTest.keyClicks(screen.scan.code, text)
    QTest.keyClick(screen.scan.code, Qt.Key.Key_Return)
    for _ in range(3):
        settled(screen.desk)


def local_values(home: Home) -> int:
    with reading(home) as reader:
        return int(reader.value("SELECT count(*) FROM local WHERE name LIKE 'paper_letter.%'"))


def test_a_scanned_letter_shows_its_content_at_once_and_says_what_it_is_worth(
    inbox: InboxScreen, hospital: Home, settled: Settled
) -> None:
    letter, waiting = emergency_letter(), hospital.replica.waiting_count()
    scan(inbox, settled, text_of(letter))
    (card,) = inbox.list.cards()
    assert card.title == "Siti Aminah"
    assert "Dari kertas, belum datang lewat jaringan" in card.subtitle
    assert inbox.right.currentWidget() is inbox.scan.view
    view = inbox.scan.view
    assert view.heading.text() == "A-0007/XI/2026 dari Puskesmas Melati"
    assert view.headline.text() == "Dari kertas, belum datang lewat jaringan"
    assert "tidak ada di daftar di sini (daftar per belum pernah)" in view.details.text()
    assert "ditujukan ke RSUD Kenanga, bukan ke fasilitas ini" in view.details.text()
    assert view.patient_header.allergies.text() == "Alergi: Sulfa"
    assert_legible(inbox)
    assert hospital.replica.waiting_count() == waiting
    assert local_values(hospital) == 1
    assert hospital.replica.history(letter.referral.id) == []


def add_card(home: Home, letter: Letter, key: bytes = SIGNING_KEY, *, revoked: bool = False, code: str = "") -> None:
    """The card of the PC that seals the samples, as the district's server publishes it."""
    assert letter.sender is not None
    sender = add_facility(home, letter.sender.name, "puskesmas", code=code or letter.sender.code)
    now = home.replica.now()
    card = Computer(
        id=DEVICE,
        facility=sender.id,
        letter="A",
        public_key=public_key(key).hex(),
        enrolled_at=now,
        revoked_at=now if revoked else None,
    )
    home.replica.save([Edit(card)], home.replica.identity.device)


def test_a_letter_of_an_enrolled_computer_is_vouched_for_without_a_network(
    inbox: InboxScreen, hospital: Home, settled: Settled
) -> None:
    letter = emergency_letter()
    add_card(hospital, letter)
    scan(inbox, settled, text_of(letter))
    assert "ditandatangani komputer Puskesmas Melati yang terdaftar" in inbox.scan.view.details.text()
    assert_legible(inbox)


def test_a_letter_of_a_revoked_computer_says_so(inbox: InboxScreen, hospital: Home, settled: Settled) -> None:
    letter = emergency_letter()
    add_card(hospital, letter, revoked=True)
    scan(inbox, settled, text_of(letter))
    assert "dicabut Dinas Kesehatan" in inbox.scan.view.details.text()


@pytest.mark.parametrize("forged", [{"key": bytes(32)}, {"code": "99990001"}])
def test_a_letter_signed_with_a_key_that_is_not_its_senders_is_refused(
    inbox: InboxScreen, hospital: Home, settled: Settled, forged: dict[str, Any]
) -> None:
    letter = emergency_letter()
    add_card(hospital, letter, **forged)
    scan(inbox, settled, text_of(letter))
    assert "bukan milik perujuknya" in inbox.scan.problem.text()
    assert local_values(hospital) == 0


def test_it_is_still_there_for_the_next_window(
    inbox: InboxScreen, hospital: Home, settled: Settled, new_desk: NewDesk, show: Show
) -> None:
    scan(inbox, settled, text_of(long_letter()))
    other = InboxScreen(new_desk(hospital))
    show(other)
    assert [card.marks[1].text for card in other.list.cards()] == ["Dari kertas"]
    assert other.list.select(long_letter().referral.id)
    assert "Teks panjang dipendekkan" in other.scan.view.details.text()


def test_the_real_letter_takes_its_place(inbox: InboxScreen, hospital: Home, settled: Settled) -> None:
    letter = emergency_letter()
    scan(inbox, settled, text_of(letter))
    add_received_letter(
        hospital, add_patient(hospital, "Siti Aminah").id, id=letter.referral.id, number="A-0007/XI/2026"
    )
    inbox.refresh()
    for _ in range(3):
        settled(inbox.desk)
    (card,) = inbox.list.cards()
    assert "Dari kertas" not in [mark.text for mark in card.marks]
    assert inbox.right.currentWidget() is inbox.detail
    assert inbox.scan.letters() == []


def test_a_letter_from_paper_leaves_the_list_when_somebody_wants_it_and_comes_back_when_scanned(
    inbox: InboxScreen, settled: Settled
) -> None:
    scan(inbox, settled, text_of(emergency_letter()))
    inbox.scan.view.drop_button.click()
    for _ in range(3):
        settled(inbox.desk)
    assert inbox.list.cards() == ()
    assert inbox.right.currentWidget() is inbox.nothing
    scan(inbox, settled, text_of(emergency_letter()))
    assert len(inbox.list.cards()) == 1


def test_panel_and_letter_fit_a_small_window(inbox: InboxScreen, settled: Settled) -> None:
    scan(inbox, settled, text_of(emergency_letter()))
    inbox.resize(980, 510)
    assert_legible(inbox)
    scan(inbox, settled, "7QX4-M0ZK-2B9")
    assert_legible(inbox)
    assert (inbox.width(), inbox.height()) == (980, 510)


def test_a_letter_that_is_here_already_is_opened(inbox: InboxScreen, hospital: Home, settled: Settled) -> None:
    letter = emergency_letter()
    add_received_letter(hospital, add_patient(hospital).id, id=letter.referral.id)
    inbox.refresh()
    settled(inbox.desk)
    scan(inbox, settled, text_of(letter))
    assert inbox.right.currentWidget() is inbox.detail
    assert inbox.list.current_id() == letter.referral.id
    assert local_values(hospital) == 0


def test_one_changed_character_is_refused_and_nothing_is_stored(
    inbox: InboxScreen, hospital: Home, settled: Settled
) -> None:
    text = text_of(emergency_letter())
    place = len(text) // 2
    scan(inbox, settled, text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :])
    assert "Tidak ada yang disimpan" in inbox.scan.problem.text()
    assert inbox.scan.problem.isVisible()
    assert inbox.list.cards() == ()
    assert local_values(hospital) == 0
    assert_legible(inbox)
    # The next scan replaces what was refused.
    QTest.keyClicks(inbox.scan.code, text)
    QTest.keyClick(inbox.scan.code, Qt.Key.Key_Return)
    for _ in range(3):
        settled(inbox.desk)
    assert len(inbox.list.cards()) == 1


def test_the_code_of_twelve_finds_a_letter_that_is_here(inbox: InboxScreen, hospital: Home, settled: Settled) -> None:
    letter = add_received_letter(hospital, add_patient(hospital).id)
    inbox.refresh()
    settled(inbox.desk)
    code = letter_code(letter.id)
    scan(inbox, settled, code.lower().replace("-", " "))
    assert inbox.list.current_id() == letter.id
    scan(inbox, settled, f"RUJUKF1:A-0009/XI/2026:{code}")
    assert not inbox.scan.problem.isVisible()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("7QX4-M0ZK-2B9", "salah ketik"),
        (letter_code("0" * 31 + "1"), "belum datang ke komputer ini"),
        ("https://contoh.example/surat/7788", "bukan kode surat rujukan"),
    ],
)
def test_what_is_no_code_of_a_letter_here_is_said(inbox: InboxScreen, settled: Settled, typed: str, words: str) -> None:
    scan(inbox, settled, typed)
    assert words in inbox.scan.problem.text()
    assert_legible(inbox)


def test_escape_closes_the_panel(inbox: InboxScreen) -> None:
    inbox.scan.open_button.click()
    QTest.keyClick(inbox.scan.code, Qt.Key.Key_Escape)
    assert not inbox.scan.code.isVisible()
    assert inbox.scan.open_button.isVisible()
