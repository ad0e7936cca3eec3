"""A few use cases about things, and a policy for them: enough to fill an audit log."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from pymongo import MongoClient

from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.principal import TENANT, Grant, Principal, PrincipalKind, Scope
from services.chassis.kernel.requests import GetByRefs, Ref
from services.chassis.persistence.audit.rules import Audited, AuditRules
from services.chassis.persistence.collection import NetworkCollection
from services.chassis.persistence.tenancy import TenantCollection, by_refs
from services.chassis.persistence.unit_of_work import UnitOfWork, Work
from services.rights.audit import AUDIT
from services.rights.decide import Target
from services.rights.policy import Policy
from services.rights.roles import Role
from services.rights.table import TABLE, Access, Area, Row
from tests.support.recorder.definition import publishing

NOON: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)

RULES: Final = AuditRules(
    service="things",
    collections={
        "things": Audited(concealed=frozenset({"email"}), person="person_id"),
        "kinds": Audited(),
    },
)

_OFFICE: Final = frozenset({Role.SECRETARIAT})
_ROWS: Final = {
    "change_things": Row(area=Area.MEMBERS, access=Access.WRITE, allowed=_OFFICE, does="Change things"),
    "get_people": Row(area=Area.PEOPLE, access=Access.READ, allowed=_OFFICE, does="Read people", personal=True),
    "get_things": Row(area=Area.MEMBERS, access=Access.READ, allowed=_OFFICE, does="Read things"),
    **{method: TABLE[f"events.{method}"] for method in AUDIT},
}


def _coalitions(_work: Any, request: GetByRefs) -> Iterator[Target]:
    return (Target(coalition=ref.coalition, person_id=ref.id) for ref in request.refs)


POLICY: Final = Policy(
    "things",
    about={
        **AUDIT,
        "change_things": lambda _work, request: Target(coalition=request[0].coalition),
        "get_people": _coalitions,
        "get_things": _coalitions,
    },
    table={f"things.{method}": row for method, row in _ROWS.items()},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """`coalition` None: of the network. `fields` None: it goes."""

    id: str
    coalition: str | None = "eccar"
    fields: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    id: str
    coalition: str


def change_things(work: Work, things: Sequence[Thing]) -> list[int]:
    """The versions since."""
    return [_change(work, thing) for thing in things]


def _change(work: Work, thing: Thing) -> int:
    collection: NetworkCollection = (
        TenantCollection(work, "things", coalition=thing.coalition)
        if thing.coalition
        else NetworkCollection(work, "kinds")
    )
    if thing.fields is None:
        collection.delete(thing.id)
        return 0
    stored = collection.find_one({"_id": thing.id})
    version = stored["version"] + 1 if stored else 1
    collection.store({"_id": thing.id, "version": version, **thing.fields})
    return version


def get_things(work: Work, request: GetByRefs) -> list[Found | None]:
    return by_refs(request.refs, lambda coalition, ids: _found(work, coalition, ids))


get_people = get_things


def _found(work: Work, coalition: str, ids: list[str]) -> dict[str, Found]:
    rows = TenantCollection(work, "things", coalition=coalition).find_many(ids)
    return {row["_id"]: Found(id=row["_id"], coalition=coalition) for row in rows}


def person(name: str, *roles: Role, coalition: str = "eccar") -> Principal:
    grants = tuple(Grant(role.value, Scope(TENANT, coalition)) for role in roles)
    return Principal(
        kind=PrincipalKind.PERSON,
        id=name.lower(),
        issuer="https://issuer.example",
        name=name,
        email=f"{name.lower()}@city.example",
        grants=grants,
        address="192.0.2.7",
    )


ADA: Final = person("Ada", Role.SECRETARIAT)


class Things:
    """The use cases, called as their entrypoints call them. `now` can be set."""

    def __init__(self, client: MongoClient[dict[str, Any]], database: str, *, policy: Policy | None = POLICY) -> None:
        self.now = NOON
        self.database = client[database]
        self.unit_of_work = UnitOfWork(
            client, database, clock=lambda: self.now, publishing=publishing, policy=policy, audit=RULES
        )

    def change(self, *things: Thing, by: Principal | None = ADA, key: str | None = None) -> Any:
        with calling("change_things", by, key):
            return self.unit_of_work.answer(change_things, things, lambda versions: versions)

    def put(self, id: str, by: Principal | None = ADA, coalition: str | None = "eccar", **fields: Any) -> None:
        self.change(Thing(id=id, coalition=coalition, fields=fields), by=by)

    def read(self, method: str, *refs: tuple[str, str], by: Principal | None = ADA) -> Any:
        request = GetByRefs(refs=tuple(Ref(coalition, id) for coalition, id in refs))
        return self.ask(method, get_things, request, by=by)

    def ask(self, method: str, query: Callable[[Work, Any], Any], request: Any, *, by: Principal | None = ADA) -> Any:
        with calling(method, by):
            return self.unit_of_work.read(query, request)

    def entries(self) -> list[dict[str, Any]]:
        """In the order in which they were written."""
        return list(self.database["audit"].find().sort("created"))


@contextmanager
def calling(method: str, by: Principal | None, key: str | None = None) -> Iterator[CallContext]:
    call = CallContext(correlation_id="story", method=method, principal=by, idempotency_key=key)
    with context.use(call):
        yield call
