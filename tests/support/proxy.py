"""A TCP proxy between two processes, and what networks do to them: refuse, cut, hold, delay, forget.

All proxies of one `Network` live in one event loop in a thread; every public method may be called from any thread and
has taken effect when it returns. A rule concerns the connections whose client said `of` in its first bytes (what a
protocol begins with tells who speaks: MongoDB's drivers send their application's name), and one or both directions.
"""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, TypeVar

T = TypeVar("T")

_LOOPBACK: Final = "127.0.0.1"
_CHUNK: Final = 65536
_CALL_SECONDS: Final = 10.0


class Direction(Enum):
    TO_SERVER = "to server"
    TO_CLIENT = "to client"


class Cut(Exception):
    """A rule ends the connection, after forwarding `last`."""

    def __init__(self, last: bytes = b"") -> None:
        super().__init__()
        self.last = last


@dataclass(eq=False, slots=True)
class Connection:
    """`greeting` is what the client said first. A `forgotten` one is half open: see `Proxy.forget`."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    greeting: bytes = b""
    forgotten: bool = False

    def abort(self) -> None:
        """End it as a router does that lost it: with a reset, whatever is still under way."""
        for writer in (self.client, self.server):
            stream = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):
                stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()


@dataclass(eq=False, slots=True, kw_only=True)
class Rule:
    """What happens to bytes on their way. The plain rule lets everything pass."""

    of: bytes = b""
    direction: Direction | None = None

    def concerns(self, connection: Connection, direction: Direction) -> bool:
        return self.direction in (None, direction) and self.of in connection.greeting

    async def passing(self, connection: Connection, direction: Direction, chunk: bytes) -> bytes:
        """What of `chunk` goes on. Raises Cut."""
        return chunk

    def lifted(self) -> None:
        """Called in the event loop when the rule ends."""


@dataclass(eq=False, slots=True, kw_only=True)
class Delay(Rule):
    """Every piece of data takes `seconds` longer, as on a slow line or in front of a slow server."""

    seconds: float

    async def passing(self, connection: Connection, direction: Direction, chunk: bytes) -> bytes:
        await asyncio.sleep(self.seconds)
        return chunk


@dataclass(eq=False, slots=True, kw_only=True)
class Hold(Rule):
    """Nothing goes on until the rule is lifted; then everything does. `held` counts what waits."""

    held: int = field(default=0, init=False)
    _free: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    async def passing(self, connection: Connection, direction: Direction, chunk: bytes) -> bytes:
        self.held += 1
        await self._free.wait()
        return chunk

    def lifted(self) -> None:
        self._free.set()


@dataclass(eq=False, slots=True, kw_only=True)
class Trap(Hold):
    """Holds a connection at the moment when it is about to carry all of `needle`, which never arrives: when the rule
    is lifted the connection is cut. `sprung` is set at that moment."""

    needle: tuple[bytes, ...]
    sprung: threading.Event = field(default_factory=threading.Event, init=False)
    _caught: list[Connection] = field(default_factory=list, init=False)

    async def passing(self, connection: Connection, direction: Direction, chunk: bytes) -> bytes:
        if not self._caught and all(part in chunk for part in self.needle):
            self._caught.append(connection)
            self.sprung.set()
        if connection in self._caught:
            await self._free.wait()
            raise Cut
        return chunk


@dataclass(eq=False, slots=True, kw_only=True)
class HoldReply(Hold):
    """Holds the answers to what carried `needle`: it has been done over there, and nobody here knows."""

    needle: bytes
    _asking: set[Connection] = field(default_factory=set, init=False)

    async def passing(self, connection: Connection, direction: Direction, chunk: bytes) -> bytes:
        if direction is Direction.TO_SERVER:
            if self.needle in chunk:
                self._asking.add(connection)
        elif connection in self._asking:
            self.held += 1
            await self._free.wait()
        return chunk


@dataclass(eq=False, slots=True, kw_only=True)
class CutAfter(Rule):
    """Cuts the connection that carries byte number `count` from now on, between that byte and the next; once."""

    count: int
    done: threading.Event = field(default_factory=threading.Event, init=False)

    async def passing(self, connection: Connection, direction: Direction, chunk: bytes) -> bytes:
        if self.done.is_set():
            return chunk
        if len(chunk) <= self.count:
            self.count -= len(chunk)
            return chunk
        self.done.set()
        raise Cut(chunk[: self.count])


class Proxy:
    """Forwards connections to `port` on to `target`, which may change for the connections still to come."""

    def __init__(self, network: "Network", target: int) -> None:
        self.port = 0
        self.target = target
        self._network = network
        self._server: asyncio.Server | None = None
        self._connections: dict[Connection, None] = {}  # oldest first
        self._tasks: set[asyncio.Task[None]] = set()
        self._rules: list[Rule] = []

    def accept(self) -> None:
        """Listen (again), on the same port as before."""
        self._network.do(self._listen())

    def refuse(self) -> None:
        """Nobody listens any more, and every connection is cut: the server's machine is gone."""
        self._network.do(self._close())

    def cut(self, of: bytes = b"") -> int:
        """Cut the connections of now. Returns how many there were."""

        async def cut() -> int:
            concerned = [each for each in self._connections if of in each.greeting]
            for connection in concerned:
                connection.abort()
            return len(concerned)

        return self._network.do(cut())

    def impose(self, rule: Rule) -> None:
        self._network.call(lambda: self._rules.append(rule))

    def lift(self, rule: Rule) -> None:
        def lift() -> None:
            self._rules.remove(rule)
            rule.lifted()

        self._network.call(lift)

    def forget(self, *, but_oldest: int = 0) -> None:
        """Be a middlebox that has lost its state: whatever is sent on the connections of now (but the oldest few) is
        acknowledged and goes nowhere, not even the news that the other side has closed. New connections work."""

        def forget() -> None:
            for connection in list(self._connections)[but_oldest:]:
                connection.forgotten = True

        self._network.call(forget)

    def count(self) -> int:
        """Connections that are open."""
        return self._network.call(lambda: len(self._connections))

    @contextlib.contextmanager
    def under(self, rule: Rule) -> Iterator[Rule]:
        """The rule holds inside the block."""
        self.impose(rule)
        try:
            yield rule
        finally:
            self.lift(rule)

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._accepted, _LOOPBACK, self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in tuple(self._connections):
            connection.abort()

    async def close(self) -> None:
        await self._close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accepted(self, client_reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(client_reader, client))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, client_reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        try:
            server_reader, server = await asyncio.open_connection(_LOOPBACK, self.target)
        except OSError:
            client.transport.abort()
            return
        connection = Connection(client, server)
        self._connections[connection] = None
        try:
            await self._carry(connection, client_reader, server_reader)
        finally:
            del self._connections[connection]

    async def _carry(self, connection: Connection, client: asyncio.StreamReader, server: asyncio.StreamReader) -> None:
        """Until either side has closed; then what is under way arrives, and both are closed."""
        pumps = (
            asyncio.ensure_future(self._pump(connection, Direction.TO_SERVER, client, connection.server)),
            asyncio.ensure_future(self._pump(connection, Direction.TO_CLIENT, server, connection.client)),
        )
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            if connection.forgotten:
                await pumps[0]
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            for writer in (connection.client, connection.server):
                writer.close()

    async def _pump(
        self, connection: Connection, direction: Direction, source: asyncio.StreamReader, sink: asyncio.StreamWriter
    ) -> None:
        with contextlib.suppress(OSError):
            while chunk := await source.read(_CHUNK):
                if connection.forgotten:
                    continue
                if direction is Direction.TO_SERVER and not connection.greeting:
                    connection.greeting = chunk
                try:
                    passed = await self._passing(connection, direction, chunk)
                except Cut as cut:
                    if cut.last:
                        sink.write(cut.last)
                        await sink.drain()
                    connection.abort()
                    return
                if passed:
                    sink.write(passed)
                    await sink.drain()

    async def _passing(self, connection: Connection, direction: Direction, chunk: bytes) -> bytes:
        for rule in tuple(self._rules):
            if chunk and rule.concerns(connection, direction):
                chunk = await rule.passing(connection, direction, chunk)
        return chunk


class Network:
    """The event loop of some proxies. Use it as a context manager."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="network", daemon=True)
        self._proxies: list[Proxy] = []

    def __enter__(self) -> "Network":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for proxy in self._proxies:
            self.do(proxy.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def proxy(self, target: int) -> Proxy:
        """A new proxy that listens on a free port."""
        made = Proxy(self, target)
        made.accept()
        self._proxies.append(made)
        return made

    def remove(self, proxy: Proxy) -> None:
        """End a proxy for good."""
        self.do(proxy.close())
        self._proxies.remove(proxy)

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run in the event loop and wait for the result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_CALL_SECONDS)

    def call(self, function: Callable[[], T]) -> T:
        async def work() -> T:
            return function()

        return self.do(work())
