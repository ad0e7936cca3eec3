"""Applications as documents."""

from collections.abc import Mapping
from typing import Any, Final

from services.chassis.kernel.principal import Grant, Scope

from ..domain.applications import ApiToken, Application

_PLAIN: Final = (
    "coalition",
    "version",
    "name",
    "purpose",
    "expires_at",
    "registered_by",
    "registered_at",
    "revoked_at",
)
_TOKEN: Final = ("id", "hash", "created_at", "expires_at", "last_used_at", "revoked_at")


def to_document(application: Application) -> dict[str, Any]:
    grant = application.grant
    return {
        "_id": application.id,
        **{name: getattr(application, name) for name in _PLAIN},
        "api_scopes": list(application.api_scopes),
        "grant": {"role": str(grant.role), "kind": str(grant.scope.kind), "id": grant.scope.id},
        "tokens": [{name: getattr(token, name) for name in _TOKEN} for token in application.tokens],
    }


def from_document(document: Mapping[str, Any]) -> Application:
    return Application(
        id=document["_id"],
        **{name: document[name] for name in _PLAIN},
        api_scopes=tuple(document["api_scopes"]),
        grant=_grant(document["coalition"], document["grant"]),
        tokens=tuple(ApiToken(**token) for token in document["tokens"]),
    )


def _grant(coalition: str, document: Mapping[str, Any]) -> Grant:
    return Grant(document["role"], Scope(document["kind"], coalition, document["id"]))
