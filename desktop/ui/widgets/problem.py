"""What is wrong with one field, as the widgets show it. Rules live elsewhere; this module only names the shape.

Any value with these three attributes will do, so that rules need not know the window.
"""

from typing import Protocol


class ShownProblem(Protocol):
    """``severity`` is "error" (must be put right) or "warning" (may be left); ``text`` is a sentence for the user."""

    @property
    def field(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def text(self) -> str: ...
