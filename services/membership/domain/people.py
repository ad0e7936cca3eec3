"""People: whom this platform knows because they have, or had, a right on it.

Who somebody is, their issuer says. Whoever only signs in leaves a session that ends, and no record here.
"""

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from services.chassis.kernel.principal import Grant, PrincipalKind, person_id

from .facts import values_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What an issuer says of somebody. `email` is there only if the issuer has verified it."""

    issuer: str
    subject: str
    name: str | None = None
    email: str | None = None

    @property
    def id(self) -> str:
        return person_id(self.issuer, self.subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Identity):
    """`last_seen_at` is the time of the last sign-in with a browser, or of the last invitation that was accepted; None:
    never yet. A person belongs to the whole network: what they may do in a coalition, their grants say."""

    coalition: ClassVar[str] = ""

    version: int
    first_known_at: datetime
    last_seen_at: datetime | None = None


def known(identity: Identity, stored: Person | None, *, at: datetime) -> Person:
    """The person as `identity` tells it now: the stored one, changed where it says something else, or a new one."""
    if stored is None:
        return Person(**values_of(identity), version=1, first_known_at=at)
    name, email = identity.name or stored.name, identity.email or stored.email
    if (name, email) == (stored.name, stored.email):
        return stored
    return replace(stored, version=stored.version + 1, name=name, email=email)


def seen(identity: Identity, stored: Person | None, *, at: datetime) -> Person:
    """The person, here at this moment."""
    person = known(identity, stored, at=at)
    version = person.version if stored is None or person.version > stored.version else person.version + 1
    return replace(person, version=version, last_seen_at=at)


def same_address(one: str | None, other: str | None) -> bool:
    """Whether both are the same address, as people write it. Unknown addresses are never the same."""
    return one is not None and other is not None and address_key(one) == address_key(other)


def address_key(email: str) -> str:
    """By which an address is found, however it is written."""
    return unicodedata.normalize("NFC", email).strip().casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser in which somebody is signed in. `hash` is of the cookie's value, `sid` the issuer's name of it."""

    hash: str
    identity: Identity
    sid: str | None
    opened_at: datetime
    expires_at: datetime

    def is_open(self, at: datetime) -> bool:
        return at < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """What a principal is made of. `grants` are those that hold now; `expires_at` is when the session, or the token,
    ends (None: the credential itself says)."""

    kind: PrincipalKind
    id: str
    identity: Identity | None = None
    name: str | None
    grants: tuple[Grant, ...]
    api_scopes: tuple[str, ...] = ()
    on_behalf_of: str | None = None
    expires_at: datetime | None = None
