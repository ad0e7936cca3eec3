"""GraphiQL, the probes, and the settings."""

from pathlib import Path

import pytest

from gateway.http.probes import STALE_AFTER_SECONDS, EventLoopTick, Probes
from gateway.http.security import PAGE_POLICY
from services.chassis.kernel.config import ConfigurationError

from .http import door, graphiql, settings
from .network import Network

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


async def test_a_browser_gets_graphiql(tmp_path: Path) -> None:
    async with door(Network(), {"GRAPHIQL_DIRECTORY": str(graphiql(tmp_path))}) as client:
        page = await client.get("/graphql", headers=BROWSER)
        script = await client.get("/graphiql/graphiql-ABC.js")
    assert (page.status_code, page.text) == (200, "<!doctype html><title>GraphiQL</title>")
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-security-policy"] == PAGE_POLICY
    assert page.headers["cache-control"] == "no-cache"
    assert (script.status_code, script.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")


async def test_the_policy_allows_no_foreign_and_no_inline_script() -> None:
    directives = dict(part.split(" ", 1) for part in PAGE_POLICY.split("; "))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self'"
    assert directives["connect-src"] == "'self'"


async def test_where_graphiql_is_missing_the_page_says_how_to_build_it(tmp_path: Path) -> None:
    missing = tmp_path / "dist"
    async with door(Network(), {"GRAPHIQL_DIRECTORY": str(missing)}) as client:
        page = await client.get("/graphql", headers=BROWSER)
        script = await client.get("/graphiql/graphiql-ABC.js")
        assert page.status_code == 503
        assert "python -m deploy.graphiql" in page.text
        assert script.status_code == 404
        missing.mkdir()
        graphiql(missing)
        assert (await client.get("/graphql", headers=BROWSER)).status_code == 200, "no restart is needed"
        assert (await client.get("/graphiql/graphiql-ABC.js")).status_code == 200


@pytest.mark.parametrize("path", ["../secret.txt", "%2e%2e/secret.txt", "..%2fsecret.txt", "/etc/passwd"])
async def test_nothing_outside_the_folder_is_served(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "dist"
    folder.mkdir()
    async with door(Network(), {"GRAPHIQL_DIRECTORY": str(graphiql(folder))}) as client:
        response = await client.get(f"/graphiql/{path}")
    assert (response.status_code, "secret" in response.text) == (404, False)


async def test_the_root_leads_to_graphql() -> None:
    async with door(Network()) as client:
        response = await client.get("/")
    assert (response.status_code, response.headers["location"]) == (307, "/graphql")


@pytest.mark.parametrize(("connected", "status"), [(True, 200), (False, 503)])
async def test_ready_means_the_broker_is_there(connected: bool, status: int) -> None:
    async with door(Network(), connected=connected) as client:
        response = await client.get("/readyz")
    assert (response.status_code, response.json()) == (status, {"ok": connected, "broker": connected})


async def test_alive_means_the_event_loop_goes_round(monkeypatch: pytest.MonkeyPatch) -> None:
    tick = EventLoopTick()
    probes = Probes(tick, lambda: False)
    assert (await probes.livez(None)).status_code == 200  # type: ignore[arg-type]
    monkeypatch.setattr(EventLoopTick, "age", STALE_AFTER_SECONDS + 1)
    assert (await probes.livez(None)).status_code == 503  # type: ignore[arg-type]


async def test_the_tick_ticks() -> None:
    tick = EventLoopTick()
    tick._last -= 100
    tick.start()
    import asyncio

    await asyncio.sleep(0)
    assert tick.age < 1
    await tick.stop()


def test_settings_have_defaults_that_are_safe() -> None:
    chosen = settings(RUN_MODE="")
    assert (chosen.run_mode, chosen.http_host, chosen.http_port) == ("production", "127.0.0.1", 8000)
    assert (chosen.rpc_timeout, chosen.drain_seconds) == (5, 20)
    assert chosen.graphiql_directory.parts[-4:] == ("gateway", "http", "graphiql", "dist")
    assert "guest" not in repr(chosen)


@pytest.mark.parametrize(
    ("name", "value"), [("RUN_MODE", "staging"), ("HTTP_PORT", "http"), ("RPC_TIMEOUT_SECONDS", "-1")]
)
def test_a_wrong_setting_stops_the_start(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        settings(**{name: value})
