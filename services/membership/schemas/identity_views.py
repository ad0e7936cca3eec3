"""What the gateway is told about whoever knocks."""

from services.chassis.schemas.fields import Instant
from services.chassis.schemas.views import Answer

from ..domain.people import Identified, Session

_INSTANT = Instant()


def identified(found: Identified) -> Answer:
    """`grants` are lists of role, kind of scope, coalition (or null) and id (or null)."""
    identity = found.identity
    return {
        "kind": found.kind.value,
        "id": found.id,
        "issuer": identity.issuer if identity else None,
        "subject": identity.subject if identity else None,
        "name": found.name,
        "email": identity.email if identity else None,
        "grants": [[each.role, each.scope.kind, each.scope.coalition, each.scope.id] for each in found.grants],
        "api_scopes": list(found.api_scopes),
        "on_behalf_of": found.on_behalf_of,
        "expires_at": _INSTANT.serialize("expires_at", found),
    }


def session(opened: Session) -> Answer:
    return {"person_id": opened.identity.id, "expires_at": _INSTANT.serialize("expires_at", opened)}


def closed(sessions: int) -> Answer:
    return {"closed": sessions}
