"""The page of the hub: at the PC that serves the others, whom it serves; at the others, which hub they use.

Searching and pairing are commands in a process of their own, because they use the network.
"""

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.actions.hub import leave_hub, new_hub_code, switch_hub
from desktop.queries.hub import HubState, hub_state
from desktop.ui.command import Command
from desktop.ui.desk import Desk
from desktop.ui.screen import Screen
from desktop.ui.screens.hub_joining import JoiningPanel
from desktop.ui.screens.hub_serving import ServingPanel
from desktop.ui.screens.hub_words import hub_trouble
from desktop.ui.texts import sentence_for_code, tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.inline_question import InlineQuestion
from desktop.ui.widgets.panels import scrolling
from desktop.ui.widgets.parts import column, label


class HubScreen(Screen):
    """Two panels, one for each side of a hub."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._command = Command(desk.home, self)
        self._command.ended.connect(self._when_ended)
        self.question = InlineQuestion()
        self.question.answered.connect(self._when_answered)
        self.joining = JoiningPanel()
        self.joining.find_wanted.connect(lambda: self._run("find"))
        self.joining.pair_wanted.connect(lambda address, code: self._run("pair", address, code))
        self.joining.leave_wanted.connect(self._ask_leave)
        self.serving = ServingPanel()
        self.serving.switched.connect(self._switch)
        self.serving.code_wanted.connect(lambda: desk.write(new_hub_code, lambda _code: self.refresh()))
        inner = QWidget()
        inner.setLayout(column(self.joining, self.serving, 1, margins=(0, 0, 4, 0), gap=12))
        title = label(tr("Hub / PC lain"), "pageTitle")
        # Below what scrolls, so that it is in sight wherever the page stands.
        page = column(title, scrolling(inner), self.question, margins=(20, 14, 20, 14), gap=12)
        page.setStretch(1, 1)
        self.setLayout(page)
        self.setFocusProxy(self.joining.search)

    def refresh(self) -> None:
        self.desk.read(hub_state, self._show, slot="hub")

    def has_unsaved(self) -> bool:
        return False

    def _show(self, state: HubState) -> None:
        self.joining.show_state(state)
        self.serving.show_state(state)

    def _switch(self, on: bool) -> None:
        if on:
            self._switch_to(on=True)
        else:
            # It stays as it was until the answer.
            self.serving.switch.setChecked(True)
            self.question.ask(
                tr("Matikan hub? Komputer lain lalu mengirim langsung ke server. Tidak ada data yang hilang."),
                (("keep", tr("Tetap hub")), ("off", tr("Matikan hub"))),
                cancel="keep",
            )

    def _ask_leave(self) -> None:
        self.question.ask(
            tr("Lepaskan hub? Komputer ini lalu mengirim langsung ke server. Tidak ada data yang hilang."),
            (("stay", tr("Tetap pakai hub")), ("leave", tr("Lepaskan hub"))),
            cancel="stay",
        )

    def _when_answered(self, answer: str) -> None:
        (self.serving.switch if answer in ("keep", "off") else self.joining.leave).setFocus()
        if answer == "off":
            self._switch_to(on=False)
        elif answer == "leave":
            self.setFocus()
            self.desk.write(leave_hub, lambda _done: self.refresh())

    def _switch_to(self, *, on: bool) -> None:
        self.desk.write(lambda replica: switch_hub(replica, on=on), lambda _done: self.refresh())

    def _run(self, *arguments: str) -> None:
        self.joining.result.say("")
        self.joining.show_working(working=True)
        self._command.run("hub", *arguments)

    def _when_ended(self, answer: Mapping[str, Any]) -> None:
        self.joining.show_working(working=False)
        if answer.get("ok") is not True:
            code = str(answer.get("code", ""))
            words = str(answer["message"]) if code == "HubRefused" else _pairing_words(code)
            self.joining.result.say(words, Tone.DANGER)
        elif "found" in answer:
            self.joining.show_found(answer["found"])
        else:
            self.joining.code.clear()
            words = tr("Terhubung ke hub {name}. Data mengalir sendiri mulai sekarang.").format(name=answer["name"])
            self.joining.result.say(words, Tone.GOOD)
            # The agent hears of it.
            self.desk.saved.emit()
            self.refresh()


_WORDS = {
    "Unreachable": (
        "Tidak ada hub yang menjawab di alamat ini. Data aman di komputer ini. Periksa alamat di layar hub, kabel, dan "
        "apakah komputer hub menyala. Bila semuanya benar, firewall Windows mungkin menghalangi: lihat layar hub."
    ),
    "BadInput": "Alamat atau kode belum benar. Kode hub terdiri dari delapan angka.",
    "OSError": "Jaringan tidak dapat dipakai. Data aman di komputer ini. Periksa kabel atau Wi-Fi.",
}


def _pairing_words(code: str) -> str:
    """Why there is no hub, by the class of the error."""
    if code in _WORDS:
        return tr(_WORDS[code])
    return hub_trouble(code)[0] if code in {"NotAllowed", "Refused", "ServerFault"} else sentence_for_code(code)
