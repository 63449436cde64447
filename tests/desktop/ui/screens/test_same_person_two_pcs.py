"""Two PCs of one puskesmas merge differently without a network, one parts again: after the exchange both show the same
persons and say what happened. The office sees it too, and the hospital of one of the letters learns nothing."""

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from desktop.actions.same_person import merge, part
from desktop.queries.patients import PatientHit, search_patients
from desktop.queries.same_person import registrations
from desktop.ui.desk import Desk
from desktop.ui.screens.patients import PatientsScreen
from desktop.ui.screens.same_person import SamePersonScreen
from sync.exchange.engine import exchange
from sync.records import Patient, PatientLink
from sync.records.patient_link import persons
from sync.replica.same_person import read_links
from sync.replica.values import Edit
from tests.desktop.homes import Home
from tests.desktop.scenes import nurse_of, reading
from tests.desktop.two_pcs import TwoPcs
from tests.desktop.ui.screens.conftest import Show, assert_legible
from tests.fakes.replicas import new_referral

Settled = Callable[[Desk], None]


def three(two_pcs: TwoPcs) -> tuple[Patient, Patient, Patient]:
    """Somebody registered three times, known to both PCs."""
    made = [two_pcs.patient(name=name, sex="L") for name in ("Muhammad Yusuf", "Moh. Jusup", "M. Yusup")]
    return made[0], made[1], made[2]


def join(home: Home, one: Patient, other: Patient) -> None:
    merge(home.replica, nurse_of(home), one.id, other.id, f"KK sama, {home.replica.identity.letter}")


def lines(home: Home) -> list[tuple[str, tuple[str, ...]]]:
    with reading(home) as reader:
        hits: list[PatientHit] = search_patients(reader, "yusup")
        return sorted((hit.id, tuple(other.id for other in hit.also)) for hit in hits)


def test_merges_made_apart_agree_and_one_that_is_taken_back_parts_on_both(two_pcs: TwoPcs) -> None:
    first, second, third = three(two_pcs)
    join(two_pcs.a, second, first)
    join(two_pcs.b, second, third)
    assert lines(two_pcs.a) == [(first.id, (second.id,)), (third.id, ())]
    assert lines(two_pcs.b) == [(first.id, ()), (second.id, (third.id,))]
    two_pcs.meet()
    for home in (two_pcs.a, two_pcs.b):
        assert lines(home) == [(first.id, (second.id, third.id))]
    part(two_pcs.b.replica, nurse_of(two_pcs.b), first.id, second.id, "Ternyata ayahnya")
    two_pcs.meet()
    for home in (two_pcs.a, two_pcs.b):
        assert lines(home) == [(first.id, ()), (second.id, (third.id,))]


def test_a_taking_back_meets_a_second_link_of_the_pair_that_its_author_had_not_seen(two_pcs: TwoPcs) -> None:
    first, second, _ = three(two_pcs)
    join(two_pcs.a, first, second)
    two_pcs.meet()
    # A parts them while B, who still sees them as one person under another link, notes it once more.
    part(two_pcs.a.replica, nurse_of(two_pcs.a), first.id, second.id, "Bukan")
    join(two_pcs.b, second, first)
    two_pcs.meet()
    for home in (two_pcs.a, two_pcs.b):
        with reading(home) as reader:
            assert registrations(reader, second.id) == (first.id, second.id)
    part(two_pcs.a.replica, nurse_of(two_pcs.a), first.id, second.id, "Tetap bukan, sudah ditanyakan")
    two_pcs.meet()
    for home in (two_pcs.a, two_pcs.b):
        with reading(home) as reader:
            assert registrations(reader, second.id) == (second.id,)


def test_the_office_sees_one_person_and_the_hospital_of_one_letter_learns_nothing(two_pcs: TwoPcs) -> None:
    district = two_pcs.district
    first, second, _ = three(two_pcs)
    letter = new_referral(two_pcs.a.replica, second.id, district.hospital, "merah")
    two_pcs.a.replica.save([Edit(letter)], two_pcs.a.staff[0].id)
    join(two_pcs.a, first, second)
    two_pcs.meet()
    for pc in (district.office_pc, district.hospital_pc):
        exchange(pc, district.link(pc))
    office, hospital = district.office_pc, district.hospital_pc
    told = office.read(lambda connection: read_links(connection, office.identity.district))
    assert persons(told) == {first.id: first.id, second.id: first.id}
    assert hospital.get(Patient, second.id) is not None
    assert hospital.get(Patient, first.id) is None
    assert hospital.read(lambda connection: read_links(connection, hospital.identity.district)) == []
    assert district.server.get(PatientLink, told[0].id) is not None


def test_both_screens_say_it(
    two_pcs: TwoPcs, new_desk: Callable[[Home], Desk], show: Show, settled: Settled, qtbot: QtBot
) -> None:
    first, second, third = three(two_pcs)
    join(two_pcs.a, second, first)
    join(two_pcs.b, second, third)
    two_pcs.meet()
    part(two_pcs.a.replica, nurse_of(two_pcs.a), first.id, second.id, "Ternyata ayahnya")
    two_pcs.meet()
    for home in (two_pcs.a, two_pcs.b):
        patients = PatientsScreen(new_desk(home))
        patients.open_item(third.id)
        show(patients)
        settled(patients.desk)
        assert patients.pane.name.text() == "Moh. Jusup"
        assert [other.text() for other in patients.pane.others.buttons] == ["M. Yusup"]
        page = SamePersonScreen(patients.desk)
        page.open_item(second.id)
        show(page)
        settled(page.desk)
        told = {(card.title, card.marks[0].text) for card in page.merged.cards()}
        assert told == {
            ("Moh. Jusup = M. Yusup", "satu orang"),
            ("Moh. Jusup = Muhammad Yusuf", "dipisahkan lagi"),
        }
        assert any(card.subtitle.startswith("Ternyata ayahnya · Ns. Dewi") for card in page.merged.cards())
        assert_legible(page)
