"""Which form of answer the client wants."""

from dataclasses import dataclass
from typing import Final

GRAPHQL_RESPONSE: Final = "application/graphql-response+json"
JSON: Final = "application/json"
HTML: Final = "text/html"


@dataclass(frozen=True, slots=True)
class _Range:
    """One part of an Accept header."""

    media_type: str
    quality: float


def answer_type(accept: str | None) -> str | None:
    """The media type of a GraphQL answer, or None when the client takes none of ours.

    Without a preference it is application/json: clients that know the newer type ask for it by name.
    """
    ranges = _ranges(accept)
    graphql_response = _quality(ranges, (GRAPHQL_RESPONSE,))
    json = _quality(ranges, (JSON, "application/*", "*/*"))
    if max(graphql_response, json) <= 0:
        return None
    return GRAPHQL_RESPONSE if graphql_response >= json else JSON


def wants_page(accept: str | None) -> bool:
    """Whether a browser asks, with a page in mind."""
    ranges = _ranges(accept)
    html = _quality(ranges, (HTML,))
    return html > 0 and html >= _quality(ranges, (GRAPHQL_RESPONSE,)) and html >= _quality(ranges, (JSON,))


def _ranges(accept: str | None) -> list[_Range]:
    return [_range(part) for part in (accept or "*/*").split(",") if part.strip()]


def _range(part: str) -> _Range:
    media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
    qualities = [parameter[2:] for parameter in parameters if parameter.startswith("q=")]
    try:
        return _Range(media_type, float(qualities[0]) if qualities else 1.0)
    except ValueError:
        return _Range(media_type, 0.0)


def _quality(ranges: list[_Range], names: tuple[str, ...]) -> float:
    """How much the first of `names` that is named is wanted; 0 when none is."""
    for name in names:
        for found in ranges:
            if found.media_type == name:
                return found.quality
    return 0.0
