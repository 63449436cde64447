"""Forms for hours without power: empty letters with reserved numbers, printed before they are needed.

The numbers are reserved when the forms are made and belong to them for ever, whether they are used or not. Here it is
also said how wide the paper of the tickets is.
"""

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QWidget

from desktop.actions.forms import reserve_forms, set_ticket_width
from desktop.letters.documents import contingency_document
from desktop.queries.forms import TICKET_WIDTHS, Form, reserved_forms, ticket_width
from desktop.ui.desk import Desk
from desktop.ui.papers import PaperOffice
from desktop.ui.screen import Screen
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.widgets.cards import Card, CardList, Mark
from desktop.ui.widgets.panels import panel
from desktop.ui.widgets.parts import button, column, label, row

_COUNTS = (1, 2, 5, 10, 20)


def form_card(form: Form) -> Card:
    """One form in the list."""
    return Card(
        id=form.number,
        title=form.number,
        subtitle=tr("Sudah disalin ke surat rujukan") if form.used else tr("Dicetak, belum disalin"),
        right="",
        marks=(Mark(tr("Sudah disalin"), Tone.GOOD) if form.used else Mark(tr("Belum disalin"), Tone.NEUTRAL),),
    )


class FormsScreen(Screen):
    """New forms at the left, what became of the earlier ones at the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._forms: Sequence[Form] = ()
        self.office = PaperOffice(desk, self)
        self.count = QComboBox()
        for count in _COUNTS:
            self.count.addItem(str(count), count)
        self.count.setCurrentIndex(_COUNTS.index(5))
        self.count.setAccessibleName(tr("Banyaknya formulir baru"))
        self.print_button = button(tr("&Cetak formulir baru…"), "primary")
        self.save_button = button(tr("Simpan &PDF"))
        self.print_button.clicked.connect(lambda: self._reserve(printed=True))
        self.save_button.clicked.connect(lambda: self._reserve(printed=False))
        self.again_button = button(tr("Cetak &ulang yang dipilih…"))
        self.again_button.clicked.connect(self._print_again)
        self.list = CardList()
        self.list.setAccessibleName(tr("Formulir yang pernah dicetak"))
        self.list.selected.connect(lambda number: self.again_button.setEnabled(bool(number)))
        self.again_button.setEnabled(False)
        self.none = label(tr("Belum ada. Cetak beberapa sekarang, sebelum listrik padam."), "quiet", wrap=True)
        self.roll = QComboBox()
        self.roll.setAccessibleName(tr("Lebar kertas karcis antrean"))
        for width in TICKET_WIDTHS:
            self.roll.addItem(f"{width} mm", width)
        self.roll.activated.connect(self._set_width)
        left = QWidget()
        left.setFixedWidth(520)
        left.setLayout(column(self._new_forms(), self._ticket_paper(), 1, gap=12))
        right = column(label(tr("Yang pernah dicetak di komputer ini"), "sectionTitle"), self.none, self.list, gap=6)
        right.addLayout(row(1, self.again_button))
        right.setStretch(2, 1)
        # Takes the rest of the page where there is no list to take it.
        right.addStretch(0)
        self.setLayout(
            column(label(tr("Formulir"), "pageTitle"), row(left, right, gap=16), margins=(20, 14, 20, 14), gap=10)
        )
        self.setFocusProxy(self.print_button)

    def refresh(self) -> None:
        self.desk.read(reserved_forms, self._show, slot="forms.list")
        self.desk.read(ticket_width, self._show_width, slot="forms.width")

    def _new_forms(self) -> QWidget:
        lines = (
            tr("Cetak sekarang, simpan di laci: untuk saat listrik padam atau komputer rusak."),
            tr(
                "Setiap formulir punya nomor surat dan QR sendiri. Nomor itu tidak dipakai surat lain. Setelah listrik "
                "kembali, salin isinya lewat “Tulis rujukan” di komputer ini, lalu pindai QR atau ketik nomornya."
            ),
        )
        return panel(
            column(
                label(tr("Formulir darurat kosong"), "sectionTitle"),
                *(label(line, wrap=True) for line in lines),
                row(label(tr("Banyaknya"), "fieldLabel"), self.count, self.print_button, self.save_button, 1),
                margins=(14, 10, 14, 12),
            )
        )

    def _ticket_paper(self) -> QWidget:
        words = tr("Karcis antrean dicetak dari halaman Pasien.")
        return panel(
            column(
                label(tr("Kertas karcis antrean"), "sectionTitle"),
                label(words, "quiet", wrap=True),
                row(label(tr("Lebar kertas"), "fieldLabel"), self.roll, 1),
                margins=(14, 10, 14, 12),
            )
        )

    def _reserve(self, *, printed: bool) -> None:
        count = int(self.count.currentData())
        self.desk.write(lambda replica: reserve_forms(replica, count), lambda forms: self._make(forms, printed=printed))

    def _make(self, forms: Sequence[Form], *, printed: bool) -> None:
        make = self.office.print_document if printed else self.office.save
        make(lambda reader: contingency_document(reader, forms))

    def _print_again(self) -> None:
        chosen = self.list.current_id()
        self._make([form for form in self._forms if form.number == chosen], printed=True)

    def _show(self, forms: list[Form]) -> None:
        self._forms = forms
        self.list.set_cards([form_card(form) for form in reversed(forms)])
        self.list.setVisible(bool(forms))
        self.none.setVisible(not forms)
        self.again_button.setVisible(bool(forms))

    def _show_width(self, width: str) -> None:
        self.roll.setCurrentIndex(self.roll.findData(width))

    def _set_width(self) -> None:
        width = str(self.roll.currentData())
        self.desk.write(
            lambda replica: set_ticket_width(replica, width),
            lambda _done: self.desk.say("info", tr("Lebar kertas karcis disimpan di komputer ini.")),
        )
