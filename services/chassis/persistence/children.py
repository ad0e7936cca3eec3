"""First pages of what many parents have, asked for together: of the registrations of many conferences, say.

Mostly all that the parents have is not much: then it is read as it comes, and put in order here. Else, and to count,
each parent is looked up by itself within one question, which takes the server several times as long for the same rows.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ..kernel.paging import Page, PageRequest
from .collection import Document, Query
from .pagination import Order, after_cursor, in_order, page_of
from .tenancy import TENANT, TenantCollection
from .unit_of_work import Work

FEW: Final = 1000
"""Rows of all parents together that are read as they come."""

_KEPT: Final = {"rows": 1, "counted": 1}


class PagesOfParents:
    """Of one coalition: documents of `children` that match `query`, by the parent that `foreign_key` names."""

    def __init__(
        self,
        work: Work,
        *,
        coalition: str,
        parents: str,
        children: str,
        foreign_key: str,
        order: Order,
        query: Query | None = None,
    ) -> None:
        self._parents = TenantCollection(work, parents, coalition=coalition)
        self._children = children
        self._rows = TenantCollection(work, children, coalition=coalition)
        self._foreign_key = foreign_key
        self._order = order
        self._own = {**(query or {}), TENANT: coalition}

    def pages(self, ids: Sequence[str], request: PageRequest) -> dict[str, Page[Document]]:
        """A page per id; ids of no such parent are left out. Raises InvalidInput (the cursor)."""
        few = None if request.count else self._few(ids, request)
        if few is not None:
            return {parent: page_of(rows, order=self._order, request=request) for parent, rows in few.items()}
        stages = [{"$match": {"_id": {"$in": list(ids)}}}, *self._lookups(request), {"$project": _KEPT}]
        return {row["_id"]: self._page(row, request) for row in self._parents.aggregate(stages)}

    def _few(self, ids: Sequence[str], request: PageRequest) -> dict[str, list[Document]] | None:
        """The rows of each parent, in order; None when there are more than a few."""
        known = self._parents.find({"_id": {"$in": list(ids)}}, projection={"_id": 1})
        rows: dict[str, list[Document]] = {parent["_id"]: [] for parent in known}
        query = {**self._own, self._foreign_key: {"$in": list(rows)}, **after_cursor(self._order, request)}
        found = list(self._rows.find(query, limit=FEW + 1))
        if len(found) > FEW:
            return None
        for row in in_order(found, self._order):
            rows[row[self._foreign_key]].append(row)
        return {parent: of_parent[: request.first + 1] for parent, of_parent in rows.items()}

    def _lookups(self, request: PageRequest) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = [
            {"$match": after_cursor(self._order, request)},
            {"$sort": dict(self._order.sort)},
            {"$limit": request.first + 1},
        ]
        lookups = [self._lookup("rows", rows)]
        if request.count:
            lookups.append(self._lookup("counted", [{"$count": "total"}]))
        return lookups

    def _lookup(self, name: str, pipeline: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "$lookup": {
                "from": self._children,
                "localField": "_id",
                "foreignField": self._foreign_key,
                "pipeline": [{"$match": self._own}, *pipeline],
                "as": name,
            }
        }

    def _page(self, row: Mapping[str, Any], request: PageRequest) -> Page[Document]:
        total = sum(each["total"] for each in row["counted"]) if request.count else None
        return page_of(row["rows"], order=self._order, request=request, total=total)
