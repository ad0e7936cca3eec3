"""The proxy does to connections what it says, to the byte."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from tests.support.processes import eventually
from tests.support.proxy import CutAfter, Delay, Direction, Hold, HoldReply, Network, Proxy, Trap


class Echo:
    """Answers each piece of data with itself, and keeps all it got."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.received = b""
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while data := connection.recv(65536):
                self.received += data
                connection.sendall(data)


@pytest.fixture
def echo() -> Iterator[Echo]:
    with closing(Echo()) as server:
        yield server


@pytest.fixture
def proxy(echo: Echo) -> Iterator[Proxy]:
    with Network() as network:
        yield network.proxy(echo.port)


def connected(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=2)


def asked(connection: socket.socket, data: bytes) -> bytes:
    """What comes back, b"" when the connection ends. Raises TimeoutError when nothing does."""
    try:
        connection.sendall(data)
        return connection.recv(65536)
    except ConnectionError:
        return b""


def test_everything_passes_without_a_rule(proxy: Proxy) -> None:
    with connected(proxy) as connection:
        assert asked(connection, b"hello") == b"hello"
        assert proxy.count() == 1
    eventually(lambda: proxy.count() == 0)


def test_a_refusing_proxy_cuts_and_takes_nobody(proxy: Proxy) -> None:
    with connected(proxy) as connection:
        asked(connection, b"hello")
        proxy.refuse()
        assert asked(connection, b"hello") == b""
    with pytest.raises(ConnectionRefusedError):
        connected(proxy)
    proxy.accept()
    with connected(proxy) as connection:
        assert asked(connection, b"hello") == b"hello"


def test_a_cut_comes_after_exactly_so_many_bytes(proxy: Proxy, echo: Echo) -> None:
    with connected(proxy) as connection:
        asked(connection, b"hello")
        with proxy.under(CutAfter(count=7, direction=Direction.TO_SERVER)):
            assert asked(connection, b"12345") == b"12345"
            assert asked(connection, b"67890") in (b"", b"67")
        eventually(lambda: echo.received == b"hello1234567")


def test_what_is_held_goes_on_afterwards(proxy: Proxy, echo: Echo) -> None:
    hold = Hold(direction=Direction.TO_SERVER)
    with connected(proxy) as connection:
        asked(connection, b"hello")
        with proxy.under(hold):
            connection.sendall(b"later")
            eventually(lambda: hold.held)
            assert echo.received == b"hello"
        assert connection.recv(100) == b"later"


def test_a_rule_concerns_those_who_said_so(proxy: Proxy) -> None:
    with connected(proxy) as one, connected(proxy) as other:
        asked(one, b"I am one")
        asked(other, b"I am the other")
        with proxy.under(Hold(of=b"the other")):
            assert asked(one, b"x") == b"x"
            other.settimeout(0.3)
            with pytest.raises(TimeoutError):
                asked(other, b"x")


def test_an_answer_is_held_after_the_deed(proxy: Proxy, echo: Echo) -> None:
    with connected(proxy) as connection:
        asked(connection, b"hello")
        with proxy.under(HoldReply(needle=b"commit")):
            assert asked(connection, b"begin") == b"begin"
            connection.sendall(b"commit")
            eventually(lambda: b"commit" in echo.received)
            connection.settimeout(0.3)
            with pytest.raises(TimeoutError):
                connection.recv(100)


def test_what_springs_the_trap_never_arrives(proxy: Proxy, echo: Echo) -> None:
    trap = Trap(direction=Direction.TO_SERVER, needle=(b"mark", b"it"))
    with connected(proxy) as connection:
        asked(connection, b"mark")
        with proxy.under(trap):
            assert asked(connection, b"do it") == b"do it"
            connection.sendall(b"mark it")
            assert trap.sprung.wait(2)
        assert asked(connection, b"") == b""
        assert echo.received == b"markdo it"


def test_a_forgotten_connection_is_half_open_and_a_new_one_works(proxy: Proxy, echo: Echo) -> None:
    with connected(proxy) as oldest, connected(proxy) as old:
        asked(oldest, b"1")
        asked(old, b"2")
        proxy.forget(but_oldest=1)
        old.settimeout(0.3)
        with pytest.raises(TimeoutError):
            asked(old, b"void")
        assert asked(oldest, b"3") == b"3"
        with connected(proxy) as new:
            assert asked(new, b"4") == b"4"
        assert echo.received == b"1234"


def test_a_delay_takes_its_time(proxy: Proxy) -> None:
    with connected(proxy) as connection, proxy.under(Delay(seconds=0.2, direction=Direction.TO_CLIENT)):
        began = time.monotonic()
        assert asked(connection, b"hello") == b"hello"
        assert time.monotonic() - began >= 0.2
