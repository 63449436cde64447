"""What the installer is made of: its lists are true, its papers whole, and nothing is fetched to look at that."""

import ast
import json
import re
import tomllib
from pathlib import Path

import pytest

from desktop.installed import differing_files, read_manifest
from resources.installer import papers, payload, programs
from resources.installer.inputs import CannotBuild
from tests.house.tree import ROOT


def test_the_lock_holds_every_package_the_program_names_each_with_sums() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = papers.locked_hashes()
    named = {re.split(r"[\[=<>;]", requirement)[0].strip() for requirement in project["dependencies"]}
    assert {name for name in named if name.lower().replace(".", "-") not in locked} == set()
    assert [name for name, sums in locked.items() if not sums] == []


def test_the_installed_program_understands_the_manifest_of_each_folder(tmp_path: Path) -> None:
    for name in ("main.py", "lib/one.pyc"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"1")
    payload.write_manifest(tmp_path)
    assert set(read_manifest(tmp_path)) == {"main.py", "lib/one.pyc"}
    assert differing_files(tmp_path) == []
    (tmp_path / "lib" / "one.pyc").write_bytes(b"2")
    assert differing_files(tmp_path) == ["lib/one.pyc"]


def test_a_runtime_with_another_file_has_another_name(tmp_path: Path) -> None:
    (tmp_path / "one.pyc").write_bytes(b"1")
    before = payload.identity_of(tmp_path)
    assert payload.identity_of(tmp_path) == before
    (tmp_path / "one.pyc").write_bytes(b"2")
    assert payload.identity_of(tmp_path) != before


def test_the_setup_unpacks_every_file_in_an_order_of_its_own(tmp_path: Path) -> None:
    for name in ("b.txt", "lib/a.txt", "lib/inner/c.txt", "a.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    found = programs.file_list("Files", tmp_path).replace(str(tmp_path), "")
    assert found.splitlines() == [
        "!macro Files TARGET",
        'SetOutPath "${TARGET}"',
        'File "/a.txt"',
        'File "/b.txt"',
        'SetOutPath "${TARGET}\\lib"',
        'File "/lib/a.txt"',
        'SetOutPath "${TARGET}\\lib\\inner"',
        'File "/lib/inner/c.txt"',
        "!macroend",
    ]


def test_what_is_left_out_of_pythons_library_is_imported_nowhere() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for folder in ("desktop", "sync", "resources")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in _imported(node)
        if name.split(".")[0] in payload.NOT_LIBRARY
    }
    assert found == set()


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def test_one_file_of_each_module_stays(tmp_path: Path) -> None:
    for name in ("plain.py", "plain.pyc", "quick.py", "quick.pyc", "quick.cp312-win_amd64.pyd"):
        (tmp_path / name).write_bytes(b"")
    payload.remove_sources(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plain.pyc", "quick.cp312-win_amd64.pyd"]


def test_a_module_that_was_not_compiled_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "forgotten.py").write_text("ANSWER = 42\n")
    with pytest.raises(CannotBuild, match="forgotten"):
        payload.remove_sources(tmp_path)


def test_our_own_folder_holds_what_the_program_reads_and_nothing_of_its_making(tmp_path: Path) -> None:
    payload.build_app(ROOT, tmp_path / "app")
    names = {path.relative_to(tmp_path / "app").as_posix() for path in (tmp_path / "app").rglob("*")}
    assert {"main.py", "desktop/app.py", "sync/errors.py", "resources/fonts/NotoSans-Regular.ttf"} <= names
    assert [name for name in names if "installer" in name or "build.py" in name or "readme/" in name] == []


@pytest.mark.parametrize("version", ["1.2", "1.2.3.4", "1.2.x", "1.2.70000"])
def test_a_version_that_windows_cannot_hold_is_refused(version: str) -> None:
    with pytest.raises(CannotBuild):
        programs.version_numbers(version)


def test_the_list_of_parts_names_licence_and_version_of_each() -> None:
    part = papers.Part("segno", "1.6.6", "BSD", ["text"])
    bill = json.loads(papers.bill_of_materials("1.2.3", [part]))
    assert bill["components"][1]["purl"] == "pkg:pypi/segno@1.6.6"
    assert papers.bill_of_materials("1.2.3", [part]) == papers.bill_of_materials("1.2.3", [part])
    with pytest.raises(CannotBuild):
        papers.bill_of_materials("1.2.3", [papers.Part("stranger", "1", "?", [])])
    assert "segno 1.6.6 (BSD)" in papers.licences("own", "python", [part])
