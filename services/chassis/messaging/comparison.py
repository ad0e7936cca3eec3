"""What the broker has, compared with what the topology declares, over AMQP alone and without changing anything.

A passive declare tells whether a queue exists. Declaring an existing one again is a no-op when it is equivalent, and is
refused with the first differing argument when it is not. Bindings, and queues nobody declares any more, cannot be seen
this way: a declare adds missing bindings, and `management` asks another door for the rest.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

import kombu
from amqp.exceptions import NotFound, PreconditionFailed, ResourceLocked

from ..protocol import topology
from ..protocol.topology import Queue
from . import declaration
from .connection import connected

_DIFFERENT: Final = re.compile(
    r"inequivalent arg '(?P<argument>[^']+)'.*: received (?P<declared>.+) but current is (?P<found>.+)"
)
_VALUE: Final = re.compile(r"(?:the value )?'(?P<value>.*?)'(?: of type '[^']*')?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A queue or exchange that is missing, or that has another value of `argument` (`found`) than `declared`. The
    broker names one differing argument at a time; where it names none, `found` is what it said instead.

    Of a `binding`, `name` is the queue, and `declared` or `found` the routing key. What is `surplus` nobody declares.
    """

    kind: Literal["queue", "exchange", "binding"]
    name: str
    problem: Literal["missing", "changed", "surplus"]
    argument: str | None = None
    declared: str | None = None
    found: str | None = None


def differences(
    amqp_uri: str, queues: Iterable[Queue], *, seen: Callable[[str], None] = lambda name: None
) -> list[Difference]:
    """What differs from the exchanges and `queues` that should be there; empty when all is as declared. `seen` is told
    the name of each queue when it has been compared. Raises BrokerUnreachable."""
    found = []
    with connected(amqp_uri) as connection:
        for exchange in (topology.MESSAGES, topology.RPC):
            found += _compare(connection, "exchange", exchange.name, _declare_exchange(exchange))
        for queue in queues:
            found += _compare(connection, "queue", queue.name, _declare_queue(queue))
            seen(queue.name)
    return found


_Declare = Callable[[Any, bool], Any]


def _declare_exchange(declared: topology.Exchange) -> _Declare:
    return lambda channel, passive: declaration.exchange(declared)(channel).declare(passive=passive)


def _declare_queue(declared: Queue) -> _Declare:
    return lambda channel, passive: declaration.queue(declared)(channel).queue_declare(passive=passive)


def _compare(
    connection: kombu.Connection, kind: Literal["queue", "exchange"], name: str, declare: _Declare
) -> list[Difference]:
    try:
        # The broker closes the channel with each refusal. Passive first: what is missing must not be made.
        for passive in (True, False):
            with connection.channel() as channel:
                declare(channel, passive)
    except NotFound:
        return [Difference(kind=kind, name=name, problem="missing")]
    except (PreconditionFailed, ResourceLocked) as refusal:
        return [Difference(kind=kind, name=name, problem="changed", **told_by(refusal.reply_text))]
    return []


def told_by(text: str) -> dict[str, str | None]:
    """The differing argument and its two values in the broker's refusal."""
    match = _DIFFERENT.search(text)
    if match is None:
        return {"argument": None, "declared": None, "found": text}
    return {
        "argument": match["argument"],
        "declared": _value(match["declared"]),
        "found": _value(match["found"]),
    }


def _value(text: str) -> str:
    match = _VALUE.fullmatch(text.strip())
    return match["value"] if match else text.strip()
