"""A measured number in little room: its unit stands beside the input, so that vital signs fit on one line.

It knows no more of plausibility than any other editor; rules come in through ``set_problem``.
"""

from desktop.ui.widgets.fields import LineEditor
from desktop.ui.widgets.parts import label, row
from sync.records import Field


class MeasureEditor(LineEditor):
    """A number with its unit at the right; a blank, a stroke or Enter goes on to the next."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.label.setText(field.label)
        if field.unit:
            place = row(self.control, label(field.unit, "quiet"), gap=4)
            place.setStretch(0, 1)
            layout = self.layout()
            if layout is None:
                raise TypeError("an editor has a layout")
            layout.insertLayout(1, place)  # type: ignore[attr-defined]  # FieldEditor has just set a box layout
