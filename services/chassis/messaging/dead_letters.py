"""Dead letters: messages that a subscriber put aside, or that the broker gave up on, as somebody repairing reads them.

They are read by a consumer that takes hold of the whole queue and acknowledges nothing but what it replayed or
discarded; when it ends, however it ends, the broker puts the rest back. Not by `basic_get`: each get is a consumer of
its own to a quorum queue, which gives the messages of different consumers back in any order. And never a part of the
queue: what was given back is handed out before the rest, so a part would come to stand behind it.
"""

import hashlib
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import kombu
from amqp import Message
from amqp.exceptions import MessageNacked
from amqp.exceptions import NotFound as QueueNotFound

from ..protocol import topology
from ..protocol.topology import Subscription
from .connection import LOST

ATTEMPTS: Final = "x-attempts"
FIRST_FAILED_AT: Final = "x-first-failed-at"
LAST_FAILED_AT: Final = "x-last-failed-at"
ERROR_CODE: Final = "x-error-code"
ERROR_TEXT: Final = "x-error-text"
BROKER_MARKS: Final = "x-death"

UNKNOWN: Final = "UNKNOWN"
_BROKER_TEXTS: Final = {
    "delivery_limit": "Delivered too often without being settled: handling it kills or disconnects the process.",
}

_IDLE_SECONDS: Final = 10.0
_BUSY_SECONDS: Final = 3.0
_BUSY_POLL_SECONDS: Final = 0.1
_CONFIRM_SECONDS: Final = 10.0
_LARGEST_PREFETCH: Final = 65535
_PERSISTENT: Final = 2


class DeadLettersRefused(Exception):
    """The queue cannot be worked on as it is. The message names it and says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """`queue` holds it; `home` is the one queue whose subscriber failed. `attempts` and the times are None when nobody
    wrote them down; `type`, `coalition` and `correlation_id` are empty when the message has none."""

    queue: str
    home: str
    id: str
    type: str
    coalition: str
    correlation_id: str
    code: str
    text: str
    attempts: int | None
    first_failed_at: datetime | None
    last_failed_at: datetime | None
    headers: Mapping[str, Any]
    content_type: str | None
    content_encoding: str | None
    body: bytes
    delivery_tag: int = field(compare=False, repr=False)

    def age(self, now: datetime) -> timedelta | None:
        """How long it has been dead."""
        return None if self.last_failed_at is None else now - self.last_failed_at


def read_letter(message: Any, subscription: Subscription) -> DeadLetter:
    """What an AMQP message in the dead-letter queue of `subscription` tells. Reads anything, however malformed."""
    properties = message.properties
    headers = properties.get("application_headers") or {}
    body = message.body.encode() if isinstance(message.body, str) else bytes(message.body)
    story = _told_by_broker(headers) or _told_by_subscriber(headers)
    return DeadLetter(
        queue=topology.dead_queue(subscription).name,
        home=subscription.queue,
        id=properties.get("message_id") or _text(headers.get("ce-id")) or _made_up_id(headers, body),
        type=_text(headers.get("ce-type")),
        coalition=_text(headers.get("ce-coalition")),
        correlation_id=_text(headers.get("ce-correlationid")),
        headers=headers,
        content_type=properties.get("content_type"),
        content_encoding=properties.get("content_encoding"),
        body=body,
        delivery_tag=message.delivery_tag,
        **story,
    )


def _told_by_subscriber(headers: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": _text(headers.get(ERROR_CODE)) or UNKNOWN,
        "text": _text(headers.get(ERROR_TEXT)),
        "attempts": _number(headers.get(ATTEMPTS)),
        "first_failed_at": _instant(headers.get(FIRST_FAILED_AT)),
        "last_failed_at": _instant(headers.get(LAST_FAILED_AT)),
    }


def _told_by_broker(headers: Mapping[str, Any]) -> dict[str, Any] | None:
    """The story of a message that the broker itself dead-lettered (a subscriber removes these marks), or None."""
    deaths = headers.get(BROKER_MARKS)
    if not isinstance(deaths, list) or not deaths or not isinstance(deaths[0], dict):
        return None
    reason = _text(deaths[0].get("reason"))
    told = _told_by_subscriber(headers)
    earlier = f" Before that: {told['code']}: {told['text']}" if ERROR_CODE in headers else ""
    died_at = _instant(deaths[0].get("time"))
    return {
        "code": reason.upper() or UNKNOWN,
        "text": _BROKER_TEXTS.get(reason, "Put aside by the broker.") + earlier,
        "attempts": told["attempts"],
        "first_failed_at": told["first_failed_at"] or died_at,
        "last_failed_at": died_at,
    }


class OpenQueue:
    """The dead letters of one queue, all in this process' hands. Iterate once; what is neither replayed nor discarded
    goes back in its order. Iterating raises DeadLettersRefused when somebody else takes letters meanwhile."""

    def __init__(self, connection: kombu.Connection, subscription: Subscription, *, count: int) -> None:
        self.count = count
        self._connection = connection
        self._subscription = subscription
        self._arrived: deque[Any] = deque()
        self._channel = connection.channel()
        self._publishing: Any = None

    def __iter__(self) -> Iterator[DeadLetter]:
        if not self.count:
            return
        # All at once: see the head of this module.
        self._channel.basic_qos(0, self.count if self.count <= _LARGEST_PREFETCH else 0, False)
        self._channel.basic_consume(topology.dead_queue(self._subscription).name, callback=self._arrived.append)
        for number in range(self.count):
            self._await_one(number)
            yield read_letter(self._arrived.popleft(), self._subscription)

    def replay(self, letter: DeadLetter) -> None:
        """Put `letter` back into the queue that failed: published, confirmed, and only then acknowledged here.

        A crash in between leaves it in both places; its subscriber knows what it has handled. Raises DeadLettersRefused
        when that queue is missing or full.
        """
        if self._publishing is None:
            self._publishing = self._connection.channel()
            self._publishing.confirm_select()
        returned: list[str] = []
        self._publishing.events["basic_return"] = {lambda error, *_: returned.append(str(error))}
        try:
            self._publishing.basic_publish_confirm(
                _without_marks(letter), routing_key=letter.home, mandatory=True, confirm_timeout=_CONFIRM_SECONDS
            )
        except MessageNacked as error:
            raise DeadLettersRefused(f"The queue {letter.home} takes no more messages now: try again later.") from error
        if returned:
            raise DeadLettersRefused(f"The queue {letter.home} does not exist: run `chassis admin topology declare`.")
        self.discard(letter)

    def discard(self, letter: DeadLetter) -> None:
        self._channel.basic_ack(letter.delivery_tag)

    def _await_one(self, number: int) -> None:
        while not self._arrived:
            try:
                self._connection.drain_events(timeout=_IDLE_SECONDS)
            except TimeoutError:
                # Never a part as if it were the whole.
                name = topology.dead_queue(self._subscription).name
                raise DeadLettersRefused(
                    f"{name} had {self.count} letters and gave only {number}: somebody else took some. Try again."
                ) from None

    def close(self) -> None:
        """Give back what was not acknowledged. Waits for the broker, so that what was is gone for good."""
        self._channel.close()


@contextmanager
def opened(connection: kombu.Connection, subscription: Subscription) -> Iterator[OpenQueue]:
    """Take hold of the dead letters of `subscription` for the block.

    Raises DeadLettersRefused when their queue does not exist or somebody else has hold of it.
    """
    queue = OpenQueue(connection, subscription, count=_count_when_free(connection, subscription))
    try:
        yield queue
    except BaseException:
        with suppress(*LOST):
            queue.close()
        raise
    queue.close()


def _count_when_free(connection: kombu.Connection, subscription: Subscription) -> int:
    """How many letters there are. What another command holds would not be among them, so wait a little for it (the
    broker takes a moment to notice that one has ended), then refuse."""
    name = topology.dead_queue(subscription).name
    given_up_at = time.monotonic() + _BUSY_SECONDS
    while True:
        with connection.channel() as channel:
            try:
                found = channel.queue_declare(name, passive=True)
            except QueueNotFound:
                raise DeadLettersRefused(
                    f"The queue {name} does not exist: run `chassis admin topology declare`."
                ) from None
        if not found.consumer_count:
            return int(found.message_count)
        if time.monotonic() > given_up_at:
            raise DeadLettersRefused(f"Somebody else is working on {name} now: try again when they are done.")
        time.sleep(_BUSY_POLL_SECONDS)


def _without_marks(letter: DeadLetter) -> Message:
    properties = {
        "content_type": letter.content_type,
        "content_encoding": letter.content_encoding,
        "message_id": letter.id,
        # From an allow-list, as everywhere: neither our marks nor the broker's travel on.
        "application_headers": {name: value for name, value in letter.headers.items() if name.startswith("ce-")},
        "delivery_mode": _PERSISTENT,
    }
    return Message(letter.body, **{name: value for name, value in properties.items() if value is not None})


def _made_up_id(headers: Mapping[str, Any], body: bytes) -> str:
    """The same for each look at the same message, although the broker counts its deliveries."""
    stable = sorted((name, repr(value)) for name, value in headers.items() if name != "x-delivery-count")
    return hashlib.sha256(repr(stable).encode() + body).hexdigest()[:16]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _instant(value: Any) -> datetime | None:
    """An instant in UTC from ISO 8601 text (ours) or a datetime (AMQP's, decoded as naive UTC)."""
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
