"""Facts 10 and 12: every wait for the database has an end, and the outbox is read in the order of its writing."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from pymongo.database import Database
from pymongo.errors import PyMongoError

from services.chassis.kernel.config import Secret
from services.chassis.persistence import client as clients
from services.chassis.persistence.event_log import EventLog
from services.chassis.persistence.outbox import Outbox
from tests.support.infrastructure import Infrastructure
from tests.support.proxy import Hold, Network, Proxy
from tests.support.recorder.definition import THING_RECORDED

from .test_outbox_and_relay import an_envelope, pending


@pytest.fixture
def front(infrastructure: Infrastructure) -> Iterator[Proxy]:
    port = urlsplit(infrastructure.mongodb_uri).port
    assert port is not None
    with Network() as network:
        yield network.proxy(port)


@pytest.mark.timeout(30)
def test_a_database_that_falls_silent_is_not_waited_for(front: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fact 10: without `timeoutMS` the wait has no end."""
    monkeypatch.setattr(clients, "OPERATION_TIMEOUT_MS", 500)
    uri = Secret(f"mongodb://127.0.0.1:{front.port}/?directConnection=true")
    with clients.connect(uri, service="recorder", pool_size=3) as client:
        client.admin.command("ping")
        with front.under(Hold()):
            begun = time.monotonic()
            with pytest.raises(PyMongoError) as raised:
                client["nothing"]["things"].find_one()
            assert raised.value.timeout
            assert time.monotonic() - begun < 3


def test_every_wait_and_the_pool_have_a_limit(infrastructure: Infrastructure) -> None:
    """Fact 10."""
    with clients.connect(Secret(infrastructure.mongodb_uri), service="recorder", pool_size=7) as client:
        pool = client.options.pool_options
        assert (pool.max_pool_size, pool.wait_queue_timeout, pool.connect_timeout) == (7, 5, 5)
        assert (client.options.timeout, client.options.server_selection_timeout) == (10, 5)


def test_the_order_is_that_of_the_writing(database: Database[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Fact 12: ids of several processes, and their clocks, say nothing about who wrote first."""
    outbox, now = Outbox(database), time.time()
    names = [f"{number:02}" for number in range(20)]
    with database.client.start_session() as session:
        for number, name in enumerate(names):
            behind = timedelta(minutes=number)
            monkeypatch.setattr(time, "time", lambda behind=behind: now - behind.total_seconds())
            envelope = replace(
                an_envelope(name), id=f"{99 - number}", subject=str(number % 3), time=datetime.now(UTC) - behind
            )
            outbox.add(envelope, session=session)
    assert pending(database) == names
    assert [envelope.data["name"] for envelope in EventLog(database).messages([THING_RECORDED])] == names


def test_a_reader_of_the_log_that_goes_on_later_misses_no_late_commit(database: Database[dict[str, Any]]) -> None:
    """Fact 12, for whoever reads the log from a position: a row is dated before it can be seen."""
    outbox, log = Outbox(database), EventLog(database)
    with database.client.start_session() as early, database.client.start_session() as late:
        early.start_transaction()
        outbox.add(an_envelope("begun first"), session=early)
        time.sleep(1.1)  # positions are whole seconds
        outbox.add(an_envelope("committed first"), session=late)
        position = log.position()
        early.commit_transaction()
    read = [envelope.data["name"] for envelope in log.messages([THING_RECORDED], since=position)]
    assert read == ["begun first", "committed first"]
