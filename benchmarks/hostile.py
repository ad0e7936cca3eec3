"""What a polite client notices of a hostile one: its p99, beside the same alone, in the same round.

The gateway is a process with its defaults of production, and the services answer from memory in another. The polite
client asks fifteen times a second, by the clock and not when it has its last answer, from one address; the hostile one
(`flood`) sends all it can from another. It runs with the lowest priority, for elsewhere it would have its own machine.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import httpx

from tests.support.processes import Process, ServiceEnvironment

from .bed import Bed
from .figures import MILLISECONDS, Pair, milliseconds, percentile

GROUP: Final = "a polite client beside a hostile one"
BASELINE: Final = "alone"
RATE: Final = 15
POLITE, HOSTILE = "127.0.0.1", "127.0.0.2"
QUESTION: Final = {"query": '{ coalition(key: "eccar") { key name members(first: 5) { totalCount } } }'}
LOWEST: Final = 19


@contextmanager
def rounds(bed: Bed) -> Iterator[Callable[[float], list[Pair]]]:
    """Gives a function that runs one round of so many seconds."""
    environment = ServiceEnvironment(
        amqp_uri=bed.amqp_uri, mongodb_uri="", database_prefix="", extra={"RUN_MODE": "production", "LOG_LEVEL": "INFO"}
    )
    with _running("benchmarks.responders", bed.amqp_uri):
        process = Process(["-m", "gateway"], environment, port_setting="HTTP_PORT")
        try:
            process.wait_until_ready()
            yield lambda seconds: _round(process, seconds)
        finally:
            process.close()


def _round(gateway: Process, seconds: float) -> list[Pair]:
    url = f"http://127.0.0.1:{gateway.port}/graphql"
    alone, idle = _measured(gateway, url, seconds)
    with _running("benchmarks.flood", url, HOSTILE, priority=LOWEST) as flood:
        beside, busy = _measured(gateway, url, seconds)
        flood.terminate()
        answers = flood.stdout.read().splitlines()[-1:] if flood.stdout else []
    print(f"hostile: {answers}", file=sys.stderr)
    figures = {
        f"time of an answer, p{percent}": (
            percentile(milliseconds(beside), percent),
            percentile(milliseconds(alone), percent),
        )
        for percent in (50, 99)
    }
    figures["processor time of the gateway in a second"] = (busy, idle)
    return [
        Pair(group=GROUP, figure=figure, unit=MILLISECONDS, measured=measured, baseline=BASELINE, raw=raw)
        for figure, (measured, raw) in figures.items()
    ]


def _measured(gateway: Process, url: str, seconds: float) -> tuple[list[float], float]:
    """How long each answer took, in seconds, and what the gateway used of a processor, in milliseconds a second."""
    used, started = gateway.processor_seconds, time.monotonic()
    times = asyncio.run(_ask(url, seconds))
    return times, (gateway.processor_seconds - used) / (time.monotonic() - started) * 1000


@contextmanager
def _running(module: str, *arguments: str, priority: int = 0) -> Iterator["subprocess.Popen[str]"]:
    """A process that has said its first line."""
    command = ["nice", "-n", str(priority), sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout is not None:
            process.stdout.readline()
        yield process
    finally:
        process.kill()
        process.wait()


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
