"""The application over a network in memory, asked over HTTP without a socket."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from gateway.asgi import assemble
from gateway.auth.oidc import Issuers
from gateway.http.probes import EventLoopTick, Probes
from gateway.settings import Settings
from services.chassis.kernel.config import Environment
from tests.support.principals import key_settings

from .network import Network

GRAPHQL_RESPONSE = "application/graphql-response+json"


def settings(**values: str) -> Settings:
    return Settings.from_environment(Environment({"RUN_MODE": "development", **key_settings(), **values}))


def application(
    network: Network, settings_values: Mapping[str, str] | None = None, *, connected: bool = True
) -> Starlette:
    probes = Probes(EventLoopTick(), lambda: connected)
    read = settings(**(settings_values or {}))
    return assemble(read, call=network.call, issuers=Issuers(read.issuers), probes=probes)


@asynccontextmanager
async def door(
    network: Network, settings_values: Mapping[str, str] | None = None, *, connected: bool = True
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application; errors of the application are answers, as over a socket."""
    app = application(network, settings_values, connected=connected)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        yield client


def graphiql(folder: Path) -> Path:
    """A built GraphiQL, as small as can be."""
    (folder / "index.html").write_text("<!doctype html><title>GraphiQL</title>")
    (folder / "graphiql-ABC.js").write_text("export {}")
    return folder


def ask(query: str = "{ __typename }", **parameters: Any) -> dict[str, Any]:
    return {"query": query, **parameters}
