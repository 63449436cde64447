"""The route by which one computer brings another's stick: credentials, limits, and errors by their names."""

import http.client

import pytest

from sync.errors import BundleCut, BundleSender, Refused
from sync.exchange import bundle
from sync.exchange.bundle_writing import relay
from sync.exchange.credential import public_key
from sync.exchange.http import HttpTransport
from sync.exchange.messages import BUNDLE, BundleRequest, ExchangeRequest, decode_message, encode_message
from sync.server.access import Access
from tests.fakes.district import DISTRICT_CODE, District, EnrolledPc


def written(district: District, pc: EnrolledPc, sender: str = "") -> bytes:
    """An empty bundle of a computer."""
    header = bundle.Header("out", DISTRICT_CODE, bundle.SERVER, sender or pc.card.device, "0" * 32, 0)
    part = bundle.pack_part(encode_message(ExchangeRequest(1, 1)))
    key = public_key(district.replica.identity.signing_key)
    return bundle.seal(header, [part], signing_key=pc.signing_key, receiver_key=key)


def test_any_enrolled_computer_brings_a_bundle_and_nobody_else(district: District) -> None:
    with district.transport(district.hospital) as road:
        back = bundle.read_bundle(relay(road, written(district, district.puskesmas)))
    assert (back.header.receiver, back.header.reply_to) == (district.puskesmas.card.device, "0" * 32)
    body = encode_message(BundleRequest(written(district, district.puskesmas)))
    headers = {"Content-Type": "application/msgpack"}
    assert district.request("POST", BUNDLE, body, headers).status == http.client.UNAUTHORIZED


def test_errors_come_over_http_by_their_names_and_store_nothing(district: District) -> None:
    before = district.row_counts()
    with district.transport(district.hospital) as road:
        with pytest.raises(BundleCut):
            relay(_Cutting(road), written(district, district.puskesmas))
        with pytest.raises(BundleSender, match="not enrolled"):
            relay(road, written(district, district.puskesmas, sender="ab" * 16))
        with pytest.raises(Refused, match="413"):
            road.send(BUNDLE, encode_message(BundleRequest(district.replica.environment.random_bytes(2**21 + 1))))
    assert district.row_counts() == before


def test_a_revoked_computers_stick_is_refused_with_the_reason(district: District) -> None:
    revoked = district.enrol_pc()
    Access(district.replica).revoke(revoked.card.device)
    with district.transport(district.hospital) as road, pytest.raises(BundleSender, match="revoked"):
        relay(road, written(district, revoked))


class _Cutting:
    """A computer that brings a bundle without its end, though it knows better."""

    def __init__(self, road: HttpTransport) -> None:
        self._road = road

    def send(self, path: str, body: bytes) -> bytes:
        whole = decode_message(body, BundleRequest).bundle
        return self._road.send(path, encode_message(BundleRequest(whole[:-1])))
