"""The composition root: everything the gateway is made of, put together."""

import contextlib
import gc
from collections.abc import AsyncIterator
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.routing import Mount, Route
from starlette.types import Lifespan

from gateway.auth.authentication import Authentication
from gateway.auth.credentials import Credentials
from gateway.auth.oidc import Issuers
from gateway.auth.principals import Principals
from gateway.auth.sessions import MembershipSessions
from gateway.bus import RpcClient
from gateway.graphql.context import Call
from gateway.graphql.engine import Engine
from gateway.graphql.schema import SCHEMA
from gateway.http.access import AccessMiddleware
from gateway.http.endpoint import GraphQLEndpoint
from gateway.http.graphiql_page import GraphiQLPage
from gateway.http.login import login_routes
from gateway.http.probes import EventLoopTick, Probes
from gateway.http.security import SecurityHeaders
from gateway.settings import Settings
from services.chassis.kernel import context
from services.chassis.protocol.principal import Signer


def create_app(settings: Settings) -> Starlette:
    """The gateway as it runs. Its lifespan opens and closes the connection to the broker."""
    client = RpcClient(settings.amqp_uri.reveal(), timeout=settings.rpc_timeout)
    tick = EventLoopTick()
    issuers = Issuers(settings.issuers)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        tick.start()
        client.start()
        # What is there now stays: the collector need not look at it again in the middle of requests.
        gc.collect()
        gc.freeze()
        yield
        await issuers.close()
        await client.stop()
        await tick.stop()

    return assemble(
        settings,
        call=client.call,
        issuers=issuers,
        probes=Probes(tick, lambda: client.is_connected),
        lifespan=lifespan,
    )


def assemble(
    settings: Settings, *, call: Call, issuers: Issuers, probes: Probes, lifespan: Lifespan[Starlette] | None = None
) -> Starlette:
    """The application over any `call` that answers as the services do."""
    page = GraphiQLPage(settings.graphiql_directory)
    principals = Principals(call, Signer.from_file(settings.principal_signing_key))
    authentication = Authentication(Credentials(issuers, public_url=settings.public_url), principals)
    endpoint = GraphQLEndpoint(
        Engine(SCHEMA, call),
        page,
        authenticate=authentication.context_of,
        shows_calls=settings.run_mode == "development",
    )
    return Starlette(
        lifespan=lifespan,
        routes=[
            Route("/graphql", endpoint.answer, methods=["GET", "POST"]),
            Route("/livez", probes.livez),
            Route("/readyz", probes.readyz),
            Route("/", lambda _request: RedirectResponse("/graphql")),
            Mount("/graphiql", page.files),
            *login_routes(
                issuers,
                MembershipSessions(_as_gateway(call, principals)),
                public_url=settings.public_url,
                session_seconds=settings.session_seconds,
                seal_keys=[key.reveal() for key in settings.login_keys],
            ),
        ],
        middleware=[
            Middleware(AccessMiddleware, timeout=settings.rpc_timeout),
            Middleware(SecurityHeaders),
        ],
    )


def _as_gateway(call: Call, principals: Principals) -> Call:
    """`call`, with the gateway itself as the principal: nobody is signed in while somebody signs in."""

    async def calling(service: str, method: str, arguments: dict[str, Any]) -> Any:
        with context.use(principals.as_gateway()):
            return await call(service, method, arguments)

    return calling
