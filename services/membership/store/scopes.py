"""One document per scope in which people have rights, changed whenever somebody is given or loses one there."""

from services.chassis.kernel.principal import Scope
from services.chassis.persistence.collection import NetworkCollection
from services.chassis.persistence.unit_of_work import Work


class Scopes:
    """That a scope keeps an administrator, and nobody has a role twice, are rules about several documents, which no
    unique index can express: two changes at the same time both write here, so the second runs again and sees what the
    first has stored."""

    collection = "scopes"

    def __init__(self, work: Work) -> None:
        self._documents = NetworkCollection(work, self.collection)

    def claim(self, scope: Scope) -> None:
        """Let nobody else change who has which right in this scope until this transaction is over."""
        key = "/".join(part for part in (scope.kind, scope.coalition, scope.id) if part)
        found = self._documents.find_one({"_id": key})
        version = found["version"] + 1 if found else 1
        self._documents.store({"_id": key, "coalition": scope.coalition, "version": version})
