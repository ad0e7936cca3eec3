"""The first baseline: one Starlette process with Strawberry and PyMongo, over the databases that the platform filled.

Written as its users write: types as classes, a data loader for everything that is looked up by a key, one `$in` for a
batch, parsed and validated documents kept, orjson, uvloop. It has no rights, no audit log and no bus.

`python -m benchmarks.baselines.strawberry_monolith`, with PORT, MONGODB_URI and DATABASE_PREFIX in the environment.
"""

import base64
import os
from collections import defaultdict
from collections.abc import Mapping
from enum import Enum
from typing import Any, Self

import orjson
import strawberry
import uvicorn
from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.types import Info as StrawberryInfo

Document = dict[str, Any]

NO_DATE = "9999-12-31"
"""What the databases hold as the sort key of an unknown date."""

DOCUMENTS_KEPT = 1000


class Databases:
    """The collections that are read, in the database of the service that filled them."""

    def __init__(self, client: AsyncMongoClient[Document], prefix: str) -> None:
        membership, events, reports = (client[f"{prefix}{name}"] for name in ("membership", "events", "reports"))
        self.coalitions = membership["coalitions"]
        self.cities = membership["cities"]
        self.plans = membership["plans"]
        self.members = membership["memberships"]
        self.registrations = events["registrations"]
        self.conferences = events["conferences"]
        self.obligations = reports["obligations"]
        self.reports = reports["reports"]


def by_id(collection: AsyncCollection[Document]) -> DataLoader[str, Document | None]:
    async def load(ids: list[str]) -> list[Document | None]:
        found = {document["_id"]: document async for document in collection.find({"_id": {"$in": ids}})}
        return [found.get(id) for id in ids]

    return DataLoader(load_fn=load)


def by_member(collection: AsyncCollection[Document], *, direction: int) -> DataLoader[str, list[Document]]:
    async def load(ids: list[str]) -> list[list[Document]]:
        found: dict[str, list[Document]] = defaultdict(list)
        async for document in collection.find({"member_id": {"$in": ids}}).sort("_id", direction):
            found[document["member_id"]].append(document)
        return [found[id] for id in ids]

    return DataLoader(load_fn=load)


class Context:
    """Of one request."""

    def __init__(self, databases: Databases) -> None:
        self.databases = databases
        self.coalition = by_id(databases.coalitions)
        self.city = by_id(databases.cities)
        self.plan = by_id(databases.plans)
        self.member = by_id(databases.members)
        self.conference = by_id(databases.conferences)
        self.report = by_id(databases.reports)
        self.registrations = by_member(databases.registrations, direction=-1)
        self.obligations = by_member(databases.obligations, direction=1)


Info = StrawberryInfo[Context, None]


@strawberry.enum
class Standing(Enum):
    DECLARED_INTENT = "declared_intent"
    CANDIDATE = "candidate"
    MEMBER = "member"
    REFUSED = "refused"
    FORMER = "former"
    DORMANT = "dormant"


@strawberry.enum
class LegalType(Enum):
    CITY = "city"
    BOROUGH = "borough"
    DISTRICT = "district"
    CANTON = "canton"
    METROPOLITAN_CITY = "metropolitan_city"
    MUNICIPAL_ASSOCIATION = "municipal_association"
    REGION = "region"
    OTHER = "other"


@strawberry.enum
class MilestoneKind(Enum):
    COUNCIL_DECISION = "council_decision"
    DECLARATION_OF_INTENT = "declaration_of_intent"
    APPLICATION = "application"
    ACT_OF_ACCESSION = "act_of_accession"
    ADMISSION = "admission"
    REFUSAL = "refusal"
    JOINING_ASSOCIATION = "joining_association"
    WITHDRAWAL = "withdrawal"
    NO_LONGER_LISTED = "no_longer_listed"


@strawberry.enum
class ReportStatus(Enum):
    DRAFT = "draft"
    SUBMITTED = "submitted"


@strawberry.enum
class AnswerStatus(Enum):
    NOT_STARTED = "not_started"
    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    ACHIEVED = "achieved"
    NOT_APPLICABLE = "not_applicable"


@strawberry.enum
class MemberOrderField(Enum):
    NAME = "name"
    COUNTRY = "country"
    ADMITTED_ON = "admitted_on"
    POPULATION = "population"


@strawberry.enum
class OrderDirection(Enum):
    ASCENDING = "ascending"
    DESCENDING = "descending"


SORT_FIELDS = {
    "name": ("sort.name", "sort.name"),
    "country": ("sort.country", "sort.country"),
    "admitted_on": ("sort.admitted_ascending", "sort.admitted_descending"),
    "population": ("sort.population_ascending", "sort.population_descending"),
}


def global_id(type_name: str, document: Document) -> strawberry.ID:
    local = f"{document['coalition']}/{document['_id']}" if "coalition" in document else document["_id"]
    return strawberry.ID(base64.b64encode(f"{type_name}:{local}".encode()).decode())


def best(text: Mapping[str, Any], language: str | None) -> str:
    """A text in a language, else in the original."""
    found: str = text["texts"].get(language or "") or text["texts"][text["original"]]
    return found


@strawberry.type
class Country:
    code: str


@strawberry.type
class Population:
    value: int
    year: int | None


@strawberry.type
class City:
    id: strawberry.ID
    version: int
    name: str
    alternative_names: list[str]
    country: Country
    legal_type: LegalType
    geonames_id: int | None
    population: Population | None
    source: str | None

    @classmethod
    def of(cls, document: Document) -> Self:
        people = document["population"]
        return cls(
            id=global_id("City", document),
            version=document["version"],
            name=document["name"],
            alternative_names=document["alternative_names"],
            country=Country(code=document["country"]),
            legal_type=LegalType(document["legal_type"]),
            geonames_id=document["geonames_id"],
            population=None if people is None else Population(value=people, year=document["population_year"]),
            source=document["source"],
        )


@strawberry.type
class Coalition:
    key: str
    names: strawberry.Private[Document]

    @strawberry.field
    def name(self, language: str | None = None) -> str:
        return best(self.names, language)


@strawberry.type
class Commitment:
    number: int
    titles: strawberry.Private[Document]

    @strawberry.field
    def title(self, language: str | None = None) -> str:
        return best(self.titles, language)


@strawberry.type
class Conference:
    titles: strawberry.Private[Document]

    @strawberry.field
    def title(self, language: str | None = None) -> str:
        return best(self.titles, language)


@strawberry.type
class Registration:
    conference_id: strawberry.Private[str]

    @strawberry.field
    async def conference(self, info: Info) -> Conference | None:
        found = await info.context.conference.load(self.conference_id)
        return Conference(titles=found["title"]) if found else None


@strawberry.type
class ReportAnswer:
    commitment: Commitment
    status: AnswerStatus
    texts: strawberry.Private[Document | None]

    @strawberry.field
    def text(self, language: str | None = None) -> str | None:
        return None if self.texts is None else best(self.texts, language)


@strawberry.type
class Report:
    status: ReportStatus
    document: strawberry.Private[Document]

    @strawberry.field
    def answers(self) -> list[ReportAnswer]:
        titles = {each["number"]: each["title"] for each in self.document["commitments"]}
        return [
            ReportAnswer(
                commitment=Commitment(number=each["commitment"], titles=titles[each["commitment"]]),
                status=AnswerStatus(each["status"]),
                texts=each["text"],
            )
            for each in self.document["answers"]
        ]


@strawberry.type
class Obligation:
    due_on: str | None
    report_id: strawberry.Private[str | None]

    @strawberry.field
    async def report(self, info: Info) -> Report | None:
        found = await info.context.report.load(self.report_id) if self.report_id else None
        return Report(status=ReportStatus(found["status"]), document=found) if found else None


@strawberry.type
class Milestone:
    kind: MilestoneKind
    date: str | None


@strawberry.type
class Member:
    id: strawberry.ID
    version: int
    standing: Standing
    source: str | None
    document: strawberry.Private[Document]

    @classmethod
    def of(cls, document: Document) -> Self:
        return cls(
            id=global_id("Member", document),
            version=document["version"],
            standing=Standing(document["standing"]),
            source=document["source"],
            document=document,
        )

    @strawberry.field
    def milestones(self) -> list[Milestone]:
        return [Milestone(kind=MilestoneKind(each["kind"]), date=each["date"]) for each in self.document["milestones"]]

    @strawberry.field
    def admitted_on(self) -> str | None:
        return next((each["date"] for each in self.document["milestones"] if each["kind"] == "admission"), None)

    @strawberry.field
    async def coalition(self, info: Info) -> Coalition | None:
        found = await info.context.coalition.load(self.document["coalition"])
        return Coalition(key=found["_id"], names=found["name"]) if found else None

    @strawberry.field
    async def city(self, info: Info) -> City | None:
        found = await info.context.city.load(self.document["cities"][0]["id"])
        return City.of(found) if found else None

    @strawberry.field
    async def commitments(self, info: Info) -> list[Commitment] | None:
        plan_id, chosen = self.document["plan_id"], self.document["selected_commitments"]
        plan = await info.context.plan.load(plan_id) if plan_id else None
        if plan is None:
            return None
        return [
            Commitment(number=each["number"], titles=each["title"])
            for each in plan["commitments"]
            if chosen is None or each["number"] in chosen
        ]

    @strawberry.field
    async def registrations(self, info: Info) -> list[Registration]:
        found = await info.context.registrations.load(self.document["_id"])
        return [Registration(conference_id=each["conference_id"]) for each in found]

    @strawberry.field
    async def obligations(self, info: Info) -> list[Obligation]:
        found = await info.context.obligations.load(self.document["_id"])
        return [
            Obligation(
                due_on=None if each["due_key"] == NO_DATE else each["due_key"],
                report_id=each["report_id"],
            )
            for each in found
        ]


@strawberry.type
class MemberEdge:
    node: Member


@strawberry.type
class MemberConnection:
    edges: list[MemberEdge]


@strawberry.type
class CityEdge:
    node: City


@strawberry.type
class CityConnection:
    edges: list[CityEdge]


@strawberry.input
class MemberOrder:
    field: MemberOrderField
    direction: OrderDirection = OrderDirection.ASCENDING


@strawberry.type
class Query:
    @strawberry.field
    async def member(self, info: Info, id: strawberry.ID) -> Member | None:
        _, _, key = base64.b64decode(id).decode().rpartition("/")
        found = await info.context.member.load(key)
        return Member.of(found) if found else None

    @strawberry.field
    async def members(
        self, info: Info, coalition: str, first: int = 50, order_by: MemberOrder | None = None
    ) -> MemberConnection:
        order = order_by or MemberOrder(field=MemberOrderField.NAME)
        descending = order.direction is OrderDirection.DESCENDING
        direction = -1 if descending else 1
        sort = [(SORT_FIELDS[order.field.value][descending], direction), ("_id", direction)]
        found = info.context.databases.members.find({"coalition": coalition}).sort(sort).limit(first)
        return MemberConnection(edges=[MemberEdge(node=Member.of(each)) async for each in found])

    @strawberry.field
    async def cities(self, info: Info, first: int = 50) -> CityConnection:
        found = info.context.databases.cities.find().sort([("folded_name", 1), ("_id", 1)]).limit(first)
        return CityConnection(edges=[CityEdge(node=City.of(each)) async for each in found])


schema = strawberry.Schema(
    Query,
    extensions=[lambda: ParserCache(DOCUMENTS_KEPT), lambda: ValidationCache(DOCUMENTS_KEPT)],
)


class Endpoint(GraphQL[Context, None]):
    def __init__(self, databases: Databases) -> None:
        super().__init__(schema)
        self._databases = databases

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        return Context(self._databases)

    def decode_json(self, data: str | bytes) -> object:
        return orjson.loads(data)

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)


def create_app(environment: Mapping[str, str]) -> Starlette:
    client: AsyncMongoClient[Document] = AsyncMongoClient(environment["MONGODB_URI"])
    endpoint = Endpoint(Databases(client, environment["DATABASE_PREFIX"]))
    return Starlette(
        routes=[
            Route("/graphql", endpoint),
            Route("/readyz", lambda _request: PlainTextResponse("ready")),
        ]
    )


if __name__ == "__main__":
    uvicorn.run(create_app(os.environ), port=int(os.environ["PORT"]), log_level="warning", access_log=False)
