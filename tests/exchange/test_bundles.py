"""Random weeks with sticks and network mixed: they end as plain sync does, revision by revision."""

import random
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from sync.errors import BundleElsewhere, BundleStale
from sync.exchange.bundle import read_bundle
from sync.exchange.bundle_taking import take_bundle
from sync.exchange.bundle_writing import relay, write_bundles
from sync.records import Patient, Referral
from sync.replica import chains, outgoing
from sync.replica.replica import Replica
from sync.replica.values import Edit, Incoming
from sync.revisions.revision import decode
from tests.fakes.replicas import cloned, new_event, new_patient, new_referral
from tests.fakes.sticks import NO_WAITING, Town, state_of


@dataclass
class World:
    """One random history: what was written where, which sticks are about."""

    town: Town
    chance: random.Random
    letters: list[Referral] = field(default_factory=list)
    patients: list[str] = field(default_factory=list)
    written: list[tuple[int, list[bytes]]] = field(default_factory=list)
    out: list[bytes] = field(default_factory=list)
    back: list[tuple[int, bytes]] = field(default_factory=list)

    def live(self, weeks: int) -> None:
        """Do everything so many times, in an order of chance."""
        ways = [self.write, self.write, self.export, self.relay, self.take, self.take, self.net] * weeks
        self.chance.shuffle(ways)
        for step in ways:
            step()

    def write(self) -> None:
        place = self.chance.randrange(len(self.town.pcs))
        pc = self.town.pcs[place]
        edit = self._edit(pc)
        if edit is None:
            return
        revisions = pc.save([edit], pc.identity.device)
        bodies = dict(pc.read(lambda connection: outgoing.all_waiting(connection, pc.identity, 10_000)))
        self.written.append((place, [bodies[revision.id] for revision in revisions]))

    def _edit(self, pc: Replica) -> Edit | None:
        if pc is self.town.hospital_pc:
            known = [letter for letter in self.letters if pc.get(Referral, letter.id) is not None]
            # The last of these is not the hospital's to write: it is refused.
            kind = self.chance.choice(("dilihat", "diterima", "ditolak", "catatan", "diingatkan"))
            return Edit(new_event(pc, self.chance.choice(known).id, kind)) if known else None
        seen = pc.get(Patient, self.chance.choice(self.patients)) if self.patients else None
        if seen is None or seen.facility != pc.identity.facility or self.chance.random() < 0.3:
            patient = new_patient(pc, f"Pasien {self.chance.randrange(1000)}")
            self.patients.append(patient.id)
            return Edit(patient)
        if self.chance.random() < 0.4:
            letter = new_referral(pc, seen.record.id, self.town.hospital, self.chance.choice(("merah", "kuning")))
            self.letters.append(letter)
            return Edit(letter)
        words = f"Isi {self.chance.randrange(1000)}"
        record = seen.record
        edited = replace(record, name=words) if self.chance.random() < 0.5 else replace(record, village=words)
        return Edit(edited, seen)

    def export(self) -> None:
        self.out += [item.file for item in write_bundles(self.chance.choice(self.town.pcs))]

    def relay(self) -> None:
        """Any stick that was ever written, by any computer that has a link."""
        if self.out:
            file = self.chance.choice(self.out)
            back = relay(self.town.district.road(self.chance.choice(self.town.pcs)), file)
            receiver = read_bundle(back).header.receiver
            self.back.append(([pc.identity.device for pc in self.town.pcs].index(receiver), back))

    def take(self) -> None:
        """Any answer that ever came back, at the computer it is for, or by mistake at another."""
        if not self.back:
            return
        place, file = self.chance.choice(self.back)
        if self.chance.random() < 0.1:
            with pytest.raises(BundleElsewhere):
                take_bundle(self.town.pcs[(place + 1) % len(self.town.pcs)], file)
        with suppress(BundleStale):
            take_bundle(self.town.pcs[place], file, NO_WAITING)

    def net(self) -> None:
        self.town.district.sync(self.chance.choice(self.town.pcs))


def settled(town: Town) -> list[dict[str, Any]]:
    """Plain sync until nothing moves any more; the state everywhere."""
    for _ in range(3):
        outcomes = town.district.sync(*town.pcs)
    assert all(outcome.proven and not outcome.repaired for outcome in outcomes)
    assert all(pc.waiting_count() == 0 for pc in town.pcs)
    return [state_of(replica) for replica in (*town.pcs, town.district.server)]


@pytest.mark.parametrize("seed", range(5))
def test_12_bundle_by_usb_twice_out_of_order_together_with_the_network_gives_the_same_hash(
    town: Town, seed: int
) -> None:
    plain = town.copy()
    world = World(town, random.Random(seed))
    world.live(weeks=9)
    assert world.written
    assert world.back
    carried = settled(town)
    for place, bodies in world.written:
        plain.pcs[place].apply([Incoming(decode(body), body) for body in bodies])
        # What it gets from this test it had written itself; nobody else goes on as it.
        plain.pcs[place].set_value(chains.BEHIND_VALUE, None)
    assert settled(plain) == carried
    plain.close()


@pytest.mark.parametrize("seed", range(3))
def test_sticks_of_before_and_after_a_restored_server_lose_nothing(town: Town, seed: int) -> None:
    world = World(town, random.Random(seed))
    world.live(weeks=4)
    backup = cloned(town.district.server)
    world.live(weeks=4)
    town.put_back(backup)
    world.live(weeks=4)
    for _ in range(4):
        outcomes = town.district.sync(*town.pcs)
    assert all(outcome.proven for outcome in outcomes)
    there = {row[0] for row in state_of(town.district.server)["revisions"]}
    for place, bodies in world.written:
        refused = {row[0] for row in state_of(town.pcs[place])["revisions"] if row[2]}
        assert {decode(body).id for body in bodies} - refused <= there
    for pc in town.pcs:
        assert pc.waiting_count() == 0
        assert all(refusal or confirmed for _, confirmed, refusal in state_of(pc)["revisions"])
