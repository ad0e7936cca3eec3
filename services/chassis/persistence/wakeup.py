"""Wakes the relay when an outbox row commits. Only a wake-up: nothing is lost when the stream breaks."""

import logging
import threading
from typing import Any

from pymongo.database import Database
from pymongo.errors import PyMongoError

from .outbox import COLLECTION

_log = logging.getLogger(__name__)

_PAUSE_SECONDS = 1.0


def watch_outbox(database: Database[dict[str, Any]], *, wake: threading.Event, stop: threading.Event) -> None:
    """Set `wake` at every committed insert into the outbox, until `stop`. Runs in a thread of its own."""
    while not stop.is_set():
        try:
            with database[COLLECTION].watch(
                [{"$match": {"operationType": "insert"}}, {"$project": {"_id": 1}}], max_await_time_ms=1000
            ) as stream:
                while not stop.is_set() and stream.alive:
                    if stream.try_next() is not None:
                        wake.set()
        except PyMongoError as error:
            _log.warning("the change stream broke, polling goes on", extra={"error": str(error)})
            stop.wait(_PAUSE_SECONDS)
