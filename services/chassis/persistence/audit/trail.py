"""The audit log as its readers ask for it, the newest entries first. A cursor is the id of an entry."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from pymongo import DESCENDING

from ...kernel.audit import AuditFilter, ListAudit, ListNetworkAudit, ListOwnAudit
from ...kernel.context import acting_principal
from ...kernel.errors import Unauthenticated, invalid
from ...kernel.ids import first_id_at, is_id
from ...kernel.paging import Page, PageRequest
from ..unit_of_work import Work
from .log import COLLECTION

Entry = Mapping[str, Any]
Query = dict[str, Any]

OF_OTHERS: Final = ("kind", "name")
"""What of an actor the person sees whom an entry of somebody else's is about."""


def list_audit(work: Work, request: ListAudit) -> list[Page[Entry]]:
    """A page for each coalition. Raises what the policy raises."""
    return [
        _page(work, {"coalition": coalition}, request.filter, request.page, index=_index(request.filter))
        for coalition in request.coalitions
    ]


def list_network_audit(work: Work, request: ListNetworkAudit) -> Page[Entry]:
    """Raises what the policy raises."""
    return _page(work, {"coalition": None}, request.filter, request.page, index=_index(request.filter))


def list_own_audit(work: Work, request: ListOwnAudit) -> Page[Entry]:
    """Raises Unauthenticated, and what the policy raises."""
    principal = acting_principal()
    if principal is None:
        raise Unauthenticated("Sign in to see what you did and who has read your data.")
    own = {"$or": [{"actor.id": principal.id}, {"about": principal.id}]}
    found = _page(work, own, request.filter, request.page)
    return found.holding(tuple(as_seen_by(principal.id, entry) for entry in found.items))


def count_done_by(work: Work, people: Iterable[str], *, coalition: str | None = None) -> int:
    """How many entries name one of these people as who did something: in a coalition, or with None anywhere."""
    query: Query = {"actor.id": {"$in": list(people)}, **({} if coalition is None else {"coalition": coalition})}
    return work.collection(COLLECTION).count_documents(query, session=work.session)


def as_seen_by(person: str, entry: Entry) -> Entry:
    """An entry as one person may see it: whole when it is their own, else only what is about them."""
    if entry["actor"].get("id") == person:
        return entry
    seen = {name: value for name, value in entry.items() if name not in ("read", "aggregates", "about")}
    seen["actor"] = {name: value for name, value in entry["actor"].items() if name in OF_OTHERS}
    if "changes" in entry:
        seen["changes"] = [change for change in entry["changes"] if person in change.get("people", ())]
    return seen


def _page(
    work: Work, scope: Query, chosen: AuditFilter, request: PageRequest, *, index: str | None = None
) -> Page[Entry]:
    entries = work.collection(COLLECTION)
    query = {**scope, **_conditions(chosen)}
    rows = entries.find({**query, **_ids(chosen, request.after)}, hint=index)
    found: list[Entry] = list(rows.sort("_id", DESCENDING).limit(request.first + 1))
    kept = tuple(found[: request.first])
    total = _count(work, {**query, **_ids(chosen, None)}, index) if request.count else None
    return Page(
        items=kept,
        cursors=tuple(entry["_id"] for entry in kept),
        has_next=len(found) > request.first,
        total=total,
    )


def _count(work: Work, query: Query, index: str | None) -> int:
    options: dict[str, Any] = {"hint": index} if index else {}
    return work.collection(COLLECTION).count_documents(query, **options)


def _conditions(chosen: AuditFilter) -> Query:
    asked = {
        "actor.id": chosen.actor,
        "method": chosen.method,
        "aggregates": chosen.aggregate,
        "kind": chosen.kind and chosen.kind.value,
    }
    return {field: value for field, value in asked.items() if value is not None}


def _ids(chosen: AuditFilter, after: str | None) -> Query:
    """Ids grow with time, so a time is a place among them. Raises InvalidInput: no cursor."""
    if after is not None and not is_id(after):
        raise invalid(("after",), "This cursor does not belong to this list.", "INVALID_CURSOR")
    below = [bound for bound in (after, _first_id(chosen.until)) if bound is not None]
    bounds = {"$gte": _first_id(chosen.since), "$lt": min(below, default=None)}
    given = {operator: bound for operator, bound in bounds.items() if bound is not None}
    return {"_id": given} if given else {}


def _first_id(instant: datetime | None) -> str | None:
    return None if instant is None else first_id_at(instant)


def _index(chosen: AuditFilter) -> str:
    """The index that leaves the least to look through, each in the order of the list."""
    if chosen.aggregate is not None:
        return "of_aggregate"
    if chosen.actor is not None:
        return "of_actor"
    return "of_coalition" if chosen.method is None else "of_method"
