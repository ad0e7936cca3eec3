"""The subscriber entrypoint: a message is acknowledged when its effect is committed, tried again later when that
failed, and put aside with its error when it can never succeed. It is never dropped.

The effect and the inbox's row are written in one transaction by the method itself (`UnitOfWork.write_once`); this
module only decides what becomes of the delivery.
"""

import functools
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint

from ..kernel.errors import ExpectedError, InternalError, InvalidInput, ServiceError
from ..kernel.ids import new_id
from ..observability import metrics
from ..protocol import headers, topology
from ..protocol.envelope import Envelope, Received, from_amqp
from ..protocol.rpc import MalformedMessage
from ..protocol.topology import Subscription
from .consumer import TickingQueueConsumer
from .dead_letters import ATTEMPTS, ERROR_CODE, ERROR_TEXT, FIRST_FAILED_AT, LAST_FAILED_AT
from .declaration import queue
from .publisher import Publisher
from .turns import Turns
from .validation import Schema, load

_log = logging.getLogger(__name__)

RETRY_DELAYS_CONFIG_KEY: Final = "RETRY_DELAYS"

_ERROR_TEXT_LENGTH: Final = 500


class Subscriber(Entrypoint):
    """Consumes one subscription's queue."""

    queue_consumer = TickingQueueConsumer()
    publisher = Publisher()

    def __init__(self, subscription: Subscription, schemas: Mapping[str, Schema], **kwargs: Any) -> None:
        self.subscription = subscription
        self.schemas = schemas
        super().__init__(**kwargs)

    def setup(self) -> None:
        self.queue = queue(topology.subscriber_queue(self.subscription))
        self._turns = Turns()
        metrics.expect_messages(self.container.service_name, self.queue.name)
        self.queue_consumer.register_provider(self)

    def stop(self) -> None:
        self._turns.close()
        self.queue_consumer.unregister_provider(self)

    def receive(self, message: Any) -> None:
        """Start a worker for `message`, or put it aside when it cannot be read."""
        try:
            received = self._read(message)
        except (MalformedMessage, InvalidInput) as error:
            self._put_aside(message, getattr(error, "code", "MALFORMED_MESSAGE"), str(error))
            return
        self._turns.take(received.envelope.subject, functools.partial(self._start, message, received))

    def _start(self, message: Any, received: Received[Any]) -> None:
        try:
            self.container.spawn_worker(
                self,
                (received,),
                {},
                context_data=_context_of(received.envelope),
                handle_result=functools.partial(self._settle, message, received.envelope.subject),
            )
        except ContainerBeingKilled:
            self.queue_consumer.requeue_message(message)
            self._end_turn(received.envelope.subject)

    def _end_turn(self, subject: str) -> None:
        start = self._turns.next_of(subject)
        if start is not None:
            # Not in this worker: it would hold its place in the pool while it waits for another one.
            self.container.spawn_managed_thread(start)

    def _read(self, message: Any) -> Received[Any]:
        envelope = from_amqp(headers=message.headers or {}, content_type=message.content_type, body=message.body)
        schema = self.schemas.get(envelope.type)
        if schema is None:
            raise MalformedMessage(f"{self.subscription.queue} does not know messages of type {envelope.type}")
        return Received(envelope, load(schema, envelope.data))

    def _settle(self, message: Any, subject: str, worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        try:
            self._acknowledge_or_fail(message, result, exc_info)
        finally:
            self._end_turn(subject)
        return result, exc_info

    def _acknowledge_or_fail(self, message: Any, result: Any, exc_info: Any) -> None:
        if isinstance(result, ServiceError):
            self._failed(message, result)
        elif exc_info is not None:
            self._failed(message, InternalError(f"{type(exc_info[1]).__name__}: {exc_info[1]}"))
        else:
            self.queue_consumer.ack_message(message)
            self._count(metrics.HANDLED)

    def _failed(self, message: Any, error: ServiceError) -> None:
        attempt = _attempts(message) + 1
        delays = self.container.config[RETRY_DELAYS_CONFIG_KEY]
        terminal = isinstance(error, ExpectedError) and not error.retryable
        if terminal or attempt > len(delays):
            self._put_aside(message, error.code, error.message, attempts=attempt)
            return
        target = topology.retry_queue(self.subscription, delays[attempt - 1])
        _log.warning(
            "%s tries again in %gs",
            self.subscription.queue,
            delays[attempt - 1],
            extra=_failure(error, attempt),
        )
        marks = _marks(message, error.code, error.message, attempt)
        self._hand_over(message, target.name, marks, metrics.RETRIED)

    def _put_aside(self, message: Any, code: str, text: str, *, attempts: int = 1) -> None:
        _log.error(
            "%s put a message aside",
            self.subscription.queue,
            extra={
                "code": code,
                "reason": text,
                "attempts": attempts,
                "type": (message.headers or {}).get("ce-type"),
            },
        )
        target = topology.dead_queue(self.subscription)
        self._hand_over(message, target.name, _marks(message, code, text, attempts), metrics.DEAD)

    def _hand_over(self, message: Any, target: str, marks: dict[str, str], outcome: str) -> None:
        """Move the delivery to `target`: publish with confirm, then ack. Neither step can lose it."""
        kept = {name: value for name, value in (message.headers or {}).items() if name.startswith("ce-")}
        properties = {
            "application_headers": {**kept, **marks},
            "content_type": message.content_type,
            "content_encoding": message.content_encoding,
            # A dead letter is named by its id: one that came without is given one.
            "message_id": message.properties.get("message_id") or new_id(),
        }
        try:
            self.publisher.hand_over(
                message.body,
                queue=target,
                properties={name: value for name, value in properties.items() if value is not None},
            )
        except Exception as error:
            _log.warning("a failed message stays in its queue", extra={"queue": target, "error": str(error)})
            self.queue_consumer.requeue_message(message)
            self._count(metrics.RETURNED)
            return
        self.queue_consumer.ack_message(message)
        self._count(outcome)

    def _count(self, outcome: str) -> None:
        metrics.SUBSCRIBER_MESSAGES.labels(self.container.service_name, self.queue.name, outcome).inc()


def subscribe(
    subscription: Subscription, schemas: Mapping[str, Schema]
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a method of a service the effect of a subscription. It is given a `Received` message.

    It must be idempotent (`UnitOfWork.write_once`). What it raises decides: an expected ServiceError is terminal and
    goes to the dead letters at once; everything else is tried again along the ladder, then goes there too.
    """

    def register(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def consume(service: Any, received: Received[Any]) -> Any:
            try:
                return method(service, received)
            except ServiceError as error:
                return error

        return Subscriber.decorator(subscription, schemas)(consume)  # type: ignore[no-any-return]

    return register


def _context_of(envelope: Envelope) -> dict[str, str]:
    values = {
        headers.CORRELATION_ID: envelope.correlationid,
        headers.CAUSATION_ID: envelope.id,
        headers.TRACEPARENT: envelope.traceparent,
    }
    return {name: value for name, value in values.items() if value}


def _attempts(message: Any) -> int:
    try:
        return int((message.headers or {}).get(ATTEMPTS, 0))
    except (TypeError, ValueError):
        return 0


def _marks(message: Any, code: str, text: str, attempts: int) -> dict[str, str]:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    first = (message.headers or {}).get(FIRST_FAILED_AT)
    return {
        ATTEMPTS: str(attempts),
        FIRST_FAILED_AT: first if isinstance(first, str) else now,
        LAST_FAILED_AT: now,
        ERROR_CODE: code,
        ERROR_TEXT: text[:_ERROR_TEXT_LENGTH],
    }


def _failure(error: ServiceError, attempt: int) -> dict[str, Any]:
    return {"code": error.code, "reason": error.message, "attempt": attempt}
