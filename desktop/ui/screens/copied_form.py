"""Where a letter says that it was copied from a contingency form: the form's number, scanned or typed, and its time.

Hidden until somebody asks for it; a letter that is written here and now has neither.
"""

from desktop.actions.letter_numbers import CopiedForm
from desktop.ui.texts import tr
from desktop.ui.widgets.parts import button
from desktop.ui.widgets.record_form import RecordForm, Section
from sync.records import Referral


class CopiedFormFields(RecordForm):
    """The two fields; :attr:`ask_button` shows them and stands where they will be."""

    def __init__(self) -> None:
        title = tr("Disalin dari formulir darurat: pindai QR-nya, atau ketik nomornya")
        super().__init__(Referral, [Section(title, [["number", "written_at"]])])
        self.ask_button = button(tr("Salin dari formulir darurat…"))
        self.ask_button.clicked.connect(self._ask)
        # The button is not shown here: without a parent it would be a window and take the keyboard.
        self.hide()

    def start_over(self) -> None:
        """Back to a letter that is written now."""
        self.clear()
        self._show(asked=False)

    def copied(self) -> CopiedForm | None:
        """The form that the letter is copied from; ``None`` if it is not.

        Raises:
            BadInput: a field is empty or cannot be read, and says so.
        """
        if self.isHidden():
            return None
        values = self.values()
        return CopiedForm(values["number"], values["written_at"])

    def _ask(self) -> None:
        self._show(asked=True)
        self.editor("number").control.setFocus()

    def _show(self, *, asked: bool) -> None:
        self.setVisible(asked)
        self.ask_button.setVisible(not asked)
