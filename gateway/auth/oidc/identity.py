"""Who somebody is, in the words of an issuer that is trusted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from services.chassis.kernel.principal import person_id

from .refusal import TokenRefused

LONGEST_SUBJECT: Final = 255
"""OpenID Connect Core 1.0, section 2: at most 255 characters."""

LONGEST_NAME: Final = 200
LONGEST_EMAIL: Final = 254


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """`issuer` and `subject` together name the person. `email` is there only when the issuer has verified it;
    `expires_at` is in seconds since the Unix epoch; `session_id` is the issuer's session (`sid`)."""

    issuer: str
    subject: str
    name: str | None
    email: str | None
    expires_at: float
    session_id: str | None

    @property
    def person_id(self) -> str:
        """The id of the person, as services know it."""
        return person_id(self.issuer, self.subject)

    @classmethod
    def from_claims(cls, claims: Mapping[str, Any]) -> Self:
        """The identity in claims that have been verified. Raises TokenRefused without a usable subject."""
        return cls(
            issuer=claims["iss"],
            subject=subject_of(claims),
            name=_name(claims),
            email=_verified_email(claims),
            expires_at=float(claims["exp"]),
            session_id=session_id_of(claims),
        )


def subject_of(claims: Mapping[str, Any]) -> str:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 1 <= len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise TokenRefused("sub is no subject")
    return subject


def session_id_of(claims: Mapping[str, Any]) -> str | None:
    session_id = claims.get("sid")
    return session_id if isinstance(session_id, str) and 1 <= len(session_id) <= LONGEST_SUBJECT else None


def _name(claims: Mapping[str, Any]) -> str | None:
    name = claims.get("name")
    if not isinstance(name, str):
        return None
    printable = "".join(sign if sign.isprintable() else " " for sign in name)
    return " ".join(printable.split())[:LONGEST_NAME] or None


def _verified_email(claims: Mapping[str, Any]) -> str | None:
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str):
        return None
    is_address = len(email) <= LONGEST_EMAIL and "@" in email[1:-1] and email.isprintable() and " " not in email
    return email if is_address else None
