"""The service that is measured: the tests' recorder without the faults that it meets in tests."""

from typing import Any

from services.chassis.messaging.provider import Composition
from services.chassis.messaging.rpc import rpc
from services.chassis.messaging.subscriber import subscribe
from services.chassis.protocol.envelope import Received
from tests.support.recorder import definition
from tests.support.recorder.definition import SUBSCRIPTION, THING_RECORDED, AnySchema, Record, RecordSchema


class MeasuredRecorder:
    name = "recorder"
    unit_of_work: Any = Composition()

    @rpc(RecordSchema())
    def record(self, request: Record) -> Any:
        return self.unit_of_work.answer(definition.record, request, definition.view)

    @rpc(RecordSchema())
    def nothing(self, request: Record) -> Any:
        return {"name": request.name}

    @subscribe(SUBSCRIPTION, {THING_RECORDED: AnySchema()})
    def tally(self, received: Received[dict[str, Any]]) -> None:
        self.unit_of_work.write_once("tally", received.envelope.id, definition.tally, received)
