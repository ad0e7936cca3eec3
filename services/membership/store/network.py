"""Base of repositories whose documents belong to the whole network, to no coalition."""

from collections.abc import Iterable, Mapping
from typing import Any

from pymongo.cursor import Cursor

from services.chassis.persistence.unit_of_work import Work

Document = dict[str, Any]


class NetworkRepository:
    collection: str

    def __init__(self, work: Work) -> None:
        self._collection = work.collection(self.collection)
        self._session = work.session

    def _insert(self, document: Document) -> None:
        self._collection.insert_one(document, session=self._session)

    def _find(self, query: Mapping[str, Any]) -> Cursor[Document]:
        return self._collection.find(query, session=self._session)

    def _find_many(self, ids: Iterable[str]) -> Cursor[Document]:
        return self._find({"_id": {"$in": list(dict.fromkeys(ids))}})

    def _count(self, query: Mapping[str, Any]) -> int:
        # Nothing to look for: count the keys of an index, not the documents.
        hint = {} if query else {"hint": [("_id", 1)]}
        return self._collection.count_documents(query, session=self._session, **hint)
