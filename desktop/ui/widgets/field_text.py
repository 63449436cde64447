"""What people type and what a field means: text to value and value to text, as Indonesians write dates and numbers.

Pure functions; what cannot be a value raises and is left to stand in the widget as it was typed.
"""

from datetime import date, datetime

from sync.errors import BadInput
from sync.records import Field, Kind


def parse(field: Field, text: str) -> object:
    """The value that ``text`` means; an empty text is ``None``, or no texts.

    Raises:
        BadInput: it means none; ``reason`` is a code that ``texts`` has a sentence for.
    """
    text = text.strip()
    if field.kind is Kind.DAY:
        return _day(field, text)
    if field.kind is Kind.MOMENT:
        return _moment(field, text)
    if field.kind is Kind.TEXTS:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if not text:
        return None
    if field.kind is Kind.WHOLE:
        return _whole(field, text)
    if field.kind is Kind.DECIMAL:
        return _decimal(field, text)
    return text


def show(value: object) -> str:
    """The text a person would have typed for a field's ``value``."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone().strftime("%d-%m-%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d-%m-%Y")
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, float):
        return f"{value:.10g}".replace(".", ",")
    return str(value)


def _day(field: Field, text: str) -> date | None:
    if not text.strip("- "):
        return None
    try:
        day, month, year = (part.strip() for part in text.split("-"))
        return date.fromisoformat(f"{year}-{month:0>2}-{day:0>2}")
    except ValueError:
        raise BadInput("not_a_day", field=field.name) from None


def _moment(field: Field, text: str) -> datetime | None:
    if not text.strip("-: "):
        return None
    try:
        # The PC's zone: people write the time of the clock on the wall.
        return datetime.strptime(text, "%d-%m-%Y %H:%M").astimezone()
    except (ValueError, OverflowError):
        raise BadInput("not_a_moment", field=field.name) from None


def _whole(field: Field, text: str) -> int:
    if not text.isascii() or not text.lstrip("-").isdigit() or len(text) > 15:
        raise BadInput("not_whole", field=field.name)
    return int(text)


def _decimal(field: Field, text: str) -> float:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = float("nan")
    if not abs(value) < 1e15:
        raise BadInput("not_decimal", field=field.name)
    return value
