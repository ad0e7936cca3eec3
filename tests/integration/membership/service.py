"""The membership service as its callers see it, without the bus: same schemas, same use cases, same views."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from services.chassis.kernel import context
from services.chassis.messaging.validation import load
from services.chassis.persistence.unit_of_work import UnitOfWork
from services.chassis.schemas import views as shown
from services.chassis.schemas.requests import Request
from services.membership.application import commands, queries
from services.membership.application.policies import POLICY
from services.membership.schemas import published, requests, views
from services.membership.wiring import SERVICE
from tests.support.pseudonyms import PSEUDONYMS

View = dict[str, Any]

COALITION: View = {
    "name": {"original": "en", "texts": {"en": "A Coalition of Cities"}},
    "region": "Europe",
    "source": "a test",
}
PLAN: View = {
    "is_complete": True,
    "source": "a test",
    "commitments": [
        {"number": number, "title": {"original": "en", "texts": {"en": f"Commitment {number}"}}} for number in (1, 2, 7)
    ],
}
CITY: View = {"country": "AT", "legal_type": "city"}


class Now:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


class Membership:
    """Each method is one of the service's, called with its keyword arguments; some have defaults for the tests."""

    def __init__(self, mongo: MongoClient[dict[str, Any]], database: Database[dict[str, Any]], now: Now) -> None:
        self.database = database
        self.unit_of_work = UnitOfWork(
            mongo,
            database.name,
            clock=now,
            publishing=published.publishing,
            policy=POLICY,
            audit=SERVICE.audit_rules,
            pseudonyms=PSEUDONYMS,
        )
        self._numbers = count(1)

    def register_coalition(self, **values: Any) -> View:
        return self._write(commands.register_coalition, requests.RegisterCoalition, COALITION | values, views.COALITION)

    def publish_plan(self, **values: Any) -> View:
        return self._write(commands.publish_plan, requests.PublishPlan, PLAN | values, views.PLAN)

    def register_city(self, **values: Any) -> View:
        named = {"name": f"City {next(self._numbers)}"} | CITY | values
        return self._write(commands.register_city, requests.RegisterCity, named, views.CITY)

    def record_membership(self, **values: Any) -> View:
        data = {"coalition": "eccar"} | values
        return self._write(commands.record_membership, requests.RecordMembership, data, views.MEMBER)

    def apply_for_membership(self, **values: Any) -> View:
        data = {"coalition": "eccar", "applied_on": "2026-10-01"} | values
        return self._write(commands.apply_for_membership, requests.ApplyForMembership, data, views.MEMBER)

    def record_decision(self, **values: Any) -> View:
        defaults = {
            "coalition": "eccar",
            "outcome": "admitted",
            "body": "steering_committee",
            "decided_on": "2026-11-20",
        }
        return self._write(commands.record_decision, requests.RecordDecision, defaults | values, views.MEMBER)

    def record_milestone(self, **values: Any) -> View:
        data = {"coalition": "eccar"} | values
        return self._write(commands.record_milestone, requests.RecordMilestone, data, views.MEMBER)

    def get_coalitions(self, *keys: str) -> list[View | None]:
        return views.COALITION.batch(self._read(queries.get_coalitions, requests.GetByKeys, keys=keys))

    def list_coalitions(self, **values: Any) -> View:
        page = self._read(queries.list_coalitions, requests.ListCoalitions, **values)
        return views.COALITION.page(page)

    def member_counts(self, *coalitions: str) -> list[View]:
        counted = self._read(queries.member_counts, requests.OfCoalitions, coalitions=coalitions)
        return [views.counts(each) for each in counted]

    def get_plans(self, *refs: tuple[str, str]) -> list[View | None]:
        return views.PLAN.batch(self._read(queries.get_plans, requests.GetByRefs, refs=_refs(refs)))

    def list_plans(self, *coalitions: str) -> list[list[View | None]]:
        found = self._read(queries.list_plans, requests.OfCoalitions, coalitions=coalitions)
        return [views.PLAN.batch(plans) for plans in found]

    def get_cities(self, *ids: str) -> list[View | None]:
        return views.CITY.batch(self._read(queries.get_cities, requests.GetByIds, ids=ids))

    def list_cities(self, **values: Any) -> View:
        return views.CITY.page(self._read(queries.list_cities, requests.ListCities, **values))

    def get_members(self, *refs: tuple[str, str]) -> list[View | None]:
        return views.MEMBER.batch(self._read(queries.get_members, requests.GetByRefs, refs=_refs(refs)))

    def list_members(self, **values: Any) -> View:
        (page,) = self._read(queries.list_members, requests.ListMembers, **{"coalition": "eccar"} | values)
        return views.MEMBER.page(page)

    def list_members_of(self, *coalitions: str, **values: Any) -> list[View]:
        pages = self._read(queries.list_members, requests.ListMembersOf, coalitions=coalitions, **values)
        return [views.MEMBER.page(page) for page in pages]

    def list_memberships_of_city(self, *city_ids: str) -> list[list[View | None]]:
        found = self._read(queries.list_memberships_of_city, requests.ListMembershipsOfCity, city_ids=city_ids)
        return [views.MEMBER.batch(memberships) for memberships in found]

    def member(self, name: str, *, coalition: str = "eccar", kind: str = "admission", **city: Any) -> View:
        """A membership of a city of its own."""
        city_id = self.register_city(name=name, **city)["id"]
        return self.record_membership(coalition=coalition, cities=[city_id], milestones=[{"kind": kind}])

    def messages(self) -> list[tuple[str, str, int]]:
        """Type, subject and sequence of each message in the outbox, in the order of commit."""
        rows = self.database["outbox"].find().sort("created")
        return [(row["type"].removeprefix("membership."), row["subject"], row["sequence"]) for row in rows]

    def contents(self) -> dict[str, list[View]]:
        """Every document of the database: what must be the same after a refused command."""
        names = ("coalitions", "plans", "cities", "memberships", "outbox")
        return {name: list(self.database[name].find().sort("_id")) for name in names}

    def _write(self, command: Callable[..., Any], schema: type[Request], data: View, view: shown.View) -> View:
        with context.use(replace(context.current(), method=command.__name__)):
            return self.unit_of_work.answer(command, load(schema(), data), view.one)

    def _read(self, query: Callable[..., Any], schema: type[Request], **data: Any) -> Any:
        with context.use(replace(context.current(), method=query.__name__)):
            return self.unit_of_work.read(query, load(schema(), data))


def _refs(refs: tuple[tuple[str, str], ...]) -> list[View]:
    return [{"coalition": coalition, "id": id_} for coalition, id_ in refs]
