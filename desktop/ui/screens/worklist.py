"""The worklists: what waits to be done about referrals, the same at puskesmas, hospital and district office.

A task goes away by a fact that somebody notes here or elsewhere, never by being looked at. The inbox answers.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QWidget

from desktop.queries.letter_subject import known_allergies
from desktop.queries.referrals import ReferralFile, ReferralLine, referral_file
from desktop.queries.worklists import KINDS, Task, district_worklist, worklist
from desktop.ui.desk import Desk
from desktop.ui.screen import Screen
from desktop.ui.screens.referral_answer import history_blocks
from desktop.ui.screens.referral_detail import AnswerBox
from desktop.ui.screens.step_panel import StepPanel
from desktop.ui.screens.step_saving import save_step
from desktop.ui.screens.worklist_words import KIND_NAMES, other_side, task_card, task_mark, task_words
from desktop.ui.texts import tr
from desktop.ui.widgets.cards import CardList
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.letter_view import LetterView, letter_blocks
from desktop.ui.widgets.panels import list_side, make_bold, pages, scrolling_column, tab_order
from desktop.ui.widgets.parts import button, column, label, row
from desktop.ui.widgets.patient_header import PatientHeader
from desktop.ui.widgets.step_forms import StepGiven
from sync.records.referral_steps import hospital_steps, office_steps, sender_steps
from sync.replica.reader import Reader

#: How often the list is made anew, in milliseconds: tasks come by the mere passing of time.
MINUTE = 60_000

#: The screen that shows a referral whole, for each side.
_WHOLE = {"sender": "referrals", "hospital": "inbox", "office": "district"}


class WorklistScreen(Screen):
    """Tasks at the left, the referral of the chosen one at the right. Its item is a task's id."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._tasks: Sequence[Task] = ()
        self._shown = ""
        self._side = {"rs": "hospital", "dinkes": "office"}.get(desk.identity.facility_kind, "sender")
        self.filter = QComboBox()
        self.filter.setAccessibleName(tr("Tampilkan"))
        for kind in ("", *KINDS):
            self.filter.addItem("", kind)
        self.filter.currentIndexChanged.connect(self._show_tasks)
        self.list = CardList()
        self.list.setAccessibleName(tr("Daftar kerja"))
        self.list.selected.connect(self._select)
        self.list.opened.connect(lambda _task: self._open())
        self.nothing = EmptyState(tr("Pilih tugas"), tr("Apa yang harus dilakukan tampil di sini."))
        self.patient_header = PatientHeader()
        self.heading = make_bold(label(wrap=True))
        self.open_button = button(tr("&Buka rujukan"))
        self.open_button.clicked.connect(self._open)
        self.task = AnswerBox()
        self.last_word = AnswerBox()
        self.letter = LetterView()
        self.steps = StepPanel()
        self.steps.given.connect(self._add_step)
        heading = row(self.heading, self.open_button, gap=10)
        heading.setStretch(0, 1)
        detail = column(self.patient_header, heading, gap=8)
        self.content = scrolling_column(self.task, self.last_word, self.letter)
        detail.addWidget(self.content, 1)
        detail.addWidget(self.steps)
        self.detail = QWidget()
        self.detail.setLayout(detail)
        self.right = pages(self.nothing, self.detail)
        left = list_side(column(self.filter, self.list))
        self.setLayout(
            column(
                label(tr("Daftar kerja"), "pageTitle"),
                row(left, self.right, gap=16),
                margins=(20, 14, 20, 14),
                gap=8,
            )
        )
        self.setFocusProxy(self.list)
        tab_order(self.list, self.filter)
        timer = QTimer(self, interval=MINUTE)
        timer.timeout.connect(self.refresh)
        timer.start()
        self._show_tasks()

    def refresh(self) -> None:
        facility, now = self.desk.identity.facility, datetime.now(UTC)
        of_all = self._side == "office"

        def work(reader: Reader) -> list[Task]:
            return district_worklist(reader, now) if of_all else worklist(reader, facility, now)

        self.desk.read(work, self._found, slot="worklist.list")

    def open_item(self, argument: str) -> None:
        if argument:
            self.filter.setCurrentIndex(0)
            self._select(argument)

    def _found(self, tasks: Sequence[Task]) -> None:
        self._tasks = tasks
        self._show_tasks()
        self._read_file()

    def _show_tasks(self) -> None:
        now, wanted = datetime.now(UTC), str(self.filter.currentData())
        for place in range(self.filter.count()):
            kind = str(self.filter.itemData(place))
            count = sum(kind in {"", task.kind} for task in self._tasks)
            name = tr(KIND_NAMES[kind]) if kind else tr("Semua tugas")
            self.filter.setItemText(place, tr("{name} ({n})").format(name=name, n=count))
        shown = [task for task in self._tasks if wanted in {"", task.kind}]
        self.list.set_cards([task_card(task, now, self._side) for task in shown])
        if self._shown and self.list.current_id() != self._shown:
            self.list.select(self._shown)
        if self._tasks:
            self.nothing.set_content(tr("Pilih tugas"), tr("Apa yang harus dilakukan tampil di sini."))
        else:
            self.nothing.set_content(
                tr("Tidak ada yang menunggu"), tr("Rujukan yang terlambat dan rujuk balik baru muncul sendiri di sini.")
            )

    def _select(self, task: str) -> None:
        if task != self._shown:
            self.steps.clear()
            self.content.verticalScrollBar().setValue(0)
        self._shown = task
        self._read_file()

    def _task(self) -> Task | None:
        return next((task for task in self._tasks if task.id == self._shown), None)

    def _read_file(self) -> None:
        task = self._task()
        if task is None:
            self.right.setCurrentWidget(self.nothing)
            return
        referral = task.line.id
        self.desk.read(lambda reader: referral_file(reader, referral), self._show, slot="worklist.file")

    def _show(self, file: ReferralFile | None) -> None:
        task = self._task()
        if file is None or task is None or file.line.id != task.line.id:
            return
        now, line = datetime.now(UTC), file.line
        allergies = known_allergies(file.patient, file.referral)
        self.patient_header.show_patient(file.patient, allergies, now.astimezone().date())
        between = {"sender": tr("{number} ke {name}"), "hospital": tr("{number} dari {name}")}
        words = between.get(self._side, tr("{number} · {name}"))
        self.heading.setText(words.format(number=line.number, name=other_side(line, self._side)))
        self.task.show_words(*task_words(task, file, now, self._side), task_mark(task, now).tone)
        self.last_word.show_last_word(file, now)
        self.letter.set_blocks([*history_blocks(file, now), *letter_blocks(file.referral)])
        question = file.question_to(self.desk.identity.facility)
        self.steps.offer(self._steps(line), question)
        self.right.setCurrentWidget(self.detail)

    def _steps(self, line: ReferralLine) -> tuple[str, ...]:
        answered = line.answer is not None
        if self._side == "hospital":
            return hospital_steps(line.state, answered=answered)
        return (
            office_steps(line.state, answered=answered)
            if self._side == "office"
            else sender_steps(line.state, line.events)
        )

    def _open(self) -> None:
        task = self._task()
        if task is not None:
            self.desk.go(_WHOLE[self._side], task.line.id)

    def _add_step(self, given: StepGiven) -> None:
        task = self._task()
        if task is None:
            return

        def done() -> None:
            self.list.setFocus()
            self.desk.say("info", tr("Tersimpan di komputer ini, menunggu dikirim."))

        save_step(self.desk, self.steps, task.line.id, given, done)
