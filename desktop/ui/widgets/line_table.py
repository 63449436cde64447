"""A table of lines: whole rows are chosen, columns are sorted by their heading, and the first one takes what is free.

It knows no content; the model brings the lines and sorts them.
"""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

_ROW = 28


class LineTable(QTableView):
    """The set-up that all tables of the program share. ``name`` is what a screen reader says."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        # One line each: two would be cut in their middle.
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)

    def show_model(self, model: QAbstractItemModel, widths: Sequence[int], sorted_by: int) -> None:
        """Show ``model``; ``widths`` are those of the columns after the first, in pixels.

        ``sorted_by``: the column that is sorted by at first, the greatest above; -1: the order in which lines come,
        which a further click on a heading brings back.
        """
        self.setModel(model)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(60)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for number, width in enumerate(widths, start=1):
            header.resizeSection(number, width)
        header.setSortIndicatorClearable(sorted_by < 0)
        header.setSortIndicator(sorted_by, Qt.SortOrder.DescendingOrder)
        self.setSortingEnabled(True)
