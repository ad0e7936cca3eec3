"""Where and how long a role holds, in documents: flat, so that it can be indexed. Days are ISO texts."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from services.chassis.kernel.principal import Scope
from services.chassis.persistence import values

from ..domain.grants import Term

_NEVER: Final = "9999-12-31"
"""The last day of what has none, so that days can be compared."""


def scope_document(scope: Scope) -> dict[str, Any]:
    return {"kind": scope.kind, "coalition": scope.coalition, "scope_id": scope.id}


def scope(document: Mapping[str, Any]) -> Scope:
    return Scope(document["kind"], document["coalition"], document["scope_id"])


def within(scope: Scope) -> dict[str, Any]:
    """The filter for what holds in exactly this scope, in a collection that knows its coalition."""
    return {"kind": scope.kind, "scope_id": scope.id}


def term_document(term: Term) -> dict[str, Any]:
    return {
        "valid_from": term.valid_from.isoformat(),
        "last_day": values.text_of(term.valid_until) or _NEVER,
    }


def term(document: Mapping[str, Any]) -> Term:
    last_day = document["last_day"]
    return Term(
        valid_from=date.fromisoformat(document["valid_from"]),
        valid_until=None if last_day == _NEVER else date.fromisoformat(last_day),
    )
