"""The people in whose names is fuzzed, and what exists for them to be asked about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from gateway.graphql.core.ids import GlobalId
from services.chassis.kernel.principal import TENANT, Scope
from services.rights.roles import Role, ScopeKind
from tests.support import story
from tests.support.platform import Platform
from tests.support.processes import eventually
from tests.support.story import TODAY, localized

NOBODY: Final = "nobody"
ROLES: Final = (NOBODY, "focal_point", "secretariat")

_COALITION: Final = "eccar"
_EXISTING: Final = """query($coalition: String!) {
  coalition(key: $coalition) {
    id
    members(first: 30, standing: [MEMBER]) { edges { node { id city { id } } } }
    conferences(first: 30) { edges { node { id } } }
  }
  me { id }
}"""


@dataclass(frozen=True, slots=True)
class World:
    """A seeded platform. `known`: what exists or fits, by the arguments and input fields that ask for them."""

    platform: Platform
    known: dict[str, list[Any]]

    @property
    def url(self) -> str:
        return f"{self.platform.url}/graphql"

    def act_as(self, role: str) -> dict[str, str]:
        if role == NOBODY:
            return {}
        if role == Role.FOCAL_POINT:
            member = GlobalId.parse(self.known["memberId"][0])
            assert member is not None
            scope = Scope(ScopeKind.MEMBER, _COALITION, member.key)
        else:
            scope = Scope(TENANT, _COALITION)
        self.platform.grant(role, Role(role), scope)
        return self.platform.sign_in(role)


def made_on(platform: Platform) -> World:
    """The network's real data, and a cycle, a report, a registration and a contact of its first member."""
    platform.seed()
    found = platform.ask(_EXISTING, coalition=_COALITION)
    members = [edge["node"] for edge in found["coalition"]["members"]["edges"]]
    member = members[0]["id"]
    cycle, report = _report(platform, member)
    conference = story.conference(platform, key=_COALITION)
    registration = eventually(lambda: _registration(platform, conference, member), seconds=20)
    contact = platform.done("recordContact", "contact { id }", memberId=member, role="Office", name="Ada")["contact"]
    conferences = [edge["node"]["id"] for edge in found["coalition"]["conferences"]["edges"]]
    ids = {
        "memberId": [each["id"] for each in members],
        "cities": [each["city"]["id"] for each in members],
        "conferenceId": [conference, *conferences],
        "cycleId": [cycle],
        "reportId": [report],
        "registrationId": [registration],
        "contactId": [contact["id"]],
        "personId": [found["me"]["id"]],
    }
    everything = [found["coalition"]["id"], *_flat(ids.values())]
    keys = {"coalition": [_COALITION, "usa"], "key": [_COALITION], "country": ["AT", "DE"], "planVersion": ["2004"]}
    numbers = {"first": [1, 2, 50], "number": [1, 2], "commitment": [1, 2], "capacity": [10], "intervalMonths": [24]}
    return World(platform, {**ids, **keys, **numbers, "id": everything, "ids": everything})


def _report(platform: Platform, member: str) -> tuple[str, str]:
    cycle = platform.done(
        "openCycle",
        "cycle { id }",
        coalition=_COALITION,
        name=localized("Cycle"),
        periodStart=(TODAY - timedelta(days=700)).isoformat(),
        periodEnd=TODAY.isoformat(),
        dueOn=(TODAY + timedelta(days=90)).isoformat(),
    )["cycle"]["id"]
    started = platform.done("startReport", "report { id }", memberId=member, cycleId=cycle)
    return cycle, started["report"]["id"]


def _registration(platform: Platform, conference: str, member: str) -> str | None:
    payload = platform.command(
        "registerDelegate",
        "registration { id }",
        conferenceId=conference,
        memberId=member,
        name="Ada",
        email="ada@example.org",
        attendance="ON_SITE",
    )
    return payload["registration"] and str(payload["registration"]["id"])


def _flat(groups: Iterable[list[Any]]) -> list[Any]:
    return [each for group in groups for each in group]
