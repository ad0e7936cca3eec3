"""Expected failures of commands as payload data: each domain has an error type of its own, with an enum of its codes.

What a service's codes are and mean, its `domain.error_codes` says; `make generate` copies it to `error_codes.json`.
"""

import logging
from collections.abc import Mapping
from functools import cache
from pathlib import Path as File
from typing import Any, Final

import graphene
import orjson
from graphene.utils.str_converters import to_camel_case

from services.chassis.kernel.error_codes import COMMON
from services.chassis.kernel.errors import InvalidInput, Path, ServiceError, Violation

from .enums import enumeration
from .fields import leaf
from .resolving import View

_log = logging.getLogger(__name__)

_UNSPECIFIC: Final = "INVALID"
"""The code of a violation that says no more than that the value is wrong."""

OTHER: Final = "OTHER"

_OWN: Final[Mapping[str, str]] = {
    "INVALID_ID": "This is no id, or the id of something else.",
    "OTHER_COALITION": "The ids of the input are of different coalitions.",
    "DUPLICATE_LANGUAGE": "A text has the same language twice.",
    "INVALID_IDEMPOTENCY_KEY": "An idempotency key has 8 to 128 printable characters without spaces.",
    OTHER: "A reason for which this version of the schema has no code: the message says it.",
}
"""What is refused before a service is asked."""

_OF_SERVICES: Final[Mapping[str, Mapping[str, str]]] = orjson.loads(
    File(__file__).with_name("error_codes.json").read_bytes()
)


class UserError(graphene.Interface):
    """Why a mutation was refused. Each domain's own error also has a `code` for programs."""

    message = leaf(graphene.String, "What is wrong and what to do about it, for the person who asked.", required=True)
    path = leaf(
        graphene.List(graphene.NonNull(graphene.String)),
        "The field of the input that is wrong, from its root; null when it is not about one field.",
    )


@cache
def codes_of(domain: str) -> Mapping[str, str]:
    """Each code with which commands of `domain` are refused, and what it means."""
    return {**COMMON, **_OWN, **_OF_SERVICES[domain]}


@cache
def error_type(domain: str) -> Any:
    """The type of the errors in the payloads of `domain`: `MembershipError` with its `MembershipErrorCode`."""
    name = domain.capitalize()
    codes = enumeration(f"{name}ErrorCode", f"Why a command about {domain} was refused.", codes_of(domain))

    class Meta:
        interfaces = (UserError,)
        description = f"Why a command about {domain} was refused, in words for the person who asked."

    code = leaf(codes, "The reason, for programs.", required=True)
    return type(f"{name}Error", (graphene.ObjectType,), {"code": code, "Meta": Meta})


def user_errors(domain: str, error: ServiceError) -> list[View]:
    """An expected error as payload data: one for each violation, or one for the whole."""
    if error.violations:
        return [_from_violation(domain, error, violation) for violation in error.violations]
    return [_user_error(domain, error.code, error.message, error.path)]


def graphql_path(path: Path) -> list[str]:
    """A path of the service's keyword arguments in the names of the schema."""
    return [to_camel_case(part) if isinstance(part, str) else str(part) for part in path]


def _from_violation(domain: str, error: ServiceError, violation: Violation) -> View:
    # Where the error has a name of its own, clients know it by that name; bad input is told by what is bad about it.
    is_named = error.code != InvalidInput.code or violation.code == _UNSPECIFIC
    return _user_error(domain, error.code if is_named else violation.code, violation.message, violation.path)


def _user_error(domain: str, code: str, message: str, path: Path) -> View:
    if code not in codes_of(domain):
        # A service newer than this gateway. Its refusal is meant for people, so they read it all the same.
        _log.error("a code that the schema does not have", extra={"domain": domain, "code": code})
        code = OTHER
    return {"code": code, "message": message, "path": graphql_path(path) or None}
