"""Asks why a package is not taken."""

from collections.abc import Callable

import pytest

from desktop.updates.words import REFUSALS
from sync.update_package import UpdateRefused


def refused(work: Callable[[], object]) -> str:
    """Why something was refused; each reason has its sentence."""
    with pytest.raises(UpdateRefused) as caught:
        work()
    assert caught.value.code in REFUSALS
    return caught.value.code
