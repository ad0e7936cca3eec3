"""The plans of one coalition."""

from pymongo.errors import DuplicateKeyError

from services.chassis.persistence.collection import Document
from services.chassis.persistence.repository import Aggregates
from services.chassis.persistence.tenancy import TenantRepository

from ..domain.errors import PlanAlreadyPublished
from ..domain.plan import Plan, oldest_first
from . import plan_documents as documents


class Plans(TenantRepository, Aggregates[Plan]):
    collection = "plans"

    def from_document(self, document: Document) -> Plan:
        return documents.from_document(document)

    def add(self, plan: Plan) -> None:
        """Raises PlanAlreadyPublished."""
        try:
            self._documents.insert(documents.to_document(plan))
        except DuplicateKeyError as error:
            raise PlanAlreadyPublished(
                f"The plan of version {plan.version!r} is published already, and a published plan does not change: "
                "publish a new version.",
                path=("version",),
            ) from error

    def all(self) -> list[Plan]:
        """Oldest first."""
        return oldest_first(map(self.from_document, self._documents.find({})))
