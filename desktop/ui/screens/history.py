"""The history of what was written about a patient or a visit: every change, who made it, and the way back.

Bringing a value back is an edit like any other and is asked about first; nothing is ever taken out of the history.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.actions.conflicts import restore
from desktop.queries.history import Change, RecordHistory, Written, record_history
from desktop.queries.written import matters
from desktop.ui.desk import Desk
from desktop.ui.screen import Screen
from desktop.ui.screens.field_words import matter_label, matter_words, record_words, writer_words
from desktop.ui.screens.merging_words import apart_cards, history_cards
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.cards import Card, CardList, Mark
from desktop.ui.widgets.inline_question import InlineQuestion
from desktop.ui.widgets.panels import make_bold, panel, scrolling, tab_order
from desktop.ui.widgets.parts import button, column, label, row
from desktop.ui.widgets.patient_header import PatientHeader
from sync.records import Record, RecordType

#: Says what the record is about; not a change that a person made.
_OWNER = ("patient",)


def history_item(record: Record) -> str:
    """What the screen is opened with."""
    return f"{record.type.name}/{record.id}"


def is_told(change: Change) -> bool:
    """Whether a person made this change, and not the page that belongs to the record's patient."""
    return change.names != _OWNER


def change_label(record_type: RecordType, change: Change) -> str:
    """What was changed; a field of a newer program has only its name."""
    return matter_label(record_type, change.names) if change.fields else change.names[0]


def change_words(record_type: RecordType, change: Change, *, new: bool, names: Mapping[str, str]) -> str:
    """What was there after (``new``) or before a change."""
    values = change.new if new else change.old
    if not change.fields:
        return tr("isian dari versi Rujuk yang lebih baru: {value}").format(value=values[change.names[0]])
    return matter_words(record_type, change.names, values, names)


def written_card(record_type: RecordType, written: Written, now: datetime, here: str | None) -> Card:
    """One revision in the list; the facility is named where it is not the one ``here``."""
    fields = ", ".join(change_label(record_type, change) for change in filter(is_told, written.changes))
    return Card(
        id=written.id,
        title=tr("Dicatat pertama kali") if written.first else fields,
        subtitle=writer_words(written.writer, now, here),
        marks=(Mark(tr("menunggu dikirim"), Tone.NEUTRAL),) if written.waiting else (),
    )


class HistoryScreen(Screen):
    """Changes at the left, the newest first; the chosen one at the right. Its item is a :func:`history_item`."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._item = ""
        self._history: RecordHistory | None = None
        self._merged: list[Card] = []
        self._restoring: Mapping[str, Any] = {}
        self.title = label(tr("Riwayat isian"), "pageTitle")
        self.patient_header = PatientHeader()
        self.list = CardList()
        self.list.setAccessibleName(tr("Riwayat isian"))
        self.list.selected.connect(lambda _written: self._show_changes())
        self.list.opened.connect(lambda _written: self._enter())
        self.restore_buttons: list[QPushButton] = []
        self._changes = column(margins=(0, 0, 4, 0), gap=6)
        inner = QWidget()
        inner.setLayout(self._changes)
        self._boxes: list[QWidget] = []
        self.question = InlineQuestion()
        self.question.answered.connect(self._answered)
        self.back_button = button(tr("Kembali (Esc)"))
        self.back_button.clicked.connect(desk.back)
        left = QWidget()
        left.setFixedWidth(430)
        left.setLayout(column(label(tr("Perubahan terbaru di atas"), "quiet"), self.list, gap=4))
        right = column(scrolling(inner))
        middle = row(left, right, gap=16)
        middle.setStretch(1, 1)
        page = column(self.title, self.patient_header, margins=(20, 14, 20, 12), gap=8)
        page.addLayout(middle, 1)
        page.addWidget(self.question)
        page.addLayout(row(1, self.back_button))
        self.setLayout(page)
        self.setFocusProxy(self.list)
        tab_order(self.list, inner)
        shortcut = QShortcut(QKeySequence("Escape"), self, self._leave)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _leave(self) -> None:
        if not self.question.cancel():
            self.desk.back()

    def open_item(self, argument: str) -> None:
        if argument and argument != self._item:
            self._item, self._history = argument, None
            self.question.hide()

    def refresh(self) -> None:
        type_name, _, record = self._item.partition("/")
        if record:
            self.desk.read(lambda reader: record_history(reader, type_name, record), self._show, slot="history")

    def _show(self, history: RecordHistory | None) -> None:
        if history is None:
            self.desk.say("warning", tr("Data ini tidak ada (lagi) di komputer ini."))
            return
        if history == self._history or f"{history.seen.record.type.name}/{history.seen.record.id}" != self._item:
            return
        opened, self._history = self._history is None, history
        record, now = history.seen.record, datetime.now(UTC)
        words = record_words(record)
        self.title.setText(tr("Riwayat isian: {record}").format(record=words[0].lower() + words[1:]))
        self.patient_header.setVisible(history.patient is not None)
        if history.patient is not None:
            self.patient_header.show_patient(history.patient, history.patient.allergies, now.astimezone().date())
        told = [(item.writer.at, written_card(record.type, item, now, history.owner_name)) for item in history.written]
        merged = history_cards(history.merged, record.id, now) + apart_cards(history.apart, now)
        self._merged = [card for _, card in merged]
        told += merged
        self.list.set_cards([card for _, card in sorted(told, key=lambda item: item[0], reverse=True)])
        if opened and history.written:
            self.list.select(history.written[-1].id)
        self._show_changes()

    def _show_changes(self) -> None:
        for old in self._boxes:
            self._changes.removeWidget(old)
            old.hide()
            old.deleteLater()
        while self._changes.count():
            self._changes.takeAt(0)
        self._boxes, self.restore_buttons = [], []
        self.question.hide()
        history = self._history
        written = next((i for i in history.written if i.id == self.list.current_id()), None) if history else None
        if history is not None and written is not None:
            for change in filter(is_told, written.changes):
                self._boxes.append(self._box(history, written, change))
                self._changes.addWidget(self._boxes[-1])
        for card in self._merged:
            if card.id == self.list.current_id():
                layout = column(make_bold(label(card.title, wrap=True)), label(card.subtitle, wrap=True), gap=2)
                layout.setContentsMargins(12, 6, 12, 6)
                self._boxes.append(panel(layout))
                self._changes.addWidget(self._boxes[-1])
        self._changes.addStretch(1)

    def _box(self, history: RecordHistory, written: Written, change: Change) -> QWidget:
        record_type = history.seen.record.type
        new = change_words(record_type, change, new=True, names=history.names)
        old = change_words(record_type, change, new=False, names=history.names)
        layout = column(label(change_label(record_type, change), "quiet"), gap=2)
        if not written.first and change.old == change.new:
            layout.addWidget(label(tr("diputuskan tetap:"), "quiet"))
        elif not written.first:
            layout.addWidget(label(tr("dari: {old}").format(old=old), wrap=True))
            layout.addWidget(label(tr("menjadi:"), "quiet"))
        layout.addWidget(make_bold(label(new, wrap=True)))
        if not set(change.names).isdisjoint(history.seen.conflicts):
            layout.addWidget(label(tr("Isian ini masih perlu diputuskan."), "quiet", wrap=True))
        whole = row(layout, margins=(12, 6, 12, 6))
        whole.setStretch(0, 1)
        # What another facility wrote can be looked at; giving it another value is for that facility.
        if change.restorable and history.seen.facility == self.desk.identity.facility:
            again = button(tr("Kembalikan isian ini"))
            again.setAccessibleName(tr("Kembalikan isian ini: {value}").format(value=new))
            again.clicked.connect(lambda: self._ask(change))
            self.restore_buttons.append(again)
            whole.addWidget(again)
        return panel(whole)

    def _enter(self) -> None:
        if self.restore_buttons:
            self.restore_buttons[0].setFocus()

    def _ask(self, change: Change) -> None:
        history = self._history
        if history is None:
            return
        record = history.seen.record
        self._restoring = change.new
        (matter,) = matters(record.type, change.names)
        now = {name: getattr(record, name) for name in matter}
        words = tr("Kembalikan {field} menjadi “{old}”? Isian sekarang, “{now}”, tetap ada di riwayat.")
        text = words.format(
            field=matter_label(record.type, matter),
            old=_short(matter_words(record.type, matter, change.new, history.names)),
            now=_short(matter_words(record.type, matter, now, history.names)),
        )
        self.question.ask(text, [("no", tr("Tidak jadi")), ("yes", tr("Ya, kembalikan"))], cancel="no")

    def _answered(self, answer: str) -> None:
        history, values = self._history, self._restoring
        self.list.setFocus()
        if answer == "yes" and history is not None:
            self.desk.act(lambda replica, person: restore(replica, person, history.seen, values), self._restored)

    def _restored(self, _result: None) -> None:
        self.desk.say("info", tr("Isian dikembalikan. Tersimpan di komputer ini, menunggu dikirim."))


def _short(text: str) -> str:
    """A long text as far as it is needed to know it again; it stands whole above."""
    return text if len(text) <= 80 else f"{text[:78].rstrip()} …"
