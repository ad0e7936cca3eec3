"""PyMongo's exceptions in the words of the error tree."""

from collections.abc import Iterator
from contextlib import contextmanager

import pymongo
from pymongo.errors import ConnectionFailure, PyMongoError

from ..kernel import context
from ..kernel.errors import DeadlineExceeded, Unavailable


@contextmanager
def bounded() -> Iterator[None]:
    """Bound every database operation of the block by the caller's deadline, and name what goes wrong.

    Raises DeadlineExceeded when the time is over, Unavailable when no database could be reached.
    """
    seconds = context.current().seconds_left()
    if seconds is not None and seconds <= 0:
        raise DeadlineExceeded("The deadline passed before the database was asked.")
    try:
        if seconds is None:
            yield
        else:
            with pymongo.timeout(seconds):
                yield
    except PyMongoError as error:
        if error.timeout:
            raise DeadlineExceeded("The database did not answer in time.") from error
        if isinstance(error, ConnectionFailure):
            raise Unavailable("The database cannot be reached at the moment.") from error
        raise
