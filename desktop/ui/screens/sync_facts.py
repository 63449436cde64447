"""The state of the sync in plain facts, and a test whose one code a clerk reads to the support over the telephone.

The facts come from this computer's database; the test is the command line program's, in a process of its own.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.link_words import GOOD, STEPS, verdict_words
from desktop.proof_words import type_words
from desktop.queries.sync_state import SyncFacts, sync_facts
from desktop.settings import Settings
from desktop.ui.command import Command
from desktop.ui.desk import Desk
from desktop.ui.refusal_words import refusal_words
from desktop.ui.screen import Screen
from desktop.ui.screens.hub_words import reach_words
from desktop.ui.texts import sentence_for_code, tr
from desktop.ui.tones import TONES, Tone
from desktop.ui.widgets.notice import Notice
from desktop.ui.widgets.panels import panel, scrolling_column
from desktop.ui.widgets.parts import button, column, label, row, waiting_bar
from desktop.ui.wording import ago_words, clock_words, number_words, repair_words
from sync.records import RECORDS_VERSION
from sync.replica.versions import program_version

#: A clock that is off by more is said to be wrong.
_CLOCK = timedelta(minutes=5)
#: Who has not been equal with the server for longer is told in a colour.
_PROVEN = timedelta(days=1)
_REPAIRS = 5


def clock_offset_words(offset: timedelta) -> str:
    """How far this computer's clock is off; the offset is what must be added to it."""
    seconds = int(abs(offset).total_seconds())
    if abs(offset) <= timedelta(seconds=10):
        return tr("benar")
    amount = tr("{n} menit").format(n=seconds // 60) if seconds >= 60 else tr("{n} detik").format(n=seconds)
    if seconds >= 2 * 24 * 3600:
        amount = tr("{n} hari").format(n=seconds // (24 * 3600))
    words = tr("terlambat {amount}") if offset > timedelta() else tr("terlalu cepat {amount}")
    return words.format(amount=amount)


class Line(NamedTuple):
    """A caption, what is said to it and how; ``tip``: more about it, for who looks closer."""

    caption: str
    words: str
    tone: Tone
    tip: str = ""


def fact_lines(facts: SyncFacts, now: datetime) -> list[Line]:
    """One line or more for each fact."""
    state = facts.state
    link = tr("baik") if state.last_error is None else sentence_for_code(state.last_error)
    link = link if state.last_try_at else tr("belum dicoba")
    proven = state.last_sync_at
    lines = [
        Line(tr("Hubungan ke server"), link, Tone.GOOD if state.last_error is None else Tone.ATTENTION),
        Line(
            tr("Terbukti sama dengan server"),
            f"{clock_words(proven, now)} ({ago_words(now - proven)})" if proven else tr("belum pernah"),
            Tone.GOOD if proven and now - proven <= _PROVEN else Tone.ATTENTION,
        ),
    ]
    if facts.waiting:
        lines += [
            Line(
                tr("Menunggu dikirim"),
                tr("{kind}: {n}, yang terlama sejak {clock}").format(
                    kind=type_words(item.type_name), n=number_words(item.records), clock=clock_words(item.since, now)
                ),
                Tone.ATTENTION,
            )
            for item in facts.waiting
        ]
    else:
        lines.append(Line(tr("Menunggu dikirim"), tr("tidak ada"), Tone.GOOD))
    lines += [
        Line(
            tr("Ditolak server"),
            tr("{kind}: {n}, alasan: {reason}").format(
                kind=type_words(item.type_name), n=number_words(item.records), reason=refusal_words(item.reason)
            ),
            Tone.DANGER,
            tip=item.reason,
        )
        for item in facts.refusals
    ] or [Line(tr("Ditolak server"), tr("tidak ada"), Tone.GOOD)]
    decide = tr("{n} isian, lihat Perlu diputuskan").format(n=number_words(facts.conflicts))
    lines += [
        Line(
            tr("Perlu diputuskan"),
            decide if facts.conflicts else tr("tidak ada"),
            Tone.ATTENTION if facts.conflicts else Tone.GOOD,
        ),
        Line(
            tr("Jam komputer"),
            clock_offset_words(facts.clock_offset),
            Tone.GOOD if abs(facts.clock_offset) <= _CLOCK else Tone.ATTENTION,
        ),
        Line(tr("Komputer penghubung (hub)"), facts.hub or tr("tidak dipakai"), Tone.NEUTRAL),
        *([Line(tr("Hub di komputer ini"), *reach_words(facts.serving, now))] if facts.serving.on else []),
        Line(tr("Alamat server"), facts.server or tr("belum ada"), Tone.NEUTRAL),
        Line(
            tr("Versi Rujuk"),
            tr("{program}, isian {n}").format(program=program_version() or "?", n=RECORDS_VERSION),
            Tone.NEUTRAL,
        ),
    ]
    lines += [
        Line(
            tr("Perbaikan {clock}").format(clock=clock_words(item.at, now)),
            repair_words(item.fetched, item.lost),
            Tone.INFO,
        )
        for item in facts.repairs[:_REPAIRS]
    ]
    return lines


class SyncFactsScreen(Screen):
    """The test at the top, the facts below."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._agent = QLocalSocket(self)
        self._agent_there = False
        self._agent.connected.connect(self._when_agent_there)
        self._command = Command(desk.home, self)
        self._command.ended.connect(self._when_ended)
        self.test_button = button(tr("&Uji sambungan"), "primary")
        self.test_button.clicked.connect(self.test)
        self.day_end_button = button(tr("Sinkron akhir &hari"))
        self.day_end_button.clicked.connect(lambda: self.desk.go("day_end"))
        self.working = waiting_bar()
        self.result = Notice()
        self.steps = _Lines()
        self.facts = _Lines()
        test = column(
            label(
                tr("Uji setiap langkah dari komputer ini sampai server. Bila ada yang gagal, bacakan kodenya."),
                wrap=True,
            ),
            row(self.test_button, self.day_end_button, 1, gap=8),
            self.working,
            self.result,
            self.steps,
            margins=(14, 12, 14, 12),
            gap=10,
        )
        facts = column(label(tr("Fakta"), "sectionTitle"), self.facts, margins=(14, 12, 14, 12), gap=10)
        filler = QWidget()
        body = scrolling_column(panel(test), panel(facts), filler)
        page = column(label(tr("Keadaan sinkronisasi"), "pageTitle"), body, margins=(20, 14, 20, 14), gap=12)
        page.setStretch(1, 1)
        self.setLayout(page)
        self.day_end_button.setVisible(desk.identity.facility_kind != "dinkes")
        self.setFocusProxy(self.test_button)

    def test(self) -> None:
        """Begin the test; nothing happens while one runs."""
        if self._command.running:
            return
        self.result.say("")
        self.steps.set_lines([])
        self.working.show()
        self._agent_there = False
        self._agent.connectToServer(Settings(self.desk.home).agent_name)
        self._command.run("sync-test")

    def _when_agent_there(self) -> None:
        self._agent_there = True
        self._agent.disconnectFromServer()

    def refresh(self) -> None:
        self.desk.read(sync_facts, self._show, slot="sync_facts")

    def _show(self, facts: SyncFacts) -> None:
        self.facts.set_lines(fact_lines(facts, datetime.now(UTC)))

    def _when_ended(self, answer: Mapping[str, Any]) -> None:
        self.working.hide()
        if "steps" not in answer:
            self.result.say(sentence_for_code(str(answer.get("code", ""))), Tone.DANGER)
            return
        agent = {"step": "agent", "ok": self._agent_there, "code": "" if self._agent_there else "K-2104"}
        steps = [*answer["steps"], agent]
        code = next((str(step["code"]) for step in steps if not step["ok"] and step.get("needed", True)), GOOD)
        good = code == GOOD
        words = verdict_words(code, steps)
        self.result.say(tr("Kode {code}. {words}").format(code=code, words=words), Tone.GOOD if good else Tone.DANGER)
        self.steps.set_lines([_step_line(step) for step in steps])
        self.refresh()


def _step_line(step: Mapping[str, Any]) -> Line:
    name = tr(STEPS.get(str(step["step"]), str(step["step"])))
    note = str(step.get("note", ""))
    if step["ok"]:
        return Line(name, tr("OK, {note}").format(note=note) if note else tr("OK"), Tone.GOOD)
    if not step.get("needed", True):
        return Line(name, tr("tidak bisa, dan tidak diperlukan"), Tone.NEUTRAL)
    if note:
        return Line(name, tr("GAGAL · {code}, {note}").format(code=step["code"], note=note), Tone.DANGER)
    return Line(name, tr("GAGAL · {code}").format(code=step["code"]), Tone.DANGER)


class _Lines(QWidget):
    """Captions and words in two columns."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self.lines: list[Line] = []

    def set_lines(self, lines: list[Line]) -> None:
        """Show these, where they have changed."""
        if lines == self.lines:
            return
        self.lines = lines
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        before = ""
        for place, line in enumerate(lines):
            self._grid.addWidget(label("" if line.caption == before else line.caption, "fieldLabel"), place, 0)
            said = label(line.words, wrap=True)
            said.setToolTip(line.tip)
            if line.tone in (Tone.ATTENTION, Tone.DANGER):
                said.setStyleSheet(f"color: {TONES[line.tone].ink}; font-weight: bold;")
            self._grid.addWidget(said, place, 1)
            before = line.caption
