"""The update at the start of the window: says on the screen that a version is being installed while a thread does it.

Nothing of the user's is open yet. Which version is current afterwards is ``desktop.updates``' decision.
"""

from PySide6.QtCore import QEventLoop, QLockFile, QThread
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from desktop.installed import installation
from desktop.settings import Settings
from desktop.ui.texts import tr
from desktop.ui.widgets.empty_state import EmptyState
from desktop.updates.starting import Start, Starter, launcher, passes_self_test
from desktop.updates.store import Store
from sync.update_package import Package


def starter_of(settings: Settings) -> Starter | None:
    """What applies updates; ``None`` where the program runs from sources."""
    installed, store = installation(), Store(settings.updates)
    if installed is None:
        return None
    return Starter(installed, store, store.keys(), launcher(), passes_self_test)


def apply_waiting(starter: Starter) -> Start:
    """Apply the package that waits, if there is one; which version shall go on."""
    package = starter.waiting()
    if package is None:
        return Start.GO_ON
    # Windows of several data folders may start at once, and there is one installation.
    lock = QLockFile(str(starter.installed.root / "update.lock"))
    lock.setStaleLockTime(0)
    if not lock.tryLock(0):
        return Start.GO_ON
    try:
        return _applied(starter, package)
    finally:
        lock.unlock()


def framed(page: QWidget) -> QMainWindow:
    """A window with nothing but a page."""
    window = QMainWindow()
    window.setWindowTitle("Rujuk")
    window.resize(1000, 680)
    window.setCentralWidget(page)
    return window


def installing_page(version: str) -> EmptyState:
    """What the user sees meanwhile."""
    return EmptyState(
        tr("Memasang Rujuk {version}").format(version=version),
        tr(
            "Ini berlangsung beberapa detik, pada komputer yang lambat beberapa menit; lalu Rujuk terbuka sendiri. "
            "Data tidak disentuh. Bila komputer mati sekarang, versi yang sekarang tetap dapat dipakai."
        ),
    )


def _applied(starter: Starter, package: Package) -> Start:
    window = framed(installing_page(package.version))
    # Whoever closes this window does not end what is under way, nor the program that opens afterwards.
    QApplication.setQuitOnLastWindowClosed(False)
    window.show()
    applying, loop = _Applying(starter, package), QEventLoop()
    applying.finished.connect(loop.quit)
    applying.start()
    loop.exec()
    applying.wait()
    window.hide()
    window.deleteLater()
    QApplication.setQuitOnLastWindowClosed(True)
    return applying.outcome


class _Applying(QThread):
    """Applies one package; ``outcome`` is right when it has ended, and to go on if it ended by a bug."""

    def __init__(self, starter: Starter, package: Package) -> None:
        super().__init__()
        self._starter, self._package = starter, package
        self.outcome = Start.GO_ON

    def run(self) -> None:
        self.outcome = self._starter.apply(self._package)
