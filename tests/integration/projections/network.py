"""The three services without the bus: messages are handed over when a test says so."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from pymongo import MongoClient
from pymongo.database import Database

from services.chassis.kernel.clock import utc_now
from services.chassis.messaging.validation import load
from services.chassis.persistence import indexes
from services.chassis.persistence.event_log import EventLog
from services.chassis.persistence.unit_of_work import UnitOfWork, Work
from services.chassis.protocol.envelope import Envelope, Received
from services.chassis.runtime import consistency, rebuild
from services.chassis.runtime.consistency import Compared, Patience
from services.chassis.runtime.definition import Projection, ServiceDefinition, load_definitions
from services.chassis.runtime.rebuild import Rebuilt
from services.reports.application import subscribers as reports_subscribers
from tests.integration.membership.personal import Personal
from tests.integration.membership.service import Now

DEFINITIONS: Final = load_definitions()

PROJECTIONS: Final = {
    projection.subscription.queue: (definition, projection)
    for definition in DEFINITIONS
    for projection in definition.projections
}

FURTHER_EFFECTS: Final[dict[str, Callable[[Work, Any], object]]] = {
    "reports.member_projection": reports_subscribers.follow_member,
    "reports.focal_point_handover": reports_subscribers.follow_hand_over,
}
"""Where more follows from a message than the projection's row."""


class Network:
    def __init__(self, mongo: MongoClient[dict[str, Any]], prefix: str) -> None:
        self._mongo = mongo
        self._prefix = prefix
        for definition in DEFINITIONS:
            indexes.create(self.database(definition.name), definition.indexes)
        self.membership = Personal(mongo, self.database("membership"), Now())
        self._handed_over: set[str] = set()

    def database(self, service: str) -> Database[dict[str, Any]]:
        return self._mongo[f"{self._prefix}{service}"]

    def rows(self, queue: str) -> list[dict[str, Any]]:
        """The rows of a projection."""
        return list(self.collection(queue).find({}).sort("_id"))

    def collection(self, queue: str) -> Any:
        definition, projection = PROJECTIONS[queue]
        return self.database(definition.name)[projection.collection]

    def written(self) -> list[Envelope]:
        """The messages that were not handed over yet."""
        names = [name for _, projection in PROJECTIONS.values() for name in projection.schemas]
        log = EventLog(self.database("membership")).messages(names)
        return [envelope for envelope in log if envelope.id not in self._handed_over]

    def hand_over(self, messages: Iterable[Envelope] | None = None, *, queues: Iterable[str] = PROJECTIONS) -> None:
        """Give each message (None: all that are new) to every subscriber that listens to it."""
        for envelope in self.written() if messages is None else messages:
            for queue in queues:
                definition, projection = PROJECTIONS[queue]
                if envelope.type in projection.schemas:
                    self._receive(definition, projection, envelope)
            self._handed_over.add(envelope.id)

    def rebuild(self, queue: str, **options: Any) -> Rebuilt:
        definition, projection = PROJECTIONS[queue]
        return rebuild.rebuild(definition, projection, DEFINITIONS, self.database, **options)

    def differences(self, *, patience: Patience | None = None) -> dict[str, list[tuple[str, str, tuple[str, ...]]]]:
        """What the check of consistency names, by queue; at once, unless a test has patience."""
        return named(consistency.check(DEFINITIONS, self.database, patience=patience or Patience(rounds=0)))

    def obligations(self, member_id: str) -> list[str]:
        found = self.database("reports")["obligations"].find({"member_id": member_id}).sort("_id")
        return [row["status"] for row in found]

    def _receive(self, definition: ServiceDefinition, projection: Projection, envelope: Envelope) -> None:
        unit_of_work = UnitOfWork(
            self._mongo, self.database(definition.name).name, clock=utc_now, publishing=definition.publishing
        )
        received = Received(envelope, load(projection.schemas[envelope.type], envelope.data))
        effect = FURTHER_EFFECTS.get(projection.subscription.queue, projection.apply)

        def run(work: Work, message: Received[Any]) -> None:
            effect(work, message)

        unit_of_work.write_once(projection.name, envelope.id, run, received)


def named(compared: Iterable[Compared]) -> dict[str, list[tuple[str, str, tuple[str, ...]]]]:
    return {
        f"{each.service}.{each.projection}": [(row.id, row.kind, row.fields) for row in each.differences]
        for each in compared
        if each.differences
    }
