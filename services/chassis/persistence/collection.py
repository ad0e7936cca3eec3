"""A collection as a use case sees it: every operation in its session."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pymongo.command_cursor import CommandCursor
from pymongo.cursor import Cursor

from ..kernel.errors import VersionConflict
from ..kernel.paging import Page, PageRequest
from .audit import heads, log
from .audit.changes import Change
from .pagination import Order, after_cursor, page_of
from .unit_of_work import Work

Document = dict[str, Any]
Query = Mapping[str, Any]

NEVER_CHANGED: Final = (log.COLLECTION, heads.COLLECTION)
"""What no repository may reach."""


class NetworkCollection:
    """Documents that belong to the whole network, to no coalition."""

    def __init__(self, work: Work, name: str) -> None:
        if name in NEVER_CHANGED:
            raise ValueError("the audit log is no collection of a service")
        self._collection = work.collection(name)
        self._session = work.session
        self._work = work
        self._name = name

    def find(self, query: Query, **options: Any) -> Cursor[Document]:
        return self._collection.find(self._scoped(query), session=self._session, **options)

    def find_one(self, query: Query, **options: Any) -> Document | None:
        return self._collection.find_one(self._scoped(query), session=self._session, **options)

    def find_many(self, ids: Iterable[str]) -> Cursor[Document]:
        return self.find({"_id": {"$in": list(dict.fromkeys(ids))}})

    def page(self, query: Query, *, order: Order, request: PageRequest, hint: str | None = None) -> Page[Document]:
        """One page of what `query` finds, along the index `hint` where the server would choose another.

        Raises InvalidInput when the cursor is not one of this list's.
        """
        rows = self.find({**query, **after_cursor(order, request)}, hint=hint).sort(order.sort).limit(request.first + 1)
        total = self.count(query, hint=hint) if request.count else None
        return page_of(rows, order=order, request=request, total=total)

    def count(self, query: Query, *, hint: str | None = None) -> int:
        scoped = self._scoped(query)
        # Nothing to look for: count the keys of an index, not the documents.
        index = hint or (None if scoped else [("_id", 1)])
        options = {"hint": index} if index else {}
        return self._collection.count_documents(scoped, session=self._session, **options)

    def aggregate(self, stages: Iterable[Mapping[str, Any]]) -> CommandCursor[Document]:
        return self._collection.aggregate([{"$match": self._scoped({})}, *stages], session=self._session)

    def insert(self, document: Mapping[str, Any]) -> None:
        self._ensure_transaction()
        owned = self._owned(document)
        self._collection.insert_one(owned, session=self._session)
        self._note_change(before=None, after=owned)

    def replace(self, document: Mapping[str, Any]) -> None:
        """Store the next version of a document read before: `version` is one more than what is stored.

        Raises VersionConflict when somebody else changed it in between.
        """
        self._ensure_transaction()
        query = self._scoped({"_id": document["_id"], "version": document["version"] - 1})
        owned = self._owned(document)
        before = self._collection.find_one_and_replace(query, owned, session=self._session)
        if before is None:
            raise VersionConflict("Somebody else changed this in the meantime. Read it again, then decide again.")
        self._note_change(before=before, after=owned)

    def store(self, document: Mapping[str, Any]) -> None:
        """Insert the first version of an aggregate, or replace the one before. Raises VersionConflict."""
        if document["version"] == 1:
            self.insert(document)
        else:
            self.replace(document)

    def delete(self, id: str) -> None:
        """Delete a document; that there is none (any more) is no error."""
        self._ensure_transaction()
        before = self._collection.find_one_and_delete(self._scoped({"_id": id}), session=self._session)
        if before is not None:
            self._note_change(before=before, after=None)

    def remove(self, query: Query) -> int:
        """Delete what `query` finds, which must not be much. Returns how much it was."""
        found = [document["_id"] for document in self.find(query, projection={"_id": 1})]
        for id in found:
            self.delete(id)
        return len(found)

    def _ensure_transaction(self) -> None:
        if self._session is None:
            raise RuntimeError("a query cannot change anything: there is no transaction to tell of it in")

    def _note_change(self, *, before: Document | None, after: Document | None) -> None:
        """For the audit log. A change of a document that says its coalition is told there, whoever made it."""
        coalition = (after or before or {}).get("coalition")
        change = Change(collection=self._name, coalition=coalition, before=before, after=after)
        self._work.changes.append(change)

    def _scoped(self, query: Query) -> Document:
        return dict(query)

    def _owned(self, document: Mapping[str, Any]) -> Document:
        return dict(document)
