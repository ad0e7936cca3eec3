"""People who sign in: an identity provider for this process, and the operator who gives them their rights."""

import time
from functools import cache
from typing import Any, Final

from pymongo import MongoClient

from services.chassis.kernel import context
from services.chassis.kernel.clock import utc_now
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.principal import Scope, operator
from services.chassis.messaging.validation import load
from services.chassis.persistence.unit_of_work import UnitOfWork
from services.membership.application import commands
from services.membership.domain.errors import AlreadyGranted
from services.membership.schemas.requests import GrantRole
from services.membership.wiring import SERVICE
from services.rights.roles import Role

from .issuer import Issuer

FOUNDER: Final = "founder"
"""The network administrator."""

SECRETARY: Final = "secretary"
"""Secretariat and administrator of every coalition that a test registers, and founder too: who acts unless a test says
otherwise."""

_HOURS: Final = 12 * 3600


@cache
def issuer() -> Issuer:
    """Lives as long as this process."""
    return Issuer(name="Test people").start()


def token(name: str, *, number: int = 0) -> str:
    """A bearer token of `name`; those of other numbers are other tokens of the same person.

    It was issued long ago and lives for long: clocks that are wrong by minutes do not make it wrong.
    """
    long_ago = int(time.time()) - 3600
    return issuer().token(
        name,
        name=name.title(),
        email=address(name),
        expires_in=_HOURS + number,
        iat=long_ago,
        nbf=None,
    )


def address(name: str) -> str:
    return f"{name}@people.example"


def give(mongodb_uri: str, database: str, name: str, role: Role, scope: Scope) -> str | None:
    """Give somebody a role, as the operator does at the command line. Returns the grant's id; None: they have it."""
    thing = {} if scope.id is None else {f"{scope.kind}_id": scope.id}
    asked: dict[str, Any] = {
        "role": role.value,
        "coalition": scope.coalition,
        "issuer": issuer().url,
        "subject": name,
        "name": name.title(),
        "email": address(name),
        **thing,
    }
    with (
        MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True, timeoutMS=20_000) as client,
        context.use(CallContext(principal=operator("test"), method="membership grant")),
    ):
        unit_of_work = UnitOfWork(
            client, database, clock=utc_now, publishing=SERVICE.publishing, audit=SERVICE.audit_rules
        )
        try:
            return unit_of_work.write(commands.grant_role, load(GrantRole(), asked)).id
        except AlreadyGranted:
            return None
