"""The receipt of a day on paper: what the server certified, in words and numbers, with its roots for whoever checks.

The paper proves nothing by itself; the file beside it does, and the paper says so.
"""

from datetime import datetime

from desktop.letters.letter import day_words
from desktop.letters.sheet import Document, Line, Paper, Sheet, beside, boxed, captioned, grid, heading, letterhead
from desktop.proof_words import ROADS, type_words
from sync.replica.receipts import Receipt, ReceiptComputer


def receipt_document(receipt: Receipt, file_name: str) -> Document:
    """The receipt kept under ``file_name``, on A4."""
    return Document(f"Tanda terima {file_name.partition('.')[0]}", Paper.A4, (receipt_sheet(receipt, file_name),))


def receipt_sheet(receipt: Receipt, file_name: str) -> Sheet:
    """One page."""
    at = datetime.fromisoformat(receipt.at).astimezone()
    facts = [
        Line("Fasilitas", f"{receipt.facility_name} (kode {receipt.facility_code})"),
        Line("Komputer yang meminta", f"{receipt.letter} {receipt.pc_name}"),
        Line("Jam server", f"{day_words(at.date())} pukul {at:%H.%M}"),
        Line("Isi komputer itu dan server", "sama" if receipt.equal else "BELUM SAMA"),
        Line("Komputer lain", _others_words(receipt)),
    ]
    kinds = [Line(type_words(name), str(counted.records)) for name, counted in receipt.kinds.items()]
    roots = [Line(f"Kode pemeriksaan, nomor {feed.number}", feed.root) for feed in receipt.feeds]
    return Sheet(
        head=letterhead(receipt.facility_name, f"Kabupaten {receipt.district}"),
        markup="".join(
            (
                heading("TANDA TERIMA SINKRON AKHIR HARI"),
                boxed(beside(facts)),
                '<p class="before"><b>Catatan fasilitas ini di server kabupaten</b></p>',
                grid(kinds or [Line("Catatan", "0")], 4),
                '<p class="before"><b>Komputer fasilitas ini menurut server</b></p>',
                beside([Line(f"{item.letter} {item.name}", _pc_words(item)) for item in receipt.computers]),
                '<p class="before"><b>Untuk pemeriksaan</b></p>',
                beside([*roots, Line("Kunci server", receipt.server_key.hex())]),
                captioned(
                    Line(
                        "Keaslian",
                        f"berkas {file_name} ditandatangani server kabupaten. Pemeriksa: rujuk receipt verify BERKAS.",
                    ),
                    "before",
                ),
            )
        ),
        running="Tanda terima sinkron akhir hari",
        foot=f"{file_name} · Kertas ini hanya salinan; yang membuktikan adalah berkasnya",
    )


def _others_words(receipt: Receipt) -> str:
    """Whether the other computers stand in the way of a complete day, as the server knew it then."""
    others = [item for item in receipt.computers if item.letter != receipt.letter]
    open_still = [item for item in others if item.waiting is None or item.waiting]
    if not others:
        return "tidak ada"
    if not open_still:
        return "tidak ada yang menunggu pada kabar terakhirnya"
    return f"BELUM LENGKAP: {len(open_still)} dari {len(others)} masih menunggu atau belum melapor"


def _pc_words(item: ReceiptComputer) -> str:
    waiting = "keadaan belum dikabarkan" if item.waiting is None else f"{item.waiting} menunggu"
    if item.seen_at is None:
        return f"{waiting}; belum pernah terlihat"
    seen = datetime.fromisoformat(item.seen_at).astimezone()
    return f"{waiting}; terakhir terlihat {day_words(seen.date())} {seen:%H.%M}{ROADS.get(item.road, '')}"
