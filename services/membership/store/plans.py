"""The plans of one coalition."""

from collections.abc import Sequence

from pymongo.errors import DuplicateKeyError

from services.chassis.persistence.tenancy import TenantRepository

from ..domain.errors import PlanAlreadyPublished
from ..domain.plan import Plan, oldest_first
from . import plan_documents as documents


class Plans(TenantRepository):
    collection = "plans"

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
        return oldest_first(map(documents.from_document, self._documents.find({})))

    def get_many(self, ids: Sequence[str]) -> dict[str, Plan]:
        """Those that this coalition has, by id."""
        found = map(documents.from_document, self._documents.find_many(ids))
        return {plan.id: plan for plan in found}
