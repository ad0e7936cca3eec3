"""Who wants to be told of what."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final

from services.chassis.kernel.errors import ServiceError
from services.chassis.protocol.envelope import Envelope

from . import metrics
from .group import Event, Group
from .outbox import Subscriber
from .viewer import Viewer

GRANT_REVOKED: Final = "membership.grant_revoked.v1"

REMEMBERED: Final = 20_000
"""Ids of messages: one that comes again within so many is not told again."""

AT_WORK: Final = 100
"""Groups that show an event at the same time."""

Topic = tuple[str, str]
"""A service and a coalition."""

Missed = Callable[[Viewer, str], Awaitable[list[Envelope]]]
"""`(viewer, after) → what was published after that event`."""


class Hub:
    """Carries messages to the groups of subscribers that they concern. All of it in the event loop's thread."""

    def __init__(self, *, missed: Missed, forget: Callable[[str], None]) -> None:
        """`forget` makes the gateway ask again for the rights of the person of that id."""
        self._missed = missed
        self._forget = forget
        self._topics: dict[Topic, dict[object, Group]] = {}
        self._places: dict[Subscriber, tuple[Topic, object]] = {}
        self._known: OrderedDict[str, None] = OrderedDict()
        self._number = 0
        self._turns = asyncio.Semaphore(AT_WORK)

    def __len__(self) -> int:
        """Subscribers."""
        return len(self._places)

    def join(self, subscriber: Subscriber, viewer: Viewer, *, after: str | None = None) -> None:
        """Tell `subscriber` of everything from now on that it may see, and first of what it has missed `after` an
        event."""
        if after is None:
            self._place(subscriber, viewer, viewer.key)
            return
        group = self._place(subscriber, viewer, subscriber)
        group.catch_up(subscriber, lambda: self._missed(viewer, after), self._share)

    def leave(self, subscriber: Subscriber) -> None:
        """Harmless when it has left."""
        place = self._places.pop(subscriber, None)
        if place is not None:
            self._displace(subscriber, *place)
            metrics.SUBSCRIPTIONS.set(len(self._places))

    def publish(self, message: Envelope) -> None:
        """Carry a message to whom it concerns, once."""
        if message.id in self._known:
            return
        self._known[message.id] = None
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        self._number += 1
        if message.type == GRANT_REVOKED:
            self._revoke(str(message.data.get("person_id")))
        event = Event(self._number, message)
        for group in list(self._topics.get((message.source, message.coalition), {}).values()):
            group.offer(event)

    def fail(self, service: str, error: ServiceError) -> None:
        """End all who are told of what a service publishes: something was missed."""
        for (source, _), groups in list(self._topics.items()):
            if source == service:
                for group in list(groups.values()):
                    group.fail(error)

    def _revoke(self, person_id: str) -> None:
        self._forget(person_id)
        # Who lost a right may be told nothing more, and is told that at once, not with the next event.
        for groups in list(self._topics.values()):
            for group in list(groups.values()):
                if group.viewer.caller.may_be(person_id):
                    group.recheck()

    def _share(self, subscriber: Subscriber) -> None:
        """From a group of its own, which has nothing left to show, into the one with all others who are shown this."""
        topic, key = self._places[subscriber]
        viewer = self._topics[topic][key].viewer
        self._displace(subscriber, topic, key)
        self._place(subscriber, viewer, viewer.key)

    def _place(self, subscriber: Subscriber, viewer: Viewer, key: object) -> Group:
        topic = viewer.watch.feed.service, viewer.watch.coalition
        groups = self._topics.setdefault(topic, {})
        group = groups.get(key)
        if group is None:
            group = groups[key] = Group(viewer, self._turns)
            metrics.GROUPS.inc()
        subscriber.joined = self._number
        group.subscribers[subscriber] = None
        self._places[subscriber] = topic, key
        metrics.SUBSCRIPTIONS.set(len(self._places))
        return group

    def _displace(self, subscriber: Subscriber, topic: Topic, key: object) -> None:
        groups = self._topics[topic]
        groups[key].remove(subscriber)
        if not groups[key].subscribers:
            del groups[key]
            metrics.GROUPS.dec()
        if not groups:
            del self._topics[topic]
