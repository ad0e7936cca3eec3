"""The rpc entrypoint: nameko's, made to survive.

What the stock classes do, and these do not: die when a reply cannot be sent, run a request a second time after every
disconnect, run requests whose callers have gone, crash-loop on a message without `reply_to`, and pass every header of
a request on to whatever it causes.
"""

import functools
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from nameko.exceptions import ContainerBeingKilled
from nameko.rpc import Rpc, RpcConsumer

from ..kernel import context
from ..kernel.context import CallContext
from ..kernel.errors import (
    DeadlineExceeded,
    ExpectedError,
    InternalError,
    NotFound,
    RateLimited,
    ServiceError,
    Unauthenticated,
)
from ..observability import metrics
from ..protocol import headers, topology
from ..protocol import rpc as wire
from ..protocol.principal import Verifier
from .consumer import TickingQueueConsumer
from .declaration import queue
from .publisher import Publisher
from .validation import Schema, load

_log = logging.getLogger(__name__)

_WAITING_PER_WORKER: Final = 1
"""Requests that may wait for each worker. One more is refused at once: it would only wait past its deadline."""

_PREFETCH_PER_WORKER: Final = 4
"""Unacknowledged requests per worker: more than are kept, so that those beyond can be refused."""

_REMEMBERED: Final = 1024
"""Finished answers kept for redelivered requests. Per process: a mutation also has its idempotency in MongoDB."""


class UnknownMethod(NotFound):
    code = "UNKNOWN_METHOD"


class HardenedRpcConsumer(RpcConsumer):
    """Receives requests for all rpc entrypoints of a service and sends their replies."""

    queue_consumer = TickingQueueConsumer()
    publisher = Publisher()
    queue: Any

    def setup(self) -> None:
        if self.queue is None:
            self.queue = queue(topology.rpc_queue(self.container.service_name))
            self._running: dict[str, Any] = {}
            self._finished: OrderedDict[str, bytes] = OrderedDict()
            self.queue_consumer.register_provider(self)
            self._registered = True

    @property
    def prefetch_count(self) -> int:
        return int(self.container.max_workers * _PREFETCH_PER_WORKER)

    def receive(self, message: Any) -> None:
        """Answer `message` now, or start a worker that will."""
        correlation_id = message.properties.get("correlation_id")
        if not message.properties.get("reply_to") or not correlation_id:
            _log.error("dropped a request that says not where its answer goes", extra=_origin(message))
            self.queue_consumer.reject_message(message)
        elif correlation_id in self._finished:
            self._reply(message, self._finished[correlation_id])
        elif correlation_id in self._running:
            # Redelivered after a disconnect while its worker still runs: the worker answers this delivery instead.
            self._running[correlation_id] = message
        else:
            self._start(message, correlation_id)

    def finish(self, message: Any, body: bytes) -> None:
        """Send a worker's answer, to the delivery of the request that is alive by now."""
        correlation_id = message.properties["correlation_id"]
        self._finished[correlation_id] = body
        if len(self._finished) > _REMEMBERED:
            self._finished.popitem(last=False)
        self._reply(self._running.pop(correlation_id, message), body)

    def _start(self, message: Any, correlation_id: str) -> None:
        carried = headers.allowed(message.headers)
        call = headers.from_headers(carried)
        if call.deadline is not None and call.deadline <= time.time():
            _log.info("dropped a request after its deadline", extra=_origin(message))
            self.queue_consumer.ack_message(message)
            return
        if len(self._running) >= self.container.max_workers * (1 + _WAITING_PER_WORKER):
            metrics.RPC_SHED.labels(self.container.service_name).inc()
            self._reply(message, wire.encode_error(RateLimited("The service has too much to do. Try again shortly.")))
            return
        try:
            provider = self._provider(message)
            arguments = wire.decode_request(message.body)
        except (ServiceError, wire.MalformedMessage) as error:
            known = error if isinstance(error, ServiceError) else InternalError(str(error))
            self._reply(message, wire.encode_error(known))
            return
        self._running[correlation_id] = message
        try:
            provider.spawn(message, arguments, carried)
        except ContainerBeingKilled:
            self._running.pop(correlation_id, None)
            self.queue_consumer.requeue_message(message)

    def _provider(self, message: Any) -> "HardenedRpc":
        method = message.delivery_info["routing_key"].split(".")[-1]
        for provider in self._providers:
            if provider.method_name == method:
                return provider  # type: ignore[no-any-return]
        raise UnknownMethod(f"The service {self.container.service_name} has no method {method!r}.")

    def _reply(self, message: Any, body: bytes) -> None:
        try:
            self.publisher.reply(
                body,
                exchange=wire.EXCHANGE,
                routing_key=message.properties["reply_to"],
                correlation_id=message.properties["correlation_id"],
            )
        except Exception as error:
            # The broker is away. It will deliver the request again, and find its answer in `_finished`.
            _log.warning("an answer waits for the broker", extra={**_origin(message), "error": str(error)})
            return
        self.queue_consumer.ack_message(message)


class HardenedRpc(Rpc):
    """One method of a service that can be called over the bus."""

    rpc_consumer = HardenedRpcConsumer()

    def spawn(self, message: Any, arguments: dict[str, Any], carried: dict[str, str]) -> None:
        self.container.spawn_worker(
            self,
            (),
            arguments,
            context_data=dict(carried),
            handle_result=functools.partial(self._answer, message),
        )

    def _answer(self, message: Any, worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        answer, body = self._encoded(result, exc_info)
        self.rpc_consumer.finish(message, body)
        return answer, exc_info

    def _encoded(self, result: Any, exc_info: Any) -> tuple[Any, bytes]:
        """What the caller is told, and that as bytes: a bug's traceback and what cannot be sent are masked."""
        if exc_info is None and not isinstance(result, ServiceError):
            try:
                return result, wire.encode_result(result)
            except TypeError:
                _log.exception("an answer is not JSON", extra={"method": self.method_name})
        error = result if isinstance(result, ServiceError) else InternalError(wire.MASKED_MESSAGE)
        return error, wire.encode_error(error)


class _Trust:
    """Of this process, set once at start: who is believed about principals."""

    verifier: Verifier | None = None


def trust(verifier: Verifier) -> None:
    _Trust.verifier = verifier


def rpc(schema: Schema) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a method of a service callable over the bus. It is given what `schema` loads from the request.

    A ServiceError that it raises is its answer; anything else is logged with its traceback and masked.
    """

    def register(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def call(service: Any, **arguments: Any) -> Any:
            try:
                _refuse_after_deadline()
                with context.use(_verified(context.current(), method.__name__)):
                    return method(service, load(schema, arguments))
            except ServiceError as error:
                _log_refusal(method.__name__, error)
                return error

        return HardenedRpc.decorator()(call)  # type: ignore[no-any-return]

    return register


def _verified(call: CallContext, method: str) -> CallContext:
    """The context in which `method` runs. Raises Unauthenticated: the principal's token is not to be believed."""
    if call.principal_token is None:
        return replace(call, method=method)
    if _Trust.verifier is None:
        raise Unauthenticated("This service knows no key by which to verify who asks.")
    return replace(call, method=method, principal=_Trust.verifier.verify(call.principal_token))


def _refuse_after_deadline() -> None:
    """The request may have waited for a worker until its caller was gone."""
    seconds = context.current().seconds_left()
    if seconds is not None and seconds <= 0:
        raise DeadlineExceeded("The deadline passed before a worker was free.")


def _log_refusal(method: str, error: ServiceError) -> None:
    level = logging.INFO if isinstance(error, ExpectedError) else logging.WARNING
    _log.log(level, "%s refused: %s", method, error.code, extra={"code": error.code, "reason": error.message})


def _origin(message: Any) -> dict[str, Any]:
    call = context.running()
    return {
        "routing_key": message.delivery_info.get("routing_key"),
        "request_id": message.properties.get("correlation_id"),
        "story": call.correlation_id if call else headers.allowed(message.headers).get(headers.CORRELATION_ID),
    }
