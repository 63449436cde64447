"""The papers of the patients that were played, as files beside the pictures.

Made of what the puskesmas' computer holds when the windows are closed, by the functions that the program prints with.
"""

from collections.abc import Iterable
from pathlib import Path

from desktop.actions.forms import reserve_forms
from desktop.demo.seed import Pc, replica_of
from desktop.letters.documents import back_referral_document, contingency_document, letter_document
from desktop.letters.output import save_pdf
from desktop.letters.sheet import Paper
from desktop.queries.referrals import sent_referrals
from desktop.security.keys import load_key
from sync.replica.reader import Reader


def save_papers(puskesmas: Pc, out: Path) -> list[str]:
    """Write each finished patient's letter and back-referral, and one form for hours without power; the files' names.

    Raises:
        OSError: a file cannot be written.
    """
    return [path.name for path in _papers(puskesmas, out)]


def _papers(puskesmas: Pc, out: Path) -> Iterable[Path]:
    with replica_of(puskesmas.settings) as replica:
        facility, forms = replica.identity.facility, reserve_forms(replica, 1)
    reader = Reader(puskesmas.settings.database, load_key(puskesmas.settings).secret)
    try:
        for line in sent_referrals(reader, facility):
            if line.state == "dirujuk_balik":
                kind = line.kind.replace("_", "-")
                paper = Paper.A5 if line.kind == "rawat_jalan" else Paper.A4
                yield save_pdf(letter_document(reader, line.id, paper), out / f"surat-rujukan-{kind}.pdf")
                yield save_pdf(back_referral_document(reader, line.id), out / f"surat-rujuk-balik-{kind}.pdf")
        yield save_pdf(contingency_document(reader, forms), out / "formulir-darurat.pdf")
    finally:
        reader.close()
