"""Where Python's garbage is collected: in the GUI thread alone, between two events.

Python collects in whatever thread makes the next object. Widgets and timers that go in the reading thread end the
program with a segmentation fault, so nothing may be collected elsewhere once a window can be there.
"""

import gc

from PySide6.QtCore import QObject, QTimer

#: It is looked so often whether there is enough to collect, in milliseconds.
LOOK = 1_000
#: Python's own: new objects before the first generation is collected, collections of it before the next, and so on.
_MOST = (700, 10, 10)


class Collecting(QObject):
    """Collects in the thread of its parent; from its making on Python collects nowhere by itself."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        # Not gc.disable: that is how a query asks for quiet while it makes very many objects.
        gc.set_threshold(0)
        timer = QTimer(self, interval=LOOK)
        timer.timeout.connect(self.collect)
        timer.start()

    def collect(self) -> None:
        """Collect the oldest generation that is full, and with it the younger ones."""
        if not gc.isenabled():
            return
        full = [place for place, (count, most) in enumerate(zip(gc.get_count(), _MOST, strict=True)) if count > most]
        if full:
            gc.collect(full[-1])
