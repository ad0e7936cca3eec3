"""The applications of one coalition, and the one question that is asked without knowing the coalition: whose token is
this?"""

from contextlib import suppress
from datetime import datetime
from typing import Final

from pymongo import WriteConcern
from pymongo.errors import PyMongoError

from services.chassis.kernel.errors import NotFound
from services.chassis.kernel.paging import Page, PageRequest
from services.chassis.persistence.collection import Document
from services.chassis.persistence.pagination import Order
from services.chassis.persistence.repository import Aggregates, NetworkRepository
from services.chassis.persistence.tenancy import TenantRepository
from services.chassis.persistence.unit_of_work import Work

from ..domain.applications import Application, minute_of
from . import application_documents as documents

NEWEST_FIRST: Final = Order("newest", "_id", descending=True)

_UNACKNOWLEDGED: Final = WriteConcern(w=0)


class Applications(TenantRepository, Aggregates[Application]):
    collection = "applications"

    def from_document(self, document: Document) -> Application:
        return documents.from_document(document)

    def store(self, application: Application) -> None:
        """Raises VersionConflict when somebody else changed it."""
        self._documents.store(documents.to_document(application))

    def get(self, application_id: str) -> Application:
        """Raises NotFound."""
        found = self.find(application_id)
        if found is None:
            raise NotFound("This coalition has no application of that id.", path=("application_id",))
        return found

    def newest_first(self, request: PageRequest) -> Page[Application]:
        return self.page({}, order=NEWEST_FIRST, request=request)


class ApplicationsOfAllCoalitions(NetworkRepository):
    collection = Applications.collection

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self._notes = work.collection(self.collection).with_options(write_concern=_UNACKNOWLEDGED)

    def with_token(self, token_hash: str) -> Application | None:
        """Whether the token works is not looked at."""
        document = self._documents.find_one({"tokens.hash": token_hash})
        return None if document is None else documents.from_document(document)

    def note_use(self, application: Application, token_id: str, *, at: datetime) -> None:
        """Note that the token was used, unless another process has noted it for this minute.

        No new version, for the application is as it was. Nobody waits for the database's answer, and nobody is refused
        because it failed: the next use notes what this one could not.
        """
        minute = minute_of(at)
        earlier = {"id": token_id, "last_used_at": {"$not": {"$gte": minute}}}
        with suppress(PyMongoError):
            self._notes.update_one(
                {"_id": application.id, "tokens": {"$elemMatch": earlier}}, {"$set": {"tokens.$.last_used_at": minute}}
            )
