"""Promises of the Qt bindings that the program stands on."""

import sys

from PySide6.QtCore import QAbstractListModel, QIdentityProxyModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QApplication

_Index = QModelIndex | QPersistentModelIndex


class _Nothing(QAbstractListModel):
    # The parameters are Qt's.
    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: ARG002, B008 - see above
        return 1

    def data(self, index: _Index, role: int = 0) -> object:  # noqa: ARG002 - see above
        return None


def test_bindings_do_not_use_up_none(qapp: QApplication) -> None:
    """PySide6 6.12.0 on Python 3.11 loses a reference to None with each call and ends the process after minutes."""
    model = _Nothing()
    proxy = QIdentityProxyModel()
    proxy.setSourceModel(model)
    index = proxy.index(0, 0)
    before = sys.getrefcount(None)
    for _ in range(1000):
        proxy.data(index, Qt.ItemDataRole.FontRole)
    assert abs(sys.getrefcount(None) - before) < 100
