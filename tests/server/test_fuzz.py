"""Messages that a broken or hostile program might send: never a 5xx, and the server goes on answering."""

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.exchange.messages import COMPARE, EXCHANGE, FETCH, PROTOCOL, AskedFeed, ExchangeRequest, encode_message
from sync.records import RECORDS_VERSION
from sync.revisions.packing import pack
from sync.revisions.revision import decode, encode
from tests.fakes.district import District

NUMBERS = st.one_of(st.integers(-(2**63), 2**64 - 1), st.sampled_from([0, 1, -1, 2**31, 2**63 - 1, 2**63, 2**64 - 1]))
SIMPLE = st.one_of(
    NUMBERS, st.none(), st.booleans(), st.floats(allow_nan=True), st.text(max_size=20), st.binary(max_size=40)
)
ANYTHING = st.recursive(
    SIMPLE, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)
MEMBERS = st.dictionaries(
    st.sampled_from(["protocol", "records", "epoch", "push", "feeds", "budget", "audience", "buckets", "ids"]), ANYTHING
)
PATHS = st.sampled_from([EXCHANGE, COMPARE, FETCH])
ROUNDS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def status_of(district: District, path: str, body: bytes) -> int:
    """The status of a signed request, after which the server must still be well."""
    authorization = district.puskesmas.signer.authorization("POST", path, body)
    headers = {"Content-Type": "application/msgpack", "Authorization": authorization}
    status = district.request("POST", path, body, headers).status
    assert district.request("GET", "/v1/health").status == 200
    return status


def good_push(district: District) -> list[object]:
    """The columns of a pack that would be accepted."""
    card = district.puskesmas.card
    made = decode(
        encode(
            device=card.device,
            number=1,
            previous=None,
            type_name="patient",
            record=district.replica.new_id(),
            parents=(),
            stamp=1,
            author=card.device,
            facility=card.facility,
            fields={"name": "Siti Contoh", "sex": "P", "payer": "jkn", "birth_date": "1990-01-31"},
        )
    )
    columns: list[object] = msgspec.msgpack.decode(pack([made]))
    return columns


@ROUNDS
@given(path=PATHS, body=st.binary(max_size=300))
def test_any_bytes_are_the_senders_mistake(district: District, path: str, body: bytes) -> None:
    assert 400 <= status_of(district, path, body) < 500


@ROUNDS
@given(path=PATHS, members=MEMBERS)
def test_any_members_are_answered_or_refused(district: District, path: str, members: dict[str, object]) -> None:
    whole = {"protocol": PROTOCOL, "records": RECORDS_VERSION, "audience": "public", "ids": b"", "budget": 1, **members}
    assert status_of(district, path, msgspec.msgpack.encode(whole)) < 500


@ROUNDS
@given(place=st.integers(0, 14), value=ANYTHING, other=st.integers(0, 14), number=NUMBERS)
def test_a_damaged_pack_is_answered_or_refused(
    district: District, place: int, value: object, other: int, number: int
) -> None:
    columns = good_push(district)
    columns[place] = value
    if isinstance(columns[other], list):
        columns[other] = [number]
    request = ExchangeRequest(
        protocol=PROTOCOL, records=RECORDS_VERSION, push=msgspec.msgpack.encode(columns), feeds=[AskedFeed("public", 0)]
    )
    assert status_of(district, EXCHANGE, encode_message(request)) < 500


@ROUNDS
@given(
    fields=st.dictionaries(
        st.sampled_from(["name", "sex", "payer", "birth_date", "nik", "birth_order", "allergies", "address", "x"]),
        st.one_of(NUMBERS, st.none(), st.booleans(), st.floats(), st.text(max_size=30), st.lists(st.text(max_size=5))),
        min_size=1,
    ),
    records=st.sampled_from([RECORDS_VERSION, RECORDS_VERSION + 1]),
)
def test_any_values_in_a_revision_are_stored_or_refused(
    district: District, fields: dict[str, object], records: int
) -> None:
    columns = good_push(district)
    names = sorted(fields)
    columns[1], columns[2] = ["patient", *names], [list(range(1, len(names) + 1))]
    columns[14] = [[fields[name] for name in names]]
    request = ExchangeRequest(protocol=PROTOCOL, records=records, push=msgspec.msgpack.encode(columns))
    assert status_of(district, EXCHANGE, encode_message(request)) < 500
