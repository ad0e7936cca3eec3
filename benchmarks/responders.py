"""The three services, answering from memory: `python -m benchmarks.responders AMQP_URI`, until it is ended.

It says `ready` when it listens."""

import asyncio
import sys
from typing import Any

from tests.integration.gateway.responder import Responder, responding
from tests.unit.gateway.network import Network

MEMBERS = 200
SERVICES = ("membership", "events", "reports")


async def _serve(uri: str) -> None:
    network = Network(members=MEMBERS)
    async with responding(uri, *(_answering(network, service) for service in SERVICES)):
        print("ready", flush=True)
        while True:
            await asyncio.sleep(1)
            network.calls.clear()


def _answering(network: Network, service: str) -> Responder:
    async def answer(method: str, arguments: dict[str, Any]) -> Any:
        return await network.call(service, method, arguments)

    return Responder(service, answer)


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))
