"""What stands between a PC and its hub, in words: what happened, whether the data is safe, what to do.

By the class of the error, or the code with which a hub or this PC itself refused. Plain values; nothing reads here.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from desktop.queries.hub import HubState
from desktop.ui.texts import tr
from desktop.ui.tones import Tone
from desktop.ui.wording import ago_words

#: After a longer silence nobody knows whether other PCs still get through.
_RECENT = timedelta(days=1)
#: Troubles that pass by themselves.
_PASSING: Mapping[str, str] = MappingProxyType(
    {
        "Unreachable": (
            "Hub tidak terjangkau: mungkin mati, atau kabel atau Wi-Fi terputus. Data aman di komputer ini dan dikirim "
            "langsung ke server bila ada internet. Nyalakan hub; Rujuk mencoba lagi sendiri."
        ),
        "Interrupted": (
            "Pertukaran dengan hub ditunda sebentar, karena rujukan gawat darurat didahulukan. Data aman di komputer "
            "ini. Rujuk melanjutkannya sendiri."
        ),
        "ServerFault": (
            "Hub sedang bermasalah. Data aman di komputer ini dan dikirim langsung ke server bila ada internet. Rujuk "
            "mencoba lagi sendiri; bila sampai besok belum pulih, nyalakan ulang komputer hub."
        ),
        "Unequal": (
            "Isi komputer ini dan hub belum sama persis. Tidak ada yang hilang. Rujuk memeriksa dan melengkapinya "
            "sendiri; bila terus muncul, hubungi admin TI."
        ),
    }
)
#: Troubles that wait for a person.
_LASTING: Mapping[str, str] = MappingProxyType(
    {
        "changed_certificate": (
            "Yang menjawab di alamat hub sekarang komputer lain: hub dipasang ulang, atau alamatnya dipakai komputer "
            "lain. Tidak ada data yang dikirim ke sana; data aman di komputer ini dan dikirim langsung ke server bila "
            "ada internet. Bila hub memang dipasang ulang, minta kode baru di layar hub lalu tekan Hubungkan. Bila "
            "tidak, jangan hubungkan; beri tahu admin TI."
        ),
        "revoked_hub": (
            "Dinas Kesehatan mencabut komputer hub ini, jadi Rujuk tidak bertukar data lagi dengannya. Data aman di "
            "komputer ini dan dikirim langsung ke server bila ada internet. Lepaskan hub ini, lalu hubungkan ke hub "
            "yang baru bila ada."
        ),
        "revoked_device": (
            "Dinas Kesehatan mencabut komputer ini, jadi hub tidak melayaninya lagi. Data aman di komputer ini, tetapi "
            "tidak terkirim. Jangan menghapus apa pun; hubungi admin TI Dinas Kesehatan."
        ),
        "unknown_device": (
            "Hub tidak mengenal komputer ini lagi: hub dipasang ulang atau datanya dipulihkan. Data aman di komputer "
            "ini dan dikirim langsung ke server bila ada internet. Minta kode baru di layar hub, lalu tekan Hubungkan."
        ),
        "bad_signature": (
            "Hub mencatat kunci lain untuk komputer ini, jadi tidak percaya bahwa ini komputer yang sama. Data aman di "
            "komputer ini dan dikirim langsung ke server bila ada internet. Minta kode baru di layar hub, lalu tekan "
            "Hubungkan; bila tetap ditolak, hubungi admin TI."
        ),
        "other_facility": (
            "Hub itu melayani fasilitas lain menurut catatan Dinas Kesehatan. Data aman di komputer ini dan dikirim "
            "langsung ke server bila ada internet. Lepaskan hub ini, lalu hubungi admin TI."
        ),
        "NotAllowed": (
            "Hub menolak komputer ini. Data aman di komputer ini dan dikirim langsung ke server bila ada internet. "
            "Minta kode baru di layar hub, lalu tekan Hubungkan; bila tetap ditolak, hubungi admin TI."
        ),
        "Refused": (
            "Hub tidak memahami kiriman komputer ini, mungkin karena versi Rujuk berbeda. Data aman di komputer ini "
            "dan dikirim langsung ke server bila ada internet. Perbarui Rujuk di kedua komputer."
        ),
    }
)


def hub_trouble(error: str | None) -> tuple[str, Tone]:
    """The sentence about what an exchange with the hub ended with; "" where all is well."""
    if not error:
        return "", Tone.INFO
    if error in _PASSING:
        return tr(_PASSING[error]), Tone.ATTENTION
    return tr(_LASTING.get(error, _LASTING["NotAllowed"])), Tone.DANGER


def reach_words(state: HubState, now: datetime) -> tuple[str, Tone]:
    """Whether other PCs get through to this hub, and what to do about the Windows firewall while none has."""
    if state.reached_at is not None:
        passed = now - state.reached_at
        if passed <= _RECENT:
            words = tr("Komputer lain terakhir menghubungi hub ini {ago}: jaringan dan firewall tidak menghalangi.")
            return words.format(ago=ago_words(passed)), Tone.GOOD
        words = tr(
            "Komputer lain terakhir menghubungi hub ini {ago}. Waktu itu jaringan dan firewall tidak menghalangi; bila "
            "komputer lain sedang menyala, periksa kabel atau Wi-Fi."
        )
        return words.format(ago=ago_words(passed)), Tone.ATTENTION
    address = state.addresses[0] if state.addresses else ""
    words = tr(
        "Belum ada komputer lain yang menghubungi hub ini.\nSaat hub pertama kali dinyalakan, Windows dapat bertanya "
        "sekali lewat jendela “Firewall” (nama programnya Python atau Rujuk): pilih “Jaringan privat” (Private "
        "networks), lalu “Izinkan akses” (Allow access). Bila Windows tidak bertanya atau tertekan Batal, minta admin "
        "TI membuka TCP {port}."
    ).format(port=address.rpartition(":")[2] or "47115")
    test = tr(
        "Periksa dari komputer lain: buka peramban dan ketik https://{address}. Peringatan keamanan berarti hub "
        "terjangkau (tutup saja); lama menunggu lalu gagal berarti firewall atau jaringan menghalangi."
    )
    return words + ("\n" + test.format(address=address) if address else ""), Tone.ATTENTION
