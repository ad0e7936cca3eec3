"""Fact 4: what nobody waits for any more is not done, and what was begun lets go."""

import time
from typing import Any

import pytest
from pymongo import MongoClient

from services.chassis.kernel import context
from services.chassis.kernel.clock import utc_now
from services.chassis.kernel.config import Secret
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.errors import DeadlineExceeded
from services.chassis.persistence.client import connect
from services.chassis.persistence.unit_of_work import UnitOfWork, Work
from services.chassis.protocol import rpc
from tests.support.bus import BusClient
from tests.support.infrastructure import Infrastructure
from tests.support.processes import Process, ServiceEnvironment, running
from tests.support.recorder.definition import publishing

from .conftest import MODULE


def test_a_request_whose_turn_comes_too_late_is_not_run(
    environment: ServiceEnvironment, declared: None, client: BusClient
) -> None:
    """It was in time when it arrived; then it waited for the only worker."""
    recorder = Process([*MODULE, "serve"], environment.with_settings(MAX_WORKERS="1"))
    with running(recorder):
        body = rpc.encode_request({"name": "a", "pause": 1.0})
        first = client.send("recorder", "run", body, CallContext(deadline=time.time() + 10))
        late = client.send("recorder", "crash", body, CallContext(deadline=time.time() + 0.5))
        assert rpc.decode_reply(client.reply_to(first)).error is None
        error = rpc.decode_reply(client.reply_to(late)).error
        assert error is not None
        assert error.code == "DEADLINE_EXCEEDED"
        assert "ZeroDivisionError" not in recorder.log()


def test_a_transaction_that_fails_after_its_deadline_gives_its_locks_back(
    infrastructure: Infrastructure, mongo: MongoClient[dict[str, Any]], database_prefix: str
) -> None:
    """PyMongo sends no abort when the time is over: whoever comes next would wait for the server to give up on it."""
    name = f"{database_prefix}recorder"

    def count(work: Work, pause: float) -> None:
        work.collection("counts").update_one({"_id": "a"}, {"$inc": {"count": 1}}, upsert=True, session=work.session)
        time.sleep(pause)
        work.collection("counts").find_one({"_id": "a"}, session=work.session)

    with connect(Secret(infrastructure.mongodb_uri), service="recorder", pool_size=2) as client:
        late = UnitOfWork(client, name, clock=utc_now, publishing=publishing)
        late.write(count, 0)
        with context.use(CallContext(deadline=time.time() + 0.4)), pytest.raises(DeadlineExceeded):
            late.write(count, 0.6)
        # Another process: in the same one, PyMongo would go on in the session that has the locks.
        with context.use(CallContext(deadline=time.time() + 2)):
            UnitOfWork(mongo, name, clock=utc_now, publishing=publishing).write(count, 0)
    assert mongo[name]["counts"].find_one({"_id": "a"}) == {"_id": "a", "count": 2}
