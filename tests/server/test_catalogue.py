"""The catalogue from a file: what is right is stored, what is not is named with its line, and nothing is emptied."""

from pathlib import Path

import pytest

from sync.errors import BadInput
from sync.records import Facility, Route
from sync.replica.replica import Replica
from sync.server import admin
from sync.server.catalogue import Imported, import_catalogue
from sync.server.district import add_facility, find_facility
from tests.fakes.replicas import make_replica

HOSPITAL, PUSKESMAS = "1199R001", "1199U001"


@pytest.fixture
def replica() -> Replica:
    """A district with one puskesmas and one hospital."""
    made = make_replica("f" * 32, "dinkes", serves=True)
    for code, kind in ((PUSKESMAS, "puskesmas"), (HOSPITAL, "rs")):
        add_facility(made, {"code": code, "kind": kind, "name": f"Fasilitas {code}", "phone": "0800-1"})
    return made


def load(replica: Replica, folder: Path, text: str, encoding: str = "utf-8") -> Imported:
    file = folder / "catalogue.csv"
    file.write_bytes(text.encode(encoding))
    return import_catalogue(replica, file)


def hospital(replica: Replica) -> Facility:
    found = find_facility(replica, HOSPITAL)
    assert found is not None
    return found


def routes(replica: Replica) -> list[Route]:
    ids = replica.read(lambda c: [row[0].hex() for row in c.exec_driver_sql("SELECT id FROM route")])
    found = [replica.get(Route, route) for route in ids]
    return [seen.record for seen in found if seen is not None]


def test_a_facility_gets_what_the_row_says_and_keeps_the_rest(replica: Replica, tmp_path: Path) -> None:
    head = "code,polyclinics,strata,latitude,longitude,outside_district,services"
    done = load(replica, tmp_path, f'{head}\n{HOSPITAL},"int, obg;BED",madya,-6.9,109.1,ya,ICU; CT scan\n')
    assert (done.table, done.stored, done.refused) == ("facilities", 1, ())
    found = hospital(replica)
    assert (found.polyclinics, found.strata, found.outside_district) == (("INT", "OBG", "BED"), "madya", True)
    assert (found.latitude, found.longitude, found.services) == (-6.9, 109.1, ("ICU", "CT scan"))
    assert found.phone == "0800-1"


def test_an_empty_cell_empties_nothing_and_the_same_file_again_changes_nothing(
    replica: Replica, tmp_path: Path
) -> None:
    load(replica, tmp_path, f"code,strata,polyclinics\n{HOSPITAL},utama,INT\n")
    assert load(replica, tmp_path, f"code,strata,polyclinics\n{HOSPITAL},,\n").unchanged == 1
    again = load(replica, tmp_path, f"code,strata,polyclinics\n{HOSPITAL},utama,INT\n")
    assert (again.stored, again.unchanged) == (0, 1)
    assert (hospital(replica).strata, hospital(replica).polyclinics) == ("utama", ("INT",))


def test_ways_are_stored_once_for_each_pair_and_changed_by_the_next_file(replica: Replica, tmp_path: Path) -> None:
    done = load(replica, tmp_path, f"from;to;distance_km;minutes\n{PUSKESMAS};{HOSPITAL};12,5;25\n")
    assert (done.table, done.stored) == ("routes", 1)
    load(replica, tmp_path, f"from\tto\tminutes\n{PUSKESMAS}\t{HOSPITAL}\t31\n")
    (route,) = routes(replica)
    assert (route.distance_km, route.minutes) == (12.5, 31)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"{HOSPITAL},besar,,,", "strata: not one of"),
        (f"{HOSPITAL},,60,,", "latitude: not between"),
        (f"{HOSPITAL},,nan,,", "latitude: not a decimal"),
        (f"{HOSPITAL},,enam,,", "latitude: not a number"),
        (f"{HOSPITAL},,,mungkin,", "outside_district: not ya or tidak"),
        (f"{HOSPITAL},,,,{'0' * 31}", "phone: longer than 30"),
        (f"{HOSPITAL},,,,1,2", "more cells than columns"),
        ("9999,madya,,,", "code: no facility has this code"),
        (",madya,,,", "code: no facility has this code"),
    ],
)
def test_a_row_that_cannot_be_right_is_refused_whole_with_its_line(
    replica: Replica, tmp_path: Path, row: str, reason: str
) -> None:
    before = hospital(replica)
    text = f"code,strata,latitude,outside_district,phone\n{PUSKESMAS},dasar,,,\n{row}\n"
    done = load(replica, tmp_path, text)
    assert done.stored == 1
    (refused,) = done.refused
    assert refused.line == 3
    assert refused.reason.startswith(reason)
    assert hospital(replica) == before


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"{PUSKESMAS},9999,5,9", "to: no facility has this code"),
        (f"{PUSKESMAS},{PUSKESMAS},5,9", "to: the same facility"),
        (f"{PUSKESMAS},{HOSPITAL},,", "neither distance_km nor minutes"),
        (f"{PUSKESMAS},{HOSPITAL},1e308,", "distance_km: not a decimal"),
        (f"{PUSKESMAS},{HOSPITAL},,setengah jam", "minutes: not a number"),
    ],
)
def test_a_way_that_cannot_be_right_is_refused(replica: Replica, tmp_path: Path, row: str, reason: str) -> None:
    (refused,) = load(replica, tmp_path, f"from,to,distance_km,minutes\n{row}\n").refused
    assert refused.reason.startswith(reason)
    assert routes(replica) == []


def test_a_row_that_stands_twice_is_refused_the_second_time(replica: Replica, tmp_path: Path) -> None:
    done = load(replica, tmp_path, f"code,strata\n{HOSPITAL},madya\n\n{HOSPITAL},utama\n")
    assert [(row.line, row.reason) for row in done.refused] == [(4, "stands already in line 2")]
    assert hospital(replica).strata == "madya"


def test_a_new_facility_needs_name_and_kind(replica: Replica, tmp_path: Path) -> None:
    done = load(replica, tmp_path, "code,name,kind,polyclinics\n1199R009,RS Baru,rs,INT\n1199R010,RS Lain,,\n")
    assert (done.stored, len(done.refused)) == (1, 1)
    found = find_facility(replica, "1199R009")
    assert found is not None
    assert (found.name, found.polyclinics) == ("RS Baru", ("INT",))


def test_what_windows_spreadsheets_write_is_read_and_unknown_columns_are_named(
    replica: Replica, tmp_path: Path
) -> None:
    done = load(replica, tmp_path, f"CODE;Strata;Direktur\r\n{HOSPITAL};madya;Müller\r\n", "cp1252")
    assert (done.stored, done.ignored) == (1, ("direktur",))
    assert load(replica, tmp_path, f"\ufeffcode,strata\n{HOSPITAL},dasar\n").stored == 1


@pytest.mark.parametrize("text", ["", "nama,strata\nRSUD,madya\n", "code,strata\n\x00,madya\n"])
def test_a_file_that_is_no_catalogue_is_refused(replica: Replica, tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInput):
        load(replica, tmp_path, text)


def test_the_command_tells_what_was_refused_and_ends_with_its_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RUJUK_SERVER_HOME", str(tmp_path / "server"))
    admin.main(["init", "--district", "3329", "--name", "Dinas Kesehatan Contoh"])
    admin.main(["facility", "add", "--code", HOSPITAL, "--name", "RSUD", "--kind", "rs"])
    file = tmp_path / "catalogue.csv"
    file.write_text(f"code,strata,catatan\n{HOSPITAL},madya,x\n9999,madya,\n")
    capsys.readouterr()
    assert admin.main(["catalogue", "import", str(file)]) == 6
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "facilities: 1 stored, 0 unchanged, 1 refused."
    assert said[1].startswith("line 3: code: no facility has this code")
    assert said[2] == "columns not used: catatan"
    file.write_text(f"code,strata\n{HOSPITAL},utama\n")
    assert admin.main(["catalogue", "import", str(file), "--json"]) == 0
    assert admin.main(["catalogue", "import", str(tmp_path / "none.csv")]) == 7
