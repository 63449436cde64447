"""One device, two disks: a clone or a copy put back is noticed, and each PC gets a name of its own.

Both branches are kept, whatever they say.
"""

import pytest
from sqlalchemy import select

from sync.errors import Unreachable
from sync.exchange.engine import exchange
from sync.exchange.manner import Manner
from sync.replica import tables
from sync.replica.replica import Replica
from sync.replica.values import Edit, Incoming
from sync.revisions.revision import decode
from tests.fakes.replicas import SmallDistrict, cloned, new_patient


def sync(district: SmallDistrict, *replicas: Replica) -> None:
    for replica in replicas:
        assert exchange(replica, district.link(replica)).proven


def register(district: SmallDistrict, replica: Replica, name: str) -> str:
    patient = new_patient(replica, name)
    replica.save([Edit(patient)], district.author)
    return patient.id


def twin_to_be_renamed(district: SmallDistrict) -> Replica:
    """A clone of the PC, after both have written and the PC has sent what it wrote."""
    register(district, district.pc, "Sebelum")
    sync(district, district.pc)
    twin = cloned(district.pc)
    register(district, district.pc, "Di loket")
    register(district, twin, "Di kembaran")
    sync(district, district.pc)
    return twin


def patients(replica: Replica) -> set[str]:
    table = tables.record
    query = select(table.c.id).where(table.c.district == replica.identity.district, table.c.type == "patient")
    return replica.read(lambda connection: set(connection.execute(query).scalars()))


def test_a_cloned_disk_is_noticed_and_both_computers_get_names_of_their_own(district: SmallDistrict) -> None:
    register(district, district.pc, "Sebelum")
    sync(district, district.pc)
    twin, former = cloned(district.pc), district.pc.identity
    written = {register(district, district.pc, "Di loket"), register(district, twin, "Di kembaran")}
    for _ in range(3):
        sync(district, district.pc, twin)
    later = {register(district, district.pc, "Loket lagi"), register(district, twin, "Kembaran lagi")}
    for _ in range(2):
        sync(district, district.pc, twin)
    assert written | later <= patients(district.server)
    assert patients(district.pc) == patients(twin) == patients(district.server)
    names = {former.device, district.pc.identity.device, twin.identity.device}
    assert len(names) == 3
    assert len({former.letter, district.pc.identity.letter, twin.identity.letter}) >= 2
    assert district.pc.identity.letter != twin.identity.letter
    assert district.pc.waiting_count() == twin.waiting_count() == 0
    twin.close()


def test_a_computer_put_back_from_an_old_copy_gets_its_work_back_and_a_new_name(district: SmallDistrict) -> None:
    register(district, district.pc, "Senin")
    sync(district, district.pc)
    copy, former = cloned(district.pc), district.pc.identity.device
    register(district, district.pc, "Selasa")
    sync(district, district.pc)
    sync(district, copy)
    assert patients(copy) == patients(district.server)
    assert copy.identity.device != former
    register(district, copy, "Rabu")
    sync(district, copy)
    assert patients(copy) == patients(district.server)
    copy.close()


def test_a_lost_answer_to_a_renewal_makes_no_second_name(district: SmallDistrict) -> None:
    twin = twin_to_be_renamed(district)
    asked: list[bytes] = []
    link = district.link(twin)

    def cut(path: str, body: bytes) -> None:
        if path == "/v1/renew":
            asked.append(body)
            if len(asked) == 1:
                raise Unreachable("the answer is lost")

    link.after = cut
    with pytest.raises(Unreachable):
        exchange(twin, link)
    assert exchange(twin, link).proven
    assert len(asked) == 2
    table = tables.device
    query = select(table.c.id).where(table.c.former.is_not(None))
    assert len(district.server.read(lambda connection: connection.execute(query).all())) == 1
    twin.close()


def test_an_exchange_that_is_stopped_after_a_renewal_does_not_say_that_it_is_proven(district: SmallDistrict) -> None:
    twin = twin_to_be_renamed(district)
    renewed: list[str] = []
    link = district.link(twin)
    link.after = lambda path, _body: renewed.extend([path] if path == "/v1/renew" else [])
    assert not exchange(twin, link, Manner(stopped=lambda: bool(renewed))).proven
    assert renewed
    link.after = lambda _path, _body: None
    assert exchange(twin, link).proven
    twin.close()


def test_what_a_colleagues_computer_wrote_may_be_brought_and_it_is_noted_by_whom(district: SmallDistrict) -> None:
    register(district, district.pc, "Ditulis di A")
    [(revision_id, _)] = bodies = district.pc.waiting(10, 10**6)
    district.second_pc.apply([Incoming(decode(body), body) for _, body in bodies])
    assert exchange(district.second_pc, district.link(district.second_pc)).sent == 1
    table = tables.revision
    query = select(table.c.device, table.c.brought_by).where(table.c.id == revision_id)
    row = district.server.read(lambda connection: connection.execute(query).one())
    assert tuple(row) == (district.pc.identity.device, district.second_pc.identity.device)
    # Its author offers it as well: it is known, and counted once.
    sync(district, district.pc, district.second_pc)
    assert len(patients(district.server)) == 1
