"""Drafts: what was typed into a form and not saved yet, kept on this PC so that a power cut takes nothing.

A draft holds what was typed, field by field, as it was typed: also what cannot be a value. It is no record: it has no
revision and is never sent.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from desktop.queries.values import local_value
from sync.replica.reader import Reader

#: What an input holds, as JSON has it: a text, several texts (some perhaps none), yes or no, nothing.
Typed = str | list[str] | list[str | None] | bool | None

_NAME = "draft/"


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed into one form about one thing."""

    form: str
    """The key of the screen."""
    item: str
    """What the screen was opened for."""
    about: str
    """The patient's name, "" where there is none yet."""
    saved_at: datetime
    typed: Mapping[str, Typed]
    """By field, only what differs from the form as it opens."""

    @property
    def patient(self) -> str:
        """The id of the patient it is about, "" for one not registered yet."""
        return "" if self.item.startswith("+") else self.item.partition("/")[0]


def draft_name(form: str, item: str) -> str:
    """The name of the local value that a draft is kept under."""
    return f"{_NAME}{form}/{item}"


def to_json(draft: Draft) -> str:
    """A draft as text."""
    return json.dumps({**asdict(draft), "saved_at": draft.saved_at.isoformat()}, ensure_ascii=False)


def read_draft(reader: Reader, form: str, item: str) -> Draft | None:
    """The draft of one form about one thing, ``None`` if there is none."""
    text = local_value(reader, draft_name(form, item))
    return None if text is None else _from_json(text)


def read_drafts(reader: Reader) -> list[Draft]:
    """All drafts of this PC, the newest first."""
    rows = reader.rows(
        "SELECT value FROM local WHERE district = :district AND name >= :first AND name < :end",
        {"first": _NAME, "end": _NAME[:-1] + "0"},  # "0" follows "/"
    )
    return sorted((_from_json(row["value"]) for row in rows), key=lambda draft: draft.saved_at, reverse=True)


def _from_json(text: str) -> Draft:
    values = json.loads(text)
    return Draft(**{**values, "saved_at": datetime.fromisoformat(values["saved_at"])})
