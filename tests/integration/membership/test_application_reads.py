"""Every read about applications uses an index, and the one made for it: each command sent is caught and explained."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from services.membership.store import application_documents
from tests.support.infrastructure import Infrastructure
from tests.unit.membership import test_applications as examples

from .applications import Applications
from .service import Membership, Now
from .test_query_plans import EXPLAINED, Reads, stages


@pytest.fixture
def reads() -> Reads:
    return Reads()


@pytest.fixture
def watched(
    infrastructure: Infrastructure, database: Database[dict[str, Any]], service: Membership, reads: Reads, now: Now
) -> Iterator[Applications]:
    """400 applications in two coalitions, every read watched."""
    one = application_documents.to_document(examples.registered())
    database["applications"].insert_many(
        {
            **one,
            "_id": f"application-{number:03}",
            "coalition": ("eccar", "lac")[number % 2],
            "tokens": [{**one["tokens"][0], "hash": f"hash-{number}"}],
        }
        for number in range(400)
    )
    client: MongoClient[dict[str, Any]] = MongoClient(
        infrastructure.mongodb_uri, tz_aware=True, timeoutMS=20_000, event_listeners=[reads]
    )
    with client:
        yield Applications(client, client[database.name], now)


def explained(watched: Applications, command: dict[str, Any]) -> Any:
    asked = {name: value for name, value in command.items() if name in EXPLAINED}
    return watched.database.command("explain", asked, verbosity="executionStats")


def test_every_read_uses_an_index(watched: Applications, reads: Reads) -> None:
    issued = watched.register()
    application = watched.rotate(issued["application"])["application"]
    watched.revoke_token(application, token_id=application["tokens"][0]["id"])
    watched.revoke(application)
    watched.get(("eccar", application["id"]), ("eccar", "application-000"))
    [page] = watched.pages("eccar", first=3, count=True)
    watched.pages("eccar", first=3, after=page["cursors"][-1])
    watched.known(issued["token"])
    commands = [command for command in reads.commands if command[next(iter(command))] == "applications"]
    assert len(commands) >= 10
    for command in commands:
        found = set(stages(explained(watched, command)))
        assert "COLLSCAN" not in found, command
        assert "SORT" not in found, command


def test_a_token_is_recognized_by_one_read_of_one_document(watched: Applications, reads: Reads) -> None:
    token = watched.register()["token"]
    reads.commands.clear()
    assert watched.known(token) is not None
    [command] = reads.commands
    plan = explained(watched, command)
    assert "one_per_token" in str(plan["queryPlanner"]["winningPlan"])
    assert (plan["executionStats"]["totalDocsExamined"], plan["executionStats"]["totalKeysExamined"]) == (1, 1)


def test_a_page_is_read_in_its_order_and_no_further(watched: Applications, reads: Reads) -> None:
    [page] = watched.pages("eccar", first=150)
    reads.commands.clear()
    [rest] = watched.pages("eccar", first=20, after=page["cursors"][-1])
    assert len(rest["items"]) == 20
    [command] = reads.commands
    assert explained(watched, command)["executionStats"]["totalDocsExamined"] <= 22
