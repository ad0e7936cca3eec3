"""Live updates to many subscribers, beside the bare sending of the same frames by the same server.

A change is made by a command, published, heard by the gateway, shown to each principal with their rights, and written
to all of their connections: from the time of the change to the arrival of its last byte. The bare server has nothing
to find out: it writes the same text to all connections, from the moment in which it begins to.
"""

import itertools
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from tests.support import people, story
from tests.support.bus import BusClient, bus
from tests.support.platform import GATEWAY, Platform, platform_on
from tests.support.processes import Process, running

from .bed import Bed
from .figures import MILLISECONDS, Pair, percentile

GROUP: Final = "1,000 subscribers, 5 events a second"
BASELINE: Final = "bare WebSockets"
SUBSCRIBERS: Final = 1_000
PRINCIPALS: Final = 20
EVENTS_PER_SECOND: Final = 5
COALITION: Final = "eccar"
ARRIVAL_SECONDS: Final = 10.0
"""How long the last events may take before they count as lost."""

QUERY: Final = (
    f'subscription {{ membershipChanged(coalition: "{COALITION}") '
    "{ eventId change version occurredAt member { id standing city { name } } } }"
)
SETTINGS: Final = {"LIVE_PING_SECONDS": "3600", "LIVE_CONNECTIONS_OF_ONE": str(SUBSCRIBERS)}
Found = dict[str, Any]
"""What the listeners say (`benchmarks.listeners`), and `processor_seconds`, what the server used meanwhile."""

_numbers: Final = itertools.count(1)


@contextmanager
def rounds(bed: Bed) -> Iterator[Callable[[float], list[Pair]]]:
    """Gives a function that runs one round of so many seconds."""
    environment = bed.environment.with_settings(**SETTINGS)
    bare = Process(["-m", "benchmarks.bare_sockets"], environment, port_setting="HTTP_PORT")
    with platform_on(environment) as platform, running(bare), bus(bed.amqp_uri) as client:
        story.coalition(platform, COALITION)
        yield lambda seconds: _round(platform, bare, client, seconds)


def _round(platform: Platform, bare: Process, client: BusClient, seconds: float) -> list[Pair]:
    count = int(seconds * EVENTS_PER_SECOND)
    cities = [_city(client) for _ in range(count)]
    tokens = [people.token(f"subscriber-{number}") for number in range(PRINCIPALS)]
    with _listening(platform.processes[GATEWAY], tokens, count) as measured:
        _paced(lambda number: _apply(client, cities[number]), count)
    with _listening(bare, [None] * PRINCIPALS, count) as raw:
        # The bare server sends by itself.
        time.sleep(count / EVENTS_PER_SECOND)
    _ensure_complete(measured, count)
    _ensure_complete(raw, count)
    return [
        *(_pair(f"change → arrival, p{percent}", measured, raw, partial(_arrival, percent)) for percent in (50, 99)),
        _pair("processor time of the server for 1,000 frames", measured, raw, _processor_milliseconds),
    ]


def _pair(figure: str, measured: Found, raw: Found, value: Callable[[Found], float]) -> Pair:
    return Pair(
        group=GROUP,
        figure=figure,
        unit=MILLISECONDS,
        measured=value(measured),
        baseline=BASELINE,
        raw=value(raw),
    )


def _arrival(percent: int, found: Found) -> float:
    return percentile(found["milliseconds"], percent)


def _processor_milliseconds(found: Found) -> float:
    return 1000 * float(found["processor_seconds"]) / (len(found["milliseconds"]) / 1000)


@contextmanager
def _listening(server: Process, tokens: list[Any], events: int) -> Iterator[Found]:
    """Subscribers are there inside the block; afterwards the given dictionary has what they found."""
    asked = {
        "host": "127.0.0.1",
        "port": server.port,
        "tokens": tokens,
        "each": SUBSCRIBERS // PRINCIPALS,
        "request": {"query": QUERY, "variables": {"subscribers": SUBSCRIBERS, "events": events}},
    }
    listeners = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.listeners", json.dumps(asked)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: Found = {}
    assert listeners.stdin is not None
    assert listeners.stdout is not None
    with listeners:
        assert listeners.stdout.readline() == "ready\n"
        used = server.processor_seconds
        yield found
        time.sleep(ARRIVAL_SECONDS)
        found["processor_seconds"] = server.processor_seconds - used
        listeners.stdin.write("stop\n")
        listeners.stdin.flush()
        found |= json.loads(listeners.stdout.readline())


def _ensure_complete(found: Found, events: int) -> None:
    """Raises RuntimeError: somebody was not told everything."""
    counts = set(found["counts"])
    if len(found["counts"]) != SUBSCRIBERS or counts != {events}:
        raise RuntimeError(f"{SUBSCRIBERS} subscribers were told of {sorted(counts)} events, and there were {events}")


def _paced(act: Callable[[int], None], count: int) -> None:
    begun = time.monotonic()
    for number in range(count):
        time.sleep(max(0.0, begun + number / EVENTS_PER_SECOND - time.monotonic()))
        act(number)


def _city(client: BusClient) -> str:
    asked = {"name": f"City {next(_numbers)}", "country": "AT", "legal_type": "city"}
    return str(client.call("membership", "register_city", asked)["id"])


def _apply(client: BusClient, city: str) -> None:
    asked = {"coalition": COALITION, "cities": [city], "applied_on": story.YESTERDAY.isoformat()}
    client.call("membership", "apply_for_membership", asked)
