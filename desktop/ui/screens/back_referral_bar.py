"""At a hospital: the papers of a referral that was referred back, to be printed or saved where it is read.

Hidden before there is a back-referral, for the hospital writes no other paper. It writes nothing.
"""

from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from desktop.queries.referrals import ReferralFile
from desktop.ui.desk import Desk
from desktop.ui.widgets.paper_bar import PaperBar, referral_papers

if TYPE_CHECKING:
    from desktop.ui.papers import Make, PaperOffice


class BackReferralBar(PaperBar):
    """The bar of one referral."""

    def __init__(self, desk: Desk, screen: QWidget) -> None:
        super().__init__(referral_papers(referred_back=True))
        self._desk, self._screen = desk, screen
        self._referral = ""
        self.print_wanted.connect(lambda key: self.office.print_document(self._make(key)))
        self.save_wanted.connect(lambda key: self.office.save(self._make(key)))
        self.hide()

    @cached_property
    def office(self) -> "PaperOffice":
        """What prints; imported when it is first wanted, not for the first paint."""
        from desktop.ui.papers import PaperOffice

        return PaperOffice(self._desk, self._screen)

    def show_file(self, file: ReferralFile) -> None:
        """Offer the papers of ``file`` if it was referred back."""
        self._referral = file.line.id
        self.setVisible(file.latest("dirujuk_balik") is not None)

    def _make(self, key: str) -> "Make":
        from desktop.letters.documents import referral_document

        return partial(referral_document, key=key, referral_id=self._referral)
