"""`kill -9` right after an answer: the event still arrives, and its effect exists once."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from tests.support import story
from tests.support.infrastructure import Broker
from tests.support.platform import Platform, platform_on
from tests.support.processes import ServiceEnvironment, eventually


@pytest.fixture
def platform(service_environment: ServiceEnvironment) -> Iterator[Platform]:
    with platform_on(service_environment) as platform:
        yield platform


def test_an_admission_survives_any_kill(
    platform: Platform, broker: Broker, mongo: MongoClient[dict[str, Any]], database_prefix: str
) -> None:
    """Each service and each relay in turn, killed right after the admission's answer."""
    story.coalition(platform)
    story.conference(platform)
    victims = [name for name in platform.processes if name != "gateway"]
    members = []
    for victim in victims:
        candidate = story.candidate(platform, story.city(platform, f"City of {victim}"))
        members.append(candidate)
        story.admit(platform, candidate)
        platform.processes[victim].kill()
        platform.processes[victim].restart().wait_until_ready()

    def open_duties() -> list[int]:
        return [len(story.obligations(platform, member)) for member in members]

    # A victim killed inside a transaction leaves its locks for ten seconds.
    eventually(lambda: open_duties() == [1] * len(victims), seconds=40)
    projected = mongo[f"{database_prefix}events"]["members"]
    eventually(lambda: projected.count_documents({"standing": "member"}) == len(victims), seconds=20)
    assert all(not broker.messages(name) for name in broker.queues() if name.endswith(".dead"))


def test_the_gateway_may_die_too(platform: Platform) -> None:
    story.coalition(platform)
    candidate = story.candidate(platform, story.city(platform, "Graz"))
    platform.processes["gateway"].kill()
    platform.processes["gateway"].restart().wait_until_ready()
    assert story.admit(platform, candidate)["standing"] == "MEMBER"
    eventually(lambda: story.obligations(platform, candidate), seconds=20)
