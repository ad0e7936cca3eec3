"""One coalition never sees another's documents, whatever the method."""

from collections.abc import Callable
from typing import Any

import pytest
from pymongo import MongoClient

from services.chassis.kernel.clock import utc_now
from services.chassis.kernel.errors import VersionConflict
from services.chassis.persistence.tenancy import TenantCollection
from services.chassis.persistence.unit_of_work import UnitOfWork, Work
from tests.support.recorder.definition import publishing

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
    return unit_of_work.read(lambda work, _: ask(TenantCollection(work, "things", coalition=coalition)), None)


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


def test_a_projection_ignores_what_is_older(unit_of_work: UnitOfWork) -> None:
    def project(sequence: int) -> bool:
        row = {"_id": "row", "sequence": sequence, "standing": str(sequence)}
        return bool(seen_by(unit_of_work, "eccar", lambda things: things.project(row)))

    assert [project(2), project(1), project(2), project(5)] == [True, False, False, True]
    assert seen_by(unit_of_work, "eccar", lambda things: things.find_one({"_id": "row"}))["standing"] == "5"
