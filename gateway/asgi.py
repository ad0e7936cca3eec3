"""The composition root: everything the gateway is made of, put together."""

import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.routing import Mount, Route
from starlette.types import Lifespan

from gateway.bus import RpcClient
from gateway.graphql.context import Call
from gateway.graphql.engine import Engine
from gateway.graphql.schema import SCHEMA
from gateway.http.access import AccessMiddleware
from gateway.http.endpoint import GraphQLEndpoint
from gateway.http.graphiql_page import GraphiQLPage
from gateway.http.probes import EventLoopTick, Probes
from gateway.http.security import SecurityHeaders
from gateway.settings import Settings


def create_app(settings: Settings) -> Starlette:
    """The gateway as it runs. Its lifespan opens and closes the connection to the broker."""
    client = RpcClient(settings.amqp_uri.reveal(), timeout=settings.rpc_timeout)
    tick = EventLoopTick()

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        tick.start()
        client.start()
        yield
        await client.stop()
        await tick.stop()

    return assemble(settings, call=client.call, probes=Probes(tick, lambda: client.is_connected), lifespan=lifespan)


def assemble(
    settings: Settings, *, call: Call, probes: Probes, lifespan: Lifespan[Starlette] | None = None
) -> Starlette:
    """The application over any `call` that answers as the services do."""
    page = GraphiQLPage(settings.graphiql_directory)
    endpoint = GraphQLEndpoint(Engine(SCHEMA, call), page, shows_calls=settings.run_mode == "development")
    return Starlette(
        lifespan=lifespan,
        routes=[
            Route("/graphql", endpoint.answer, methods=["GET", "POST"]),
            Route("/livez", probes.livez),
            Route("/readyz", probes.readyz),
            Route("/", lambda _request: RedirectResponse("/graphql")),
            Mount("/graphiql", page.files),
        ],
        middleware=[
            Middleware(AccessMiddleware, run_mode=settings.run_mode, timeout=settings.rpc_timeout),
            Middleware(SecurityHeaders),
        ],
    )
