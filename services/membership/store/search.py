"""Search by the beginnings of words, whatever their case and diacritics."""

import re
from typing import Any

from ..domain.folding import words


def matching(text: str | None) -> dict[str, Any]:
    """The filter for documents in whose `search_terms` each word of `text` begins one. Nothing to search for is no
    filter; a text without any letter or digit finds nothing. Anchored, so that the index is used."""
    if text is None or not text.strip():
        return {}
    found = words(text)
    if not found:
        return {"search_terms": {"$in": []}}
    return {"$and": [{"search_terms": {"$regex": f"^{re.escape(word)}"}} for word in found]}
