"""Declaring the topology on a real broker."""

import pytest

from services.chassis.messaging.declaration import TopologyConflict, declare, topology_of
from services.chassis.protocol.topology import Queue
from tests.support.infrastructure import Broker
from tests.support.recorder.definition import SUBSCRIPTION

DELAYS = (1.0, 5.0)


def test_every_queue_is_there_with_its_arguments(broker: Broker) -> None:
    declare(broker.amqp_uri, topology_of([SUBSCRIPTION], DELAYS))
    found = broker.queues()
    assert sorted(found) == [
        "recorder.tally",
        "recorder.tally.dead",
        "recorder.tally.retry.1s",
        "recorder.tally.retry.5s",
    ]
    assert {queue["type"] for queue in found.values()} == {"quorum"}
    assert found["recorder.tally"]["arguments"]["x-delivery-limit"] == 20
    assert found["recorder.tally.retry.5s"]["arguments"]["x-message-ttl"] == 5000
    assert found["recorder.tally.retry.5s"]["arguments"]["x-dead-letter-routing-key"] == "recorder.tally"


def test_declaring_twice_is_harmless(broker: Broker) -> None:
    queues = topology_of([SUBSCRIPTION], DELAYS)
    assert declare(broker.amqp_uri, queues) == declare(broker.amqp_uri, queues)
    assert len(broker.queues()) == 4


def test_a_changed_argument_is_named(broker: Broker) -> None:
    declare(broker.amqp_uri, [Queue("recorder.other", durable=True, arguments={"x-queue-type": "quorum"})])
    changed = Queue("recorder.other", durable=True, arguments={"x-queue-type": "classic"})
    with pytest.raises(TopologyConflict, match=r"recorder\.other exists with other arguments"):
        declare(broker.amqp_uri, [changed])
