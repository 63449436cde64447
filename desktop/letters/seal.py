"""The letter as signed text for the QR code, and back: altered in one character, it is refused.

What the signature proves: the text was made by whoever holds the key in it, and not one bit has changed since. That
this key belongs to a PC of the district is not known here but in ``vouching``, where that PC's card has come. A letter
from paper must never be imported more than provisionally. The signing key itself never leaves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import nacl.exceptions
import nacl.signing

from desktop.letters import base45
from desktop.letters.coded_letter import AIM_BYTES, CodedLetter, pack, unpack
from sync.errors import BadInput

#: How a code begins, with the version of its format; and how it ends, for programs that drop blanks at the end.
_BEGINS, _ENDS = "RUJUK", "/"
_VERSION = "1:"
_PURPOSE = b"rujuk letter 1\0"
_DEVICE, _KEY, _SIGNATURE = 16, 32, 64
_OVERHEAD = _DEVICE + _KEY + _SIGNATURE

_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "not_a_letter": (
            "Ini bukan kode surat rujukan. Tidak ada yang disimpan. Pindai QR di surat rujukan sekali lagi, atau "
            "salin seluruh teksnya."
        ),
        "newer": (
            "Kode ini dibuat dengan Rujuk versi yang lebih baru. Tidak ada yang disimpan. Perbarui Rujuk di komputer "
            "ini; sementara itu pakai surat kertasnya."
        ),
        "incomplete": (
            "Kode surat ini terpotong atau salah terbaca. Tidak ada yang disimpan. Pindai sekali lagi sampai utuh."
        ),
        "mistyped": (
            "Kode ini salah ketik: 12 huruf dan angka, seperti di bawah QR. Tidak ada yang disimpan. Periksa huruf "
            "demi huruf, lalu ketik lagi."
        ),
        "not_arrived": (
            "Kode ini benar, tetapi suratnya belum datang ke komputer ini. Tidak ada yang disimpan. Pindai QR di "
            "suratnya, atau tunggu jaringan; sementara itu telepon puskesmas perujuk."
        ),
        "foreign": (
            "Kode surat ini ditandatangani dengan kunci yang bukan milik perujuknya. Tidak ada yang disimpan. Jangan "
            "dipakai; telepon puskesmas perujuk dan beri tahu Dinas Kesehatan."
        ),
        "altered": (
            "Kode surat ini tidak utuh: isinya berubah setelah ditandatangani, atau salah terbaca. Tidak ada yang "
            "disimpan. Pindai sekali lagi; bila tetap begini, jangan dipakai dan telepon puskesmas perujuk."
        ),
    }
)


class CodeRefused(BadInput):
    """A text is no letter, or no longer the letter that was signed; nothing was stored.

    ``reason`` is "not_a_letter", "newer", "incomplete", "altered", "foreign", "mistyped" or "not_arrived".
    """

    @property
    def sentence(self) -> str:
        """What to tell the person who scanned it."""
        return _SENTENCES[self.reason]


@dataclass(frozen=True, slots=True)
class SealedLetter:
    """The text of a QR code. ``size`` is the bytes it stands for; ``coded`` what is in it."""

    text: str
    size: int
    coded: CodedLetter


@dataclass(frozen=True, slots=True)
class OpenedLetter:
    """What a code says, and who says to have signed it: the PC's id and the key, as ``vouching`` judges them."""

    coded: CodedLetter
    device: str
    key: bytes


def seal_letter(coded: CodedLetter, device: str, signing_key: bytes) -> SealedLetter:
    """Sign a letter with the key of this PC (a 32-byte seed); long texts are shortened to keep the code small."""
    signer = nacl.signing.SigningKey(signing_key)
    packed, held = pack(coded, AIM_BYTES - _OVERHEAD)
    body = bytes.fromhex(device) + bytes(signer.verify_key) + packed
    sealed = signer.sign(_PURPOSE + body).signature + body
    return SealedLetter(f"{_BEGINS}{_VERSION}{base45.encode(sealed)}{_ENDS}", len(sealed), held)


def open_letter(text: str) -> OpenedLetter:
    """What a scanned or pasted text says, if it is exactly what was signed.

    Raises:
        CodeRefused: with a sentence for the person.
    """
    # A line that was broken on its way is joined again; a blank inside it belongs to the code.
    text = "".join(text.splitlines()).strip()
    if not text.startswith(_BEGINS):
        raise CodeRefused("not_a_letter")
    versioned = text.removeprefix(_BEGINS)
    if not versioned.startswith(_VERSION):
        number = versioned.partition(":")[0]
        raise CodeRefused("newer" if number.isascii() and number.isdecimal() else "not_a_letter")
    if not versioned.endswith(_ENDS):
        raise CodeRefused("incomplete")
    try:
        sealed = base45.decode(versioned.removeprefix(_VERSION).removesuffix(_ENDS))
    except BadInput as error:
        raise CodeRefused("incomplete") from error
    signature, body = sealed[:_SIGNATURE], sealed[_SIGNATURE:]
    if len(sealed) <= _OVERHEAD:
        raise CodeRefused("incomplete")
    key = body[_DEVICE : _DEVICE + _KEY]
    try:
        nacl.signing.VerifyKey(key).verify(_PURPOSE + body, signature)
        coded = unpack(body[_DEVICE + _KEY :])
    except (nacl.exceptions.BadSignatureError, BadInput) as error:
        raise CodeRefused("altered") from error
    return OpenedLetter(coded, body[:_DEVICE].hex(), key)
