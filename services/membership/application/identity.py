"""Who somebody is and what they may do at this moment, asked by the gateway for whoever knocks."""

from datetime import datetime

from services.chassis.kernel.errors import Unauthenticated
from services.chassis.kernel.principal import PrincipalKind, person_id
from services.chassis.persistence.unit_of_work import Work

from ..domain.identity_requests import CloseSession, CloseSessions, Identify, OpenSession
from ..domain.people import Identified, Identity, Session
from ..store.grants import GrantsOfPeople
from ..store.people import People
from ..store.sessions import Sessions
from .applications import application_of_token


def identify(work: Work, request: Identify) -> Identified:
    """One indexed question for each kind of thing. Raises Unauthenticated: no such session or token, or it is over."""
    if request.session is not None:
        return _of_session(work, request.session)
    if request.token is not None:
        return _of_token(work, request.token)
    assert request.identity is not None
    return _of_person(work, request.identity)


def open_session(work: Work, request: OpenSession) -> Session:
    """Opened once, however often it is asked. A person with rights is remembered as they are now; of others nothing is
    kept beside the session."""
    sessions = Sessions(work)
    opened = sessions.find(request.hash)
    if opened is not None:
        return opened
    session = Session(
        hash=request.hash,
        identity=request.identity,
        sid=request.sid,
        opened_at=work.now,
        expires_at=request.expires_at,
    )
    sessions.add(session)
    if People(work).find(request.identity.id) is not None:
        People(work).welcome(request.identity, at=work.now)
    return session


def close_session(work: Work, request: CloseSession) -> int:
    """How many were open: one, or none."""
    return Sessions(work).close(request.hash)


def close_sessions(work: Work, request: CloseSessions) -> int:
    """How many there were."""
    if request.sid is not None:
        return Sessions(work).close_of_issuer(request.issuer, request.sid)
    assert request.subject is not None
    return Sessions(work).close_of_person(person_id(request.issuer, request.subject))


def _of_person(work: Work, identity: Identity, *, expires_at: datetime | None = None) -> Identified:
    holding = GrantsOfPeople(work).holding(identity.id, work.today)
    return Identified(
        kind=PrincipalKind.PERSON,
        id=identity.id,
        identity=identity,
        name=identity.name,
        grants=tuple(grant.carried for grant in holding),
        expires_at=expires_at,
    )


def _of_session(work: Work, hash: str) -> Identified:
    session = Sessions(work).find(hash)
    if session is None or not session.is_open(work.now):
        raise Unauthenticated("This session is over: sign in again.")
    return _of_person(work, session.identity, expires_at=session.expires_at)


def _of_token(work: Work, token_hash: str) -> Identified:
    found = application_of_token(work, token_hash)
    if found is None:
        raise Unauthenticated("There is no such token, or it has expired or was revoked: use another one.")
    return Identified(
        kind=PrincipalKind.APPLICATION,
        id=found.id,
        name=found.name,
        grants=found.grants,
        api_scopes=found.api_scopes,
        on_behalf_of=found.on_behalf_of,
        expires_at=found.expires_at,
    )
