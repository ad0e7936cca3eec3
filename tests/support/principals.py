"""Who acts in tests, and the keys by which services believe it."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

from services.chassis.kernel.principal import NETWORK, TENANT, Grant, Principal, PrincipalKind, Scope, person_id
from services.chassis.protocol.principal import Signer
from services.chassis.runtime import key_files
from services.rights.roles import Role

COALITIONS: Final = ("eccar", "apcad", "africa", "lac", "arab", "canada", "usa", "strict", "nowhere", "mars")
"""In which the secretary has every right, some of which do not exist."""


def person(name: str, *grants: Grant) -> Principal:
    issuer = "https://issuer.example"
    return Principal(
        kind=PrincipalKind.PERSON,
        id=person_id(issuer, name),
        issuer=issuer,
        subject=name,
        name=name.title(),
        email=f"{name}@people.example",
        grants=grants,
    )


def in_network(role: Role) -> Grant:
    return Grant(role, Scope(NETWORK))


def in_coalition(role: Role, coalition: str = "eccar") -> Grant:
    return Grant(role, Scope(TENANT, coalition))


def of_member(role: Role, member_id: str, coalition: str = "eccar") -> Grant:
    return Grant(role, Scope("member", coalition, member_id))


def of_conference(conference_id: str, coalition: str = "eccar") -> Grant:
    return Grant(Role.EVENT_TEAM, Scope("conference", coalition, conference_id))


SECRETARY: Final = person(
    "secretary",
    in_network(Role.NETWORK_ADMINISTRATOR),
    *(in_coalition(role, key) for key in COALITIONS for role in (Role.SECRETARIAT, Role.ADMINISTRATOR)),
)
"""Founds coalitions and does the work of each: who acts where a test is not about rights."""

SOMEBODY: Final = person("somebody")
"""Signed in, and without any right."""


@cache
def key_directory() -> Path:
    """This process' own keys, for all the services that it starts."""
    directory = Path(tempfile.mkdtemp(prefix="test-keys-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    key_files.ensure_keys(directory)
    return directory


def key_settings() -> dict[str, str]:
    """What services and gateway find in their environment."""
    return key_files.key_settings(key_directory())


@cache
def _signer() -> Signer:
    return Signer.from_file(key_directory() / key_files.SIGNING_KEY)


def signed(principal: Principal) -> str:
    """The token that the gateway would sign."""
    return _signer().sign(principal)
