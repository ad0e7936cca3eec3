"""The platform with the network's real data, and the two baselines over its databases."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from benchmarks.bed import Bed
from deploy.local import ports
from tests.support import story
from tests.support.platform import GATEWAY, SERVICES, Platform, platform_on
from tests.support.processes import Process, eventually, running

from . import cases
from .cases import Case

PLATFORM: Final = "platform"
STRAWBERRY: Final = "Strawberry"
YOGA: Final = "Yoga"
BASELINES: Final[Mapping[str, Sequence[str]]] = {
    STRAWBERRY: ("-m", "benchmarks.baselines.strawberry_monolith"),
    YOGA: ("-m", "benchmarks.baselines.yoga"),
}

BROKER: Final = "RabbitMQ"
DATABASE: Final = "MongoDB"
ITSELF: Final = "itself"

_REPORTS: Final = 12
"""Members that have submitted a report: some of every page, not all."""

_SEATS: Final = 300
_MEMBERS: Final = """{ members(coalition: "eccar", first: 200) { edges { node {
  id standing commitments { number } obligations { dueOn } } } } }"""


class DifferentAnswers(Exception):
    """Who answers differently is not measured beside each other."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """Who answers: where, and by which processes (name → pid)."""

    name: str
    url: str
    processes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Stage:
    platform: Platform
    contestants: Sequence[Contestant]
    cases: Sequence[Case]

    def headers(self, case: Case, contestant: Contestant) -> dict[str, str]:
        """The baselines know no rights: only the platform is told who asks."""
        signed_in = case.signed_in and contestant.name == PLATFORM
        credentials = self.platform.sign_in("secretary") if signed_in else {}
        return {"content-type": "application/json", "accept": "application/json", **credentials}

    def check(self) -> None:
        """That all give the same answers to all that will be asked. Raises DifferentAnswers."""
        for case in self.cases:
            for body in bodies(case):
                first, *others = (self._answer(case, contestant, body) for contestant in self.contestants)
                if any(other != first for other in others):
                    raise DifferentAnswers(f"({case.key}) {body}: {[first, *others]}"[:5000])
                if "errors" in first:
                    raise DifferentAnswers(f"({case.key}) is answered with errors: {first['errors']}")

    def _answer(self, case: Case, contestant: Contestant, body: str) -> dict[str, Any]:
        headers = self.headers(case, contestant)
        answer: dict[str, Any] = httpx.post(contestant.url, content=body, headers=headers, timeout=30).json()
        # Only the platform says what an answer costs.
        answer.pop("extensions", None)
        return answer


@contextmanager
def made(bed: Bed) -> Iterator[Stage]:
    with platform_on(bed.environment) as platform:
        _fill(platform)
        baselines = {
            name: Process(arguments, bed.environment, port_setting="PORT") for name, arguments in BASELINES.items()
        }
        with running(*baselines.values()):
            servers = {BROKER: _pid(bed.environment.amqp_uri), DATABASE: _pid(bed.environment.mongodb_uri)}
            contestants = [
                _platform(platform, servers),
                *(_baseline(name, process, servers) for name, process in baselines.items()),
            ]
            ids = [member["id"] for member in _members(platform)]
            asked = [_with_ids(case, ids) if case is cases.MEMBER else case for case in cases.ALL]
            stage = Stage(platform, contestants, asked)
            stage.check()
            yield stage


def bodies(case: Case) -> list[str]:
    """The requests of a case, in JSON."""
    return [json.dumps({"query": case.query, "variables": variables}) for variables in case.variables]


def _with_ids(case: Case, ids: Sequence[str]) -> Case:
    return replace(case, variables=[{"id": id} for id in ids])


def _platform(platform: Platform, servers: Mapping[str, int]) -> Contestant:
    processes = {name: platform.processes[name].pid for name in (GATEWAY, *SERVICES)}
    return Contestant(PLATFORM, f"{platform.url}/graphql", {**processes, **servers})


def _baseline(name: str, process: Process, servers: Mapping[str, int]) -> Contestant:
    url = f"http://127.0.0.1:{process.port}/graphql"
    return Contestant(name, url, {ITSELF: process.pid, DATABASE: servers[DATABASE]})


def _pid(uri: str) -> int:
    """Of the server at `uri`, which must run on this machine: its processor time is part of the figures."""
    port = urlsplit(uri).port
    found = ports.holder(port) if port else None
    if found is None:
        raise RuntimeError(f"no process of this machine listens on port {port}")
    return found.pid


def _fill(platform: Platform) -> None:
    """The real data, and what a year of work adds to it: towns of the registry that are no members, an assembly with
    a delegate of each member, and some reports."""
    platform.seed()
    for number in range(cases.ROWS_OF_THE_LIST):
        story.city(platform, f"Town {number}", country="FR")
    members = eventually(lambda: _with_obligations(platform), seconds=60)
    assembly = story.conference(platform, capacity=_SEATS)
    for number, member in enumerate(members):
        eventually(lambda member=member, number=number: _registered(platform, assembly, member["id"], number))  # type: ignore[misc]
    _report(platform, members)


def _members(platform: Platform) -> list[dict[str, Any]]:
    return [edge["node"] for edge in platform.ask(_MEMBERS)["members"]["edges"]]


def _with_obligations(platform: Platform) -> list[dict[str, Any]]:
    """The members in standing, once the reports service knows them all; else nothing."""
    members = [member for member in _members(platform) if member["standing"] == "MEMBER"]
    return members if all(member["obligations"] for member in members) else []


def _registered(platform: Platform, conference: str, member: str, number: int) -> bool:
    """False while the events service has not heard of the member."""
    payload = platform.command(
        "registerDelegate",
        "registration { id }",
        conferenceId=conference,
        memberId=member,
        name=f"Delegate {number}",
        email=f"delegate{number}@example.org",
        attendance="ONLINE",
    )
    return payload["registration"] is not None


def _report(platform: Platform, members: Sequence[dict[str, Any]]) -> None:
    cycle = platform.done(
        "openCycle",
        "cycle { id }",
        coalition="eccar",
        name=story.localized("Cycle"),
        periodStart=story.YESTERDAY.replace(year=story.YESTERDAY.year - 2).isoformat(),
        periodEnd=story.YESTERDAY.isoformat(),
        dueOn=story.TODAY.replace(year=story.TODAY.year + 1).isoformat(),
    )["cycle"]["id"]
    for member in members[:: len(members) // _REPORTS]:
        report = platform.done("startReport", "report { id }", memberId=member["id"], cycleId=cycle)["report"]["id"]
        for commitment in member["commitments"]:
            text = story.localized("A tenants' office, open twice a week.")
            answer = {"reportId": report, "commitment": commitment["number"], "status": "IN_PROGRESS", "text": text}
            platform.done("saveAnswer", "report { id }", **answer)
        platform.done("submitReport", "report { status }", reportId=report)
