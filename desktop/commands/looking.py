"""The commands that only look: the state of this PC, patients found, referrals listed.

They read as the window does and never wait for a network.
"""

from datetime import date, datetime
from typing import Any

from desktop.commands.answers import Answer
from desktop.commands.place import KEY_IN_FILE, open_reader
from desktop.queries.patients import search_patients
from desktop.queries.referrals import ReferralLine, inbox, sent_referrals
from desktop.queries.sync_state import sync_state
from desktop.queries.values import NOT_VOID
from desktop.security.keys import load_key
from desktop.settings import Settings
from sync.records.facility import FACILITY_KINDS
from sync.records.moments import moment_text
from sync.records.referral import EVENT_KINDS
from sync.replica.reader import as_blob


def status(settings: Settings) -> Answer:
    """Who this PC is, what it holds, what waits and how the link is."""
    with open_reader(settings) as (reader, identity):
        state = sync_state(reader)
        params = {"id": as_blob(identity.facility)}
        facility = reader.value("SELECT name FROM facility WHERE district = :district AND id = :id", params) or ""
        server = reader.value("SELECT url FROM link WHERE district = :district AND peer = 'district'")
        counts = {
            name: reader.value(f"SELECT count(*) FROM {name} WHERE district = :district AND {NOT_VOID.format(id='id')}")  # noqa: S608  # two names of ours
            for name in ("patient", "referral")
        }
    place = load_key(settings).place
    data = {
        "home": str(settings.home),
        "district": identity.district,
        "facility": identity.facility,
        "facility_name": facility,
        "facility_kind": identity.facility_kind,
        "pc_name": identity.pc_name,
        "letter": identity.letter,
        "device": identity.device,
        "server": server,
        "patients": counts["patient"],
        "referrals": counts["referral"],
        "waiting": state.waiting,
        "refused": state.refused,
        "last_sync_at": _moment(state.last_sync_at),
        "last_try_at": _moment(state.last_try_at),
        "last_error": state.last_error,
        "key_place": place,
    }
    kind = FACILITY_KINDS.get(identity.facility_kind, identity.facility_kind)
    lines = [
        f"{facility or '(nama belum diterima)'} ({kind}), kabupaten {identity.district}",
        f"Komputer {identity.letter}: {identity.pc_name}",
        f"Folder data: {settings.home}",
        f"Server: {server}",
        f"Pasien: {counts['patient']}, rujukan: {counts['referral']}",
        f"Menunggu dikirim: {state.waiting}, ditolak server: {state.refused}",
        f"Sinkronisasi terakhir: {_local(state.last_sync_at)}"
        + (f" (percobaan terakhir gagal: {state.last_error})" if state.last_error else ""),
    ]
    if place == "file":
        lines.append(KEY_IN_FILE.format(path=settings.key_file))
    return Answer("\n".join(lines), data)


def find_patients(settings: Settings, text: str, limit: int) -> Answer:
    """The patients that fit ``text``, the best first."""
    with open_reader(settings) as (reader, _identity):
        hits = search_patients(reader, text, limit)
    patients = [
        {
            "id": hit.id,
            "name": hit.name,
            "sex": hit.sex,
            "birth_date": hit.birth_date.isoformat() if hit.birth_date else None,
            "nik": hit.nik,
            "jkn_number": hit.jkn_number,
            "record_number": hit.record_number,
            "village": hit.village,
            "match": hit.match.name.lower(),
            "also": [{"id": other.id, "name": other.name} for other in hit.also],
        }
        for hit in hits
    ]
    rows = [
        "\t".join((hit.name, hit.sex, _day(hit.birth_date), hit.nik or hit.jkn_number or "-", hit.village or "-"))
        for hit in hits
    ]
    return Answer("\n".join(rows) or "Tidak ditemukan.", {"patients": patients})


def list_referrals(settings: Settings, box: str | None, limit: int) -> Answer:
    """The referrals sent from here or those that came in; a hospital's default is the inbox."""
    with open_reader(settings) as (reader, identity):
        chosen = box or ("inbox" if identity.facility_kind == "rs" else "sent")
        listed = inbox if chosen == "inbox" else sent_referrals
        lines = listed(reader, identity.facility, limit)
    rows = [
        "\t".join((line.number, line.patient_name or "-", line.diagnosis, line.to_name or "-", _state_words(line)))
        for line in lines
    ]
    data = {"box": chosen, "referrals": [_referral(line) for line in lines]}
    return Answer("\n".join(rows) or "Tidak ada rujukan.", data)


def _referral(line: ReferralLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "number": line.number,
        "patient": line.patient,
        "patient_name": line.patient_name,
        "urgency": line.urgency,
        "kind": line.kind,
        "diagnosis_code": line.diagnosis_code,
        "diagnosis": line.diagnosis,
        "from": line.from_name,
        "to": line.to_name,
        "written_at": _moment(line.written_at),
        "state": line.state,
        "on_server": line.chain.on_server,
        "refusal": line.chain.refusal,
        "seen_at": _moment(line.chain.seen_at),
        "answered_at": _moment(line.chain.answered_at),
        "answered_by": line.chain.answered_by,
    }


def _state_words(line: ReferralLine) -> str:
    if line.state != "diajukan":
        return EVENT_KINDS.get(line.state, line.state)
    if line.chain.refusal is not None:
        return "Ditolak server"
    return "Menunggu jawaban" if line.chain.on_server else "Menunggu dikirim"


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment_text(moment, "seconds")


def _local(moment: datetime | None) -> str:
    return "belum pernah" if moment is None else f"{moment.astimezone():%d-%m-%Y %H:%M}"


def _day(day: date | None) -> str:
    return "-" if day is None else f"{day:%d-%m-%Y}"
