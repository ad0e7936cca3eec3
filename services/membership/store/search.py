"""Search by the beginnings of words, whatever their case and diacritics."""

import re
from collections.abc import Iterable
from typing import Any

from services.chassis.kernel.text import words


def search_terms(names: Iterable[str]) -> list[str]:
    """Every folded word of `names`, once each, sorted: what a document is found by."""
    return sorted({word for name in names for word in words(name)})


def matching(text: str | None) -> dict[str, Any]:
    """The filter for documents in whose `search_terms` each word of `text` begins one. Nothing to search for is no
    filter; a text without any letter or digit finds nothing. Anchored, so that the index is used."""
    if text is None or not text.strip():
        return {}
    found = words(text)
    if not found:
        return {"search_terms": {"$in": []}}
    return {"$and": [{"search_terms": {"$regex": f"^{re.escape(word)}"}} for word in found]}
