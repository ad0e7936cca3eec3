"""Entries about what was read: in whose log they stand, and what they name."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from services.chassis.kernel.paging import Page
from services.chassis.kernel.refused import Refused
from services.chassis.persistence.audit.entries import Origin, entries_of_reading, things_in
from services.chassis.persistence.audit.rules import AuditRules
from services.rights.decide import Target

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
REFUSED = Refused("FORBIDDEN", "No.")


@dataclass(frozen=True)
class Thing:
    id: str
    coalition: str = "eccar"


@dataclass(frozen=True)
class Grant:
    """Something that does not say where it belongs."""

    person_id: str


def page(*items: Any) -> Page[Any]:
    return Page(items=items, cursors=tuple("c" for _ in items), has_next=False)


def entries(found: Any, *targets: Target) -> dict[str | None, dict[str, Any]]:
    made = entries_of_reading(
        found, targets=targets, origin=Origin.call("list"), rules=AuditRules(service="things"), at=NOON
    )
    assert len({entry["coalition"] for entry in made}) == len(made)
    return {entry["coalition"]: entry for entry in made}


@pytest.mark.parametrize(
    ("found", "count"),
    [
        (None, 0),
        ([], 0),
        ([None, REFUSED], 0),
        (page(), 0),
        ([page(), REFUSED, []], 0),
        (Thing("a"), 1),
        ({"id": "a"}, 1),
        ([Thing("a"), None, Thing("b")], 2),
        ([page(Thing("a"), Thing("b")), REFUSED, page(Thing("c"))], 3),
        ([(Thing("a"),), []], 1),
    ],
)
def test_things_are_counted_through_lists_and_pages(found: Any, count: int) -> None:
    assert len(list(things_in(found))) == count
    assert sum(entry["read"]["items"] for entry in entries(found).values()) == count


def test_each_coalition_has_an_entry_of_its_own_things_and_targets() -> None:
    found = [page(Thing("a"), Thing("b")), page(Thing("c", "lac"))]
    made = entries(found, Target(coalition="eccar", member_id="m1"), Target(coalition="lac", member_id="m2"))
    assert made["eccar"]["aggregates"] == ["a", "b"]
    assert made["eccar"]["read"] == {"items": 2, "targets": [{"coalition": "eccar", "member_id": "m1"}]}
    assert made["lac"]["aggregates"] == ["c"]
    assert made["lac"]["read"] == {"items": 1, "targets": [{"coalition": "lac", "member_id": "m2"}]}


def test_what_does_not_say_its_coalition_has_that_of_the_question_it_answers() -> None:
    targets = Target(coalition="eccar"), Target(coalition="lac")
    made = entries([page(Grant("p1")), REFUSED, page(Grant("p2"), Grant("p3"))], *targets)
    assert {coalition: entry["about"] for coalition, entry in made.items()} == {"eccar": ["p1"], "lac": ["p2", "p3"]}
    assert entries(page(Grant("p1")), Target(coalition="lac")).keys() == {"lac"}
    assert entries(page(Grant("p1")), Target()).keys() == {None}
    assert entries([Grant("p1"), Grant("p2"), Grant("p3")], *targets).keys() == {None}


def test_the_people_asked_about_are_named_too() -> None:
    made = entries([Thing("a")], Target(coalition="eccar", person_id="p1"))
    assert made["eccar"]["about"] == ["p1"]
    assert "about" not in entries([Thing("a")], Target(coalition="eccar"))["eccar"]


def test_each_id_is_named_once() -> None:
    made = entries([Thing("a"), Thing("a")])
    assert (made["eccar"]["aggregates"], made["eccar"]["read"]["items"]) == (["a"], 2)
