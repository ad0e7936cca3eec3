"""Facts 6 and 13: the broker refuses another argument for a queue that exists. Whoever changes one here gives the queue
a new name in the same commit, and then changes this page."""

from services.chassis.protocol import topology
from services.chassis.protocol.topology import DEFAULT_RETRY_DELAYS, DELIVERY_LIMIT, Subscription

SUBSCRIPTION = Subscription("events", "member_projection", ("membership.member_admitted.v1",))
NAME = "events.member_projection"


def test_the_queues_and_their_arguments() -> None:
    declared = topology.queues_of(SUBSCRIPTION, (1.0,))
    assert {(queue.name, queue.durable): queue.arguments for queue in declared} == {
        (NAME, True): {
            "x-queue-type": "quorum",
            "x-delivery-limit": 20,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": f"{NAME}.dead",
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        },
        (f"{NAME}.retry.1s", True): {
            "x-queue-type": "quorum",
            "x-message-ttl": 1000,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": NAME,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        },
        (f"{NAME}.dead", True): {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000},
    }
    assert topology.rpc_queue("events").arguments == {}


def test_another_delay_is_another_queue() -> None:
    delays = (*DEFAULT_RETRY_DELAYS, 0.1, 0.25, 90.0)
    ladder = [topology.retry_queue(SUBSCRIPTION, delay) for delay in delays]
    assert len({queue.name for queue in ladder}) == len(delays)
    assert [queue.arguments["x-message-ttl"] for queue in ladder] == [int(delay * 1000) for delay in delays]


def test_crashes_of_others_do_not_kill_a_message() -> None:
    assert DELIVERY_LIMIT >= 10
