"""The baselines: the same message through kombu, the same two documents through PyMongo, a request echoed over AMQP,
with nothing of the chassis around them but the arguments of its queues and the options of its database client."""

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from typing import Any, Final

import kombu
from amqp import Message
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.chassis.kernel.ids import new_id
from services.chassis.messaging.declaration import queue
from services.chassis.persistence.client import TRANSACTION_READ_CONCERN, TRANSACTION_WRITE_CONCERN
from services.chassis.protocol import rpc, topology
from services.chassis.protocol.envelope import to_amqp
from services.chassis.protocol.topology import Subscription
from services.chassis.runtime.probes import serve_probes
from tests.support.recorder.definition import ThingRecorded, publishing

TYPE: Final = "raw.thing_recorded.v1"
QUEUE: Final = topology.subscriber_queue(Subscription("raw", "tally", (TYPE,)))
ECHO: Final = "echo"
PREFETCH: Final = 50
SECONDS: Final = 30.0
"""Longest wait for a message."""

Publication = dict[str, Any]


def publication(name: str) -> Publication:
    """What kombu is given to publish the message that the recorder would publish about `name`."""
    envelope = publishing(ThingRecorded(name), time=datetime.now(UTC))
    encoded = to_amqp(envelope)
    return {
        "body": encoded.body,
        "exchange": topology.MESSAGES.name,
        "routing_key": TYPE,
        "headers": dict(encoded.headers),
        "content_type": encoded.content_type,
        "content_encoding": "utf-8",
        "message_id": envelope.id,
    }


class Sender:
    """Publishes persistent messages; `confirmed`: each returns once the broker has it for good."""

    def __init__(self, amqp_uri: str, *, confirmed: bool) -> None:
        self._connection = kombu.Connection(amqp_uri, transport_options={"confirm_publish": confirmed})
        self._producer = self._connection.Producer()

    def publish(self, publication: Publication) -> None:
        self._producer.publish(**publication)

    def close(self) -> None:
        self._connection.release()


class Receiver:
    """Consumes `QUEUE` and acknowledges each message."""

    def __init__(self, amqp_uri: str) -> None:
        self._connection = kombu.Connection(amqp_uri)
        self._consumer = self._connection.Consumer([queue(QUEUE)], on_message=self._on_message, prefetch_count=PREFETCH)
        self._consumer.consume()
        self._received = 0
        self.received_at = 0.0
        """When the last message came, on the monotonic clock."""

    def receive(self, count: int = 1) -> None:
        """Wait until `count` messages more have come."""
        wanted = self._received + count
        while self._received < wanted:
            self._connection.drain_events(timeout=SECONDS)

    def close(self) -> None:
        self._connection.release()

    def _on_message(self, message: Any) -> None:
        self._received += 1
        self.received_at = time.monotonic()
        message.ack()


def messages_per_second(amqp_uri: str, names: Sequence[str]) -> float:
    """One process publishes, each message with its confirm; this one consumes and acknowledges."""
    publications = [publication(name) for name in names]
    with (
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool,
        closing(Receiver(amqp_uri)) as receiver,
    ):
        pool.submit(_publish_all, amqp_uri, publications[:1]).result()
        receiver.receive()
        started = time.monotonic()
        publishing_all = pool.submit(_publish_all, amqp_uri, publications)
        receiver.receive(len(names))
        seconds = time.monotonic() - started
        publishing_all.result()
    return len(names) / seconds


def _publish_all(amqp_uri: str, publications: Sequence[Publication]) -> None:
    with closing(Sender(amqp_uri, confirmed=True)) as sender:
        for each in publications:
            sender.publish(each)


def transact(database: Database[dict[str, Any]], name: str) -> None:
    """The two documents of the effect in one transaction: the inbox's row and the tally."""
    with database.client.start_session() as session:
        session.with_transaction(
            partial(_write_both, database, name),
            read_concern=TRANSACTION_READ_CONCERN,
            write_concern=TRANSACTION_WRITE_CONCERN,
        )


def _write_both(database: Database[dict[str, Any]], name: str, session: ClientSession) -> None:
    row = {"_id": {"subscriber": "tally", "message": new_id()}, "received_at": datetime.now(UTC)}
    database["inbox"].insert_one(row, session=session)
    database["tally"].update_one({"_id": name}, {"$inc": {"count": 1}}, upsert=True, session=session)


def transactions_per_second(database: Database[dict[str, Any]], names: Sequence[str], *, threads: int) -> float:
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(partial(transact, database), names[:threads]))
        started = time.monotonic()
        list(pool.map(partial(transact, database), names))
        return len(names) / (time.monotonic() - started)


def serve_echo(amqp_uri: str, probes_host: str, probes_port: int) -> None:
    """Answer each request with its own body, until killed."""
    with kombu.Connection(amqp_uri) as connection:
        channel = connection.channel()
        queue(topology.rpc_queue(ECHO))(channel).declare()

        def answer(request: Any) -> None:
            properties = {"correlation_id": request.properties["correlation_id"], "delivery_mode": 1}
            channel.basic_publish(Message(request.body, **properties), rpc.EXCHANGE, request.properties["reply_to"])
            channel.basic_ack(request.delivery_tag)

        channel.basic_consume(rpc.queue_name(ECHO), callback=answer)
        serve_probes(probes_host, probes_port, livez=lambda: (True, {}), readyz=lambda: (True, {}))
        while True:
            connection.drain_events()
