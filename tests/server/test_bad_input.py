"""Whatever is wrong with a request: a clear 4xx as JSON with a reason, and nothing is stored."""

import json
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from sync.exchange.compression import MAX_PLAIN, MAX_SENT, compress
from sync.exchange.credential import Signer
from sync.exchange.messages import (
    EXCHANGE,
    PROTOCOL,
    AskedFeed,
    CompareRequest,
    ExchangeAnswer,
    ExchangeRequest,
    FetchRequest,
    decode_message,
)
from sync.exchange.train import TRAIN
from sync.records import RECORDS_VERSION
from sync.revisions.packing import pack
from sync.revisions.revision import Revision, decode, encode
from tests.fakes.district import Answer, District, EnrolledPc

JSON = {"Content-Type": "application/json"}
MSGPACK = {"Content-Type": "application/msgpack"}
PATIENT = "0193" + "0" * 27 + "1"
NOBODY = "f" * 32


def revision(pc: EnrolledPc, **changes: Any) -> Revision:
    """A patient's first revision, as the program of ``pc`` would make it, with some members changed."""
    members: dict[str, Any] = {
        "device": pc.card.device,
        "number": 1,
        "previous": None,
        "type_name": "patient",
        "record": PATIENT,
        "parents": (),
        "stamp": 1,
        "author": NOBODY,
        "facility": pc.card.facility,
        "fields": {"name": "Siti Contoh", "sex": "P", "payer": "jkn"},
    }
    return decode(encode(**{**members, **changes}))


def exchange(**members: Any) -> ExchangeRequest:
    """A message with nothing in it but what is given."""
    return ExchangeRequest(**{"protocol": PROTOCOL, "records": RECORDS_VERSION, **members})


def post(
    district: District,
    body: bytes,
    headers: Mapping[str, str] = MSGPACK,
    path: str = EXCHANGE,
    pc: EnrolledPc | None = None,
) -> Answer:
    """Send ``body`` with a good credential."""
    signer = (pc or district.puskesmas).signer
    return district.request("POST", path, body, {**headers, "Authorization": signer.authorization("POST", path, body)})


@pytest.fixture
def unchanged(district: District) -> Iterator[None]:
    """Nothing was stored during the test, and the server still answers."""
    before = district.row_counts()
    yield
    assert district.row_counts() == before
    assert district.request("GET", "/v1/health").status == 200


def assert_problem(answer: Answer, status: int, code: str) -> None:
    """The answer says what was wrong, to programs and to people, and nothing about the server's inside."""
    assert answer.status == status, answer.body
    assert answer.headers["content-type"] == "application/json"
    told = answer.json()
    assert told["error"] == code
    assert len(told["reason"]) > 10
    assert b"Traceback" not in answer.body
    assert b"SELECT" not in answer.body


@dataclass(frozen=True)
class Case:
    """A body that cannot be right."""

    body: bytes
    status: int
    code: str
    headers: Mapping[str, str] = field(default_factory=lambda: MSGPACK)


PACKED = {**MSGPACK, "Content-Encoding": "zstd"}
GOOD = msgspec.msgpack.encode(exchange())

BODIES = {
    "malformed JSON": Case(b'{"protocol": 1,', 400, "malformed", JSON),
    "malformed MessagePack": Case(b"\xc1\xff\x00", 400, "malformed"),
    "an empty body": Case(b"", 400, "malformed"),
    "bytes that are not UTF-8": Case(b'{"protocol": 1, "records": 1, "epoch": "\xff\xfe"}', 400, "malformed", JSON),
    "MessagePack that is not UTF-8": Case(b"\x81\xa5epoch\xa2\xff\xfe", 400, "malformed"),
    "half a surrogate": Case(b'{"protocol": 1, "records": 1, "epoch": "\\ud800"}', 400, "malformed", JSON),
    "very deep nesting": Case(b'{"x": ' + b"[" * 200_000, 400, "malformed", JSON),
    "something after the message": Case(GOOD + GOOD, 400, "malformed"),
    "a text for a number": Case(b'{"protocol": "one", "records": 1}', 422, "wrong_type", JSON),
    "a number for a list": Case(b'{"protocol": 1, "records": 1, "feeds": 7}', 422, "wrong_type", JSON),
    "a list for a message": Case(b"[]", 422, "wrong_type", JSON),
    "null for a message": Case(b"null", 422, "wrong_type", JSON),
    "a missing member": Case(b'{"protocol": 1}', 422, "wrong_type", JSON),
    "a number beyond 64 bits": Case(b'{"protocol": 1e999, "records": 1}', 422, "wrong_type", JSON),
    "another protocol": Case(msgspec.msgpack.encode(exchange(protocol=99)), 422, "bad_input"),
    "a push that is no pack": Case(msgspec.msgpack.encode(exchange(push=b"\x91\x01")), 422, "bad_input"),
    "more bytes than allowed": Case(b"\x00" * (MAX_SENT + 1), 413, "too_large"),
    "far more bytes than allowed": Case(b"\x00" * (10 * MAX_SENT), 413, "too_large"),
    "a zip bomb": Case(compress(b"\x00" * (MAX_PLAIN + 1)), 413, "too_large", PACKED),
    "a zip bomb of a gigabyte": Case(compress(b"\x00" * 2**20) * 1024, 400, "malformed", PACKED),
    "half a zstd frame": Case(compress(GOOD * 9)[:-4], 400, "malformed", PACKED),
    "no zstd frame at all": Case(b"not packed", 400, "malformed", PACKED),
    "a form nobody asked for": Case(b"protocol=1", 415, "unsupported_type", {"Content-Type": "text/plain"}),
    "no form at all": Case(GOOD, 415, "unsupported_type", {}),
    "another compression": Case(GOOD, 415, "unsupported_encoding", {**MSGPACK, "Content-Encoding": "gzip"}),
}


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("case", BODIES.values(), ids=BODIES.keys())
def test_a_body_that_cannot_be_right_is_refused_with_a_reason(district: District, case: Case) -> None:
    assert_problem(post(district, case.body, case.headers), case.status, case.code)


@pytest.mark.usefixtures("unchanged")
def test_a_body_without_a_length_is_cut_off_at_the_limit(district: District) -> None:
    pieces = (b"\x00" * 65536 for _ in range(MAX_SENT // 65536 + 1))
    assert_problem(district.request("POST", EXCHANGE, pieces, MSGPACK), 413, "too_large")


#: The length of a part, as long as any may be, and then more than a train may have.
LONG_PART = struct.pack(">I", MAX_SENT)


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    "pieces",
    [[b"\xff\xff\xff\xff"], [LONG_PART, bytes(MAX_SENT - 3)], [LONG_PART, *[bytes(MAX_SENT)] * 5]],
    ids=["a part that cannot be", "a few bytes beyond the limit", "far beyond the limit"],
)
def test_who_sends_too_long_a_train_hears_why_at_once(district: District, pieces: list[bytes]) -> None:
    assert_problem(district.request("POST", EXCHANGE, iter(pieces), {"Content-Type": TRAIN}), 413, "too_large")


@pytest.mark.usefixtures("unchanged")
def test_a_body_announced_as_too_large_is_refused_before_it_is_sent(district: District) -> None:
    headers = {**MSGPACK, "Content-Length": str(2**40), "Expect": "100-continue"}
    assert_problem(district.request("POST", EXCHANGE, None, headers), 413, "too_large")


Change = Callable[[District], dict[str, Any]]

REFUSED_REVISIONS: dict[str, dict[str, Any]] = {
    "an unknown record type": {"type_name": "spaceship"},
    "a type this kind of facility does not write": {"type_name": "ward"},
    "an unknown field": {"fields": {"name": "Siti Contoh", "sex": "P", "payer": "jkn", "rank": "captain"}},
    "a number for a name": {"fields": {"name": 7, "sex": "P", "payer": "jkn"}},
    "a text for a date": {"fields": {"name": "Siti Contoh", "sex": "P", "payer": "jkn", "birth_date": "kemarin"}},
    "a required field left out": {"fields": {"sex": "P"}},
    "a text beyond its limit": {"fields": {"name": "S" * 10_000, "sex": "P", "payer": "jkn"}},
    "more than any record holds": {
        "fields": {"name": "Siti Contoh", "sex": "P", "payer": "jkn", "allergies": [""] * 300_000}
    },
    "a zero character": {"fields": {"name": "Siti\x00Contoh", "sex": "P", "payer": "jkn"}},
}


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("changes", REFUSED_REVISIONS.values(), ids=REFUSED_REVISIONS.keys())
def test_a_revision_that_cannot_be_right_is_refused_by_name(district: District, changes: dict[str, Any]) -> None:
    message = exchange(push=pack([revision(district.puskesmas, **changes)]))
    answer = post(district, msgspec.json.encode(message), JSON)
    assert answer.status == 422
    told = answer.json()
    assert told["stored"] == 0 if "stored" in told else True
    assert len(told["refused"]["0"]) > 5


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    "changes",
    [{"stamp": 2**63}, {"number": 2**63}, {"number": 2**64 - 1}, {"stamp": 2**64 - 1}],
    ids=["stamp", "number", "largest number", "largest stamp"],
)
def test_a_number_the_database_cannot_hold_is_the_senders_mistake(district: District, changes: dict[str, Any]) -> None:
    packed = _packed_without_checks(revision(district.puskesmas), changes)
    answer = post(district, msgspec.msgpack.encode(exchange(push=packed)))
    assert 400 <= answer.status < 500, answer.body


def _packed_without_checks(made: Revision, changes: dict[str, Any]) -> bytes:
    columns = msgspec.msgpack.decode(pack([made]))
    place = {"number": 4, "stamp": 10}
    for name, value in changes.items():
        columns[place[name]] = [value]
    return msgspec.msgpack.encode(columns)


@pytest.mark.usefixtures("unchanged")
def test_a_forged_facility_is_refused_as_a_whole(district: District) -> None:
    good = revision(district.puskesmas)
    forged = revision(district.puskesmas, facility=district.hospital.card.facility, number=2, previous=good.id)
    answer = post(district, msgspec.msgpack.encode(exchange(push=pack([good, forged]))))
    assert_problem(answer, 403, "not_allowed")


@pytest.mark.usefixtures("unchanged")
def test_a_revision_in_the_name_of_another_facilitys_computer_is_refused(district: District) -> None:
    for device in (district.hospital.card.device, district.replica.identity.device):
        forged = revision(district.puskesmas, device=device)
        answer = post(district, msgspec.msgpack.encode(exchange(push=pack([forged]))))
        assert answer.status == 422
        assert decode_message(answer.body, ExchangeAnswer).refused == {0: "written with a computer of another facility"}


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("path", ["/v1/exchange", "/v1/compare", "/v1/fetch"])
@pytest.mark.parametrize("audience", ["hospital", "district", "nobody", ""])
def test_a_feed_of_others_is_not_given(district: District, path: str, audience: str) -> None:
    wanted = {"hospital": district.hospital.card.facility, "nobody": NOBODY}.get(audience, audience)
    messages: dict[str, msgspec.Struct] = {
        "/v1/exchange": exchange(feeds=[AskedFeed(wanted, 0)], budget=100_000),
        "/v1/compare": CompareRequest(wanted),
        "/v1/fetch": FetchRequest(wanted, b"", 1000),
    }
    assert_problem(post(district, msgspec.msgpack.encode(messages[path]), path=path), 403, "not_allowed")


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/compare", {"audience": "public", "buckets": [256]}),
        ("/v1/compare", {"audience": "public", "buckets": [-1]}),
        ("/v1/fetch", {"audience": "public", "ids": "AAAA", "budget": 10}),
        ("/v1/exchange", {"protocol": 1, "records": 1, "feeds": [{"audience": "public", "number": -(2**63)}]}),
        ("/v1/exchange", {"protocol": 1, "records": 1, "feeds": [{"audience": "public", "number": 2**64 - 1}]}),
        ("/v1/exchange", {"protocol": 1, "records": -1, "feeds": [{"audience": "public", "number": 0}], "budget": -5}),
        ("/v1/exchange", {"protocol": 1, "records": 1, "feeds": [{"audience": "public", "number": 0}] * 5000}),
    ],
)
def test_impossible_numbers_never_break_the_server(district: District, path: str, body: dict[str, Any]) -> None:
    assert post(district, json.dumps(body).encode(), JSON, path).status < 500


@pytest.mark.usefixtures("unchanged")
def test_an_answer_cannot_be_made_to_repeat_itself(district: District) -> None:
    asked = CompareRequest("public", [7] * 100_000)
    assert_problem(post(district, msgspec.msgpack.encode(asked), path="/v1/compare"), 422, "bad_input")


@pytest.mark.usefixtures("unchanged")
def test_a_request_without_a_credential_is_refused(district: District) -> None:
    answer = district.request("POST", EXCHANGE, GOOD, MSGPACK)
    assert_problem(answer, 401, "no_credential")
    assert answer.headers["www-authenticate"] == "Rujuk"


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("header", ["Basic YTpi", "Rujuk", "Rujuk device=1,time=2,signature=3", "Rujuk " + "x" * 4000])
def test_a_credential_of_another_kind_is_refused(district: District, header: str) -> None:
    answer = district.request("POST", EXCHANGE, GOOD, {**MSGPACK, "Authorization": header})
    assert_problem(answer, 401, "bad_credential")


@pytest.mark.usefixtures("unchanged")
def test_an_unknown_device_is_refused(district: District) -> None:
    header = Signer(NOBODY, bytes(32)).authorization("POST", EXCHANGE, GOOD)
    assert_problem(
        district.request("POST", EXCHANGE, GOOD, {**MSGPACK, "Authorization": header}), 401, "unknown_device"
    )


def _forgeries(district: District) -> dict[str, str]:
    pc, other = district.puskesmas, district.hospital
    good = pc.signer.authorization("POST", EXCHANGE, GOOD)
    return {
        "another key": Signer(pc.card.device, other.signing_key).authorization("POST", EXCHANGE, GOOD),
        "another device": good.replace(pc.card.device, other.card.device),
        "another body": pc.signer.authorization("POST", EXCHANGE, GOOD + b"\x00"),
        "another path": pc.signer.authorization("POST", "/v1/fetch", GOOD),
        "another method": pc.signer.authorization("GET", EXCHANGE, GOOD),
        "another time": good.replace("time=", "time=9"),
    }


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    "forgery", ["another key", "another device", "another body", "another path", "another method", "another time"]
)
def test_a_signature_for_something_else_is_refused(district: District, forgery: str) -> None:
    header = _forgeries(district)[forgery]
    answer = district.request("POST", EXCHANGE, GOOD, {**MSGPACK, "Authorization": header})
    assert_problem(answer, 401, "bad_signature")


@pytest.mark.usefixtures("unchanged")
def test_a_path_that_does_not_exist_is_said_to(district: District) -> None:
    assert_problem(district.request("GET", "/v1/patients"), 404, "not_found")


@pytest.mark.usefixtures("unchanged")
def test_another_method_is_refused(district: District) -> None:
    answer = district.request("GET", EXCHANGE)
    assert_problem(answer, 405, "method_not_allowed")
    assert "POST" in answer.headers["allow"]


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"code": "0000000000", "public_key": "AAAA", "pc_name": "PC"}, 422),
        ({"code": "0000000000", "public_key": 7, "pc_name": "PC"}, 422),
        ({"code": "0000000000", "public_key": "A" * 43 + "=", "pc_name": ""}, 422),
        ({"code": "0000000000", "public_key": "A" * 43 + "=", "pc_name": "P" * 81}, 422),
        ({"code": "0000000000", "public_key": "A" * 43 + "=", "pc_name": "PC\x00"}, 422),
        ({"public_key": "A" * 43 + "=", "pc_name": "PC"}, 422),
    ],
)
def test_an_enrolment_that_cannot_be_right_is_refused(district: District, body: dict[str, Any], status: int) -> None:
    answer = district.request("POST", "/v1/enrol", json.dumps(body).encode(), JSON)
    assert_problem(answer, status, "wrong_type")
