"""The queue of registrations that may be one person: equal numbers at once, likeness after a look through the register.

Each line leads to the page on which two are compared; what is right is decided there, or by correcting a number in the
patient's form. The look goes in small steps, so that what others ask of the reading thread waits for one step only.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.queries.likely_pairs import MOST, LikelyPair, Look, Looked, still_open
from desktop.queries.same_numbers import SameNumber, same_numbers
from desktop.ui import wording
from desktop.ui.desk import Desk
from desktop.ui.screen import Screen
from desktop.ui.screens.duplicate_panel import level_words, reason_words
from desktop.ui.screens.same_person import pair_item
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.cards import Card, CardList, Mark
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.panels import pages
from desktop.ui.widgets.parts import button, column, label, row
from sync.records import Patient
from sync.records.likeness import Level
from sync.replica.reader import Reader


@dataclass(frozen=True, slots=True)
class _Queue:
    numbers: Sequence[SameNumber]
    pairs: Sequence[LikelyPair]


def same_number_card(found: SameNumber) -> Card:
    """One number in the list."""
    days = (wording.day_words(day) for day in found.birth_dates)
    people = (f"{name} ({day})" for name, day in zip(found.names, days, strict=True))
    number = f"{Patient.type.fields[found.column].label} {found.number}"
    told = tr("{number}: sudah dinyatakan bukan orang yang sama, betulkan nomornya").format(number=number)
    return Card(
        id=found.ids[0] if len(found.ids) > 2 else pair_item(*found.ids),
        title=" · ".join(people),
        subtitle=told if found.apart else number,
        right=tr("{n} pasien").format(n=len(found.ids)),
        marks=(Mark(tr("nomor sama"), Tone.DANGER),),
    )


def pair_card(pair: LikelyPair) -> Card:
    """Two registrations that are alike."""
    people = (f"{traits.name} ({wording.day_words(traits.birth_date)})" for traits in pair.traits)
    villages = " / ".join(dict.fromkeys(traits.village for traits in pair.traits if traits.village))
    tone = Tone.ATTENTION if pair.alike.level >= Level.LIKELY else Tone.NEUTRAL
    return Card(
        id=pair_item(pair.one, pair.other),
        title=" · ".join(people),
        subtitle=reason_words(pair.alike),
        right=villages,
        marks=(Mark(level_words(pair.alike), tone),),
    )


class SameNumbersScreen(Screen):
    """One line for each number and each pair, the likeliest first; Enter compares."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._look: Look | None = None
        self._looked: Looked | None = None
        self._more = 0
        self.list = CardList()
        self.list.setAccessibleName(tr("Mungkin ganda"))
        self.list.opened.connect(lambda item: desk.go("same_person", item))
        self.nothing = EmptyState("")
        self.pages = pages(self.nothing, self.list)
        self.progress = label("", "quiet", wrap=True)
        self.again = button(tr("&Cari lagi"))
        self.again.clicked.connect(self.look_again)
        words = tr(
            "Pasien yang mungkin terdaftar dua kali. Tekan Enter untuk membandingkan berdampingan: satu orang, bukan "
            "orang yang sama (tidak ditanyakan lagi), atau nomornya salah ketik."
        )
        line = row(self.progress, self.again, gap=12)
        line.setStretch(0, 1)
        self.setLayout(
            column(
                label(tr("Mungkin ganda"), "pageTitle"),
                label(words, "quiet", wrap=True),
                line,
                self.pages,
                margins=(20, 14, 20, 14),
            )
        )
        self.layout().setStretch(3, 1)  # type: ignore[union-attr]  # the line above has just set a layout
        self.setFocusProxy(self.list)

    def refresh(self) -> None:
        facility, pairs = self.desk.identity.facility, (self._looked.pairs if self._looked else None) or ()

        def work(reader: Reader) -> _Queue:
            return _Queue(same_numbers(reader, facility), still_open(reader, pairs))

        self.desk.read(work, self._show, slot="same_numbers")
        if self._look is None and self._looked is None:
            self.look_again()

    def more_waiting(self) -> int:
        return self._more

    def look_again(self) -> None:
        """Look through the whole register; a look that is under way goes on."""
        if self._look is None:
            self._look = Look(self.desk.identity.facility)
            self.again.setEnabled(False)
            self._step()

    def _step(self) -> None:
        if self._look is not None:
            self.desk.read(self._look.step, self._stepped, failed=self._failed)

    def _stepped(self, looked: Looked) -> None:
        if looked.pairs is None:
            self.progress.setText(
                tr("Mencari yang mirip: {n} pasien dibaca…").format(n=wording.number_words(looked.registrations))
            )
            self._step()
            return
        self._look, self._looked = None, looked
        self.again.setEnabled(True)
        self.refresh()

    def _failed(self, error: Exception) -> None:
        self._look = None
        self.again.setEnabled(True)
        self.progress.setText(tr("Pencarian terhenti. Data aman. Tekan Cari lagi."))
        self.desk.say_error(error)

    def _show(self, queue: _Queue) -> None:
        # Who shares both numbers is one line.
        numbers = {card.id: card for card in map(same_number_card, reversed(queue.numbers))}
        # What shares a number stands in the list with its number already.
        alike = [pair_card(pair) for pair in queue.pairs if pair.alike.level is not Level.STRONG]
        cards = [*reversed(numbers.values()), *(card for card in alike if card.id not in numbers)]
        self.list.set_cards(cards)
        if self._look is None and self._looked is not None:
            self.progress.setText(_told(self._looked, len(numbers), len(cards) - len(numbers)))
        more, self._more = self._more, len(cards) - len(queue.numbers)
        if more != self._more:
            self.more_found.emit()
        searching = self._looked is None
        self.nothing.set_content(
            tr("Mencari…") if searching else tr("Tidak ada yang mungkin ganda"),
            tr("Nomor yang sama tampil lebih dulu, yang mirip menyusul.")
            if searching
            else tr("Bila dua pendaftaran mirip atau nomornya sama, Rujuk menampilkannya di sini."),
        )
        self.pages.setCurrentWidget(self.list if cards else self.nothing)


def _told(looked: Looked, numbers: int, pairs: int) -> str:
    words = tr("{all} pasien dibandingkan: {same} nomor sama, {n} pasangan mirip.").format(
        all=wording.number_words(looked.registrations),
        same=wording.number_words(numbers),
        n=wording.number_words(pairs),
    )
    if len(looked.pairs or ()) == MOST:
        words += " " + tr("Hanya {n} yang paling mirip ditampilkan; putuskan ini dulu, lalu cari lagi.").format(n=MOST)
    if looked.crowds:
        words += " " + tr("Sebagian nama atau tanggal lahir terlalu umum untuk dibandingkan.")
    return words
