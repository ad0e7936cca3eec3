"""The gateway's own parts, over a network that lives in memory."""

from typing import Any

import pytest

from gateway.graphql.engine import ALL_OPERATIONS, Answer, Engine, GraphQLRequest
from gateway.graphql.schema import SCHEMA

from .network import Network

CORRELATION_ID = "test-correlation"


class Client:
    """Asks the engine as the HTTP endpoint does."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.engine = Engine(SCHEMA, network.call)

    async def answer(self, query: str, /, **variables: Any) -> Answer:
        request = GraphQLRequest(query=query, variables=variables)
        return await self.engine.execute(request, allowed=ALL_OPERATIONS, correlation_id=CORRELATION_ID)

    async def ask(self, query: str, /, **variables: Any) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = await self.answer(query, **variables)
        assert answer.errors == []
        assert answer.data is not None
        return answer.data


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def client(network: Network) -> Client:
    return Client(network)
