"""The commands about the hub: ``rujuk hub on|off|status|code|find|pair|leave``.

Each says what is true afterwards. Switching takes effect when the sync agent looks, within half a minute.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from types import MappingProxyType

from desktop.actions.hub import leave_hub, new_hub_code, switch_hub
from desktop.commands.answers import Answer, WrongUsage
from desktop.commands.place import open_reader, open_replica
from desktop.hub import find, join
from desktop.queries.hub import hub_state
from desktop.settings import Settings
from sync.errors import NotAllowed

#: Why a hub refuses a PC -> what to say and do.
REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "wrong_code": "Kode tidak cocok dengan yang tampil di hub.",
        "no_code": "Hub tidak sedang menampilkan kode. Minta kode baru di layar hub.",
        "expired_code": "Kode ini sudah lewat waktunya. Minta kode baru di layar hub.",
        "used_code": "Kode ini sudah dipakai komputer lain. Minta kode baru di layar hub.",
        "other_facility": "Hub itu milik fasilitas lain.",
        "revoked_device": "Dinas Kesehatan mencabut komputer ini atau hub itu.",
        "own_computer": "Alamat ini milik komputer ini sendiri.",
        "bad_signature": "Hub itu bukan komputer yang disebutnya. Jangan lanjutkan; hubungi admin Dinas Kesehatan.",
    }
)


class HubRefused(WrongUsage):
    """The hub would not have this PC; the message is for the user, in Indonesian."""


def switch(settings: Settings, *, on: bool) -> Answer:
    """Let this PC be a hub, or no longer. Raises NotEnrolled, ReplicaError."""
    with open_replica(settings) as replica:
        switch_hub(replica, on=on)
    words = "Komputer ini menjadi hub." if on else "Komputer ini bukan hub lagi. Data tetap di sini."
    return Answer(words, {"on": on})


def status(settings: Settings) -> Answer:
    """Whether this PC is a hub, whom it serves, and which hub it has. Raises NotEnrolled, ReplicaError."""
    with open_reader(settings) as (reader, _identity):
        state = hub_state(reader)
    lines = ["Komputer ini hub." if state.on else "Komputer ini bukan hub."]
    if state.on:
        lines.append(f"Alamat: {', '.join(state.addresses) or 'belum melayani'}")
        lines.append("Sudah dihubungi komputer lain." if state.reached_at else "Belum dihubungi komputer lain.")
    lines += [
        f"{pc.letter}  {pc.name}  terakhir {pc.last_seen.astimezone():%d-%m-%Y %H.%M}, "
        + ("belum diketahui apa yang menunggu" if pc.is_unknown else f"menunggu {pc.waiting}")
        for pc in state.pcs
        if pc.last_seen is not None
    ]
    if state.own_url:
        lines.append(f"Hub komputer ini: {state.own_name} ({state.own_url}), menunggu {state.own_waiting}")
    pcs = [
        {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(pc).items()}
        for pc in state.pcs
    ]
    own = {"name": state.own_name, "url": state.own_url, "waiting": state.own_waiting, "error": state.own_error}
    data = {"on": state.on, "addresses": list(state.addresses), "pcs": pcs, "hub": own if state.own_url else None}
    return Answer("\n".join(lines), data)


def show_code(settings: Settings) -> Answer:
    """A fresh code for one more PC. Raises NotEnrolled, NoHubHere, ReplicaError."""
    with open_replica(settings) as replica:
        code = new_hub_code(replica)
    return Answer(f"Kode: {code[:4]} {code[4:]} (berlaku 10 menit, untuk satu komputer)", {"digits": code})


def find_hubs(settings: Settings) -> Answer:
    """The hubs of this facility in the network of the house. Raises NotEnrolled, ReplicaError, OSError."""
    with open_replica(settings) as replica:
        found = find(replica)
    words = "\n".join(f"{hub.name}  {hub.url}" for hub in found) or "Tidak ada hub yang ditemukan di jaringan ini."
    return Answer(words, {"found": [asdict(hub) for hub in found]})


def pair(settings: Settings, address: str, code: str) -> Answer:
    """Make the hub at this address the hub of this PC.

    Raises:
        WrongUsage: the hub refuses, with the reason in words. BadInput, LinkError, NotEnrolled, ReplicaError.
    """
    with open_replica(settings) as replica:
        try:
            name = join(replica, address, code)
        except NotAllowed as error:
            if error.code in REFUSALS:
                raise HubRefused(f"{REFUSALS[error.code]} Data di komputer ini aman dan tidak berubah.") from error
            raise
    return Answer(f"Terhubung ke hub {name}. Data lama dan baru mengalir sendiri.", {"name": name})


def leave(settings: Settings) -> Answer:
    """Have no hub any more. Raises NotEnrolled, ReplicaError."""
    with open_replica(settings) as replica:
        leave_hub(replica)
    return Answer("Komputer ini tidak memakai hub lagi; data tetap di sini dan dikirim langsung.", {})
