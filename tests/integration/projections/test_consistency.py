"""The check of consistency names what differs, and nothing else."""

from dataclasses import replace
from typing import Any

import pytest

from services.chassis.runtime.consistency import Patience, check

from .network import DEFINITIONS, PROJECTIONS, Network

MEMBERS = "events.member_projection"
DUTIES = "reports.member_projection"


def acting(*acts: Any) -> Patience:
    """Does something in each pause, instead of waiting."""
    left = list(acts)
    return Patience(seconds=2.0, rounds=len(acts), sleep=lambda seconds: left.pop(0)())


def first_id(network: Network, queue: str) -> str:
    identity: str = network.rows(queue)[0]["_id"]
    return identity


def test_nothing_is_named_when_all_is_as_it_should_be(network: Network) -> None:
    waited: list[float] = []
    compared = check(DEFINITIONS, network.database, patience=Patience(sleep=waited.append))
    assert {f"{each.service}.{each.projection}": (each.rows, each.differences) for each in compared} == {
        "events.coalition_projection": (2, ()),
        "events.member_projection": (3, ()),
        "events.consent_text_projection": (1, ()),
        "events.retention_projection": (1, ()),
        "reports.coalition_projection": (2, ()),
        "reports.plan_projection": (1, ()),
        "reports.member_projection": (3, ()),
        "reports.focal_point_handover": (1, ()),
        "reports.retention_projection": (1, ()),
    }
    assert waited == []


@pytest.mark.parametrize("queue", PROJECTIONS)
def test_a_missing_row_is_named(network: Network, queue: str) -> None:
    identity = first_id(network, queue)
    network.collection(queue).delete_one({"_id": identity})
    assert network.differences() == {queue: [(identity, "missing", ())]}


@pytest.mark.parametrize("queue", PROJECTIONS)
def test_a_row_too_many_is_named(network: Network, queue: str) -> None:
    row = network.rows(queue)[0]
    network.collection(queue).insert_one({**row, "_id": "stranger"})
    assert network.differences() == {queue: [("stranger", "extra", ())]}


@pytest.mark.parametrize(
    ("queue", "change", "fields"),
    [
        (MEMBERS, {"standing": "former"}, ("standing",)),
        (MEMBERS, {"sequence": 9}, ("sequence",)),
        (MEMBERS, {"coalition": "apcad", "standing": "former"}, ("coalition", "standing")),
        (MEMBERS, {"surprise": 1}, ("surprise",)),
        (DUTIES, {"admitted_on": "2006"}, ("admitted_on",)),
        ("reports.coalition_projection", {"rules": []}, ("rules",)),
        ("reports.plan_projection", {"commitments": []}, ("commitments",)),
        ("events.coalition_projection", {"sequence": 0}, ("sequence",)),
    ],
)
def test_a_different_row_is_named_with_its_fields(
    network: Network, queue: str, change: dict[str, Any], fields: tuple[str, ...]
) -> None:
    identity = first_id(network, queue)
    network.collection(queue).update_one({"_id": identity}, {"$set": change})
    assert network.differences() == {queue: [(identity, "different", fields)]}


def test_what_only_the_message_knew_is_not_compared(network: Network) -> None:
    """The owner of a plan does not know when its message was sent."""
    network.collection("reports.plan_projection").update_many({}, {"$set": {"published_at": None}})
    assert network.differences() == {}


def test_a_difference_says_where_it_is(network: Network) -> None:
    identity = first_id(network, MEMBERS)
    row = network.collection(MEMBERS).find_one_and_delete({"_id": identity})
    [difference] = [each for one in check(DEFINITIONS, network.database, patience=acting()) for each in one.differences]
    assert (difference.id, difference.coalition, difference.kind) == (identity, row["coalition"], "missing")


def test_a_message_on_its_way_is_no_difference(network: Network) -> None:
    network.membership.member("Zürich")
    network.membership.register_coalition(key="apcad")
    listening = {queue for queue in PROJECTIONS if queue.endswith((".member_projection", ".coalition_projection"))}
    assert set(network.differences()) == listening
    assert network.differences(patience=acting(network.hand_over)) == {}


def test_what_arrives_only_after_the_second_look_is_no_difference_either(network: Network) -> None:
    network.membership.member("Zürich")
    assert network.differences(patience=acting(lambda: None, lambda: None, network.hand_over)) == {}


def test_rows_that_change_all_the_time_are_no_difference_as_long_as_they_follow(network: Network) -> None:
    """Always something is on its way, and never the same."""
    names = iter(("Zürich", "Genf", "Wien", "Linz"))

    def hand_over_and_go_on() -> None:
        network.hand_over()
        network.membership.member(next(names))

    network.membership.member("Turku")
    assert network.differences(patience=acting(*[hand_over_and_go_on] * 4)) == {}


def test_what_stays_different_is_named_in_spite_of_all_that_is_on_its_way(network: Network) -> None:
    lost = network.membership.member("Zürich")["id"]
    [message] = [each for each in network.written() if each.subject == lost]
    network.hand_over([message], queues=[DUTIES])
    network.membership.member("Genf")
    assert network.differences(patience=acting(network.hand_over, lambda: None)) == {MEMBERS: [(lost, "missing", ())]}


def test_one_service_may_be_asked_alone(network: Network) -> None:
    network.collection(MEMBERS).delete_many({})
    compared = check(DEFINITIONS, network.database, services=["reports"], patience=acting())
    assert {each.service for each in compared} == {"reports"}
    assert not any(each.differences for each in compared)


def test_it_leaves_nothing_behind(network: Network) -> None:
    def collections() -> dict[str, list[str]]:
        return {
            service: sorted(network.database(service).list_collection_names())
            for service in ("membership", "events", "reports")
        }

    network.differences()
    before = collections()
    network.collection(MEMBERS).delete_many({})
    network.differences(patience=acting(lambda: None))
    assert collections() == before


def test_an_owner_that_cannot_tell_is_an_error_and_not_a_difference(network: Network) -> None:
    silent = [replace(definition, snapshot=None) for definition in DEFINITIONS]
    with pytest.raises(LookupError, match="membership has no snapshot"):
        check(silent, network.database)
