"""The gateway's way to the services, over a real broker: deadlines, outages, and nothing left behind."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiormq
import pytest

from gateway.bus import RpcClient
from gateway.bus.link import HEARTBEAT_SECONDS, with_heartbeat
from gateway.bus.supervisor import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, pause_after
from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.errors import Conflict, DeadlineExceeded, InternalError, Unavailable
from services.chassis.protocol import headers
from services.chassis.protocol import rpc as wire
from services.chassis.protocol.rpc import RemoteError
from tests.support.infrastructure import Broker

from .responder import Responder, responding


async def echo(method: str, arguments: dict[str, Any]) -> Any:
    return {"method": method, **arguments}


@asynccontextmanager
async def client_of(uri: str, timeout: float = 5.0) -> AsyncIterator[RpcClient]:
    client = RpcClient(uri, timeout=timeout)
    client.start()
    try:
        yield client
    finally:
        await client.stop()


async def eventually(condition: Callable[[], Any], seconds: float = 10.0) -> Any:
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)
    return value


async def cut(broker: Broker) -> None:
    """Force every connection closed, as an operator would; the broker's list of them lags behind."""
    deadline = time.monotonic() + 15
    while not await asyncio.to_thread(broker.close_connections):
        assert time.monotonic() < deadline, "the broker lists no connection"
        await asyncio.sleep(0.1)


async def timed(call: Awaitable[Any]) -> tuple[BaseException | Any, float]:
    started = time.monotonic()
    try:
        outcome: Any = await call
    except Exception as error:
        outcome = error
    return outcome, time.monotonic() - started


async def test_a_call_is_answered(broker: Broker) -> None:
    async with responding(broker.amqp_uri, Responder("membership", echo)), client_of(broker.amqp_uri) as client:
        assert await client.call("membership", "get_members", {"refs": ["ä"]}) == {
            "method": "get_members",
            "refs": ["ä"],
        }
        assert client.is_connected
        assert client.pending_count == 0


async def test_a_request_carries_its_context_and_dies_with_its_deadline(broker: Broker) -> None:
    responder = Responder("membership", echo)
    call = CallContext(
        correlation_id="story-1",
        principal_token="a signed principal",
        deadline=time.time() + 3,
        traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        idempotency_key="key-1",
    )
    async with responding(broker.amqp_uri, responder), client_of(broker.amqp_uri) as client:
        with context.use(call):
            await client.call("membership", "get_members", {})
    [request] = responder.requests
    properties = request.header.properties
    assert headers.from_headers(headers.allowed(properties.headers)) == call
    assert 2000 < int(str(properties.expiration)) <= 3000
    assert properties.delivery_mode == 1
    assert properties.content_type == "application/json"
    assert properties.correlation_id != call.correlation_id, "the wire's id is one request's, ours is the whole story's"


async def test_without_a_deadline_the_clients_own_holds(broker: Broker) -> None:
    responder = Responder("membership", echo)
    async with responding(broker.amqp_uri, responder), client_of(broker.amqp_uri, timeout=2) as client:
        await client.call("membership", "get_members", {})
    carried = headers.from_headers(headers.allowed(responder.requests[0].header.properties.headers))
    assert carried.deadline is not None
    assert 1 < carried.deadline - time.time() <= 2


async def test_a_services_refusal_is_raised_with_its_code(broker: Broker) -> None:
    async def refuse(_method: str, _arguments: dict[str, Any]) -> Any:
        raise Conflict("already there", path=("name",))

    async with responding(broker.amqp_uri, Responder("membership", refuse)), client_of(broker.amqp_uri) as client:
        with pytest.raises(RemoteError) as refused:
            await client.call("membership", "register_city", {})
    assert (refused.value.code, refused.value.expected, refused.value.path) == ("CONFLICT", True, ("name",))


async def test_a_malformed_reply_is_a_fault(broker: Broker) -> None:
    async def silent(_method: str, _arguments: dict[str, Any]) -> Any:
        await asyncio.sleep(60)

    responder = Responder("membership", silent)
    async with responding(broker.amqp_uri, responder), client_of(broker.amqp_uri) as client:
        call = asyncio.create_task(client.call("membership", "get_members", {}))
        await eventually(lambda: responder.requests)
        await responder.reply(responder.requests[0], b"not json")
        with pytest.raises(InternalError):
            await call


async def test_calls_at_the_same_time_get_their_own_answers(broker: Broker) -> None:
    async def slow_for_some(_method: str, arguments: dict[str, Any]) -> Any:
        await asyncio.sleep(0.05 if arguments["number"] % 3 else 0)
        return arguments["number"]

    responder = Responder("membership", slow_for_some)
    async with responding(broker.amqp_uri, responder), client_of(broker.amqp_uri) as client:
        numbers = range(200)
        calls = (client.call("membership", "get_members", {"number": number}) for number in numbers)
        assert await asyncio.gather(*calls) == list(numbers)
        assert client.pending_count == 0


async def test_a_service_without_a_queue_is_unavailable_at_once(broker: Broker) -> None:
    async with client_of(broker.amqp_uri) as client:
        await eventually(lambda: client.is_connected)
        error, seconds = await timed(client.call("membership", "get_members", {}))
        assert isinstance(error, Unavailable)
        assert error.code == "UNAVAILABLE"
        assert "membership" in error.message
        assert seconds < 1
        assert client.pending_count == 0


async def test_no_answer_in_time_is_an_error_and_leaves_nothing(broker: Broker) -> None:
    responder = Responder("membership", echo)
    async with responding(broker.amqp_uri, responder), client_of(broker.amqp_uri, timeout=0.5) as client:
        responder.delay = 1.0
        error, seconds = await timed(client.call("membership", "get_members", {"number": 1}))
        assert isinstance(error, DeadlineExceeded)
        assert error.code == "DEADLINE_EXCEEDED"
        assert 0.4 < seconds < 1
        assert client.pending_count == 0
        # The late answer to the first call must not become the answer to the second.
        responder.delay = 0.0
        answers = [await client.call("membership", "get_members", {"number": 2}) for _ in range(3)]
        await asyncio.sleep(0.7)
        assert answers == [{"method": "get_members", "number": 2}] * 3
        assert len(responder.requests) == 4
        assert client.pending_count == 0


async def test_a_deadline_that_has_passed_is_not_even_sent(broker: Broker) -> None:
    responder = Responder("membership", echo)
    async with responding(broker.amqp_uri, responder), client_of(broker.amqp_uri) as client:
        with context.use(CallContext(deadline=time.time() - 1)), pytest.raises(DeadlineExceeded):
            await client.call("membership", "get_members", {})
        assert responder.requests == []


async def test_a_request_that_nobody_took_expires(broker: Broker) -> None:
    responder = Responder("membership", echo)
    await responder.open(broker.amqp_uri)
    await responder.close()
    async with client_of(broker.amqp_uri, timeout=0.5) as client:
        with pytest.raises(DeadlineExceeded):
            await client.call("membership", "get_members", {})
        await asyncio.sleep(0.5)
    late = Responder("membership", echo)
    async with responding(broker.amqp_uri, late):
        await asyncio.sleep(0.3)
    assert late.requests == [], "a service that comes back does not do what nobody waits for"


async def hanging(_method: str, _arguments: dict[str, Any]) -> Any:
    await asyncio.sleep(60)


async def test_a_command_fails_at_once_when_the_connection_breaks(broker: Broker) -> None:
    """It may have been carried out: only the caller can decide to ask again."""
    responder = Responder("membership", hanging)
    async with client_of(broker.amqp_uri, timeout=30) as client:
        await responder.open(broker.amqp_uri)
        call = asyncio.create_task(timed(client.call("membership", "register_city", {})))
        await eventually(lambda: responder.requests)
        await cut(broker)
        broken_at = time.monotonic()
        error, _ = await call
        assert isinstance(error, Unavailable)
        assert error.code == "UNAVAILABLE"
        assert time.monotonic() - broken_at < 2
        assert client.pending_count == 0
        assert len(responder.requests) == 1


async def test_a_read_is_asked_again_when_the_connection_breaks(broker: Broker) -> None:
    responder = Responder("membership", hanging)
    async with client_of(broker.amqp_uri, timeout=30) as client:
        await responder.open(broker.amqp_uri)
        call = asyncio.create_task(client.call("membership", "get_members", {"number": 1}))
        await eventually(lambda: responder.requests)
        await cut(broker)
        async with responding(broker.amqp_uri, Responder("membership", echo)):
            assert await asyncio.wait_for(call, 5) == {"method": "get_members", "number": 1}
        assert client.pending_count == 0


async def test_a_broken_connection_is_back_in_no_time(broker: Broker) -> None:
    async with client_of(broker.amqp_uri) as client:
        await eventually(lambda: client.is_connected)
        await cut(broker)
        async with responding(broker.amqp_uri, Responder("membership", echo)):
            for number in range(3):
                answer, seconds = await timed(client.call("membership", "get_members", {"number": number}))
                assert answer == {"method": "get_members", "number": number}
                assert seconds < 2


async def test_under_load_a_cut_connection_leaves_no_call_without_an_end(broker: Broker) -> None:
    """Calls are cut off at every stage: waiting for the link, writing, and waiting for the reply."""
    end = time.monotonic() + 8
    codes: set[str] = set()
    answered = 0

    async def keep_asking(client: RpcClient, method: str) -> None:
        nonlocal answered
        while time.monotonic() < end:
            try:
                await client.call("membership", method, {})
                answered += 1
            except Unavailable as error:
                codes.add(error.code)

    async def keep_answering() -> None:
        """A service that comes back as ours do."""
        while time.monotonic() < end:
            responder = await Responder("membership", echo).open(broker.amqp_uri)
            await asyncio.wait({responder.closing()}, timeout=max(0.0, end - time.monotonic()))
            await responder.close()

    async with client_of(broker.amqp_uri, timeout=2) as client:
        service = asyncio.create_task(keep_answering())
        asking = [asyncio.create_task(keep_asking(client, method)) for method in ("get_members", "apply") * 20]
        await cut(broker)
        await asyncio.wait_for(asyncio.gather(*asking), 15)
        await service
        assert client.pending_count == 0
    assert answered > 100
    assert codes <= {"UNAVAILABLE", "DEADLINE_EXCEEDED"}


async def test_a_broker_that_refuses_the_topology_is_no_broker(broker: Broker) -> None:
    """Somebody declared our exchange otherwise: connecting fails halfway, again and again, and leaks nothing."""
    connection = await aiormq.connect(broker.amqp_uri)
    channel = await connection.channel()
    await channel.exchange_declare(exchange=wire.EXCHANGE, exchange_type="direct", durable=False)
    async with client_of(broker.amqp_uri) as client:
        error, _ = await timed(client.call("membership", "get_members", {}))
        assert isinstance(error, Unavailable)
        assert not client.is_connected
        await channel.exchange_delete(wire.EXCHANGE)
        await eventually(lambda: client.is_connected)
    await connection.close()


async def test_a_deleted_reply_queue_is_noticed(broker: Broker) -> None:
    """Replies would go nowhere: the client must take a new queue."""
    async with responding(broker.amqp_uri, Responder("membership", echo)), client_of(broker.amqp_uri) as client:
        await client.call("membership", "get_members", {})
        link = await client._supervisor.link(1)
        # Only its own connection may delete an exclusive queue; a node of a cluster that goes down does it, too.
        await link._channel.queue_delete(link.reply_to)
        answer, seconds = await timed(client.call("membership", "get_members", {"number": 1}))
        assert (answer, seconds < 3) == ({"method": "get_members", "number": 1}, True)


async def test_a_reply_queue_goes_with_its_client(broker: Broker) -> None:
    async with client_of(broker.amqp_uri) as client:
        await eventually(lambda: client.is_connected)
        assert [name for name in await asyncio.to_thread(broker.queues) if name.startswith("rpc.reply-gateway-")]
    assert await asyncio.to_thread(broker.queues) == {}


async def test_stopping_fails_what_is_pending(broker: Broker) -> None:
    responder = Responder("membership", hanging)
    async with responding(broker.amqp_uri, responder):
        client = RpcClient(broker.amqp_uri, timeout=30)
        client.start()
        call = asyncio.create_task(timed(client.call("membership", "register_city", {})))
        await eventually(lambda: responder.requests)
        await asyncio.wait_for(client.stop(), 3)
        error, _ = await call
        assert isinstance(error, Unavailable)
        assert not client.is_connected


async def test_without_a_broker_a_call_is_unavailable_soon() -> None:
    async with client_of("amqp://guest:guest@127.0.0.1:1/", timeout=30) as client:
        error, seconds = await timed(client.call("membership", "get_members", {}))
        assert isinstance(error, Unavailable)
        assert error.code == "UNAVAILABLE"
        assert seconds < 5
        assert not client.is_connected


class SilentProxy:
    """A middlebox that keeps connections open, and forwards nothing once it is told to be silent."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._loud = asyncio.Event()
        self._loud.set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def silence(self) -> None:
        self._loud.clear()

    def speak(self) -> None:
        self._loud.set()

    async def close(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream_reader, upstream_writer = await asyncio.open_connection(*self._target)
        for source, target in ((reader, upstream_writer), (upstream_reader, writer)):
            task = asyncio.create_task(self._copy(source, target))
            self._tasks.add(task)

    async def _copy(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                await self._loud.wait()
                target.write(data)
                await target.drain()
        except OSError:
            pass
        finally:
            target.close()


async def test_a_broker_that_falls_silent_is_given_up(broker: Broker) -> None:
    """Fact 5, on this side: a connection on which nothing comes is no connection, however open it looks."""
    address = broker.amqp_uri.split("@")[1].split("/")[0]
    host, port = address.split(":")
    proxy = SilentProxy(host, int(port))
    uri = broker.amqp_uri.replace(address, f"127.0.0.1:{await proxy.open()}") + "?heartbeat=1"
    try:
        async with responding(broker.amqp_uri, Responder("membership", echo)), client_of(uri, timeout=2) as client:
            assert await client.call("membership", "get_members", {}) == {"method": "get_members"}
            proxy.silence()
            with pytest.raises(DeadlineExceeded):
                await client.call("membership", "get_members", {})
            await eventually(lambda: not client.is_connected, seconds=15)
            proxy.speak()
            await eventually(lambda: client.is_connected, seconds=15)
            assert await client.call("membership", "get_members", {}) == {"method": "get_members"}
    finally:
        await proxy.close()


def test_a_silent_connection_is_noticed_within_seconds_by_default() -> None:
    assert with_heartbeat("amqp://host/vhost").query["heartbeat"] == str(HEARTBEAT_SECONDS) == "5"
    assert with_heartbeat("amqp://host/?heartbeat=30").query["heartbeat"] == "30"


def test_tries_come_at_growing_distances() -> None:
    assert all(FIRST_PAUSE_SECONDS / 2 <= pause_after(1) <= 2 * FIRST_PAUSE_SECONDS for _ in range(100))
    pauses = [pause_after(failures) for failures in range(20, 40)]
    assert all(LONGEST_PAUSE_SECONDS / 2 <= pause <= LONGEST_PAUSE_SECONDS for pause in pauses)
    assert len(set(pauses)) > 1, "gateways must not come back in step"
