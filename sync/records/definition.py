"""How a record type is declared: once, as a frozen value whose fields say what they are and how they merge.

Tables, the wire form, the labels of forms and the generators of tests derive from these declarations. This module
knows no concrete record and must never do I/O.
"""

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any, ClassVar, Self, TypeGuard, TypeVar, dataclass_transform

from sync.errors import BadInput
from sync.records.moments import moment_text

#: A field as it travels and lies in tables: text (also days, moments, codes, ids), numbers, flags, lists of text.
Wire = str | int | float | bool | None | list[str]


class Merge(StrEnum):
    """What two concurrent changes of one field mean."""

    LATEST = "latest"
    """The greatest stamp wins; nobody is asked."""
    ASK = "ask"
    """The greatest stamp is displayed and a person decides."""
    UNION = "union"
    """Both stay (lists)."""


class Kind(StrEnum):
    TEXT = "text"
    CODE = "code"
    REFERENCE = "reference"
    WHOLE = "whole"
    DECIMAL = "decimal"
    FLAG = "flag"
    DAY = "day"
    MOMENT = "moment"
    TEXTS = "texts"


class Family(StrEnum):
    DOCUMENT = "document"
    """People edit it."""
    FACT = "fact"
    """Written once by one writer, never changed."""


class Scope(StrEnum):
    """Who may see the revisions of a record, beside the district office (which sees all)."""

    PUBLIC = "public"
    """Every facility of the district."""
    OWN = "own"
    """Only the facility that wrote it."""
    SHARED = "shared"
    """The facility that wrote it, and those a referral has entitled to it."""
    REFERRAL = "referral"
    """The two sides of the referral it belongs to."""
    SIGNAL = "signal"
    """The facility that wrote the signal it belongs to."""


class Lane(IntEnum):
    """The order of sending, never of storing; the smallest goes first."""

    EMERGENCY = 0
    ANSWER = 1
    BEDS = 2
    OUTBREAK = 3
    ROUTINE = 4


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record type. ``label`` is Indonesian, as the screen says it.

    ``limit``: characters of a text, or of each text in a list: lists are joined, and what was joined must be shown.
    """

    name: str
    kind: Kind
    label: str
    merge: Merge
    group: str | None
    sensitive: bool
    required: bool
    choices: Mapping[str, str]
    unit: str
    low: float | None
    high: float | None
    limit: int

    def to_wire(self, value: object) -> Wire:
        """The field's value as it travels.

        Raises:
            BadInput: the value is not of this field's kind, or longer than ``limit`` characters.
        """
        if isinstance(value, datetime):
            wire: object = moment_text(value)
        elif isinstance(value, date):
            wire = value.isoformat()
        elif isinstance(value, tuple):
            wire = list(value)
        elif self.kind is Kind.DECIMAL and isinstance(value, int) and not isinstance(value, bool):
            wire = float(value)
        else:
            wire = value
        return self.check_wire(wire)

    def check_wire(self, wire: object) -> Wire:
        """Return ``wire`` unchanged if it can be a value of this field, as met on the network or in a file.

        Raises:
            BadInput: it cannot.
        """
        if wire is None:
            if self.required:
                raise BadInput("missing", field=self.name)
            return None
        if not _FITS[self.kind](wire):
            raise BadInput(f"not a {self.kind}", field=self.name)
        text = wire if isinstance(wire, str) else "".join(wire) if isinstance(wire, list) else ""
        if "\x00" in text:
            raise BadInput("contains a zero character", field=self.name)
        if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
            raise BadInput("contains half a character", field=self.name)  # pasted text; it cannot be sent as UTF-8
        if max(map(len, wire) if isinstance(wire, list) else (len(text),), default=0) > self.limit:
            raise BadInput(f"longer than {self.limit} characters", field=self.name)
        return wire  # type: ignore[return-value]  # _FITS has just shown it to be one of Wire's types

    def from_wire(self, wire: Wire) -> object:
        """The Python value of a wire value that :meth:`check_wire` let pass."""
        if wire is None:
            return () if self.kind is Kind.TEXTS else None
        if self.kind is Kind.DAY:
            return date.fromisoformat(str(wire))
        if self.kind is Kind.MOMENT:
            return datetime.fromisoformat(str(wire))
        if self.kind is Kind.TEXTS and isinstance(wire, list):
            return tuple(wire)
        return wire


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_moment(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


_ID = re.compile("[0-9a-f]{32}")


def is_id(value: object) -> TypeGuard[str]:
    """Whether this can be the id of a record."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -(2**53) < value < 2**53


_FITS: Mapping[Kind, Callable[[object], bool]] = MappingProxyType(
    {
        Kind.TEXT: lambda value: isinstance(value, str),
        Kind.CODE: lambda value: isinstance(value, str) and len(value) <= 40,
        Kind.REFERENCE: is_id,
        Kind.WHOLE: _is_whole,
        Kind.DECIMAL: lambda value: isinstance(value, float) and abs(value) < 1e15,
        Kind.FLAG: lambda value: isinstance(value, bool),
        Kind.DAY: _is_day,
        Kind.MOMENT: _is_moment,
        Kind.TEXTS: lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
    }
)


def _specifier(kind: Kind) -> Callable[..., Any]:
    """A function that declares a field of ``kind`` in a record's class body."""

    def declare(
        label: str,
        *,
        merge: Merge = Merge.UNION if kind is Kind.TEXTS else Merge.LATEST,
        group: str | None = None,
        sensitive: bool = False,
        choices: Mapping[str, str] = MappingProxyType({}),
        unit: str = "",
        low: float | None = None,
        high: float | None = None,
        limit: int = 200,
        default: Any = dataclasses.MISSING,
    ) -> Any:
        details = Field(
            name="",
            kind=kind,
            label=label,
            merge=merge,
            group=group,
            sensitive=sensitive,
            required=default is dataclasses.MISSING,
            choices=choices,
            unit=unit,
            low=low,
            high=high,
            limit=limit,
        )
        return dataclasses.field(default=default, metadata={"field": details})

    return declare


text_field = _specifier(Kind.TEXT)
code_field = _specifier(Kind.CODE)
reference_field = _specifier(Kind.REFERENCE)
whole_field = _specifier(Kind.WHOLE)
decimal_field = _specifier(Kind.DECIMAL)
flag_field = _specifier(Kind.FLAG)
day_field = _specifier(Kind.DAY)
moment_field = _specifier(Kind.MOMENT)
texts_field = _specifier(Kind.TEXTS)


@dataclass(frozen=True, slots=True)
class RecordType:
    """A record type as the other packages see it: its name and fields, who may see it, how urgently it travels."""

    name: str
    label: str
    family: Family
    scope: Scope
    lane: Lane
    fields: Mapping[str, Field]
    #: For ``Scope.REFERRAL`` and ``Scope.SIGNAL``: the field that names the referral or signal (``None``: the record is
    #: the referral itself).
    scope_field: str | None
    groups: Mapping[str, tuple[str, ...]]
    #: The fields without which a record cannot be shown.
    required: tuple[str, ...]

    def check_whole(self, fields: Mapping[str, object]) -> None:
        """As :meth:`check_fields`, for all fields of a record: those it needs must be there.

        Raises:
            BadInput: with the field and the reason.
        """
        for name in self.required:
            if fields.get(name) is None:
                raise BadInput("missing", field=name)
        self.check_fields(fields)

    def check_fields(self, fields: Mapping[str, object]) -> None:
        """Check the kinds of known fields; unknown ones come from a newer program and pass.

        Raises:
            BadInput: with the field and the reason.
        """
        for name, wire in fields.items():
            known = self.fields.get(name)
            if known is not None:
                known.check_wire(wire)


@dataclass(frozen=True, kw_only=True)
class Record:
    """Base of all record values. ``id`` is a UUIDv7 as 32 hexadecimal digits, made where the record is made."""

    type: ClassVar[RecordType]
    id: str

    def to_fields(self) -> dict[str, Wire]:
        """All fields as they travel.

        Raises:
            BadInput: a value is not of its field's kind.
        """
        return {name: field.to_wire(getattr(self, name)) for name, field in self.type.fields.items()}

    @classmethod
    def from_fields(cls, record_id: str, fields: Mapping[str, Wire]) -> Self:
        """The value made of wire fields; unknown ones stay behind in the history.

        What is missing is not known (``None``, or no texts), but for a flag: there an older program's record means
        what the declaration says.

        Raises:
            BadInput: a required field is missing, as when the record's first revision has not arrived yet.
        """
        values: dict[str, Any] = {"id": record_id}
        for name, field in cls.type.fields.items():
            wire = field.check_wire(fields.get(name))
            unset_flag = wire is None and field.kind is Kind.FLAG
            values[name] = getattr(cls, name) if unset_flag else field.from_wire(wire)
        return cls(**values)

    def changed_fields(self, before: Self) -> dict[str, Wire]:
        """The fields in which this value differs from ``before``, as they travel."""
        old = before.to_fields()
        return {name: wire for name, wire in self.to_fields().items() if wire != old[name]}


R = TypeVar("R", bound=Record)


@dataclass_transform(
    kw_only_default=True,
    frozen_default=True,
    field_specifiers=(
        text_field,
        code_field,
        reference_field,
        whole_field,
        decimal_field,
        flag_field,
        day_field,
        moment_field,
        texts_field,
    ),
)
def record(
    name: str,
    *,
    label: str,
    scope: Scope,
    lane: Lane = Lane.ROUTINE,
    family: Family = Family.DOCUMENT,
    scope_field: str | None = None,
) -> Callable[[type[R]], type[R]]:
    """Make a frozen record class of a class body that declares fields with the specifiers of this module."""

    def decorate(cls: type[R]) -> type[R]:
        made = dataclass(frozen=True, kw_only=True)(cls)
        fields: dict[str, Field] = {}
        groups: dict[str, list[str]] = {}
        for item in dataclasses.fields(made):
            if item.name == "id":
                continue
            field = dataclasses.replace(item.metadata["field"], name=item.name)
            fields[item.name] = field
            if field.group is not None:
                groups.setdefault(field.group, []).append(item.name)
        made.type = RecordType(
            name=name,
            label=label,
            family=family,
            scope=scope,
            lane=lane,
            fields=MappingProxyType(fields),
            scope_field=scope_field,
            groups=MappingProxyType({group: tuple(names) for group, names in groups.items()}),
            required=tuple(name for name, field in fields.items() if field.required),
        )
        return made

    return decorate
