"""The base of all screens: a page of the main window that reads through the desk.

A screen keeps what was typed while another one is shown; it must never read or write by itself on the GUI thread.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.desk import Desk


class Screen(QWidget):
    """One page. Subclasses override what they need."""

    more_found = Signal()
    """:meth:`more_waiting` has changed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk

    def refresh(self) -> None:
        """Read again what is shown. Called when the screen appears and when data changed while it is visible."""

    def open_item(self, argument: str) -> None:
        """Show one thing: ``argument`` is what was given to :meth:`Desk.go`, an id as a rule."""

    def more_waiting(self) -> int:
        """How much waits here beside what the menu can count by itself: found by a look that only this page takes."""
        return 0

    def has_unsaved(self) -> bool:
        """Whether closing the program now would lose something typed here."""
        return False
