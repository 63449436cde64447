"""What the office sees of differences that its puskesmas have yet to decide: where, how many, and since when."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from desktop.actions.conflicts import settle
from desktop.queries.conflicts import conflict_count, conflicts_of, open_differences
from desktop.ui.desk import Desk
from desktop.ui.screens.sync_health import SyncHealthScreen
from tests.desktop.conftest import MakeHome
from tests.desktop.homes import Home
from tests.desktop.scenes import nurse_of, reading
from tests.desktop.two_pcs import TwoPcs
from tests.desktop.ui.screens.conftest import Show, assert_legible
from tests.desktop.ui.screens.test_proof_pages import computer, told

NewDesk = Callable[[Home], Desk]


def differing(two_pcs: TwoPcs, name: str = "Siti Aminah") -> None:
    """A name and a day of birth that the two PCs of the puskesmas changed differently."""
    patient = two_pcs.patient(name=name)
    for home, letter, year in ((two_pcs.a, "A", 1991), (two_pcs.b, "B", 1992)):
        two_pcs.edit_patient(home, patient, name=f"{name} {letter}", birth_date=date(year, 1, 1))
    two_pcs.meet()


def test_the_office_counts_what_each_puskesmas_has_yet_to_decide(two_pcs: TwoPcs, new_home: MakeHome) -> None:
    office = new_home("dinkes", facility=two_pcs.district.office)
    two_pcs.exchange(office)
    with reading(office) as reader:
        assert open_differences(reader) == []
    differing(two_pcs)
    two_pcs.exchange(office)
    with reading(two_pcs.a) as reader:
        asked = conflicts_of(reader, two_pcs.district.puskesmas)
    with reading(office) as reader:
        (found,) = open_differences(reader)
        assert conflict_count(reader, office.replica.identity.facility, datetime.now(UTC)) == 0
    assert (found.facility, found.count) == (two_pcs.district.puskesmas, 2)
    assert found.since == min(question.since for question in asked)
    for question in asked:
        settle(two_pcs.a.replica, nurse_of(two_pcs.a), question.seen, question.names, question.choices[0].values)
    two_pcs.exchange(two_pcs.a)
    two_pcs.exchange(office)
    with reading(office) as reader:
        assert open_differences(reader) == []


def test_the_page_names_the_puskesmas_with_count_and_age_and_says_who_decides(
    two_pcs: TwoPcs, new_home: MakeHome, new_desk: NewDesk, show: Show, settled: Callable[[Desk], None], tmp_path: Path
) -> None:
    office = new_home("dinkes", person=True, facility=two_pcs.district.office)
    told(
        office,
        [
            computer(
                1, None, two_pcs.district.puskesmas, seen_at=datetime.now(UTC).isoformat(), facility_name="Melati"
            ),
            computer(2, None, seen_at=datetime.now(UTC).isoformat()),
        ],
    )
    screen = SyncHealthScreen(new_desk(office))
    show(screen)
    assert screen.differences.isHidden()
    differing(two_pcs)
    two_pcs.exchange(office)
    screen.refresh()
    settled(screen.desk)
    words = screen.differences.text()
    assert "Fasilitas 0 2 isian, tertua < 1 menit" in words
    assert "hanya petugas di sana yang dapat memutuskan" in words
    assert_legible(screen)
    if folder := os.environ.get("RUJUK_PICTURES"):
        screen.grab().save(str(Path(folder) / "sync_health_differences.png"))
    screen.amiss.setChecked(True)
    assert screen.table.lines.rowCount() == 1
    assert screen.table.lines.line(0)[6].text == "2 (< 1 menit)"
    screen.save(tmp_path / "daftar.csv")
    settled(screen.desk)
    assert "2 (< 1 menit)" in (tmp_path / "daftar.csv").read_text("utf-8-sig")
