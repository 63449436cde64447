"""What a person has to decide: two computers did different things to one record. Both values, and one key for each.

It is a queue that waits to be opened, never a dialog in the middle of other work. After a decision nothing is chosen,
so that a key pressed twice can never decide about the next patient.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.actions.conflicts import settle
from desktop.actions.taking_out import decide
from desktop.queries.conflicts import Conflict, conflicts_of
from desktop.queries.taken_out import Removal, removals
from desktop.ui.desk import Desk, Person
from desktop.ui.screen import Screen
from desktop.ui.screens.conflict_choices import ChoiceBoxes
from desktop.ui.screens.conflict_other import OtherValue
from desktop.ui.screens.conflict_removal import RETURNS, RemovalPanel, decided_words, removal_card, removal_words
from desktop.ui.screens.conflict_words import (
    conflict_card,
    question_words,
    rail_words,
    same_words,
    settled_words,
    since_words,
)
from desktop.ui.screens.history import history_item
from desktop.ui.texts import tr
from desktop.ui.widgets.cards import Card, CardList
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.panels import pages, scrolling_column, tab_order
from desktop.ui.widgets.parts import button, column, label, row
from desktop.ui.widgets.patient_header import PatientHeader
from sync.errors import BadInput
from sync.replica.reader import Reader

if TYPE_CHECKING:
    from sync.replica.replica import Replica

#: What a person can be asked: between values, or whether a record returns to the lists.
Asked = Conflict | Removal

#: More values of one field have no key of their own; a button they have.
_KEYS = 9


class ConflictsScreen(Screen):
    """Questions at the left, the chosen one at the right. Its item is the id of a question, a record or a patient."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._conflicts: Sequence[Asked] = ()
        self._shown: Asked | None = None
        self._wanted = ""
        self._saving = False
        self.other: OtherValue | None = None
        self.list = CardList(lines=3)
        self.list.setAccessibleName(tr("Perlu diputuskan"))
        self.list.selected.connect(self._select)
        self.list.opened.connect(lambda _conflict: self._enter())
        self.nothing = EmptyState("")
        self.patient_header = PatientHeader()
        self.question = label("", "sectionTitle", wrap=True)
        self.since = label("", "quiet", wrap=True)
        self.choices = ChoiceBoxes()
        self.choices.chosen.connect(self._choose)
        self.removal = RemovalPanel()
        self.removal.chosen.connect(self._choose)
        self.same = label("", "quiet", wrap=True)
        self.rails = label("", wrap=True)
        self.other_button = button(tr("Tulis isian lain (L)"))
        self.other_button.clicked.connect(self._type_other)
        self.history_button = button(tr("Riwayat isian (R)"))
        self.history_button.clicked.connect(self._open_history)
        self._other_place = column(gap=0)
        place = QWidget()
        place.setLayout(self._other_place)
        self._buttons = QWidget()
        self._buttons.setLayout(row(self.other_button, self.history_button, 1))
        self.content = scrolling_column(place, self.same, self.rails, self.choices, self.removal, QWidget())
        detail = column(self.patient_header, self.question, self.since, self.content, self._buttons, gap=6)
        detail.setStretch(3, 1)
        self.detail = QWidget()
        self.detail.setLayout(detail)
        self.right = pages(self.nothing, self.detail)
        left = QWidget()
        left.setFixedWidth(360)
        left.setLayout(column(self.list))
        self.setLayout(
            column(
                label(tr("Perlu diputuskan"), "pageTitle"),
                label(
                    tr(
                        "Dua komputer mengubah isian yang sama sebelum saling bertukar data. Tidak ada yang hilang; "
                        "pilih yang benar."
                    ),
                    "quiet",
                    wrap=True,
                ),
                row(left, self.right, gap=16),
                margins=(20, 14, 20, 14),
                gap=6,
            )
        )
        self.layout().setStretch(2, 1)  # type: ignore[union-attr]  # the line above has just set a layout
        self.setFocusProxy(self.list)
        tab_order(self.list, self.choices, self.removal)
        self._keys = [self._key(str(place + 1), partial(self._choose, place)) for place in range(_KEYS)]
        self._keys += [self._key("L", self._type_other), self._key("R", self._open_history)]
        self._typing_keys = [self._key("Ctrl+S", self._save_other), self._key("Escape", self._close_other)]
        self._show(None)

    def refresh(self) -> None:
        facility = self.desk.identity.facility

        def both(reader: Reader) -> list[Asked]:
            found: list[Asked] = [*conflicts_of(reader, facility), *removals(reader, facility)]
            return sorted(found, key=lambda item: (item.since, item.id))

        self.desk.read(both, self._found, slot="conflicts.list")

    def open_item(self, argument: str) -> None:
        self._wanted = argument

    def has_unsaved(self) -> bool:
        return self.other is not None

    def _found(self, conflicts: Sequence[Asked]) -> None:
        self._conflicts = conflicts
        now = datetime.now(UTC)
        self.list.set_cards([_card(conflict, now) for conflict in conflicts])
        wanted, self._wanted = self._wanted, ""
        if wanted and self.other is None:
            self.list.select(next((item.id for item in conflicts if wanted in _ids(item)), ""))
        # What is being typed stays, whatever arrives; saving it says whether somebody else has decided.
        if self.other is not None:
            return
        before, current = self._shown, self._named(self.list.current_id())
        if (
            before is not None
            and current is not None
            and before.id == current.id
            and _offers(before) != _offers(current)
        ):
            # The keys would now mean other values than those that were read.
            self.list.setCurrentIndex(QModelIndex())
            self.desk.say("warning", tr("Isian baru datang untuk pertanyaan ini. Pilih lagi dan baca semua isiannya."))
            return
        self._show(current)

    def _select(self, conflict: str) -> None:
        if self.other is None:
            self._show(self._named(conflict))

    def _named(self, conflict: str) -> Asked | None:
        return next((item for item in self._conflicts if item.id == conflict), None)

    def _show(self, conflict: Asked | None) -> None:
        for key in self._keys:
            key.setEnabled(conflict is not None and self.other is None)
        for key in self._typing_keys:
            key.setEnabled(self.other is not None)
        for take in self.choices.buttons:
            take.setEnabled(self.other is None)
        if conflict is None:
            self._shown = None
            self._show_nothing()
            return
        if conflict == self._shown:
            return
        now = datetime.now(UTC)
        self._shown = conflict
        patient = conflict.patient
        self.patient_header.setVisible(patient is not None)
        if patient is not None:
            self.patient_header.show_patient(patient, patient.allergies, now.astimezone().date())
        self.since.setText(since_words(conflict, now))
        between_values = isinstance(conflict, Conflict)
        self.choices.setVisible(between_values)
        self.removal.setVisible(not between_values)
        self.other_button.setVisible(between_values)
        if isinstance(conflict, Conflict):
            self.question.setText(question_words(conflict))
            self.choices.show_conflict(conflict, now)
            self._show_beside(same_words(conflict), rail_words(conflict))
        else:
            self.question.setText(removal_words(conflict))
            self.removal.show_removal(conflict, now)
            self._show_beside("", "")
        self.content.verticalScrollBar().setValue(0)
        self.right.setCurrentWidget(self.detail)

    def _show_beside(self, same: str, rails: str) -> None:
        for text, words in ((self.same, same), (self.rails, rails)):
            text.setText(words)
            text.setVisible(bool(words))

    def _show_nothing(self) -> None:
        if self._conflicts:
            title, sentence = tr("Pilih pertanyaan"), tr("Tekan panah ke bawah, lalu angka dari isian yang benar.")
        else:
            title = tr("Tidak ada yang perlu diputuskan")
            sentence = tr("Bila dua komputer mengubah isian penting yang sama, pertanyaannya muncul di sini.")
        self.nothing.set_content(title, sentence)
        self.right.setCurrentWidget(self.nothing)

    def _enter(self) -> None:
        buttons = self.choices.buttons if isinstance(self._shown, Conflict) else self.removal.buttons
        if buttons and self._shown is not None:
            buttons[0].setFocus()

    def _choose(self, place: int) -> None:
        asked = self._shown
        if isinstance(asked, Removal) and place < len(self.removal.buttons):
            self._answer(
                asked,
                lambda replica, person: decide(replica, person, asked.seen, asked.voids, returns=place == RETURNS),
                decided_words(place),
            )
        elif isinstance(asked, Conflict) and self.other is None and place < len(asked.choices):
            self._settle(asked, asked.choices[place].values)

    def _settle(self, conflict: Conflict, values: Mapping[str, Any]) -> None:
        self._answer(
            conflict,
            lambda replica, person: settle(replica, person, conflict.seen, conflict.names, values),
            settled_words(conflict, values),
        )

    def _answer(self, asked: Asked, action: Callable[["Replica", Person], None], words: str) -> None:
        if self._saving:
            return
        self._saving = True

        def done(_result: None) -> None:
            self._saving = False
            self._close_other()
            self._forget(asked)
            self.desk.say("info", words)

        self.desk.act(action, done, self._failed)

    def _forget(self, conflict: Asked) -> None:
        """What is decided is gone at once and nothing else is chosen in its place."""
        self._conflicts = [item for item in self._conflicts if item.id != conflict.id]
        now = datetime.now(UTC)
        self.list.set_cards([_card(item, now) for item in self._conflicts])
        self._show(None)
        self.list.setFocus()

    def _failed(self, error: Exception) -> None:
        self._saving = False
        self.desk.say_error(error)
        if self.other is not None and isinstance(error, BadInput):
            self.other.failed(error)
        else:
            self.refresh()

    def _type_other(self) -> None:
        conflict = self._shown
        if not isinstance(conflict, Conflict) or self.other is not None:
            return
        other = OtherValue(self.desk, conflict, datetime.now(UTC).astimezone().date())
        other.given.connect(partial(self._settle, conflict))
        other.cancelled.connect(self._close_other)
        self._other_place.addWidget(other)
        self.other = other
        self.list.setEnabled(False)
        self._buttons.hide()
        self._show(conflict)
        other.setFocus()
        self.content.verticalScrollBar().setValue(0)

    def _save_other(self) -> None:
        if self.other is not None:
            self.other.save()

    def _close_other(self) -> None:
        if self.other is None:
            return
        closed, self.other = self.other, None
        closed.hide()
        closed.deleteLater()
        self._buttons.show()
        self.list.setEnabled(True)
        self._show(self._named(self.list.current_id()))
        self.list.setFocus()

    def _open_history(self) -> None:
        if self._shown is not None:
            self.desk.go("history", history_item(self._shown.seen.record))

    def _key(self, keys: str, work: Any) -> QShortcut:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(work)
        return shortcut


def _card(asked: Asked, now: datetime) -> Card:
    return conflict_card(asked, now) if isinstance(asked, Conflict) else removal_card(asked, now)


def _offers(asked: Asked) -> object:
    """What the keys of a question stand for."""
    return asked.choices if isinstance(asked, Conflict) else (asked.voids, asked.late)


def _ids(conflict: Asked) -> tuple[str, ...]:
    patient = (conflict.patient.id,) if conflict.patient is not None else ()
    return (conflict.id, conflict.seen.record.id, *patient)
