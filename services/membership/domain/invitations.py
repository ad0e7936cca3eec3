"""Invitations: a link, good once and for two weeks, with which whoever has a verified address gets a role."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Self

from services.chassis.kernel.principal import Scope
from services.rights.roles import Role

from .errors import (
    AlreadyInvited,
    EmailDiffers,
    EmailNotVerified,
    InvitationAlreadyUsed,
    InvitationExpired,
    InvitationRevoked,
)
from .grants import Term
from .people import address_key, same_address

LIFE: Final = timedelta(days=14)


class InvitationStatus(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    REVOKED = "revoked"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """`token_hash` is all that is known of the link's secret. `invited_by` is the id of the person who answers for it.
    `replaces` is the grant that ends when this is accepted: a hand-over. `name` and `language` are for whoever writes
    the letter."""

    id: str
    version: int
    role: Role
    scope: Scope
    term: Term
    email: str
    name: str | None = None
    language: str | None = None
    token_hash: str
    invited_by: str
    invited_at: datetime
    expires_at: datetime
    replaces: str | None = None
    accepted_by: str | None = None
    accepted_at: datetime | None = None
    revoked_by: str | None = None
    revoked_at: datetime | None = None

    @property
    def coalition(self) -> str:
        """Empty for a role in the whole network."""
        return self.scope.coalition or ""

    def status(self, at: datetime) -> InvitationStatus:
        if self.accepted_at is not None:
            return InvitationStatus.ACCEPTED
        if self.revoked_at is not None:
            return InvitationStatus.REVOKED
        is_over = at >= self.expires_at or self.term.is_over(at.date())
        return InvitationStatus.EXPIRED if is_over else InvitationStatus.PENDING

    def is_for(self, email: str) -> bool:
        return same_address(self.email, email)

    def accepted(self, *, by: str, email: str | None, at: datetime) -> Self:
        """`email` is the address of who accepts, if their issuer has verified it.

        Raises InvitationAlreadyUsed, InvitationRevoked, InvitationExpired, EmailNotVerified, EmailDiffers.
        """
        self._ensure_pending(at)
        if email is None:
            raise EmailNotVerified(
                "Who signs you in has not verified your e-mail address. Have it verified there, then try again."
            )
        if not self.is_for(email):
            raise EmailDiffers(
                "This invitation is for another e-mail address: sign in with that one, or ask to be invited at yours."
            )
        return replace(self, version=self.version + 1, accepted_by=by, accepted_at=at)

    def revoked(self, *, by: str, at: datetime) -> Self:
        """Raises InvitationAlreadyUsed, InvitationRevoked, InvitationExpired."""
        self._ensure_pending(at)
        return replace(self, version=self.version + 1, revoked_by=by, revoked_at=at)

    def _ensure_pending(self, at: datetime) -> None:
        match self.status(at):
            case InvitationStatus.ACCEPTED:
                raise InvitationAlreadyUsed("This invitation was used already: it is good once.")
            case InvitationStatus.REVOKED:
                raise revoked_invitation()
            case InvitationStatus.EXPIRED:
                raise InvitationExpired("This invitation has expired: ask for a new one.")


def revoked_invitation() -> InvitationRevoked:
    return InvitationRevoked("This invitation does not hold any more: ask for a new one.")


def ensure_not_invited(email: str, others: list[Invitation], *, at: datetime) -> None:
    """`others` are the invitations to the same role in the same scope. Raises AlreadyInvited."""
    if any(each.is_for(email) and each.status(at) is InvitationStatus.PENDING for each in others):
        raise AlreadyInvited(
            f"{address_key(email)} is invited already. If the link was lost, revoke that invitation and invite again.",
            path=("email",),
        )
