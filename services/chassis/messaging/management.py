"""What AMQP does not show, asked of the broker's management API: bindings, and queues that nobody declares any more."""

import base64
import json
from collections.abc import Sequence
from typing import Any, Final
from urllib.error import URLError
from urllib.parse import quote, unquote, urlsplit
from urllib.request import Request, urlopen

from kombu.utils.url import url_to_parts

from ..protocol import topology
from ..protocol.topology import Queue
from .comparison import Difference
from .connection import BrokerUnreachable

_SECONDS: Final = 10


def hidden_differences(management_uri: str, amqp_uri: str, queues: Sequence[Queue]) -> list[Difference]:
    """Missing bindings of the `queues` that exist, bindings of theirs that nobody declares, and lasting queues of the
    vhost that nobody declares.

    `management_uri` is `http(s)://user:password@host:port`. Raises BrokerUnreachable.
    """
    vhost = quote(url_to_parts(amqp_uri)[5] or "/", safe="")
    there = {queue["name"]: queue for queue in _get(management_uri, f"/api/queues/{vhost}")}
    bound = {
        (each["source"], each["destination"], each["routing_key"])
        for each in _get(management_uri, f"/api/bindings/{vhost}")
        if each["source"] in (topology.MESSAGES.name, topology.RPC.name) and each["destination_type"] == "queue"
    }
    wanted = {(each.exchange.name, each.name, key) for each in queues if each.exchange for key in each.bindings}
    names = {queue.name for queue in queues}
    missing = [each for each in sorted(wanted - bound) if each[1] in there]
    surplus = [each for each in sorted(bound - wanted) if each[1] in names]
    return [
        *(Difference(kind="binding", name=queue, problem="missing", declared=key) for _, queue, key in missing),
        *(Difference(kind="binding", name=queue, problem="surplus", found=key) for _, queue, key in surplus),
        *(
            Difference(kind="queue", name=name, problem="surplus", found=f"{queue.get('messages', 0)} messages")
            for name, queue in sorted(there.items())
            if name not in names and _lasts(queue)
        ),
    ]


def _lasts(queue: dict[str, Any]) -> bool:
    """Not one that a process made for itself, such as a gateway's queue of replies."""
    return bool(queue["durable"]) and not queue["auto_delete"] and not queue["exclusive"]


def _get(management_uri: str, path: str) -> Any:
    parts = urlsplit(management_uri)
    credentials = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    request = Request(
        f"{parts.scheme}://{parts.hostname}:{parts.port or 15672}{parts.path.rstrip('/')}{path}",
        headers={"Authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}"},
    )
    try:
        with urlopen(request, timeout=_SECONDS) as response:
            return json.load(response)
    except (URLError, OSError, ValueError) as error:
        raise BrokerUnreachable(
            f"The management API at {parts.hostname}:{parts.port} cannot be used: {error}."
        ) from error
