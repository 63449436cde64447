"""Saving what a person noted in a panel, the same on every screen that has one.

A panel waits until its values are saved; what was typed stays there when they could not be.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop.actions.referral_life import add_step
from desktop.ui.desk import Desk, Person
from desktop.ui.screens.alarm_panel import AlarmPanel
from desktop.ui.screens.redirect_panel import RedirectPanel
from desktop.ui.screens.step_panel import StepPanel
from desktop.ui.widgets.step_forms import StepForms, StepGiven
from sync.errors import BadInput

if TYPE_CHECKING:
    from sync.replica.replica import Replica


def save_step(desk: Desk, panel: StepPanel, referral: str, given: StepGiven, done: Callable[[], None]) -> None:
    """Save ``given`` for ``referral`` as the present person, then empty the panel and call ``done``."""
    save_typed(desk, panel, lambda replica, person: add_step(replica, person, referral, given.kind, given.values), done)


def save_typed(
    desk: Desk,
    panel: StepForms | AlarmPanel | RedirectPanel,
    action: Callable[["Replica", Person], None],
    done: Callable[[], None],
) -> None:
    """Do ``action``, which saves what was typed into ``panel``, then empty it and call ``done``."""
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

    desk.act(action, saved, failed)
