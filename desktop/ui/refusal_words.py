"""Why the server said no to a record, in words for who wrote it; support reads the server's own reason in the tip.

The reasons are texts of the server, kept as they came; one that this program does not know still gets words.
"""

from collections.abc import Mapping
from types import MappingProxyType

from desktop.ui.texts import tr

#: What time takes away: such a record is offered again in each exchange.
_PASSING: Mapping[str, str] = MappingProxyType(
    {
        "the referral is not known to this facility": "rujukan ini belum ada di server; dikirim lagi sendiri",
        "the patient is not known to this facility": "pasien ini belum ada di server; dikirim lagi sendiri",
        "the signal is not known to this facility": "sinyal ini belum ada di server; dikirim lagi sendiri",
        "what it takes out of the lists is not known": (
            "catatan yang dihapus dari daftar belum ada di server; dikirim lagi sendiri"
        ),
        "the link that it takes back is not known": (
            "pernyataan satu orang yang ditarik belum ada di server; dikirim lagi sendiri"
        ),
        "unknown record type": "server perlu diperbarui; dikirim lagi sendiri",
        "unknown field": "server perlu diperbarui; dikirim lagi sendiri",
    }
)


def refusal_words(reason: str) -> str:
    """The server's ``reason`` in words; "field: what is wrong" is about the value of one field."""
    if reason in _PASSING:
        return tr(_PASSING[reason])
    if ": " in reason:
        return tr("ada isian yang tidak diterima server")
    return tr("tidak diizinkan untuk fasilitas ini")
