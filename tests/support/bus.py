"""A client of the bus for tests: calls a service as the gateway does, and keeps what it sent."""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import amqp
import kombu

from services.chassis.kernel.context import CallContext
from services.chassis.kernel.principal import Principal
from services.chassis.protocol import headers, rpc

from .principals import SECRETARY, signed


class NoReply(Exception):
    """No reply came in time."""


class BusClient:
    """Synchronous, one call at a time."""

    def __init__(self, amqp_uri: str) -> None:
        self._connection = kombu.Connection(amqp_uri, connect_timeout=5)
        self._channel = self._connection.channel()
        self._reply_to = uuid.uuid4().hex
        self._replies: dict[str, bytes] = {}
        self._channel.exchange_declare(rpc.EXCHANGE, "topic", durable=True, auto_delete=False)
        self._channel.queue_declare(self._reply_to, exclusive=True, auto_delete=True)
        self._channel.queue_bind(self._reply_to, rpc.EXCHANGE, self._reply_to)
        self._channel.basic_consume(self._reply_to, no_ack=True, callback=self._on_reply)

    def call(
        self,
        service: str,
        method: str,
        arguments: dict[str, Any],
        *,
        timeout: float = 10.0,
        principal: Principal | None = SECRETARY,
        extra_headers: dict[str, Any] | None = None,
        deadline: float | None = None,
        idempotency_key: str | None = None,
    ) -> Any:
        """The result. Raises the service's error as `rpc.RemoteError`, NoReply after `timeout` seconds."""
        context = CallContext(
            principal_token=None if principal is None else signed(principal),
            deadline=deadline or time.time() + timeout,
            idempotency_key=idempotency_key,
        )
        request = self.send(service, method, rpc.encode_request(arguments), context, extra_headers=extra_headers)
        reply = rpc.decode_reply(self.reply_to(request, timeout))
        if reply.error is not None:
            raise reply.error
        return reply.result

    def send(
        self,
        service: str,
        method: str,
        body: bytes,
        context: CallContext,
        *,
        extra_headers: dict[str, Any] | None = None,
        **properties: Any,
    ) -> str:
        """Publish a request and return its correlation id."""
        request = uuid.uuid4().hex
        message = amqp.Message(
            body,
            **{
                "reply_to": self._reply_to,
                "correlation_id": request,
                "content_type": rpc.CONTENT_TYPE,
                "content_encoding": rpc.CONTENT_ENCODING,
                "application_headers": {**headers.to_headers(context), **(extra_headers or {})},
                **properties,
            },
        )
        self._channel.basic_publish(message, rpc.EXCHANGE, rpc.routing_key(service, method))
        return request

    def reply_to(self, request: str, timeout: float = 10.0) -> bytes:
        deadline = time.monotonic() + timeout
        while request not in self._replies:
            try:
                self._connection.drain_events(timeout=max(0.01, deadline - time.monotonic()))
            except TimeoutError:
                raise NoReply(f"no reply within {timeout} s") from None
        return self._replies.pop(request)

    def close(self) -> None:
        self._connection.collect()

    def _on_reply(self, message: Any) -> None:
        body = message.body
        self._replies[message.properties["correlation_id"]] = body.encode() if isinstance(body, str) else bytes(body)


@contextmanager
def bus(amqp_uri: str) -> Iterator[BusClient]:
    client = BusClient(amqp_uri)
    try:
        yield client
    finally:
        client.close()
