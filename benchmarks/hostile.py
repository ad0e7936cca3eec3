"""What a polite client notices of a hostile one: its p99, beside the same alone, in the same round.

The gateway is a process with its defaults of production, and the services answer from memory in this one. The polite
client asks thirty times a second, by the clock and not when it has its last answer, from one address; the hostile one
(`flood`) sends all it can from another. It runs with the lowest priority, for elsewhere it would have its own machine.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final

import httpx

from tests.integration.gateway.responder import Responder, responding
from tests.support.processes import Process, ServiceEnvironment
from tests.unit.gateway.network import Network

from .bed import Bed
from .figures import MILLISECONDS, Pair, milliseconds, percentile

GROUP: Final = "a polite client beside a hostile one"
BASELINE: Final = "alone"
RATE: Final = 30
POLITE, HOSTILE = "127.0.0.1", "127.0.0.2"
QUESTION: Final = {"query": '{ coalition(key: "eccar") { key name members(first: 5) { totalCount } } }'}
SERVICES: Final = ("membership", "events", "reports")


@contextmanager
def rounds(bed: Bed) -> Iterator[Callable[[float], list[Pair]]]:
    """Gives a function that runs one round of so many seconds."""
    environment = ServiceEnvironment(
        amqp_uri=bed.amqp_uri, mongodb_uri="", database_prefix="", extra={"RUN_MODE": "production", "LOG_LEVEL": "INFO"}
    )
    process = Process(["-m", "gateway"], environment, port_setting="HTTP_PORT")
    try:
        process.wait_until_ready()
        yield lambda seconds: asyncio.run(_round(bed, f"http://127.0.0.1:{process.port}/graphql", seconds))
    finally:
        process.close()


async def _round(bed: Bed, url: str, seconds: float) -> list[Pair]:
    responders = [_answering(Network(members=200), service) for service in SERVICES]
    async with responding(bed.amqp_uri, *responders):
        alone = await _ask(url, seconds)
        async with _flooded(url):
            beside = await _ask(url, seconds)
    return [
        Pair(
            group=GROUP,
            figure=f"time of an answer, p{percent}",
            unit=MILLISECONDS,
            measured=percentile(milliseconds(beside), percent),
            baseline=BASELINE,
            raw=percentile(milliseconds(alone), percent),
        )
        for percent in (50, 99)
    ]


def _answering(network: Network, service: str) -> Responder:
    async def answer(method: str, arguments: dict[str, Any]) -> Any:
        return await network.call(service, method, arguments)

    return Responder(service, answer)


async def _ask(url: str, seconds: float) -> list[float]:
    """How long each answer took, in seconds."""
    transport = httpx.AsyncHTTPTransport(local_address=POLITE)
    async with httpx.AsyncClient(transport=transport, timeout=30) as client:

        async def one(delay: float) -> float:
            await asyncio.sleep(delay)
            started = time.perf_counter()
            response = await client.post(url, json=QUESTION)
            took = time.perf_counter() - started
            if response.status_code != 200 or "errors" in response.json():
                raise AssertionError(f"the polite client was answered {response.status_code}: {response.text}")
            return took

        count = max(2, int(seconds * RATE))
        return list(await asyncio.gather(*(one(number / RATE) for number in range(count))))


@asynccontextmanager
async def _flooded(url: str) -> AsyncIterator[None]:
    """The hostile client is at work inside the block, and was for a second before."""
    flood = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.flood", url, HOSTILE],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.nice(19),
    )
    assert flood.stdout is not None
    try:
        await asyncio.to_thread(flood.stdout.readline)
        yield
    finally:
        flood.kill()
        flood.wait()
        with contextlib.suppress(ValueError):
            lines = flood.stdout.read().splitlines()
            print(f"hostile: {lines[-1] if lines else 'nothing'}", file=sys.stderr)
