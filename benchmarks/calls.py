"""One request and its reply over the bus, one at a time: a service's method that does nothing, beside a process that
sends each request back. The client is the same for both."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from services.chassis.kernel.context import CallContext
from services.chassis.protocol import rpc
from tests.support.bus import BusClient, bus
from tests.support.principals import SECRETARY, signed
from tests.support.processes import running

from . import raw
from .bed import Bed
from .figures import MILLISECONDS, Pair, milliseconds, percentile

GROUP: Final = "one request at a time"
ARGUMENTS: Final = {"name": "benchmark"}


@contextmanager
def rounds(bed: Bed) -> Iterator[Callable[[float], list[Pair]]]:
    """Gives a function that runs one round of so many seconds, with the processes it needs around it."""
    with running(bed.process("serve"), bed.process("echo")), bus(bed.amqp_uri) as client:
        yield lambda seconds: list(_round(client, seconds))


def _round(client: BusClient, seconds: float) -> Iterator[Pair]:
    calls: list[float] = []
    echoes: list[float] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end or len(calls) < 2:
        calls.append(_timed(lambda: _call(client)))
        echoes.append(_timed(lambda: _echo(client)))
    for percent in (50, 99):
        yield Pair(
            group=GROUP,
            figure=f"RPC of a method that does nothing, p{percent}",
            unit=MILLISECONDS,
            measured=percentile(milliseconds(calls), percent),
            baseline="raw AMQP echo",
            raw=percentile(milliseconds(echoes), percent),
        )


def _call(client: BusClient) -> None:
    client.call("recorder", "nothing", ARGUMENTS)


def _echo(client: BusClient) -> None:
    context = CallContext(principal_token=signed(SECRETARY), deadline=time.time() + 10)
    client.reply_to(client.send(raw.ECHO, "nothing", rpc.encode_request(ARGUMENTS), context))


def _timed(run: Callable[[], None]) -> float:
    started = time.monotonic()
    run()
    return time.monotonic() - started
