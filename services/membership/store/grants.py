"""Grants: of one coalition, or of the whole network; and, across all of them, those of one person."""

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from services.chassis.kernel.principal import Scope
from services.chassis.persistence.collection import Document
from services.chassis.persistence.pagination import Order
from services.chassis.persistence.repository import NetworkRepository
from services.chassis.persistence.tenancy import TENANT
from services.rights.roles import Role

from ..domain.grants import Grant
from . import terms
from .scoped import ScopesRepository

NEWEST_FIRST: Final = Order("granted", "_id", descending=True)
"""Ids grow with time, so the id alone is the order of giving."""

_PLAIN: Final = ("version", "person_id", "granted_by", "granted_at", "revoked_by", "revoked_at", "reason")


class Grants(ScopesRepository[Grant]):
    collection = "grants"
    order = NEWEST_FIRST

    def from_document(self, document: Document) -> Grant:
        return _from_document(document)

    def store(self, grant: Grant) -> None:
        """Raises VersionConflict."""
        self._documents.store(to_document(grant))

    def of_role(self, role: Role, scope: Scope) -> list[Grant]:
        """Those of the role in exactly this scope that were not taken away; some may be over, or not have begun."""
        query = {**terms.within(scope), "role": role.value, "revoked_at": None}
        return [_from_document(each) for each in self._documents.find(query)]

    def known(self, person_ids: Collection[str]) -> set[str]:
        """Which of these people have, or had, a right here."""
        rows = self._documents.find({"person_id": {"$in": list(person_ids)}}, projection={"person_id": 1})
        return {row["person_id"] for row in rows}


class GrantsOfPeople(NetworkRepository):
    """What people may do, wherever it is."""

    collection = Grants.collection

    def holding(self, person_id: str, on: date) -> list[Grant]:
        """Those that hold on that day."""
        query = {"person_id": person_id, "valid_from": {"$lte": on.isoformat()}, **not_over(on)}
        return [_from_document(each) for each in self._documents.find(query)]

    def not_over(self, person_id: str, on: date) -> list[Grant]:
        """Those that hold, or will, the newest first."""
        rows = self._documents.find({"person_id": person_id, **not_over(on)}).sort(NEWEST_FIRST.sort)
        return [_from_document(each) for each in rows]

    def ever(self, person_ids: Collection[str]) -> list[Grant]:
        """All that they have or had, the oldest first."""
        rows = self._documents.find({"person_id": {"$in": list(person_ids)}}).sort("_id")
        return [_from_document(each) for each in rows]

    def all_not_over(self, on: date) -> list[Grant]:
        """Everybody's, by scope."""
        rows = self._documents.find(not_over(on)).sort([(TENANT, 1), ("kind", 1), ("scope_id", 1), ("_id", 1)])
        return [_from_document(each) for each in rows]


def not_over(on: date) -> dict[str, Any]:
    """The filter for grants that hold on that day, or will."""
    return {"revoked_at": None, "last_day": {"$gte": on.isoformat()}}


def to_document(grant: Grant) -> Document:
    return {
        "_id": grant.id,
        **{name: getattr(grant, name) for name in _PLAIN},
        "role": grant.role.value,
        **terms.scope_document(grant.scope),
        **terms.term_document(grant.term),
    }


def _from_document(document: Document) -> Grant:
    return Grant(
        id=document["_id"],
        **{name: document[name] for name in _PLAIN},
        role=Role(document["role"]),
        scope=terms.scope(document),
        term=terms.term(document),
    )
