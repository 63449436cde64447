"""One exchange in the model: with the district, with a hub, by stick. It may end after any step."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from tests.simulation.protocol.pc import HUB, Pc
from tests.simulation.protocol.replica import AT_DISTRICT, Rev
from tests.simulation.protocol.server import Answer, Feed, Page, Request

if TYPE_CHECKING:
    from tests.simulation.protocol.world import World

_MOST_TRIES, _MOST_REPAIRS = 3, 3


class Cut(Exception):
    """The exchange ends here: the link is gone, somebody stopped it, or a disk is full."""


class Bundle(NamedTuple):
    """A stick on its way to the district."""

    number: int
    request: Request
    computer: Pc


class Reply(NamedTuple):
    """A stick on its way back: the answer to one bundle of one device."""

    device: int
    computer: Pc
    asked_epoch: int
    sent: tuple[Rev, ...]
    answer: Answer


def with_district(world: "World", pc: Pc) -> bool:
    """Push and pull until both sides are proven equal.

    Raises:
        Cut: it ended before; ``world.point`` may raise as well.
    """
    pc.offer_again()
    proven, renew = _rounds(world, pc)
    if (renew or pc.behind) and world.rules.a_fork_gets_another_name:
        if world.lost("renewal lost"):
            raise Cut
        pc.become(world.renewed(pc))
        proven, _ = _rounds(world, pc)
    return proven


def _rounds(world: "World", pc: Pc) -> tuple[bool, bool]:
    tries = repairs = 0
    renew = False
    while True:
        world.point(pc)
        if world.stops() or tries >= _MOST_TRIES:
            raise Cut
        chunk = pc.chunk(world.most())
        request = Request(pc.device, pc.facility, pc.epoch, chunk, dict(pc.cursors), world.most())
        answer = world.carry(pc, request)
        if answer is None:
            tries += 1
            if not world.rules.same_again_after_lost_answer:
                world.save_again(pc, chunk)
            continue
        tries = 0
        renew = renew or answer.renew
        unequal = _heard(world, pc, chunk, answer)
        if unequal is None:
            continue
        if not unequal:
            return not answer.reset, renew
        repairs += 1
        if repairs > _MOST_REPAIRS:
            return False, renew
        for audience in unequal:
            _repair(world, pc, audience)


def _heard(world: "World", pc: Pc, chunk: Sequence[Rev], answer: Answer) -> list[int] | None:
    """Take what an answer says; the feeds that must be compared, ``None`` if there is more to say first."""
    world.point(pc)
    pc.confirm(chunk, answer.refused)
    world.point(pc)
    pc.epoch = answer.epoch
    if answer.reset:
        pc.unsettled.update(pc.cursors)
        return list(pc.cursors) if world.rules.reset_means_compare else []
    for page in answer.pages:
        _take(world, pc, page)
    if any(page.reached < page.top or pc.cursors[page.audience] != page.reached for page in answer.pages) or pc.waiting:
        return None
    if not world.rules.roots_are_compared:
        return []
    return [page.audience for page in answer.pages if pc.roots[page.audience] != page.root]


def _take(world: "World", pc: Pc, page: Page) -> None:
    batch = world.batch()
    position = page.after
    for start in range(0, len(page.items), batch) or (0,):
        part = page.items[start : start + batch]
        last = start + batch >= len(page.items)
        reached = page.reached if last else part[-1][0]
        if reached == position and not part:
            return
        if not world.rules.cursor_moves_with_its_rows:
            if pc.cursors[page.audience] != position:
                return
            pc.cursors[page.audience] = reached
            pc.roots[page.audience] += world.digest_of(rev for _, rev in part if rev.id not in pc.revs)
            pc.held[page.audience].update(rev.id for _, rev in part)
            world.point(pc)
            pc.roots[page.audience] -= world.digest_of(rev for _, rev in part if rev.id not in pc.revs)
            pc.receive(page, part, None, reached)
        else:
            world.point(pc)
            if world.disk_full():
                raise Cut
            if not pc.receive(page, part, position, reached):
                return
        position = reached
        world.meanwhile(pc)


def _repair(world: "World", pc: Pc, audience: int) -> None:
    """Compare, fetch what is lacking here, let wait again what is lacking there."""
    if world.lost("compare lost"):
        raise Cut
    world.note_compare(pc, "the district")
    feed = world.server.feed(audience)
    theirs, number = set(feed.ids), len(feed.order)
    lacking = [world.server.revs[name] for name in sorted(theirs) if name not in pc.revs]
    world.meanwhile(pc)
    if lacking:
        world.point(pc)
        if world.lost("fetch lost"):
            raise Cut
        for rev in lacking:
            pc.store_from_district(rev)
    world.point(pc)
    pc.settle(audience, theirs, number)


def with_hub(world: "World", pc: Pc) -> bool:
    """Push to the hub and pull from it; what it has is not at the district.

    Raises:
        Cut: it ended before.
    """
    hub = pc.hub
    if hub is None or hub.feed is None:
        raise Cut
    repairs = 0
    while True:
        world.point(pc)
        chunk = pc.chunk_for_hub(world.most())
        if world.lost("request to the hub lost"):
            raise Cut
        request = Request(pc.device, pc.facility, 0, chunk, {HUB: pc.hub_cursor}, world.most())
        answer = hub.serve(request, pc.unconfirmed())
        if world.lost("answer of the hub lost"):
            raise Cut
        world.point(pc)
        pc.confirm_hub(chunk, answer)
        if not answer.reset:
            [page] = answer.pages
            if not pc.receive_from_hub(page.items, page.after, page.reached):
                continue
            world.meanwhile(pc)
            if page.reached < page.top or pc.for_hub:
                continue
            if pc.hub_root == page.root:
                return True
        repairs += 1
        if repairs > _MOST_REPAIRS:
            return False
        _repair_with_hub(world, pc, hub, hub.feed)


def _repair_with_hub(world: "World", pc: Pc, hub: Pc, feed: Feed) -> None:
    world.point(pc)
    world.note_compare(pc, "the hub")
    theirs, number = set(feed.ids), len(feed.order)
    for name in sorted(theirs - pc.revs.keys()):
        pc.store_from_hub(hub.revs[name])
    pc.settle_hub(theirs, number)


def write_stick(world: "World", pc: Pc) -> Bundle:
    """Everything that waits, on a stick."""
    pc.offer_again()
    pc.bundles += 1
    request = Request(pc.device, pc.facility, pc.epoch, pc.chunk(10**6), dict(pc.cursors), 10**6)
    return Bundle(pc.bundles, request, pc)


def read_at_district(world: "World", bundle: Bundle) -> Reply:
    """The district takes a stick and writes one for the way back."""
    answer = world.server.exchange(bundle.request)
    return Reply(bundle.request.device, bundle.computer, bundle.request.epoch, bundle.request.push, answer)


def read_reply(world: "World", pc: Pc, reply: Reply) -> bool:
    """A PC takes a stick from the district; whether it was one for this PC and of this time."""
    if world.rules.a_stick_is_sealed_to_its_computer and (reply.computer is not pc or reply.device != pc.device):
        return False
    if reply.answer.reset or reply.asked_epoch not in (pc.epoch, 0) or pc.epoch not in (0, reply.answer.epoch):
        return False
    pc.confirm([rev for rev in reply.sent if rev.id in pc.revs], reply.answer.refused)
    pc.epoch = reply.answer.epoch if pc.epoch == 0 else pc.epoch
    for page in reply.answer.pages:
        world.point(pc)
        if reply.computer is pc:
            pc.receive(page, page.items, page.after, page.reached)
        else:
            pc.receive(page, page.items, None, 0)
    return True


def at_district(pc: Pc) -> set[int]:
    """What a PC believes the district to have."""
    return {name for name, state in pc.state.items() if state == AT_DISTRICT}
