"""How a row of the permission table is asked, and what it says in words."""

from typing import Final

from services.chassis.kernel.principal import Principal
from services.chassis.protocol.rpc import RemoteError
from services.rights.roles import Role, ScopeKind
from services.rights.table import TABLE, Audience
from tests.support.bus import BusClient

from .arguments import ARGUMENTS
from .world import Place

SERVICES: Final = ("membership", "events", "reports")
REFUSED: Final = frozenset({"FORBIDDEN", "UNAUTHENTICATED"})

OF_THE_NETWORK: Final = frozenset({"membership.register_coalition", "membership.register_city"})
"""What belongs to no coalition: a right in any of them reaches it."""

OF_INSIDERS: Final = frozenset({"events.list_minutes"})
"""What is for whoever has any role in a coalition, be it about one member of it."""

ABOUT_ONESELF: Final = frozenset(
    {
        "membership.request_export.everywhere",
        "membership.request_erasure.everywhere",
        *(f"{service}.list_own_audit" for service in SERVICES),
    }
)
"""What is asked here about whoever asks."""

DECIDED_ON_THE_WAY: Final = frozenset(
    {
        "membership.list_contacts_of_members.members",
        "membership.list_contacts_of_members.secretariat",
        "membership.list_contacts_of_members.self",
        "membership.get_data_requests.everywhere",
    }
)
"""Rows about single fields or things of an answer: their own tests are in tests/integration/membership."""


RIGHTLY_INVALID: Final = frozenset({"events.record_minutes"})
"""What is allowed and still impossible here: no conference has begun."""

_NOT_MEANT: Final = frozenset({"INVALID_INPUT", "INTERNAL", "UNKNOWN_METHOD"})


def method_of(row: str) -> str:
    """The method that a row is about: of `reports.get_reports.drafts`, `reports.get_reports`."""
    return ".".join(row.split(".")[:2])


def is_refused(client: BusClient, name: str, place: Place, principal: Principal | None) -> bool:
    """Whether the caller is refused, or sees nothing of what is there."""
    service, method = method_of(name).split(".")
    try:
        answer = client.call(service, method, ARGUMENTS[name](place), principal=principal)
    except RemoteError as error:
        if error.code in _NOT_MEANT and name not in RIGHTLY_INVALID:
            raise AssertionError(f"{name} was not asked as it wants to be: {error.code} {error}") from error
        return error.code in REFUSED
    return method.startswith("get_") and answer["items"] == [None] and Audience.PUBLIC not in TABLE[name].allowed


def allowed_at(name: str, role: Role) -> frozenset[str]:
    """Where the holder of a role may, in words: the oracle."""
    row = TABLE[name]
    everywhere = frozenset({"own", "neighbour", "abroad"})
    if row.is_public or Audience.SIGNED_IN in row.allowed or name in ABOUT_ONESELF:
        return everywhere
    if role not in row.allowed:
        return frozenset()
    if name in OF_THE_NETWORK:
        return everywhere
    if name in OF_INSIDERS and role.scope_kind is not ScopeKind.NETWORK:
        return frozenset({"own", "neighbour"})
    return {
        ScopeKind.NETWORK: everywhere,
        ScopeKind.COALITION: frozenset({"own", "neighbour"}),
        ScopeKind.CONFERENCE: frozenset({"own"}),
        ScopeKind.MEMBER: frozenset({"own"}),
    }[role.scope_kind]
