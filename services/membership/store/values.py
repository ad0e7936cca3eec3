"""Small values in documents: dates as ISO texts, localized texts as objects; None stays None."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.chassis.kernel.text import LocalizedText

from ..domain.partial_date import PartialDate


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
