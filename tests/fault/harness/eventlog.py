"""The event log (what the services have published) against what its subscribers have handled."""

from collections.abc import Mapping
from typing import Any, Final

from bson import Timestamp

from services.chassis.protocol.topology import Subscription
from services.chassis.runtime.definition import all_subscriptions
from tests.support.platform import SERVICES

from .stage import Stage

SUBSCRIPTIONS: Final = tuple(all_subscriptions())


def pending(stage: Stage, *, until: Timestamp | None = None) -> int:
    """Messages of all services that are committed (`until` then) and not published yet."""
    query: dict[str, Any] = {"published_at": None, **_written(until)}
    return sum(stage.database(service)["outbox"].count_documents(query) for service in SERVICES)


def unhandled(stage: Stage, *, until: Timestamp | None = None) -> Mapping[str, set[str]]:
    """Ids of messages committed (`until` then) that a subscriber listens to and has not handled, by its queue."""
    return {
        subscription.queue: written(stage, subscription, until=until) - handled(stage, subscription)
        for subscription in SUBSCRIPTIONS
    }


def written(stage: Stage, subscription: Subscription, *, until: Timestamp | None = None) -> set[str]:
    """Ids of the messages that `subscription` listens to."""
    found: set[str] = set()
    for service in {name.split(".")[0] for name in subscription.types}:
        query = {"type": {"$in": list(subscription.types)}, **_written(until)}
        found.update(row["_id"] for row in stage.database(service)["outbox"].find(query, {"_id": 1}))
    return found


def handled(stage: Stage, subscription: Subscription) -> set[str]:
    """Ids of the messages in the inbox of `subscription`."""
    key = {"subscriber": subscription.subscriber}
    bounds = {"$gte": {**key, "message": ""}, "$lt": {**key, "message": "\U0010ffff"}}
    rows = stage.database(subscription.service)["inbox"].find({"_id": bounds}, {"_id": 1})
    return {row["_id"]["message"] for row in rows}


def now(stage: Stage) -> Timestamp:
    """The database's clock, as it stamps what is written now."""
    stamp: Timestamp = stage.ground.mongo.admin.command("hello")["$clusterTime"]["clusterTime"]
    return stamp


def _written(until: Timestamp | None) -> dict[str, Any]:
    return {} if until is None else {"created": {"$lte": until}}
