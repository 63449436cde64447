"""Saving the step that a person noted in a panel, the same on every screen that has one.

A panel waits until its step is saved; what was typed stays there when it could not be.
"""

from collections.abc import Callable

from desktop.actions.referral_life import add_step
from desktop.ui.desk import Desk
from desktop.ui.screens.step_panel import StepGiven, StepPanel
from sync.errors import BadInput


def save_step(desk: Desk, panel: StepPanel, referral: str, given: StepGiven, done: Callable[[], None]) -> None:
    """Save ``given`` for ``referral`` as the present person, then empty the panel and call ``done``."""
    panel.setEnabled(False)

    def saved(_done: None) -> None:
        panel.setEnabled(True)
        panel.clear()
        done()

    def failed(error: Exception) -> None:
        panel.setEnabled(True)
        desk.say_error(error)
        if isinstance(error, BadInput):
            panel.show_problem(error)

    desk.act(lambda replica, person: add_step(replica, person, referral, given.kind, given.values), saved, failed)
