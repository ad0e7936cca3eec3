"""Fact 10, the canary: PyMongo dropped its eventlet support in 4.16. What the services rely on must work all the same:
waits that do not block the process, transactions, timeouts, and TLS, on green threads.

The code runs in processes of its own: pytest stays unpatched (fact 11)."""

import json
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.support.infrastructure import Infrastructure
from tests.support.tls import tls_proxy

PATCHED = "from services.chassis.messaging.patch import monkey_patch; monkey_patch()\n"


def run_patched(code: str, *arguments: str) -> dict[str, Any]:
    """Run `code` in a patched process; it prints one JSON object."""
    script = PATCHED + textwrap.dedent(code)
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def test_waits_are_cooperative(infrastructure: Infrastructure) -> None:
    """Twenty waits of half a second on the server take about half a second together, not ten."""
    result = run_patched(
        """
        import json, sys, time, eventlet
        from pymongo import MongoClient
        client = MongoClient(sys.argv[1], maxPoolSize=30)
        hello = client.admin.command("hello")
        def wait():
            client.admin.command("hello", topologyVersion=hello["topologyVersion"], maxAwaitTimeMS=500)
        started = time.monotonic()
        threads = [eventlet.spawn(wait) for _ in range(20)]
        for thread in threads:
            thread.wait()
        print(json.dumps({"seconds": time.monotonic() - started}))
        """,
        infrastructure.mongodb_uri,
    )
    assert 0.4 < result["seconds"] < 4


def test_transactions_on_many_green_threads(infrastructure: Infrastructure, database_prefix: str) -> None:
    result = run_patched(
        """
        import json, sys, eventlet
        from pymongo import MongoClient
        client = MongoClient(sys.argv[1], maxPoolSize=30, timeoutMS=20000)
        counters = client[sys.argv[2] + "canary"]["counters"]
        counters.insert_one({"_id": "a", "count": 0})
        def increment():
            with client.start_session() as session:
                session.with_transaction(
                    lambda s: counters.update_one({"_id": "a"}, {"$inc": {"count": 1}}, session=s))
        threads = [eventlet.spawn(increment) for _ in range(25)]
        for thread in threads:
            thread.wait()
        print(json.dumps({"count": counters.find_one({"_id": "a"})["count"]}))
        """,
        infrastructure.mongodb_uri,
        database_prefix,
    )
    assert result["count"] == 25


def test_a_timeout_ends_a_wait_and_the_client_goes_on(infrastructure: Infrastructure, database_prefix: str) -> None:
    result = run_patched(
        """
        import json, sys, time, pymongo
        from pymongo import MongoClient
        client = MongoClient(sys.argv[1], timeoutMS=20000)
        things = client[sys.argv[2] + "canary"]["things"]
        things.insert_one({"_id": 1})
        started = time.monotonic()
        try:
            with pymongo.timeout(0.5):
                things.find_one({"$where": "sleep(5000) || true"})
            timed_out = False
        except pymongo.errors.PyMongoError as error:
            timed_out = error.timeout
        seconds = time.monotonic() - started
        print(json.dumps({"timed_out": timed_out, "seconds": seconds, "after": things.count_documents({})}))
        """,
        infrastructure.mongodb_uri,
        database_prefix,
    )
    assert result["timed_out"] is True
    assert result["seconds"] < 3
    assert result["after"] == 1


def test_tls_on_green_threads(infrastructure: Infrastructure, tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.fail("openssl is not installed: apt-get install openssl")
    with tls_proxy(infrastructure.mongodb_uri, tmp_path) as (port, certificate):
        result = run_patched(
            """
            import json, sys, eventlet
            from pymongo import MongoClient
            client = MongoClient("127.0.0.1", int(sys.argv[1]), directConnection=True, timeoutMS=20000,
                                 tls=True, tlsCAFile=sys.argv[2])
            answers = []
            threads = [eventlet.spawn(lambda: answers.append(client.admin.command("ping")["ok"])) for _ in range(20)]
            for thread in threads:
                thread.wait()
            print(json.dumps({"answers": sum(answers)}))
            """,
            str(port),
            str(certificate),
        )
    assert result["answers"] == 20


def test_this_process_is_not_patched() -> None:
    """Fact 11: asyncio tests and green threads never share a process."""
    patcher = sys.modules.get("eventlet.patcher")
    assert patcher is None or not patcher.is_monkey_patched("socket")
