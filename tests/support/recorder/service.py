"""The nameko class of the recorder."""

from typing import Any

from services.chassis.messaging.provider import Composition
from services.chassis.messaging.rpc import rpc
from services.chassis.messaging.subscriber import subscribe
from services.chassis.persistence.unit_of_work import UnitOfWork
from services.chassis.protocol.envelope import Received

from . import definition
from .definition import Record, RecordSchema


class RecorderService:
    name = "recorder"
    unit_of_work = Composition[UnitOfWork]()

    @rpc(RecordSchema())
    def record(self, request: Record) -> Any:
        return self.unit_of_work.answer(definition.record, request, definition.view)

    @rpc(RecordSchema())
    def run(self, request: Record) -> Any:
        return self.unit_of_work.read(definition.run, request)

    @rpc(RecordSchema())
    def crash(self, request: Record) -> Any:
        raise ZeroDivisionError(f"a bug with the secret {request.name}")

    @rpc(RecordSchema())
    def unserialisable(self, request: Record) -> Any:
        return {"request": request, "lock": object()}

    @subscribe(definition.SUBSCRIPTION, {definition.THING_RECORDED: definition.AnySchema()})
    def tally(self, received: Received[dict[str, Any]]) -> None:
        definition.meet_fault(self.unit_of_work, received)
        self.unit_of_work.write_once("tally", received.envelope.id, definition.tally, received)
