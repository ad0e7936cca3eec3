"""A small real service on the chassis, for the tests of the chassis: it records things and listens to itself."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, post_load
from pymongo import ASCENDING, IndexModel

from services.chassis.kernel import context
from services.chassis.kernel.errors import Conflict, Unavailable
from services.chassis.kernel.ids import new_id
from services.chassis.persistence.unit_of_work import UnitOfWork, Work
from services.chassis.protocol.envelope import Envelope, Received
from services.chassis.protocol.topology import Subscription
from services.chassis.runtime.definition import MessageType, ServiceDefinition
from services.rights.policy import Admission

THING_RECORDED = "recorder.thing_recorded.v1"
SUBSCRIPTION = Subscription("recorder", "tally", (THING_RECORDED,))


@dataclass(frozen=True, kw_only=True)
class Record:
    name: str
    pause: float = 0.0


class RecordSchema(Schema):
    name = fields.String(required=True)
    pause = fields.Float()

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Record:
        return Record(**data)


class AnySchema(Schema):
    class Meta:
        unknown = EXCLUDE

    name = fields.String(required=True)


class AlreadyRecorded(Conflict):
    code = "ALREADY_RECORDED"


class NotYet(Unavailable):
    code = "NOT_YET"


@dataclass(frozen=True)
class ThingRecorded:
    name: str
    sequence: int = 1


def publishing(event: ThingRecorded, *, time: datetime) -> Envelope:
    running = context.current()
    return Envelope(
        id=new_id(),
        source="recorder",
        type=THING_RECORDED,
        subject=event.name,
        time=time,
        sequence=event.sequence,
        coalition="eccar",
        correlationid=running.correlation_id,
        causationid=running.causation_id,
        traceparent=running.traceparent,
        data={"name": event.name},
    )


def record(work: Work, request: Record) -> dict[str, Any]:
    things = work.collection("things")
    if things.find_one({"name": request.name}, session=work.session):
        raise AlreadyRecorded(f"{request.name} is recorded already.", path=("name",))
    things.insert_one({"_id": new_id(), "name": request.name, "runs": 1}, session=work.session)
    work.publish(ThingRecorded(request.name))
    time.sleep(request.pause)
    running = context.current()
    return {"name": request.name, "correlation_id": running.correlation_id}


def view(result: dict[str, Any]) -> dict[str, Any]:
    return result


def run(work: Work, request: Record) -> dict[str, Any]:
    """Count how often this was run, outside any transaction: what a redelivered request must not do twice."""
    work.collection("runs").insert_one({"name": request.name})
    time.sleep(request.pause)
    return {"name": request.name}


def tally(work: Work, received: Received[dict[str, Any]]) -> None:
    """The effect: one more in the tally of this name, and the headers of the message for the test to see."""
    name = received.data["name"]
    work.collection("tally").update_one({"_id": name}, {"$inc": {"count": 1}}, upsert=True, session=work.session)


def meet_fault(unit_of_work: UnitOfWork, received: Received[dict[str, Any]]) -> None:
    """Fail as the document of this name in `faults` says; each failure is used up."""

    def next_fault(work: Work, name: str) -> str | None:
        found = work.collection("faults").find_one_and_update({"_id": name}, {"$pop": {"failures": -1}})
        return found["failures"][0] if found and found["failures"] else None

    fault = unit_of_work.look(next_fault, received.data["name"])
    if fault == "retryable":
        raise NotYet("not yet")
    if fault == "terminal":
        raise AlreadyRecorded("never")
    if fault == "bug":
        raise ZeroDivisionError("a bug")


class Everybody:
    """Whoever asks may do all."""

    def admit(self, work: Any, method: str, request: Any) -> Admission:
        return Admission(request)


DEFINITION = ServiceDefinition(
    name="recorder",
    service="tests.support.recorder.service:RecorderService",
    compose=lambda unit_of_work: unit_of_work,
    publishing=publishing,
    policy=Everybody(),
    published=(MessageType(name=THING_RECORDED, schema=AnySchema(), description="A thing was recorded."),),
    indexes={"things": (IndexModel([("name", ASCENDING)], unique=True),)},
    subscriptions=(SUBSCRIPTION,),
)
