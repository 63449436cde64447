"""Credentials: who signed is answered, whatever its clock says; who is revoked is not."""

import msgspec
import pytest

from sync.exchange.credential import Signer
from sync.exchange.messages import (
    EXCHANGE,
    PROTOCOL,
    AskedFeed,
    ExchangeAnswer,
    ExchangeRequest,
    decode_message,
    encode_message,
)
from sync.records import RECORDS_VERSION
from sync.replica.versions import program_version
from sync.revisions.packing import pack
from sync.revisions.revision import Revision, decode, encode
from sync.server.access import Access, next_letter
from tests.fakes.district import Answer, District, EnrolledPc

MSGPACK = {"Content-Type": "application/msgpack"}
NOTHING = encode_message(ExchangeRequest(protocol=PROTOCOL, records=RECORDS_VERSION))


def patient_of(pc: EnrolledPc, record: str) -> Revision:
    """The first revision of a patient that ``pc`` has registered."""
    body = encode(
        device=pc.card.device,
        number=1,
        previous=None,
        type_name="patient",
        record=record,
        parents=(),
        stamp=1,
        author=record,
        facility=pc.card.facility,
        fields={"name": "Budi Contoh", "sex": "L", "payer": "jkn"},
    )
    return decode(body)


def post(district: District, signer: Signer, body: bytes = NOTHING) -> Answer:
    """Send a signed exchange."""
    authorization = signer.authorization("POST", EXCHANGE, body)
    return district.request("POST", EXCHANGE, body, {**MSGPACK, "Authorization": authorization})


@pytest.mark.parametrize("now_s", [0, 1_000_000_000, 999_999_999_999], ids=["1970", "2001", "far future"])
def test_a_clock_that_is_wrong_by_years_is_accepted(district: District, now_s: int) -> None:
    pc = district.puskesmas
    assert post(district, Signer(pc.card.device, pc.signing_key, lambda: now_s)).status == 200


def test_a_replayed_push_is_stored_once(district: District) -> None:
    pc = district.enrol_pc()
    pushed = pack([patient_of(pc, district.replica.new_id())])
    body = encode_message(ExchangeRequest(protocol=PROTOCOL, records=RECORDS_VERSION, push=pushed))
    authorization = pc.signer.authorization("POST", EXCHANGE, body)
    headers = {**MSGPACK, "Authorization": authorization}
    first = decode_message(district.request("POST", EXCHANGE, body, headers).body, ExchangeAnswer)
    assert (first.stored, first.known) == (1, 0)
    before = district.row_counts()
    for _ in range(20):
        again = decode_message(district.request("POST", EXCHANGE, body, headers).body, ExchangeAnswer)
        assert (again.stored, again.known) == (0, 1)
    assert district.row_counts() == before


def test_a_revoked_computer_is_refused_and_nothing_of_it_is_stored(district: District) -> None:
    pc = district.enrol_pc(name="PC-HILANG")
    assert post(district, pc.signer).status == 200
    assert Access(district.replica).revoke(pc.card.device)
    pushed = pack([patient_of(pc, district.replica.new_id())])
    before = district.row_counts()
    answer = post(
        district, pc.signer, encode_message(ExchangeRequest(protocol=PROTOCOL, records=RECORDS_VERSION, push=pushed))
    )
    assert answer.status == 403
    assert answer.json()["error"] == "revoked_device"
    assert district.row_counts() == before


def test_revoking_again_keeps_the_first_moment(district: District) -> None:
    pc = district.enrol_pc(name="PC-LAMA")
    access = Access(district.replica)

    def revoked_at() -> str | None:
        return next(known.revoked_at for known in access.devices() if known.id == pc.card.device)

    assert access.revoke(pc.card.device)
    first = revoked_at()
    assert access.revoke(pc.card.device)
    assert first is not None
    assert revoked_at() == first
    assert not access.revoke("0" * 32)


def test_a_contact_is_written_down_with_the_program(district: District) -> None:
    pc = district.enrol_pc(name="PC-BARU")
    with district.transport(pc) as transport:
        transport.send(EXCHANGE, NOTHING)
    known = next(item for item in Access(district.replica).devices() if item.id == pc.card.device)
    assert known.last_seen_at is not None
    assert known.program == program_version()
    assert known.name == "PC-BARU"


def test_json_and_message_pack_are_answered_alike(district: District) -> None:
    pc = district.puskesmas
    request = ExchangeRequest(
        protocol=PROTOCOL, records=RECORDS_VERSION, feeds=[AskedFeed("public", 0)], budget=100_000
    )
    body = msgspec.json.encode(request)
    authorization = pc.signer.authorization("POST", EXCHANGE, body)
    answer = district.request(
        "POST", EXCHANGE, body, {"Content-Type": "application/json", "Authorization": authorization}
    )
    told = msgspec.json.decode(answer.body, type=ExchangeAnswer)
    with district.transport(pc) as transport:
        packed = decode_message(transport.send(EXCHANGE, encode_message(request)), ExchangeAnswer)
    assert told.feeds == packed.feeds
    assert packed.feeds[0].top >= 3


def test_letters_of_computers_never_repeat(district: District) -> None:
    pcs = [district.enrol_pc() for _ in range(3)]
    Access(district.replica).revoke(pcs[-1].card.device)
    following = district.replica.read(lambda connection: next_letter(connection, "3329", pcs[0].card.facility))
    letters = [known.letter for known in Access(district.replica).devices() if known.facility == pcs[0].card.facility]
    assert len(set(letters)) == len(letters)
    assert following not in letters
