"""``rujuk demo``: an invented district on real parts, with three windows to play, or played by itself without a screen.

It works in folders of its own and never touches the data of this computer. Keys lie in files beside the demo's data,
so that nothing of it stays in the system's key store; the demo says so.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from desktop.demo.district import DISTRICT
from desktop.demo.seed import PATIENTS, fill, pcs_in
from desktop.demo.server import DemoServer
from desktop.settings import load_settings
from sync.errors import RujukError

KEY_WORDS = "Kunci data ada di berkas rujuk.key di setiap folder, bukan di penyimpanan kunci sistem: datanya karangan."


def run_demo(*, headless: bool, out: Path | None, as_json: bool, home: Path | None = None, fresh: bool = False) -> int:
    """Run the demo; 0, or 1 if something failed or (headless) cannot be read.

    Args:
        out: where a headless demo saves its pictures; ``demo-out`` here, if not given.
        home: the data folder below which the windows' demo lives, as for every command.
        fresh: begin a new demo instead of going on with the one that is there.
    """
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    try:
        if headless:
            return _play_headless(out or Path("demo-out"), as_json=as_json)
        from desktop.demo.windows import run_windows

        if not as_json:
            print(KEY_WORDS)
        return run_windows(load_settings(home).home / "demo", fresh=fresh, as_json=as_json)
    except (RujukError, OSError) as error:
        message = f"Demo tidak dapat dijalankan: {type(error).__name__}: {error}"
        if as_json:
            print(json.dumps({"ok": False, "code": type(error).__name__, "message": message}, ensure_ascii=False))
        else:
            print(message, file=sys.stderr)
        return 1


def _play_headless(out: Path, *, as_json: bool) -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # Qt reads the variable when it is loaded.
    from PySide6.QtCore import qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    from desktop import assets
    from desktop.demo.papers import save_papers
    from desktop.demo.playing import play
    from desktop.demo.stage import Stage

    say: Callable[[str], None] = _nothing if as_json else _say
    out.mkdir(parents=True, exist_ok=True)
    qInstallMessageHandler(_print_qt)
    application = QApplication.instance() or QApplication([])
    if isinstance(application, QApplication):
        assets.dress(application)
    say(f"{DISTRICT.name}: {PATIENTS} pasien karangan. {KEY_WORDS}")
    with tempfile.TemporaryDirectory(prefix="rujuk-demo-") as name:
        folder = Path(name)
        server = DemoServer(folder / "server")
        server.create()
        server.start()
        try:
            fill(folder, server, say)
        except BaseException:
            server.stop()
            raise
        puskesmas, hospital, _office = pcs_in(folder)
        stage = Stage(folder, server, puskesmas, hospital)
        try:
            played = play(stage, out, lambda step: say(step.words))
        finally:
            left = stage.close()
        ok = not left and all(step.failure is None and not step.problems for step in played)
        papers = save_papers(stage.puskesmas.pc, out) if ok else []
    total = sum(step.ms for step in played)
    if as_json:
        steps = [step.data for step in played]
        data = {
            "ok": ok,
            "total_ms": total,
            "out": str(out.absolute()),
            "steps": steps,
            "papers": papers,
            "left_running": left,
        }
        print(json.dumps(data, ensure_ascii=False))
    else:
        count = sum(1 for step in played if step.picture)
        say("\n".join(left))
        word, where = "Berhasil" if ok else "GAGAL", out.absolute()
        say(f"{word}: {len(played)} langkah, {total} ms, {count} gambar dan {len(papers)} PDF di {where}")
    return 0 if ok else 1


def _print_qt(_kind: object, _context: object, message: str) -> None:
    """What Qt says, without its remarks that a screen which is none cannot do what screens do."""
    if not message.startswith("This plugin does not support"):
        print(message, file=sys.stderr)


def _say(text: str) -> None:
    if text:
        print(text, flush=True)


def _nothing(_text: str) -> None:
    pass
