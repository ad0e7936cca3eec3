"""One coalition never sees another's documents, whatever the method."""

from collections.abc import Callable
from typing import Any

import pytest
from pymongo import MongoClient

from services.chassis.kernel.clock import utc_now
from services.chassis.kernel.errors import VersionConflict
from services.chassis.kernel.paging import PageRequest
from services.chassis.kernel.requests import Ref
from services.chassis.persistence.pagination import Order
from services.chassis.persistence.tenancy import TenantCollection, by_refs
from services.chassis.persistence.unit_of_work import UnitOfWork, Work
from tests.support.recorder.definition import publishing

BY_ID = Order("id", "_id")
POINT = {"type": "Point", "coordinates": [0.0, 0.0]}


@pytest.fixture
def unit_of_work(mongo: MongoClient[dict[str, Any]], database_prefix: str) -> UnitOfWork:
    name = f"{database_prefix}recorder"
    mongo[name]["things"].create_index([("position", "2dsphere")])
    return UnitOfWork(mongo, name, clock=utc_now, publishing=publishing)


@pytest.fixture(autouse=True)
def documents(unit_of_work: UnitOfWork) -> None:
    def insert(work: Work, _: None) -> None:
        for coalition in ("eccar", "lac"):
            things = TenantCollection(work, "things", coalition=coalition)
            things.insert({"_id": f"of-{coalition}", "version": 1, "sequence": 1, "position": POINT})

    unit_of_work.write(insert, None)


def seen_by(unit_of_work: UnitOfWork, coalition: str, ask: Callable[[TenantCollection], Any]) -> Any:
    return unit_of_work.write(lambda work, _: ask(TenantCollection(work, "things", coalition=coalition)), None)


@pytest.mark.parametrize(
    "ask",
    [
        lambda things: [each["_id"] for each in things.find({})],
        lambda things: [things.find_one({})["_id"]],
        lambda things: [each["_id"] for each in things.find_many(["of-eccar", "of-lac"])],
        lambda things: [each["_id"] for each in things.aggregate([{"$sort": {"_id": 1}}])],
        lambda things: [
            each["_id"] for each in things.nearest({}, {"near": POINT, "distanceField": "d", "spherical": True}, [])
        ],
        lambda things: [f"of-{things.coalition}"] * things.count({}),
        lambda things: [each["_id"] for each in things.page({}, order=BY_ID, request=PageRequest()).items],
        lambda things: [f"of-{things.coalition}"] * things.page({}, order=BY_ID, request=PageRequest(count=True)).total,
        lambda things: [each["_id"] for each in things.find({"$or": [{"_id": "of-eccar"}, {"_id": "of-lac"}]})],
    ],
)
@pytest.mark.parametrize("coalition", ["eccar", "lac"])
def test_a_collection_shows_one_coalition(
    unit_of_work: UnitOfWork, coalition: str, ask: Callable[[TenantCollection], Any]
) -> None:
    assert seen_by(unit_of_work, coalition, ask) == [f"of-{coalition}"]


def test_another_coalitions_document_cannot_be_asked_for(unit_of_work: UnitOfWork) -> None:
    assert seen_by(unit_of_work, "eccar", lambda things: things.find_one({"_id": "of-lac"})) is None
    with pytest.raises(ValueError, match="scoped to 'eccar'"):
        seen_by(unit_of_work, "eccar", lambda things: things.find_one({"coalition": "lac"}))


def test_another_coalitions_document_cannot_be_changed(
    unit_of_work: UnitOfWork, mongo: MongoClient[dict[str, Any]], database_prefix: str
) -> None:
    with pytest.raises(VersionConflict):
        seen_by(unit_of_work, "eccar", lambda things: things.replace({"_id": "of-lac", "version": 2, "taken": True}))
    stored = mongo[f"{database_prefix}recorder"]["things"].find_one({"_id": "of-lac"})
    assert stored is not None
    assert (stored["version"], "taken" in stored) == (1, False)


def test_a_collection_needs_its_coalition(unit_of_work: UnitOfWork) -> None:
    with pytest.raises(ValueError, match="needs its coalition"):
        seen_by(unit_of_work, "", lambda things: things.find_one({}))


def test_only_the_next_version_replaces(unit_of_work: UnitOfWork) -> None:
    seen_by(unit_of_work, "eccar", lambda things: things.replace({"_id": "of-eccar", "version": 2}))
    with pytest.raises(VersionConflict):
        seen_by(unit_of_work, "eccar", lambda things: things.replace({"_id": "of-eccar", "version": 2}))


def project(unit_of_work: UnitOfWork, sequence: int, standing: str = "") -> bool:
    row = {"_id": "row", "sequence": sequence, "standing": standing or str(sequence)}
    return bool(seen_by(unit_of_work, "eccar", lambda things: things.project(row)))


def projected(unit_of_work: UnitOfWork) -> dict[str, Any]:
    row: dict[str, Any] = seen_by(unit_of_work, "eccar", lambda things: things.find_one({"_id": "row"}))
    return row


def test_a_projection_ignores_what_is_older(unit_of_work: UnitOfWork) -> None:
    assert [project(unit_of_work, sequence) for sequence in (2, 1, 5, 3)] == [True, False, True, False]
    assert projected(unit_of_work)["standing"] == "5"


def test_a_projection_keeps_what_it_was_told_first_and_knows_that_it_is_the_newest(unit_of_work: UnitOfWork) -> None:
    assert [project(unit_of_work, 2, "first"), project(unit_of_work, 2, "again")] == [True, True]
    assert projected(unit_of_work)["standing"] == "first"


def test_a_gap_is_told_and_is_healed_by_what_comes_next(
    unit_of_work: UnitOfWork, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    for sequence in (1, 2, 5, 6, 4, 3):
        project(unit_of_work, sequence)
    assert projected(unit_of_work)["standing"] == "6"
    [gap] = [vars(record) for record in caplog.records if record.msg == "gap"]
    named = ("collection", "coalition", "aggregate", "known", "arrived")
    assert {name: gap[name] for name in named} == {
        "collection": "things",
        "coalition": "eccar",
        "aggregate": "row",
        "known": 2,
        "arrived": 5,
    }


def test_the_beginning_may_be_missing_too(unit_of_work: UnitOfWork, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    project(unit_of_work, 3)
    assert [(vars(each)["known"], vars(each)["arrived"]) for each in caplog.records if each.msg == "gap"] == [(0, 3)]


def test_a_version_is_stored_after_the_one_before_it(unit_of_work: UnitOfWork) -> None:
    def store(version: int) -> None:
        seen_by(unit_of_work, "eccar", lambda things: things.store({"_id": "new", "version": version}))

    with pytest.raises(VersionConflict):
        store(2)
    store(1)
    store(2)
    with pytest.raises(VersionConflict):
        store(2)
    assert seen_by(unit_of_work, "lac", lambda things: things.find_one({"_id": "new"})) is None
    assert seen_by(unit_of_work, "eccar", lambda things: things.find_one({"_id": "new"}))["version"] == 2


def test_references_are_looked_up_coalition_by_coalition() -> None:
    asked: list[tuple[str, list[str]]] = []

    def find(coalition: str, ids: list[str]) -> dict[str, str]:
        asked.append((coalition, ids))
        return {id: f"{coalition}/{id}" for id in ids if id != "gone"}

    refs = [Ref("eccar", "a"), Ref("lac", "a"), Ref("eccar", "gone"), Ref("eccar", "a")]
    assert by_refs(refs, find) == ["eccar/a", "lac/a", None, "eccar/a"]
    assert asked == [("eccar", ["a", "gone", "a"]), ("lac", ["a"])]
    assert by_refs([], find) == []
