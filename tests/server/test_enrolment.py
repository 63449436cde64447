"""One-time codes: they work once, for 48 hours, for one computer, and a lost answer costs nothing."""

import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from sync.errors import BadInput, NotAllowed, Unreachable
from sync.exchange.credential import public_key
from sync.exchange.enrol import CODE_ALPHABET, enrol, normalise_code
from sync.exchange.http import HttpTransport
from sync.exchange.messages import DeviceCard, EnrolRequest
from sync.replica import tables
from sync.replica.replica import Replica
from sync.revisions.environment import system_environment
from sync.server.access import Access
from sync.server.enrolment import CODE_LIFETIME, Enrolment
from sync.server.problems import Problem
from tests.fakes.district import PUSKESMAS_CODE, District, created_district, new_code
from tests.fakes.proxy import Fault, cutting_proxy


@dataclass
class Desk:
    """The enrolment of a district whose clock the test moves."""

    replica: Replica
    hours: float = 0

    def __post_init__(self) -> None:
        real = system_environment()
        shifted = replace(real, now_ms=lambda: real.now_ms() + int(self.hours * 3_600_000))
        self.replica = Replica(self.replica.engine, self.replica.identity, shifted, serves=True)
        self.enrolment = Enrolment(self.replica)

    def new_code(self) -> str:
        """A code for the puskesmas, by this desk's clock."""
        return new_code(self.replica, PUSKESMAS_CODE)

    def enrol(self, code: str, key: bytes | None = None, address: str = "192.0.2.1") -> DeviceCard:
        """Redeem a code."""
        return self.enrolment.enrol(
            EnrolRequest(code=code, public_key=public_key(key or secrets.token_bytes(32)), pc_name="PC-UJI"), address
        )


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """A fresh district on each kind of database."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    with created_district(tmp_path, url) as replica:
        yield Desk(replica)


def test_a_code_gives_the_card_of_its_facility(desk: Desk) -> None:
    card = desk.enrol(desk.new_code())
    assert (card.district, card.facility_kind, card.facility_name) == ("3329", "puskesmas", "Puskesmas Melati")
    assert card.letter == "A"
    assert (card.replica, card.epoch) == (desk.replica.identity.replica, desk.replica.identity.epoch)
    assert [known.id for known in Access(desk.replica).devices()] == [card.device]


def test_the_same_code_and_key_give_the_same_card_again(desk: Desk) -> None:
    code, key = desk.new_code(), secrets.token_bytes(32)
    cards = [desk.enrol(code, key) for _ in range(3)]
    assert cards == [cards[0]] * 3
    assert len(Access(desk.replica).devices()) == 1


def test_a_used_code_is_refused_to_another_computer(desk: Desk) -> None:
    code = desk.new_code()
    desk.enrol(code)
    with pytest.raises(Problem) as told:
        desk.enrol(code)
    assert (told.value.status, told.value.code) == (403, "used_code")
    assert len(Access(desk.replica).devices()) == 1


def test_a_code_for_another_facility_is_not_used_up_by_a_computer_that_has_one(desk: Desk) -> None:
    code, key = desk.new_code(), secrets.token_bytes(32)
    request = EnrolRequest(code, public_key(key), "PC-UJI", facility="0f" * 16)
    with pytest.raises(Problem) as told:
        desk.enrolment.enrol(request, "192.0.2.1")
    assert (told.value.status, told.value.code) == (403, "other_facility")
    assert Access(desk.replica).devices() == []
    own = desk.enrol(code)
    again = EnrolRequest(desk.new_code(), public_key(key), "PC-UJI", facility=own.facility)
    assert desk.enrolment.enrol(again, "192.0.2.1").facility == own.facility


def test_a_code_works_for_48_hours_and_no_longer(desk: Desk) -> None:
    early, late = desk.new_code(), desk.new_code()
    assert timedelta(hours=48) == CODE_LIFETIME
    desk.hours = 47.9
    desk.enrol(early)
    desk.hours = 48.1
    with pytest.raises(Problem) as told:
        desk.enrol(late)
    assert (told.value.status, told.value.code) == (403, "expired_code")


def test_a_lost_answer_can_be_asked_for_again_after_the_code_has_expired(desk: Desk) -> None:
    code, key = desk.new_code(), secrets.token_bytes(32)
    card = desk.enrol(code, key)
    desk.hours = 72
    assert desk.enrol(code, key) == card


def test_a_revoked_computer_does_not_get_its_card_again(desk: Desk) -> None:
    code, key = desk.new_code(), secrets.token_bytes(32)
    Access(desk.replica).revoke(desk.enrol(code, key).device)
    with pytest.raises(Problem) as told:
        desk.enrol(code, key)
    assert (told.value.status, told.value.code) == (403, "revoked_device")


def test_a_code_is_never_stored_in_the_clear(desk: Desk) -> None:
    code = normalise_code(desk.new_code())
    rows = desk.replica.read(lambda connection: connection.execute(tables.enrolment_code.select()).all())
    assert len(rows) == 1
    assert len(bytes(rows[0].code_hash)) == 32
    assert code not in repr(rows)
    assert code.encode().hex() not in bytes(rows[0].code_hash).hex()


def test_twenty_refused_codes_close_the_door_to_that_address_only(desk: Desk) -> None:
    good = desk.new_code()
    for _ in range(20):
        with pytest.raises(Problem) as told:
            desk.enrol("ZZZZZ-ZZZZZ")
        assert told.value.code == "unknown_code"
    with pytest.raises(Problem) as told:
        desk.enrol(good)
    assert told.value.status == 429
    assert 0 < int(told.value.headers["Retry-After"]) <= 3601
    desk.enrol(good, address="192.0.2.2")


def test_accepted_codes_do_not_count_as_tries(desk: Desk) -> None:
    code, key = desk.new_code(), secrets.token_bytes(32)
    for _ in range(25):
        desk.enrol(code, key)


def test_computers_that_enrol_at_once_get_different_letters(desk: Desk) -> None:
    codes = [desk.new_code() for _ in range(8)]
    letters = _at_once([lambda code=code: desk.enrol(code).letter for code in codes])  # type: ignore[misc]  # bound per turn
    assert sorted(letters) == list("ABCDEFGH")


def test_a_code_used_by_two_computers_at_once_enrols_one(desk: Desk) -> None:
    code = desk.new_code()

    def attempt() -> str:
        try:
            return desk.enrol(code).device
        except Problem as told:
            return told.code

    results = _at_once([attempt] * 6)
    assert sorted(results).count("used_code") == 5
    assert len(Access(desk.replica).devices()) == 1


def test_a_card_whose_answer_was_lost_on_the_way_is_got_by_asking_again(district: District) -> None:
    code, key = district.new_code(), secrets.token_bytes(32)
    faults = [Fault.CUT_BEFORE, Fault.CUT_UPLOAD, Fault.DROP_ANSWER, Fault.CUT_ANSWER]
    before = district.row_counts()["device"]
    with (
        cutting_proxy(district.url, lambda number, _path: faults[number] if number < 4 else Fault.NONE) as proxy,
        HttpTransport(proxy.url) as transport,
    ):
        for _ in faults:
            with pytest.raises(Unreachable):
                enrol(transport, code=code, pc_name="PC-JAUH", signing_key=key)
        card = enrol(transport, code=code, pc_name="PC-JAUH", signing_key=key)
        assert {fault: proxy.injected[fault] for fault in faults} == dict.fromkeys(faults, 1)
    assert card.facility == district.puskesmas.card.facility
    assert district.row_counts()["device"] == before + 1


def test_an_unknown_code_over_http_says_so(district: District) -> None:
    with HttpTransport(district.url) as transport, pytest.raises(NotAllowed) as told:
        enrol(transport, code="ZZZZZ ZZZZZ", pc_name="PC", signing_key=bytes(32))
    assert told.value.code == "unknown_code"


def test_a_code_may_be_typed_in_any_friendly_way(desk: Desk) -> None:
    code = desk.new_code()
    plain = normalise_code(code)
    typed = plain.lower().replace("0", "o").replace("1", "l")
    assert desk.enrol(f" {typed[:3]} {typed[3:7]}-{typed[7:]} ").letter == "A"


@pytest.mark.parametrize("typed", ["", "ABC", "ABCDE-FGHJU", "ABCDEFGHJKM", "ABCDE-FGH!K"])
def test_what_cannot_be_a_code_is_refused_before_anything_is_sent(typed: str) -> None:
    with pytest.raises(BadInput) as told:
        normalise_code(typed)
    assert told.value.field == "code"


def test_the_alphabet_has_no_letters_that_look_alike() -> None:
    assert len(CODE_ALPHABET) == len(set(CODE_ALPHABET)) == 32
    assert not set("ILOU") & set(CODE_ALPHABET)


def _at_once(works: list[Callable[[], str]]) -> list[str]:
    results: list[str] = []
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], str]) -> None:
        barrier.wait()
        results.append(work())

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == len(works)
    return results
