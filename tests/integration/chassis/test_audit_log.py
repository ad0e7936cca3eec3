"""What leaves an entry in the audit log, what does not, and what the entry says."""

from collections.abc import Callable
from typing import Any

import pytest
from bson import Timestamp
from pymongo import MongoClient
from pymongo.errors import WriteError

from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.errors import Forbidden, Unauthenticated
from services.chassis.kernel.principal import operator
from services.chassis.persistence import indexes
from services.chassis.persistence.collection import NetworkCollection
from services.chassis.persistence.tenancy import TenantCollection
from services.chassis.persistence.unit_of_work import UnitOfWork, Work
from services.rights.roles import Role
from tests.support.recorder.definition import publishing

from .things import ADA, NOON, Thing, Things, calling, change_things, person


@pytest.fixture
def things(mongo: MongoClient[dict[str, Any]], database_prefix: str) -> Things:
    things = Things(mongo, f"{database_prefix}things")
    indexes.create(things.database, {})
    return things


def test_a_command_leaves_one_entry_that_says_who_did_what(things: Things) -> None:
    things.put("t1", title={"en": "One"}, email="ada@city.example", person_id="p1")
    [entry] = things.entries()
    identity, created = entry.pop("_id"), entry.pop("created")
    assert isinstance(created, Timestamp)
    assert created.time > 0
    # The id begins with the milliseconds of `at`, so that times are places among ids.
    assert identity[:13].replace("-", "") == f"{int(NOON.timestamp() * 1000):012x}"
    assert entry == {
        "at": NOON,
        "kind": "write",
        "coalition": "eccar",
        "service": "things",
        "method": "change_things",
        "actor": {
            "kind": "person",
            "id": "ada",
            "name": "Ada",
            "issuer": "https://issuer.example",
            "address": "192.0.2.7",
        },
        "correlation_id": "story",
        "causation_id": None,
        "has_idempotency_key": False,
        "changes": [
            {
                "collection": "things",
                "id": "t1",
                "version": 1,
                "before": None,
                "after": {"title": {"en": "One"}, "person_id": "p1"},
                "concealed": ["email"],
                "people": ["p1"],
            }
        ],
        "aggregates": ["t1"],
        "about": ["p1"],
        "seal": None,
    }


def test_a_later_change_tells_only_what_differs(things: Things) -> None:
    things.put("t1", title={"en": "One", "de": "Eins"}, email="old@city.example")
    things.put("t1", title={"en": "Two", "de": "Eins"}, email="new@city.example")
    [change] = things.entries()[1]["changes"]
    assert (change["version"], change["before"], change["after"], change["concealed"]) == (
        2,
        {"title.en": "One"},
        {"title.en": "Two"},
        ["email"],
    )
    assert "city.example" not in str(things.entries())


def test_a_deleted_document_is_told(things: Things) -> None:
    things.put("t1", title="One")
    things.change(Thing(id="t1", fields=None), Thing(id="never there", fields=None))
    [change] = things.entries()[1]["changes"]
    assert (change["id"], change["before"], change["after"]) == ("t1", {"title": "One"}, None)


def test_what_a_query_removes_is_told_document_by_document(things: Things) -> None:
    def remove(work: Work, _: None) -> int:
        return TenantCollection(work, "things", coalition="eccar").remove({"title": "old"})

    for id, title in (("t1", "old"), ("t2", "new"), ("t3", "old")):
        things.put(id, title=title)
    with calling("retain", ADA):
        assert things.unit_of_work.write(remove, None) == 2
    assert things.entries()[-1]["aggregates"] == ["t1", "t3"]
    assert [each["_id"] for each in things.database["things"].find()] == ["t2"]


def test_several_changes_of_one_command_are_one_entry(things: Things) -> None:
    things.change(Thing(id="t1", fields={"n": 1}), Thing(id="t2", fields={"n": 2}))
    [entry] = things.entries()
    assert entry["aggregates"] == ["t1", "t2"]


def test_each_coalition_that_a_command_changes_has_its_own_entry(things: Things) -> None:
    """Nobody reads in their log what happened elsewhere."""
    changed = [Thing(id="t1", fields={"n": 1}), Thing(id="t2", coalition="lac", fields={"n": 2})]
    things.change(*changed, Thing(id="k1", coalition=None, fields={"n": 3}))
    found = {entry["coalition"]: entry["aggregates"] for entry in things.entries()}
    assert found == {"eccar": ["t1"], "lac": ["t2"], None: ["k1"]}
    assert len({entry["correlation_id"] for entry in things.entries()}) == 1


def test_a_command_that_changes_nothing_leaves_no_entry(things: Things) -> None:
    things.change(Thing(id="never there", fields=None))
    things.put("t1", n=1)
    things.put("t1", n=1)
    assert things.database["things"].find_one({"_id": "t1"})["version"] == 2  # type: ignore[index]
    assert len(things.entries()) == 1


@pytest.mark.parametrize(("who", "error"), [(None, Unauthenticated), (person("Eve", Role.AUDITOR), Forbidden)])
def test_a_refused_command_leaves_no_entry(things: Things, who: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        things.put("t1", by=who, n=1)
    assert things.entries() == []


def test_a_command_that_fails_leaves_no_entry(things: Things) -> None:
    def fail(work: Work, _: None) -> None:
        change_things(work, [Thing(id="t1", fields={"n": 1})])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        things.unit_of_work.write(fail, None)
    assert (things.entries(), things.database["things"].count_documents({})) == ([], 0)


def test_a_transaction_that_runs_again_leaves_one_entry(things: Things) -> None:
    things.put("t1", n=0)
    runs: list[int] = []

    def meet_another(work: Work, _: None) -> None:
        collection = TenantCollection(work, "things", coalition="eccar")
        stored = collection.find_one({"_id": "t1"})
        assert stored is not None
        if not runs:
            # Somebody else, who commits between our reading and our writing.
            things.database["things"].update_one({"_id": "t1"}, {"$set": {"n": 5}})
        runs.append(stored["n"])
        collection.insert({"_id": f"made in run {len(runs)}", "version": 1})
        collection.replace({**stored, "version": stored["version"] + 1, "n": stored["n"] + 1})

    with calling("meet", ADA):
        things.unit_of_work.write(meet_another, None)
    assert runs == [0, 5]
    [entry] = things.entries()[1:]
    assert entry["aggregates"] == ["made in run 2", "t1"]
    assert entry["changes"][1]["before"] == {"n": 5}


def test_a_command_that_is_repeated_with_its_key_leaves_one_entry(things: Things) -> None:
    for _ in range(3):
        things.change(Thing(id="t1", fields={"n": 1}), key="k1")
    [entry] = things.entries()
    assert entry["has_idempotency_key"] is True


def test_an_effect_of_a_message_is_told_as_the_messages(things: Things) -> None:
    def handle() -> bool:
        with context.use(CallContext(correlation_id="story", causation_id="m1")):
            return things.unit_of_work.write_once("follow", "m1", effect, None)

    def effect(work: Work, _: None) -> None:
        change_things(work, [Thing(id="t1", fields={"n": 1})])

    assert [handle(), handle()] == [True, False]
    [entry] = things.entries()
    told = {name: entry[name] for name in ("actor", "method", "causation_id", "correlation_id")}
    assert told == {
        "actor": {"kind": "message", "id": "m1"},
        "method": "follow",
        "causation_id": "m1",
        "correlation_id": "story",
    }


def test_a_projection_is_no_change_of_this_service(things: Things) -> None:
    def project(work: Work, _: None) -> None:
        TenantCollection(work, "copies", coalition="eccar").project({"_id": "m1", "sequence": 4})

    things.unit_of_work.write_once("follow", "m1", project, None)
    assert things.database["copies"].count_documents({}) == 1
    assert things.entries() == []


def test_the_operator_is_named(things: Things) -> None:
    with context.use(CallContext(method="things grant", principal=operator("root"))):
        things.unit_of_work.write(change_things, [Thing(id="t1", fields={"n": 1})])
    [entry] = things.entries()
    assert (entry["actor"], entry["method"]) == (
        {"kind": "operator", "id": "operator:root", "name": "root"},
        "things grant",
    )


def test_outside_any_call_the_use_case_gives_its_name(things: Things) -> None:
    things.unit_of_work.write(change_things, [Thing(id="t1", fields={"n": 1})])
    [entry] = things.entries()
    assert (entry["actor"], entry["method"]) == ({"kind": "anonymous"}, "change_things")


def test_without_rules_an_entry_shows_no_values(mongo: MongoClient[dict[str, Any]], things: Things) -> None:
    unit_of_work = UnitOfWork(mongo, things.database.name, clock=lambda: NOON, publishing=publishing)
    unit_of_work.write(change_things, [Thing(id="t1", fields={"n": "secret"})])
    [entry] = things.entries()
    assert entry["changes"][0]["concealed"] == ["n"]
    assert "secret" not in str(entry)


def test_reading_personal_data_leaves_an_entry(things: Things) -> None:
    for id in ("t1", "t2", "t3"):
        things.put(id, n=1)
    found = things.read("get_people", ("eccar", "t1"), ("eccar", "t3"), ("eccar", "gone"))
    assert [each and each.id for each in found] == ["t1", "t3", None]
    entry = things.entries()[-1]
    assert {name: entry[name] for name in ("kind", "method", "coalition", "aggregates", "read")} == {
        "kind": "read",
        "method": "get_people",
        "coalition": "eccar",
        "aggregates": ["t1", "t3"],
        "read": {
            "targets": [{"coalition": "eccar", "person_id": id} for id in ("t1", "t3", "gone")],
            "items": 2,
        },
    }
    assert entry["actor"]["id"] == "ada"
    assert "changes" not in entry


def test_what_was_refused_of_a_batch_was_not_read(things: Things) -> None:
    things.put("t1", n=1)
    things.put("t2", by=person("Lee", Role.SECRETARIAT, coalition="lac"), coalition="lac", n=1)
    things.read("get_people", ("lac", "t2"), ("eccar", "t1"))
    [entry] = [entry for entry in things.entries() if entry["kind"] == "read"]
    assert (entry["aggregates"], entry["read"]["items"]) == (["t1"], 1)
    assert entry["read"]["targets"] == [{"coalition": "eccar", "person_id": "t1"}]


def test_nothing_found_is_nothing_read(things: Things) -> None:
    things.read("get_people", ("eccar", "gone"))
    assert things.entries() == []


def test_reading_what_is_not_personal_leaves_no_entry(things: Things) -> None:
    things.put("t1", n=1)
    assert things.read("get_things", ("eccar", "t1"))[0].id == "t1"
    assert [entry["kind"] for entry in things.entries()] == ["write"]


def test_a_refused_reading_leaves_no_entry(things: Things) -> None:
    things.put("t1", n=1)
    with pytest.raises(Forbidden):
        things.read("get_people", ("eccar", "t1"), by=person("Eve", Role.AUDITOR))
    assert len(things.entries()) == 1


@pytest.mark.parametrize(
    "use",
    [
        lambda things: things.read("get_people", ("eccar", "t1")),
        lambda things: things.put("t1", n=2),
    ],
)
def test_what_cannot_be_told_does_not_happen(things: Things, use: Callable[[Things], Any]) -> None:
    """Neither reading nor writing goes on without the log."""
    things.put("t1", n=1)
    things.database.command("collMod", "audit", validator={"never": {"$exists": True}})
    with pytest.raises(WriteError):
        use(things)
    stored = things.database["things"].find_one({"_id": "t1"})
    assert stored is not None
    assert stored["n"] == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda collection: collection.insert({"_id": "t2", "version": 1}),
        lambda collection: collection.replace({"_id": "t1", "version": 2}),
        lambda collection: collection.store({"_id": "t1", "version": 2}),
        lambda collection: collection.delete("t1"),
        lambda collection: collection.remove({"n": 1}),
    ],
)
def test_a_query_cannot_change_anything(things: Things, change: Callable[[TenantCollection], Any]) -> None:
    """There would be no transaction in which to tell of it."""
    things.put("t1", n=1)
    before = list(things.database["things"].find())
    with pytest.raises(RuntimeError, match="cannot change anything"):
        things.unit_of_work.look(lambda work, _: change(TenantCollection(work, "things", coalition="eccar")), None)
    assert list(things.database["things"].find()) == before


@pytest.mark.parametrize("name", ["audit", "audit_heads"])
def test_no_repository_reaches_the_log(things: Things, name: str) -> None:
    for reach in (NetworkCollection, lambda work, name: TenantCollection(work, name, coalition="eccar")):
        with pytest.raises(ValueError, match="no collection of a service"):
            things.unit_of_work.look(lambda work, _, reach=reach: reach(work, name), None)  # type: ignore[misc]
