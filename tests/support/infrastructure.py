"""Real RabbitMQ and MongoDB for the tests, one vhost and one set of databases per test.

`make test` starts both and tells where they are in the environment. Without them a test that needs them is skipped on
a laptop, and fails in CI.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote

import httpx
import pytest
from pymongo import MongoClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Infrastructure:
    """Where the broker (AMQP and management API) and the database answer."""

    amqp_uri: str
    management_uri: str
    mongodb_uri: str

    @classmethod
    def from_environment(cls) -> Self:
        names = {"amqp_uri": "AMQP_URI", "management_uri": "MANAGEMENT_URI", "mongodb_uri": "MONGODB_URI"}
        missing = sorted(name for name in names.values() if not os.environ.get(name))
        if missing:
            reason = f"{', '.join(missing)} not set: run the tests by `make test`, which starts RabbitMQ and MongoDB"
            (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
        return cls(**{field: os.environ[name] for field, name in names.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """One vhost of the broker, and what a test asks its management API."""

    vhost: str
    amqp_uri: str
    _api: httpx.Client

    def queues(self) -> dict[str, dict[str, Any]]:
        """Every queue of the vhost by name, as the management API describes it."""
        found = self._api.get(f"/api/queues/{self.vhost}").raise_for_status().json()
        return {queue["name"]: queue for queue in found}

    def messages(self, queue: str, count: int = 100) -> list[dict[str, Any]]:
        """Up to `count` messages of `queue` (payload, properties), left where they are."""
        request = {"count": count, "ackmode": "ack_requeue_true", "encoding": "auto"}
        response = self._api.post(f"/api/queues/{self.vhost}/{quote(queue, safe='')}/get", json=request)
        found: list[dict[str, Any]] = response.raise_for_status().json()
        return found

    def publish(self, *, exchange: str, routing_key: str, body: str, properties: dict[str, Any] | None = None) -> bool:
        """Publish as a stranger would. True when some queue took the message."""
        request = {
            "routing_key": routing_key,
            "payload": body,
            "payload_encoding": "string",
            "properties": properties or {},
        }
        name = quote(exchange or "amq.default", safe="")
        response = self._api.post(f"/api/exchanges/{self.vhost}/{name}/publish", json=request)
        return bool(response.raise_for_status().json()["routed"])

    def close_connections(self) -> int:
        """Cut every connection of the vhost. Returns how many there were."""
        connections = self._api.get(f"/api/vhosts/{self.vhost}/connections").raise_for_status().json()
        for connection in connections:
            self._api.delete(f"/api/connections/{quote(connection['name'], safe='')}")
        return len(connections)


@contextmanager
def vhost(infrastructure: Infrastructure) -> Iterator[Broker]:
    """A vhost of its own, gone afterwards."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    with httpx.Client(base_url=infrastructure.management_uri, timeout=30) as api:
        api.put(f"/api/vhosts/{name}").raise_for_status()
        try:
            yield Broker(vhost=name, amqp_uri=f"{infrastructure.amqp_uri.rstrip('/')}/{name}", _api=api)
        finally:
            api.delete(f"/api/vhosts/{name}")


def empty(client: MongoClient[dict[str, Any]], prefix: str) -> None:
    """Remove every document of the databases that carry `prefix`; their indexes stay."""
    for name in client.list_database_names():
        if name.startswith(prefix):
            for collection in client[name].list_collection_names():
                client[name][collection].delete_many({})


@contextmanager
def databases(client: MongoClient[dict[str, Any]]) -> Iterator[str]:
    """A prefix for the names of databases; all that carry it are dropped afterwards."""
    prefix = f"test_{uuid.uuid4().hex[:12]}_"
    try:
        yield prefix
    finally:
        for name in client.list_database_names():
            if name.startswith(prefix):
                client.drop_database(name)
