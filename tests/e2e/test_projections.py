"""Projections rebuilt while the whole platform works, and compared with their owners."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from pymongo import MongoClient

from gateway.graphql.core.ids import GlobalId
from services.chassis.kernel.principal import Scope
from services.chassis.runtime.definition import load_definitions
from services.chassis.runtime.rebuild import rebuild as rebuild_projection
from services.rights.roles import Role
from tests.support import people, story
from tests.support.platform import Platform
from tests.support.processes import eventually, run

CHASSIS: Final = ("-m", "services.chassis.runtime.cli", "admin")
PROJECTIONS: Final = {
    "events.member_projection": "members",
    "events.coalition_projection": "coalitions",
    "reports.member_projection": "members",
    "reports.coalition_projection": "coalitions",
    "reports.plan_projection": "plans",
    "reports.focal_point_handover": "hand_overs",
}


Documents = MongoClient[dict[str, Any]]


class Secretariat:
    """Admits cities one after the other, each through two mutations, until it is stopped. Keeps whom it admitted."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self.admitted: list[str] = []
        self.failure: BaseException | None = None

    @contextmanager
    def at_work(self) -> Iterator["Secretariat"]:
        self._thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            self._thread.join(timeout=30)
        assert self.failure is None, self.failure

    def has_admitted(self, more: int) -> None:
        """Wait until it has admitted `more` cities than now."""
        goal = len(self.admitted) + more
        eventually(lambda: self.failure or len(self.admitted) >= goal, seconds=30)

    def _work(self) -> None:
        try:
            while not self._stop.is_set():
                candidate = story.candidate(self._platform, story.city(self._platform, f"City {len(self.admitted)}"))
                story.admit(self._platform, candidate)
                self.admitted.append(candidate)
        except BaseException as failure:
            self.failure = failure


def rebuild(platform: Platform, mongo: Documents, queue: str) -> None:
    service, name = queue.split(".")
    definitions = load_definitions()
    [(definition, projection)] = [
        (definition, projection)
        for definition in definitions
        for projection in definition.projections
        if (definition.name, projection.name) == (service, name)
    ]
    prefix = platform.environment.database_prefix
    rebuild_projection(definition, projection, definitions, lambda service: mongo[f"{prefix}{service}"])


def rebuild_by_command(platform: Platform, queue: str) -> dict[str, Any]:
    answer = run([*CHASSIS, "projection", "rebuild", *queue.split("."), "--json"], platform.environment)
    document: dict[str, Any] = json.loads(answer)
    return document


def check(platform: Platform, *, rounds: int = 5) -> list[tuple[str, str, str]]:
    """Queue, kind and id of each difference."""
    answer = run(
        [*CHASSIS, "check", "consistency", "--rounds", str(rounds), "--json"], platform.environment, expect=(0, 1)
    )
    document = json.loads(answer)
    found = [
        (f"{each['service']}.{each['projection']}", row["kind"], row["id"])
        for each in document["compared"]
        for row in each["differences"]
    ]
    assert document["ok"] is (not found)
    return found


def collection(platform: Platform, mongo: Documents, queue: str) -> Any:
    service = queue.split(".")[0]
    return mongo[f"{platform.environment.database_prefix}{service}"][PROJECTIONS[queue]]


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def peopled(platform: Platform) -> Platform:
    story.coalition(platform)
    hand_over(platform, story.member(platform, "Graz"))
    story.candidate(platform, story.city(platform, "Bonn"))
    eventually(lambda: check(platform, rounds=0) == [], seconds=20)
    return platform


def hand_over(platform: Platform, member: str) -> None:
    """The member's focal point, to its contributor."""
    found = GlobalId.parse(member)
    assert found is not None
    for name, role in (("flo", Role.FOCAL_POINT), ("bea", Role.CONTRIBUTOR)):
        platform.grant(name, role, Scope("member", found.coalition, found.key))
    platform.done("handOverFocalPoint", "handOver { grant { id } }", memberId=member, email=people.address("bea"))


def test_rebuilt_under_load_nothing_is_lost_and_nothing_happens_twice(peopled: Platform, mongo: Documents) -> None:
    platform = peopled
    with Secretariat(platform).at_work() as secretariat:
        for queue in PROJECTIONS:
            secretariat.has_admitted(1)
            rebuild(platform, mongo, queue)
        for queue in ("events.member_projection", "reports.member_projection"):
            for change in ([{"$set": {"standing": "emperor"}}], [{"$unset": "sequence"}]):
                secretariat.has_admitted(1)
                collection(platform, mongo, queue).update_many({}, change)
                rebuild(platform, mongo, queue)
            secretariat.has_admitted(1)
            collection(platform, mongo, queue).delete_many({})
            rebuild(platform, mongo, queue)
        secretariat.has_admitted(1)
    assert check(platform) == []
    admitted = set(secretariat.admitted)
    assert len(admitted) == len(secretariat.admitted) >= 12
    owed = eventually(lambda: duties(platform, admitted), seconds=20)
    assert owed == {member: ["OPEN"] for member in admitted}


def duties(platform: Platform, members: set[str]) -> dict[str, list[str]] | None:
    """The statuses of what each member owes; None as long as one owes nothing."""
    found = {member: [each["status"] for each in story.obligations(platform, member)] for member in members}
    return found if all(found.values()) else None


def test_each_difference_is_named_and_mended(peopled: Platform, mongo: Documents) -> None:
    rows = {queue: list(collection(peopled, mongo, queue).find().sort("_id")) for queue in PROJECTIONS}
    expected = sorted(each for queue, before in rows.items() for each in damaged(peopled, mongo, queue, before))
    assert {kind for _, kind, _ in expected} == {"missing", "extra", "different"}
    assert sorted(check(peopled, rounds=1)) == expected
    changes = [
        (queue, change["kind"], change["id"])
        for queue in PROJECTIONS
        for change in rebuild_by_command(peopled, queue)["changes"]
    ]
    assert sorted(changes) == expected
    assert {queue: list(collection(peopled, mongo, queue).find().sort("_id")) for queue in PROJECTIONS} == rows
    assert check(peopled, rounds=0) == []


def damaged(platform: Platform, mongo: Documents, queue: str, before: list[Any]) -> list[tuple[str, str, str]]:
    """What is wrong with the projection after this."""
    rows, wrong, gone = collection(platform, mongo, queue), before[0], before[1:2]
    rows.insert_one({**wrong, "_id": "stranger"})
    rows.update_one({"_id": wrong["_id"]}, {"$set": {"sequence": 99}})
    rows.delete_many({"_id": {"$in": [each["_id"] for each in gone]}})
    missing = [(queue, "missing", each["_id"]) for each in gone]
    return [(queue, "different", wrong["_id"]), (queue, "extra", "stranger"), *missing]
