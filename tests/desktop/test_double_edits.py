"""Ten thousand times two PCs change one record without a network, and then exchange through a real server.

Every value that was typed is current or can be brought back from the history, both PCs show the same, and a person is
asked about just what two people changed differently. Files, exchanges and the history's query are the program's own.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from desktop.actions.conflicts import restore
from desktop.queries.history import record_history
from sync.records import Merge, Patient, Record, Visit, Wire
from sync.records.patient import VISIT_OUTCOMES
from sync.replica.values import Edit, Seen
from tests.desktop.homes import Home
from tests.desktop.scenes import nurse_of, reading
from tests.desktop.two_pcs import TwoPcs

PATIENTS = VISITS = 250
ROUNDS = 20
#: Of so many records of each kind the history is read and a value brought back.
READ_BACK = 25

Records = Mapping[str, Seen[Record]]


def shown(home: Home, kinds: Mapping[str, type[Record]]) -> Records:
    found = {}
    for record, kind in kinds.items():
        seen = home.replica.get(kind, record)
        assert seen is not None
        found[record] = seen
    return found


def typed(record: Record, chance: Random, words: Iterator[int]) -> Record:
    """The record with one to three fields changed: some values nobody else types, some that both may."""
    word = next(words)
    if isinstance(record, Patient):
        day = record.birth_date or date(1990, 1, 1)
        values: dict[str, Any] = {
            "name": chance.choice([f"Siti {word}", "Siti Rahayu", "Siti Aminah"]),
            "sex": chance.choice("LP"),
            "birth_date": day + timedelta(chance.randint(1, 3)),
            "phone": f"08{word:08}",
            "address": f"Jalan Melati {word}",
            "allergies": (*record.allergies[-3:], f"obat {word}"),
            "note": chance.choice([None, f"catatan {word}"]),
        }
    else:
        values = {
            "complaint": chance.choice([f"demam {word}", "demam", "batuk"]),
            "diagnosis_label": f"diagnosis {word}",
            "therapy": chance.choice([None, f"terapi {word}", "oralit"]),
            "outcome": chance.choice(sorted(VISIT_OUTCOMES)),
            "refusal_reason": f"alasan {word}",
        }
    names = chance.sample(sorted(values), chance.randint(1, 3))
    changed = dataclasses.replace(record, **{name: values[name] for name in names})
    return typed(record, chance, words) if changed == record else changed


def to_be_asked(before: Seen[Record], one: Record, other: Record) -> set[str]:
    """The fields about which two edits of one record make a new question: by what people typed alone."""
    record_type = before.record.type
    first, second = one.changed_fields(before.record), other.changed_fields(before.record)
    asked = {
        name
        for name in first.keys() & second.keys()
        if record_type.fields[name].merge is Merge.ASK
        and record_type.fields[name].group is None
        and first[name] != second[name]
    }
    mine, theirs = one.to_fields(), other.to_fields()
    for names in record_type.groups.values():
        both = not first.keys().isdisjoint(names) and not second.keys().isdisjoint(names)
        if both and any(mine[name] != theirs[name] for name in names):
            asked.update(names)
    return asked


def settle_some(home: Home, seen: Records, chance: Random) -> None:
    """A person decides about most of what is open, for what one of the two had typed."""
    for item in seen.values():
        if item.conflicts and chance.random() < 0.7:
            cls = type(item.record)
            values: dict[str, Any] = {}
            for name in item.conflicts:
                chosen = chance.choice(home.replica.contested(cls, item.record.id, name))
                if name in chosen.fields:
                    values[name] = cls.type.fields[name].from_wire(chosen.fields[name])
            home.replica.resolve(cls, dataclasses.replace(item.record, **values), item, nurse_of(home).id)


def test_of_ten_thousand_double_edits_nothing_typed_is_gone_and_only_differences_are_asked(two_pcs: TwoPcs) -> None:
    chance, words = Random(5), iter(range(10**9))
    homes = (two_pcs.a, two_pcs.b)
    new_id = two_pcs.a.replica.new_id
    patients = [Patient(id=new_id(), name="Siti Rahayu", sex="P") for _ in range(PATIENTS)]
    visits = [Visit(id=new_id(), patient=patient.id, date=date(2026, 11, 1)) for patient in patients[:VISITS]]
    two_pcs.a.replica.save([Edit(item) for item in (*patients, *visits)], nurse_of(two_pcs.a).id)
    two_pcs.meet()
    kinds: dict[str, type[Record]] = {item.id: type(item) for item in (*patients, *visits)}
    told: dict[str, list[tuple[str, Wire]]] = defaultdict(list)
    before, double, questions = shown(two_pcs.a, kinds), 0, 0
    for _ in range(ROUNDS):
        edits = [[Edit(typed(item.record, chance, words), item) for item in before.values()] for _ in homes]
        for home, made in zip(homes, edits, strict=True):
            home.replica.save(made, nurse_of(home).id)
        two_pcs.meet()
        after = shown(two_pcs.a, kinds)
        assert shown(two_pcs.b, kinds) == after
        for one, other in zip(*edits, strict=True):
            record = one.record.id
            was, now = set(before[record].conflicts), set(after[record].conflicts)
            asked = to_be_asked(before[record], one.record, other.record)
            assert now - was == asked - was
            changes = [edit.record.changed_fields(before[record].record) for edit in (one, other)]
            told[record] += [item for change in changes for item in change.items()]
            joined = {item for change in changes for item in change.get("allergies") or ()}
            assert joined <= set(getattr(after[record].record, "allergies", ()))
            double += all(changes)
            questions += bool(now - was)
        settle_some(two_pcs.a, after, chance)
        two_pcs.meet()
        before = shown(two_pcs.a, kinds)
        assert shown(two_pcs.b, kinds) == before
    assert double == ROUNDS * len(kinds)
    assert questions > 0.1 * double
    for home in homes:
        for record, values in told.items():
            kept = {(name, repr(wire)) for item in home.replica.history(record) for name, wire in item.fields.items()}
            assert {(name, repr(wire)) for name, wire in values} <= kept
    read = [*[item.id for item in patients[:READ_BACK]], *[item.id for item in visits[:READ_BACK]]]
    brought_back = sum(bring_back(two_pcs, kinds[record], record, told[record], chance) for record in read)
    # Where every field is current or being asked about there is nothing to restore.
    assert brought_back > len(read) // 2


def bring_back(two_pcs: TwoPcs, cls: type[Record], record: str, told: list[tuple[str, Wire]], chance: Random) -> bool:
    """The history's screen shows each value that was typed; those that are not current and not asked can be restored,
    and one of them is, at the PC that did not type it or at the other; whether there was one."""
    home = chance.choice([two_pcs.a, two_pcs.b])
    with reading(home) as reader:
        found = record_history(reader, cls.type.name, record)
    assert found is not None
    seen = found.seen
    changes = [change for item in found.written for change in item.changes]
    for name, wire in told:
        value = cls.type.fields[name].from_wire(wire)
        of = [change for change in changes if name in change.names and change.new[name] == value]
        assert of
        current = getattr(seen.record, name) == value
        assert current or name in seen.conflicts or all(change.restorable for change in of)
    past = [change for change in changes if change.restorable]
    if not past:
        return False
    change = chance.choice(past)
    restore(home.replica, nurse_of(home), seen, change.new)
    two_pcs.meet()
    for each in (two_pcs.a, two_pcs.b):
        now = each.replica.get(cls, record)
        assert now is not None
        assert {name: getattr(now.record, name) for name in change.names} == change.new
    return True
