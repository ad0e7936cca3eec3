"""Meddlers on the bus: one that copies every message, one that delivers them in any order."""

import heapq
import itertools
import threading
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from functools import partial
from random import Random
from typing import Any, Final

import amqp
import kombu

from services.chassis.protocol import topology
from services.chassis.protocol.topology import Subscription

from .eventlog import SUBSCRIPTIONS

_POLL_SECONDS: Final = 0.02
_COPY: Final = "x-copy"


class _Meddler(ABC):
    """Works in a thread with a connection of its own, from `start` to `stop`; nothing it holds is lost at the end."""

    def __init__(self, amqp_uri: str) -> None:
        self._connection = kombu.Connection(amqp_uri, connect_timeout=5)
        self._stop = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=type(self).__name__, daemon=True)

    def start(self) -> None:
        """Returns when it meddles."""
        self.channel: Any = self._connection.channel()
        self.channel.auto_decode = False
        self.begin()
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()
        if self._failure is not None:
            raise self._failure

    @abstractmethod
    def begin(self) -> None: ...

    @abstractmethod
    def turn(self) -> None:
        """What there is to do between two looks at the connection."""

    @abstractmethod
    def end(self) -> None: ...

    def _run(self) -> None:
        try:
            with self._connection:
                while not self._stop.is_set():
                    with suppress(TimeoutError):
                        self._connection.drain_events(timeout=_POLL_SECONDS)
                    self.turn()
                self.end()
        except BaseException as error:
            self._failure = error


class Copying(_Meddler):
    """Publishes each message twice more. `count` is how many it copied."""

    count = 0

    def begin(self) -> None:
        queue = self.channel.queue_declare("", exclusive=True, auto_delete=True).queue
        self.channel.queue_bind(queue, topology.MESSAGES.name, "#")
        self.channel.basic_consume(queue, no_ack=True, callback=self._copy)

    def turn(self) -> None:
        pass

    def end(self) -> None:
        pass

    def _copy(self, message: Any) -> None:
        headers = message.properties.get("application_headers", {})
        if _COPY in headers:
            return
        self.count += 1
        properties = {**message.properties, "application_headers": {**headers, _COPY: "1"}}
        for _ in range(2):
            copy = amqp.Message(message.body, **properties)
            self.channel.basic_publish(copy, topology.MESSAGES.name, message.delivery_info["routing_key"])


class Shuffling(_Meddler):
    """Stands between the exchange and every subscriber's queue, and passes each message on after a time of up to
    `longest` seconds. `overtaken` counts the messages that came before an earlier one about the same thing."""

    def __init__(self, amqp_uri: str, *, longest: float, randomness: Random) -> None:
        super().__init__(amqp_uri)
        self._longest = longest
        self._random = randomness
        self._held: list[tuple[float, int, str, Any]] = []
        self._numbers = itertools.count()
        self._newest: dict[tuple[str, str], int] = {}
        self.overtaken = 0

    def begin(self) -> None:
        self.channel.confirm_select()
        for subscription in SUBSCRIPTIONS:
            own = _own(subscription)
            self.channel.queue_declare(own, durable=True, auto_delete=False)
            self._bind(own, subscription)
            self._unbind(subscription.queue, subscription)
            self.channel.basic_consume(own, consumer_tag=own, callback=partial(self._hold, subscription.queue))

    def turn(self) -> None:
        while self._held and self._held[0][0] <= time.monotonic():
            self._pass_on()

    def end(self) -> None:
        """The old order again; what is held goes on at once."""
        for subscription in SUBSCRIPTIONS:
            self._bind(subscription.queue, subscription)
            self._unbind(_own(subscription), subscription)
        for subscription in SUBSCRIPTIONS:
            while self.channel.queue_declare(_own(subscription), passive=True).message_count:
                self._connection.drain_events(timeout=1)
        while self._held:
            self._pass_on()
        for subscription in SUBSCRIPTIONS:
            self.channel.basic_cancel(_own(subscription))
            self.channel.queue_delete(_own(subscription))

    def _hold(self, home: str, message: Any) -> None:
        due = time.monotonic() + self._random.uniform(0, self._longest)
        heapq.heappush(self._held, (due, next(self._numbers), home, message))

    def _pass_on(self) -> None:
        _, _, home, message = heapq.heappop(self._held)
        self._note(home, message.properties["application_headers"])
        copy = amqp.Message(message.body, **message.properties)
        self.channel.basic_publish_confirm(copy, "", home)
        self.channel.basic_ack(message.delivery_tag)

    def _note(self, home: str, headers: dict[str, Any]) -> None:
        about = home, headers["ce-subject"]
        sequence = int(headers["ce-sequence"])
        self.overtaken += sequence < self._newest.get(about, 0)
        self._newest[about] = max(sequence, self._newest.get(about, 0))

    def _bind(self, queue: str, subscription: Subscription) -> None:
        for name in subscription.types:
            self.channel.queue_bind(queue, topology.MESSAGES.name, name)

    def _unbind(self, queue: str, subscription: Subscription) -> None:
        for name in subscription.types:
            self.channel.queue_unbind(queue, topology.MESSAGES.name, name)


def _own(subscription: Subscription) -> str:
    return f"shuffling.{subscription.queue}"
