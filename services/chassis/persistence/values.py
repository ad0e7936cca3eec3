"""Small values in documents and queries: dates as ISO texts, localized texts as objects; None stays None."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ..kernel.dates import PartialDate
from ..kernel.text import LocalizedText


def text_of(value: PartialDate | date | None) -> str | None:
    return None if value is None else str(value)


def partial_date(text: str | None) -> PartialDate | None:
    return None if text is None else PartialDate.parse(text)


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def localized_document(text: LocalizedText | None) -> dict[str, Any] | None:
    return None if text is None else text.as_dict()


def localized(document: Mapping[str, Any] | None) -> LocalizedText | None:
    return None if document is None else LocalizedText.from_dict(document)


def given(**conditions: Any) -> dict[str, Any]:
    """A query of those conditions that are not None."""
    return {name: value for name, value in conditions.items() if value is not None}
