"""Applications: machines, such as a city's website, that act for a coalition with tokens of their own.

An application has one role in one scope, like a person with one grant, and of what that role may do only what its API
scopes name. It has at most two tokens that work: the one in use, and during a change the one that follows it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Self

from services.chassis.kernel.errors import InvalidInput, Violation, invalid
from services.chassis.kernel.principal import Grant, Principal
from services.rights.api_scopes import API_SCOPES, is_usable
from services.rights.roles import Role

from .errors import (
    ApplicationAlreadyRevoked,
    ApplicationExpired,
    ApplicationRevoked,
    RotationUnderWay,
    TokenAlreadyRevoked,
    UnknownToken,
)
from .grants import ensure_may_grant

LONGEST_LIFE: Final = timedelta(days=366)
"""A year, whatever year it is: then somebody must want the application again."""

KEPT_TOKENS: Final = 20
"""The newest ones, and always those that work, of which there are at most two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """`hash` is all that is known of the token's text. `last_used_at` is rounded down to the minute."""

    id: str
    hash: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_live(self, at: datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at

    def ends_by(self, latest: datetime) -> Self:
        return replace(self, expires_at=min(self.expires_at, latest))


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationFacts:
    """What whoever registers it decides. `api_scopes` are of `services.rights.api_scopes`."""

    name: str
    purpose: str
    api_scopes: tuple[str, ...]
    grant: Grant
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Application(ApplicationFacts):
    """`registered_by` is the id of the person on whose behalf it acts. `tokens` begin with the newest;
    those that work come before those that do not."""

    id: str
    coalition: str
    version: int
    registered_by: str
    registered_at: datetime
    revoked_at: datetime | None = None
    tokens: tuple[ApiToken, ...]

    def is_live(self, at: datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at

    def live_tokens(self, at: datetime) -> tuple[ApiToken, ...]:
        """Those that work; none of an application that is over."""
        return tuple(token for token in self.tokens if token.is_live(at)) if self.is_live(at) else ()

    def live_token(self, token_hash: str, at: datetime) -> ApiToken | None:
        return next((token for token in self.live_tokens(at) if token.hash == token_hash), None)

    def has_token(self, token_hash: str) -> bool:
        return any(token.hash == token_hash for token in self.tokens)

    @property
    def last_used_at(self) -> datetime | None:
        return max((token.last_used_at for token in self.tokens if token.last_used_at), default=None)

    def with_token(self, id: str, token_hash: str, *, at: datetime) -> Self:
        """With a new token that lives as long as the application."""
        token = ApiToken(id=id, hash=token_hash, created_at=at, expires_at=self.expires_at)
        over = tuple(each for each in self.tokens if not each.is_live(at))
        live = tuple(each for each in self.tokens if each.is_live(at))
        return replace(self, tokens=(token, *live, *over)[:KEPT_TOKENS])


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """A token in clear, this once; None when it was shown before."""

    application: Application
    token: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """How a new token follows: those before it work on for `overlap`. With `expires_at` the application's own life
    gets a new end."""

    overlap: timedelta = timedelta(hours=24)
    expires_at: datetime | None = None


def ensure_registrable(facts: ApplicationFacts, *, registrar: Principal, at: datetime) -> None:
    """Raises RoleNotYoursToGive (nobody lets a machine do what they could not let a person do), InvalidInput."""
    role = Role(facts.grant.role)
    ensure_may_grant(registrar, role, facts.grant.scope)
    ensure_expiry(facts.expires_at, at=at)
    ensure_usable(facts.api_scopes, role)


def ensure_expiry(expires_at: datetime, *, at: datetime) -> None:
    """Raises InvalidInput: EXPIRY_IN_PAST, EXPIRY_TOO_FAR."""
    if expires_at <= at:
        raise invalid(("expires_at",), "This moment is past: choose a later one.", "EXPIRY_IN_PAST")
    if expires_at > at + LONGEST_LIFE:
        latest = (at + LONGEST_LIFE).date()
        raise invalid(
            ("expires_at",), f"An application lives a year at most: choose {latest} or earlier.", "EXPIRY_TOO_FAR"
        )


def ensure_usable(api_scopes: Iterable[str], role: Role) -> None:
    """Raises InvalidInput that names each scope with which the role could do nothing."""
    wrong = tuple(
        Violation(("api_scopes", place), _not_usable(scope, role), "SCOPE_NOT_COVERED")
        for place, scope in enumerate(api_scopes)
        if not is_usable(scope, role)
    )
    if wrong:
        raise InvalidInput(wrong[0].message, path=wrong[0].path, violations=wrong)


def rotate(application: Application, rotation: Rotation, *, id: str, token_hash: str, at: datetime) -> Application:
    """With a new token. Those before it work on for the overlap, so that a client can change over without a gap.

    Raises ApplicationRevoked, ApplicationExpired, RotationUnderWay, InvalidInput (a new end that is none).
    """
    renewed = _renewed(application, rotation, at)
    _ensure_room(renewed, rotation, at)
    latest = at + rotation.overlap
    ending = tuple(token.ends_by(min(latest, renewed.expires_at)) for token in renewed.tokens)
    return replace(renewed, version=renewed.version + 1, tokens=ending).with_token(id, token_hash, at=at)


def revoke(application: Application, *, at: datetime) -> Application:
    """None of its tokens works any more, and none will. Raises ApplicationAlreadyRevoked."""
    if application.revoked_at is not None:
        raise ApplicationAlreadyRevoked(f"{application.name} was revoked already.", path=("application_id",))
    return replace(application, version=application.version + 1, revoked_at=at)


def revoke_token(application: Application, token_id: str, *, at: datetime) -> Application:
    """Raises UnknownToken, TokenAlreadyRevoked."""
    found = next((token for token in application.tokens if token.id == token_id), None)
    if found is None:
        raise UnknownToken("This application has no token of that id.", path=("token_id",))
    if found.revoked_at is not None:
        raise TokenAlreadyRevoked("This token was revoked already.", path=("token_id",))
    revoked = tuple(replace(token, revoked_at=at) if token is found else token for token in application.tokens)
    return replace(application, version=application.version + 1, tokens=revoked)


def minute_of(at: datetime) -> datetime:
    """To which a use is noted: more would tell the habits of people, and cost a write for each request."""
    return at.replace(second=0, microsecond=0)


def is_use_new(token: ApiToken, *, at: datetime) -> bool:
    """Whether a use at that time is to be noted: the last one noted was in an earlier minute."""
    return token.last_used_at is None or token.last_used_at < minute_of(at)


def _renewed(application: Application, rotation: Rotation, at: datetime) -> Application:
    if application.revoked_at is not None:
        raise ApplicationRevoked(
            f"{application.name} was revoked: register a new application.", path=("application_id",)
        )
    if rotation.expires_at is not None:
        ensure_expiry(rotation.expires_at, at=at)
        return replace(application, expires_at=rotation.expires_at)
    if not application.is_live(at):
        raise ApplicationExpired(
            f"{application.name} has expired: give it a new end (`expires_at`), or register a new application.",
            path=("application_id",),
        )
    return application


def _ensure_room(application: Application, rotation: Rotation, at: datetime) -> None:
    """Without overlap the tokens before make room; with one, none may be cut short that was promised its time."""
    live = [token for token in application.tokens if token.is_live(at)]
    if rotation.overlap and len(live) > 1:
        until = min(token.expires_at for token in live)
        raise RotationUnderWay(
            f"The token before the last one works until {until:%Y-%m-%d %H:%M} UTC: wait, revoke it, or ask for no "
            "overlap.",
            path=("application_id",),
        )


def _not_usable(scope: str, role: Role) -> str:
    usable = ", ".join(each for each, roles in API_SCOPES.items() if role in roles)
    return f"The role {role.value!r} can do nothing with {scope!r}. It can use: {usable}."
