"""Cities as documents, with the folded name that makes them unique and the terms that they are found by."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from ..domain.city import City, LegalType
from .search import search_terms

_CONVERTED: Final = frozenset({"id", "alternative_names", "legal_type"})
_PLAIN: Final = tuple(field.name for field in fields(City) if field.name not in _CONVERTED)


def to_document(city: City) -> dict[str, Any]:
    return {
        "_id": city.id,
        **{name: getattr(city, name) for name in _PLAIN},
        "alternative_names": list(city.alternative_names),
        "legal_type": city.legal_type.value,
        "folded_name": city.folded_name,
        "search_terms": search_terms(city.names),
    }


def from_document(document: Mapping[str, Any]) -> City:
    return City(
        id=document["_id"],
        **{name: document[name] for name in _PLAIN},
        alternative_names=tuple(document["alternative_names"]),
        legal_type=LegalType(document["legal_type"]),
    )
