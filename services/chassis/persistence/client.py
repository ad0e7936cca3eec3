"""The one place that makes a MongoDB client."""

from typing import Any

from pymongo import MongoClient
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from ..kernel.config import Secret

MongoDocument = dict[str, Any]

OPERATION_TIMEOUT_MS = 10_000
"""Longest any operation may take when no caller's deadline says less."""


def connect(uri: Secret, *, service: str, pool_size: int) -> MongoClient[MongoDocument]:
    """A client whose every wait is bounded. `pool_size` is at least the number of workers: they must not queue for a
    socket that a waiting worker holds."""
    return MongoClient(
        uri.reveal(),
        appname=service,
        tz_aware=True,
        maxPoolSize=pool_size,
        timeoutMS=OPERATION_TIMEOUT_MS,
        serverSelectionTimeoutMS=5_000,
        connectTimeoutMS=5_000,
        waitQueueTimeoutMS=5_000,
        w="majority",
        readConcernLevel="majority",
    )


TRANSACTION_READ_CONCERN = ReadConcern("snapshot")
TRANSACTION_WRITE_CONCERN = WriteConcern("majority")
