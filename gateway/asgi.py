"""The composition root: everything the gateway is made of, put together."""

import contextlib
import gc
from collections.abc import AsyncIterator, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import Lifespan
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from gateway.auth.authentication import Authentication
from gateway.auth.credentials import Credentials
from gateway.auth.oidc import Issuers
from gateway.auth.principals import Principals
from gateway.auth.sessions import MembershipSessions
from gateway.bus import RpcClient
from gateway.files.routes import addresses, file_routes
from gateway.graphql.context import Call
from gateway.graphql.engine import Engine
from gateway.graphql.schema import SCHEMA, message_types
from gateway.graphql.subscriptions import Subscriptions
from gateway.http.access import AccessMiddleware
from gateway.http.compression import Compression
from gateway.http.cors import cors
from gateway.http.endpoint import GraphQLEndpoint
from gateway.http.event_stream import EventStreamEndpoint
from gateway.http.graphiql_page import GraphiQLPage
from gateway.http.login import login_routes
from gateway.http.probes import EventLoopTick, Probes
from gateway.http.security import SecurityHeaders
from gateway.http.websocket import WebSocketEndpoint
from gateway.limits import Admission
from gateway.live.bridge import Bridge
from gateway.live.log import MessageLog
from gateway.live.updates import LiveUpdates
from gateway.settings import Settings
from services.chassis.kernel import context
from services.chassis.protocol.principal import Signer


def create_app(settings: Settings) -> Starlette:
    """The gateway as it runs. Its lifespan opens and closes the connection to the broker."""
    client = RpcClient(settings.amqp_uri.reveal(), timeout=settings.rpc_timeout)
    tick = EventLoopTick()
    issuers = Issuers(settings.issuers)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        tick.start()
        client.start()
        bridge.start()
        # What is there now stays: the collector need not look at it again in the middle of requests.
        gc.collect()
        gc.freeze()
        yield
        await issuers.close()
        await bridge.stop()
        await client.stop()
        await tick.stop()

    app = assemble(
        settings,
        call=client.call,
        issuers=issuers,
        probes=Probes(tick, lambda: client.is_connected and bridge.is_connected),
        lifespan=lifespan,
    )
    live: LiveUpdates = app.state.live
    bridge = Bridge(settings.amqp_uri.reveal(), live.hub, live.log, types=message_types(SCHEMA))
    live.ready = bridge.ready
    return app


def assemble(
    settings: Settings, *, call: Call, issuers: Issuers, probes: Probes, lifespan: Lifespan[Starlette] | None = None
) -> Starlette:
    """The application over any `call` that answers as the services do."""
    door = settings.door
    page = GraphiQLPage(settings.graphiql_directory) if door.http.graphiql else None
    principals = Principals(call, Signer.from_file(settings.principal_signing_key))
    credentials = Credentials(issuers, public_url=settings.public_url)
    authentication = Authentication(credentials, principals)
    admission = Admission(door.rates)
    engine = Engine(SCHEMA, call, door.limits, door.documents, files=addresses(settings))
    live = LiveUpdates(
        settings.live,
        subscriptions=Subscriptions(engine),
        authentication=authentication,
        admission=admission,
        log=MessageLog(call, principals.as_gateway, timeout=settings.rpc_timeout),
        forget=principals.forget,
        timeout=settings.rpc_timeout,
    )
    endpoint = GraphQLEndpoint(
        engine,
        page,
        authenticate=authentication.context_of,
        shows_calls=settings.run_mode == "development",
        settings=door,
        admission=admission,
    )
    compression = [Middleware(Compression)] if door.http.compresses else []
    app = Starlette(
        lifespan=lifespan,
        routes=[
            Route("/graphql", endpoint.answer, methods=["GET", "POST"], middleware=compression),
            WebSocketRoute("/graphql", WebSocketEndpoint(live, timeout=settings.rpc_timeout).answer),
            Route("/graphql/stream", EventStreamEndpoint(live, settings=door), methods=["GET", "POST"]),
            Route("/livez", probes.livez),
            Route("/readyz", probes.readyz),
            Route("/", lambda _request: RedirectResponse("/graphql")),
            *file_routes(
                settings, call=call, credentials=credentials, principals=principals, authentication=authentication
            ),
            *([Mount("/graphiql", page.files, middleware=compression)] if page else []),
            *_login_routes(settings, issuers, _as_gateway(call, principals)),
        ],
        middleware=_middleware(settings),
    )
    app.state.live = live
    return app


def _login_routes(settings: Settings, issuers: Issuers, call: Call) -> list[Route]:
    return login_routes(
        issuers,
        MembershipSessions(call),
        public_url=settings.public_url,
        session_seconds=settings.session_seconds,
        seal_keys=[key.reveal() for key in settings.login_keys],
    )


def _middleware(settings: Settings) -> list[Middleware]:
    return [
        *_behind(settings.door.http.trusted_proxies),
        Middleware(AccessMiddleware, timeout=settings.rpc_timeout),
        Middleware(SecurityHeaders),
        *cors(settings.door.http.cors_origins),
    ]


def _behind(trusted_proxies: Sequence[str]) -> list[Middleware]:
    """The client's address is what the last proxy that is not trusted says: X-Forwarded-For is read from the right, and
    not at all when the connection itself comes from elsewhere."""
    return [Middleware(ProxyHeadersMiddleware, trusted_hosts=list(trusted_proxies))] if trusted_proxies else []


def _as_gateway(call: Call, principals: Principals) -> Call:
    """`call`, with the gateway itself as the principal: nobody is signed in while somebody signs in."""

    async def calling(service: str, method: str, arguments: dict[str, Any]) -> Any:
        with context.use(principals.as_gateway()):
            return await call(service, method, arguments)

    return calling
