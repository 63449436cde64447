"""``rujuk --self-test``: whether this installation works on this computer, as a report that support can read.

Everything happens in a scratch folder and off the screen; the user's data is not opened. The report holds ids, versions
and numbers, never a patient's data.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.installed import installation, program_version
from desktop.settings import Settings, load_settings
from desktop.whole_files import write_whole

if TYPE_CHECKING:
    from desktop.checks.check import Check

_REINSTALL = "Pasang ulang Rujuk dengan pemasang yang sama; data tidak hilang. Bila tetap gagal, kirim laporan ini."
_ASK = "Kirim laporan ini kepada admin TI Dinas Kesehatan. Data di komputer ini tidak diubah."
_DISK = "Kosongkan ruang disk, lalu jalankan lagi."
_CLOCK = "Betulkan tanggal dan jam komputer ini di pengaturan Windows, lalu jalankan lagi."
_KEYS = "Masuk ke Windows dengan akun yang biasa dipakai, lalu jalankan lagi. Bila tetap gagal, kirim laporan ini."


def main(arguments: Sequence[str]) -> int:
    """Run the self-test and print or write its report; 0 if all is well, else 1."""
    options = _parser().parse_args(arguments)
    checks = run_checks(home=load_settings(options.home).home, quick=options.quick, pictures=options.pictures)
    text = report_json(checks) if options.json else report(checks)
    if options.report is not None:
        options.report.parent.mkdir(parents=True, exist_ok=True)
        write_whole(options.report, text.encode("utf-8"))
    if sys.stdout is not None:
        # A program without a console has no output at all.
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8", errors="replace")
        sys.stdout.write(text)
        sys.stdout.flush()
    return 0 if all(check.ok for check in checks) else 1


def run_checks(*, home: Path, quick: bool = False, pictures: Path | None = None) -> tuple["Check", ...]:
    """All checks in order, in a process of their own: they need an application off the screen.

    Args:
        home: the data folder; only the room on its disk is looked at.
        quick: only what tells within seconds whether this version starts here, as before an update is taken into use.
        pictures: a folder for pictures of the screens.
    """
    # In the program itself, because wine hands on no variable of Qt's. Qt reads it when an application is made.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from desktop.checks import database, machine, shipped
    from desktop.checks.check import checked

    installed = installation()
    checks = [
        checked("sqlite", "Pustaka basis data", _REINSTALL, machine.sqlite_library),
        checked("files", "Berkas program", _REINSTALL, partial(shipped.shipped_files, installed, code_only=quick)),
    ]
    if not quick:
        # What is wrong with this computer is no fault of the version that an update brings.
        checks += [
            checked("clock", "Jam komputer", _CLOCK, partial(machine.clock, datetime.now(UTC))),
            checked("room", "Ruang disk", _DISK, partial(machine.room, home)),
            checked("keys", "Penyimpanan kunci", _KEYS, machine.key_store),
        ]
    # Windows removes no file that something still holds open; what stays in its temporary folder is invented.
    with tempfile.TemporaryDirectory(prefix="rujuk-uji-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        scratch = partial(database.encrypted_database, Settings(folder / "uji"))
        checks.append(checked("database", "Basis data terenkripsi", _REINSTALL, scratch))
        checks += _drawn(folder, quick=quick, pictures=pictures)
    return tuple(checks)


def report(checks: Sequence["Check"]) -> str:
    """The report for people."""
    failed = sum(not check.ok for check in checks)
    verdict = "Semua pemeriksaan baik." if not failed else f"{failed} dari {len(checks)} pemeriksaan GAGAL."
    head = [f"Rujuk {program_version()}: pemeriksaan diri, {datetime.now().astimezone():%d-%m-%Y %H:%M}", verdict, ""]
    return "\n".join([*head, *(check.line for check in checks), "", *_versions(), ""])


def report_json(checks: Sequence["Check"]) -> str:
    """The report for programs, one line."""
    rows = [
        {"key": check.key, "ok": check.ok, "found": check.found, "advice": check.advice, "ms": check.ms}
        for check in checks
    ]
    data = {"ok": all(check.ok for check in checks), "version": program_version(), "checks": rows}
    return json.dumps(data | {"versions": _versions()}, ensure_ascii=False) + "\n"


def _drawn(folder: Path, *, quick: bool, pictures: Path | None) -> list["Check"]:
    """The checks that need an application, with a district around it unless there is to be only one window."""
    from PySide6.QtCore import qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    from desktop import assets
    from desktop.checks.check import checked

    def dress() -> str:
        qInstallMessageHandler(_print_qt)
        application = QApplication.instance() or QApplication([])
        if isinstance(application, QApplication):
            assets.dress(application)
            # The windows of the check come and go; none of them ends the application.
            application.setQuitOnLastWindowClosed(False)
        return f"Qt {_qt_version()}"

    began = checked("window_system", "Sistem jendela", _REINSTALL, dress)
    if not began.ok:
        return [began]
    from desktop.checks.screens import draw_screens, letter_paper

    if quick:
        draw = partial(draw_screens, Settings(folder / "uji"), only=1)
        return [began, checked("window", "Jendela", _REINSTALL, draw)]
    from desktop.checks.scratch import exchange_letter, scratch_district

    made: list[Check] = [began]

    def in_district() -> str:
        with scratch_district(folder) as scratch:
            made.append(checked("sync", "Kirim dan terima", _ASK, partial(exchange_letter, scratch)))
            paper = partial(letter_paper, scratch.puskesmas.settings, scratch.letter)
            made.append(checked("letter", "Surat rujukan PDF dengan QR", _REINSTALL, paper))
            for pc in scratch.pcs:
                draw = partial(draw_screens, pc.settings, pictures)
                made.append(checked(f"screens_{pc.facility.kind}", f"Layar {pc.facility.kind}", _REINSTALL, draw))
        return "server, puskesmas, rumah sakit dan dinas kesehatan uji"

    whole = checked("district", "Kabupaten uji", _ASK, in_district)
    return [*made, whole]


def _print_qt(_kind: object, _context: object, message: str) -> None:
    """What Qt says, without its remarks that a screen which is none cannot do what screens do."""
    if not message.startswith("This plugin does not support") and sys.stderr is not None:
        sys.stderr.write(f"{message}\n")


def _versions() -> list[str]:
    installed = installation()
    place = f"{installed.running.runtime} {installed.running.app}" if installed else "sumber"
    return [
        f"Program: {program_version()} ({place})",
        f"Sistem: {platform.system()} {platform.release()} {platform.machine()}",
        f"Python {platform.python_version()}, Qt {_qt_version()}",
    ]


def _qt_version() -> str:
    from PySide6.QtCore import qVersion

    return str(qVersion())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rujuk --self-test", description="Periksa apakah Rujuk bekerja di sini.")
    parser.add_argument("--report", type=Path, metavar="BERKAS", help="tulis laporan ke berkas ini juga")
    parser.add_argument("--json", action="store_true", help="tulis satu objek JSON")
    parser.add_argument("--quick", action="store_true", help="hanya yang perlu sebelum memakai versi baru")
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="simpan gambar setiap layar di sini")
    parser.add_argument("--home", type=Path, help="folder data; hanya ruang disknya yang dilihat")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
