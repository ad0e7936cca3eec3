"""The steps of the seed. Each is idempotent: what is there already is counted and left alone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from . import sources
from .door import Door

CITIES: Final = """
query Cities($after: String) {
  cities(first: 200, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { id name country { code } legalType } }
  }
}"""


@dataclass(frozen=True, slots=True)
class Step:
    """What is loaded, the inputs, and how one is loaded (True: it was new)."""

    name: str
    inputs: list[dict[str, Any]]
    load: Callable[[dict[str, Any]], bool]


def is_empty(door: Door) -> bool:
    """Whether nothing has been loaded yet."""
    return bool(door.ask("{ coalitions(first: 1) { totalCount } }")["coalitions"]["totalCount"] == 0)


def steps(door: Door) -> Iterator[Step]:
    """In the order in which they must be loaded. A step's inputs are read when its turn comes."""

    def command(mutation: str, already: str) -> Callable[[dict[str, Any]], bool]:
        return lambda values: door.command(mutation, values, already=already)

    coalition = command("registerCoalition", "COALITION_ALREADY_REGISTERED")
    yield Step("coalitions", list(sources.coalitions()), coalition)
    yield Step("plans", list(sources.plans()), command("publishPlan", "PLAN_ALREADY_PUBLISHED"))
    yield Step("cities", list(sources.cities()), command("registerCity", "CITY_ALREADY_REGISTERED"))
    membership = command("recordMembership", "MEMBERSHIP_ALREADY_EXISTS")
    yield Step("memberships", list(_memberships(door)), membership)
    conference = command("announceConference", "CONFERENCE_ALREADY_ANNOUNCED")
    yield Step("conferences", list(sources.conferences()), conference)


def _memberships(door: Door) -> Iterator[dict[str, Any]]:
    """The memberships with their cities' ids, which only the platform knows."""
    ids = {(city["name"], city["country"]["code"], city["legalType"]): city["id"] for city in _all_cities(door)}
    for membership in sources.memberships():
        city = membership.pop("city")
        yield {**membership, "cities": [ids[city]]}


def _all_cities(door: Door) -> Iterator[dict[str, Any]]:
    after = None
    while True:
        page = door.ask(CITIES, {"after": after})["cities"]
        yield from (edge["node"] for edge in page["edges"])
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]
