"""Applications and their tokens: registered, given new tokens, revoked, listed; and recognized by a token."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar

from services.chassis.kernel.errors import ensure_version
from services.chassis.kernel.ids import new_id
from services.chassis.kernel.paging import Page
from services.chassis.kernel.principal import Grant
from services.chassis.kernel.requests import GetByRefs, Ref
from services.chassis.kernel.secret import hash_of
from services.chassis.persistence.tenancy import by_refs
from services.chassis.persistence.unit_of_work import UnitOfWork, Work
from services.rights import api_tokens

from ..domain import applications
from ..domain.application_requests import (
    ListApplications,
    OfApplication,
    RegisterApplication,
    RevokeApplication,
    RevokeApplicationToken,
    RotateApplicationToken,
)
from ..domain.applications import ApiToken, Application, IssuedToken
from ..domain.facts import values_of
from ..domain.grants import on_behalf
from ..store.applications import Applications, ApplicationsOfAllCoalitions
from .granting import acting, ensure_scope

RequestT = TypeVar("RequestT", contravariant=True)


class TokenCommand(Protocol[RequestT]):
    """A command that gives an application a new token, of which it sees the hash only."""

    def __call__(self, work: Work, request: RequestT, *, token_hash: str) -> Application: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownApplication:
    """Who shows a token that works. `on_behalf_of` is the id of the person who registered it; `expires_at` is when
    this token stops to work."""

    id: str
    name: str
    coalition: str
    grants: tuple[Grant, ...]
    api_scopes: tuple[str, ...]
    on_behalf_of: str
    expires_at: datetime


def application_of_token(work: Work, token_hash: str) -> KnownApplication | None:
    """The application whose token has this SHA-256 (in hex); that it was used is noted. None when there is no such
    token, or it, or its application, has expired or was revoked: to the caller all of these are the same."""
    everywhere = ApplicationsOfAllCoalitions(work)
    found = everywhere.with_token(token_hash)
    token = None if found is None else found.live_token(token_hash, work.now)
    if found is None or token is None:
        return None
    if applications.is_use_new(token, at=work.now):
        everywhere.note_use(found, token.id, at=work.now)
    return _known(found, token)


def issue(unit_of_work: UnitOfWork, command: TokenCommand[RequestT], request: RequestT) -> IssuedToken:
    """Run `command` with a new token, which is in this one answer and nowhere else: what is kept for repeated requests
    is where the application is. Raises what the command and the policy raise."""
    token = api_tokens.token_of(secrets.token_bytes(api_tokens.RANDOM_BYTES))
    token_hash = hash_of(token)
    ref = unit_of_work.answer(partial(command, token_hash=token_hash), request, _ref)
    application = unit_of_work.look(_application, Ref(**ref))
    return IssuedToken(application=application, token=token if application.has_token(token_hash) else None)


def register_application(work: Work, request: RegisterApplication, *, token_hash: str) -> Application:
    """With its first token. Raises UnknownCoalition, NotFound (the member), RoleNotYoursToGive, InvalidInput."""
    facts, registrar = request.facts, acting(work)
    ensure_scope(work, facts.grant.scope)
    applications.ensure_registrable(facts, registrar=registrar, at=work.now)
    application = Application(
        **values_of(facts),
        id=new_id(),
        coalition=request.coalition,
        version=1,
        registered_by=on_behalf(registrar),
        registered_at=work.now,
        tokens=(),
    )
    return _stored(work, application.with_token(new_id(), token_hash, at=work.now))


def rotate_application_token(work: Work, request: RotateApplicationToken, *, token_hash: str) -> Application:
    """With a new token. Raises NotFound, VersionConflict, ApplicationRevoked, ApplicationExpired, RotationUnderWay,
    InvalidInput."""
    application = _expected(work, request)
    return _stored(
        work, applications.rotate(application, request.rotation, id=new_id(), token_hash=token_hash, at=work.now)
    )


def revoke_application(work: Work, request: RevokeApplication) -> Application:
    """Raises NotFound, VersionConflict, ApplicationAlreadyRevoked."""
    return _stored(work, applications.revoke(_expected(work, request), at=work.now))


def revoke_application_token(work: Work, request: RevokeApplicationToken) -> Application:
    """Raises NotFound, VersionConflict, UnknownToken, TokenAlreadyRevoked."""
    return _stored(work, applications.revoke_token(_expected(work, request), request.token_id, at=work.now))


def get_applications(work: Work, request: GetByRefs) -> list[Application | None]:
    return by_refs(request.refs, lambda coalition, ids: Applications(work, coalition=coalition).get_many(ids))


def list_applications(work: Work, request: ListApplications) -> list[Page[Application]]:
    """A page per coalition, the newest first. Raises InvalidInput (the cursor)."""
    return [Applications(work, coalition=coalition).newest_first(request.page) for coalition in request.coalitions]


def _ref(application: Application) -> dict[str, str]:
    return {"coalition": application.coalition, "id": application.id}


def _application(work: Work, ref: Ref) -> Application:
    return Applications(work, coalition=ref.coalition).get(ref.id)


def _expected(work: Work, request: OfApplication) -> Application:
    application = _application(work, Ref(request.coalition, request.application_id))
    ensure_version(application.version, request.expected_version)
    return application


def _stored(work: Work, application: Application) -> Application:
    """No message tells of it: no other service knows applications."""
    Applications(work, coalition=application.coalition).store(application)
    return application


def _known(application: Application, token: ApiToken) -> KnownApplication:
    return KnownApplication(
        id=application.id,
        name=application.name,
        coalition=application.coalition,
        grants=(application.grant,),
        api_scopes=application.api_scopes,
        on_behalf_of=application.registered_by,
        expires_at=token.expires_at,
    )
