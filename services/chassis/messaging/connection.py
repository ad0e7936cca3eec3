"""A connection for commands: short-lived, bounded, and its faults in one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

import kombu
from amqp.exceptions import AMQPError
from kombu.exceptions import OperationalError
from kombu.utils.url import url_to_parts

_SECONDS: Final = 5
LOST: Final = (AMQPError, OperationalError, OSError)
"""What the loss of the broker looks like. A plain OSError too: that is how amqp tells of a closed socket."""


class BrokerUnreachable(Exception):
    """The broker cannot be reached, refused us, or went away. The message says which broker and why."""


@contextmanager
def connected(amqp_uri: str) -> Iterator[kombu.Connection]:
    """A connection for the block. What is unacknowledged at its end goes back to its queue.

    Raises BrokerUnreachable.
    """
    connection = kombu.Connection(
        amqp_uri, connect_timeout=_SECONDS, transport_options={"read_timeout": 30, "write_timeout": 30}
    )
    with named_faults(amqp_uri):
        try:
            connection.connect()
            yield connection
        except LOST:
            connection.collect()
            raise
        finally:
            with suppress(*LOST):
                connection.release()


@contextmanager
def named_faults(amqp_uri: str) -> Iterator[None]:
    """Raise whatever the loss of the broker looks like in the block as BrokerUnreachable."""
    try:
        yield
    except LOST as error:
        host, port = url_to_parts(amqp_uri)[1:3]
        reason = getattr(error, "reply_text", None) or str(error) or type(error).__name__
        raise BrokerUnreachable(f"The broker at {host}:{port or 5672} cannot be used: {reason}.") from error
