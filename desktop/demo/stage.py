"""The stage of a demo without a screen: a server that can be switched off, and both sides with their real windows.

The windows are those of the program, each with its own sync agent as a process of its own. It must leave no process
behind, whatever happened on it.
"""

from pathlib import Path

from PySide6.QtWidgets import QWidget

from desktop.app import Program
from desktop.demo.hands import CannotPlay, Hands, wait_until
from desktop.demo.seed import Pc
from desktop.demo.server import DemoServer

#: The screen of the usual laptop at a puskesmas.
WIDTH, HEIGHT = 1366, 768


class Side:
    """One facility: its computer, its window, and the person at it."""

    def __init__(self, pc: Pc) -> None:
        self.pc = pc
        self.program = Program(pc.settings)
        self.hands = Hands(lambda: self.program.window)

    def open(self) -> None:
        """Start the program, as a double click on its icon does."""
        self.program.open()
        self.program.window.resize(WIDTH, HEIGHT)
        self.program.show()
        self.hands.come_here()

    @property
    def window(self) -> QWidget:
        """The window as it is now."""
        return self.program.window

    def is_calm(self) -> bool:
        """Whether nothing is being read or saved; an exchange may go on for long."""
        desk = self.program.desk
        return desk is None or not desk.busy

    def close(self) -> None:
        """End the agent and close the database; also in the middle of a form."""
        background, desk = self.program.background, self.program.desk
        if background is not None:
            if background.state.connected:
                background.end_agent()
                wait_until(lambda: not background.state.connected, "pengirim berhenti")
            background.close()
        if desk is not None:
            desk.close()
        self.window.hide()


class Stage:
    """Server and both sides. ``close`` ends everything."""

    def __init__(self, folder: Path, server: DemoServer, puskesmas: Pc, hospital: Pc) -> None:
        self.folder = folder
        self.server = server
        self.puskesmas = Side(puskesmas)
        self.hospital = Side(hospital)

    def close(self) -> list[str]:
        """End both programs, their agents and the server; what could not be ended."""
        problems = []
        for side in (self.puskesmas, self.hospital):
            try:
                side.close()
            except CannotPlay as error:
                problems.append(f"{side.pc.facility.name}: {error}")
        self.server.stop()
        return problems
