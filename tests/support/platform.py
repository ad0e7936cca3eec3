"""The whole platform as processes: services, relays and gateway, on a vhost and databases of its own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import httpx

from .processes import Process, ServiceEnvironment, run

SERVICES: Final = ("membership", "events", "reports")
GATEWAY: Final = "gateway"
SETTINGS: Final = {"RETRY_DELAYS_SECONDS": "0.2,0.5,1,2,5"}


class Platform:
    """Its processes by name (`membership`, `membership-relay`, …, `gateway`) and its GraphQL door."""

    def __init__(
        self, environment: ServiceEnvironment, *, own_settings: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        """`own_settings`: by the name of a process, what it finds in its environment and the others do not."""
        own = own_settings or {}
        self.environment = environment.with_settings(**{**SETTINGS, **environment.extra})
        run(["-m", "services.chassis.runtime.cli", "admin", "topology", "declare"], self.environment)
        for service in SERVICES:
            run(["-m", f"services.{service}", "indexes"], self.environment)
        self.processes = {
            name: Process(arguments, self.environment.with_settings(**own.get(name, {})))
            for name, arguments in _commands().items()
        }
        self.processes[GATEWAY] = Process(
            ["-m", "gateway"], self.environment.with_settings(**own.get(GATEWAY, {})), port_setting="HTTP_PORT"
        )
        self._client = httpx.Client(timeout=30)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.processes[GATEWAY].port}"

    def wait_until_ready(self) -> None:
        for process in self.processes.values():
            process.wait_until_ready()

    def answer(self, query: str, *, headers: dict[str, str] | None = None, **variables: Any) -> dict[str, Any]:
        """The whole answer: data, errors, extensions."""
        response = self._client.post(
            f"{self.url}/graphql", json={"query": query, "variables": variables}, headers=headers or {}
        )
        answer: dict[str, Any] = response.json()
        return answer

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = self.answer(query, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    def command(self, mutation: str, selection: str, **values: Any) -> dict[str, Any]:
        """The payload of a mutation: what `selection` names, and `errors`."""
        name = mutation[0].upper() + mutation[1:]
        selected = f"{selection} errors {{ code message path }}"
        query = f"mutation($input: {name}Input!) {{ {mutation}(input: $input) {{ {selected} }} }}"
        payload: dict[str, Any] = self.ask(query, input=values)[mutation]
        return payload

    def done(self, mutation: str, selection: str, **values: Any) -> dict[str, Any]:
        """The payload of a mutation that was not refused."""
        payload = self.command(mutation, selection, **values)
        assert payload["errors"] == [], payload["errors"]
        return payload

    def refused(self, mutation: str, **values: Any) -> list[str]:
        """The codes with which a mutation was refused."""
        return [error["code"] for error in self.command(mutation, "", **values)["errors"]]

    def seed(self) -> str:
        return run(["-m", "deploy.seed", "--url", f"{self.url}/graphql"], self.environment)

    def close(self) -> None:
        self._client.close()
        for process in self.processes.values():
            process.close()


@contextmanager
def platform_on(environment: ServiceEnvironment) -> Iterator[Platform]:
    """A platform that is ready inside the block and gone after it."""
    platform = Platform(environment)
    try:
        platform.wait_until_ready()
        yield platform
    finally:
        platform.close()


def _commands() -> dict[str, list[str]]:
    serving = {name: ["-m", f"services.{name}", "serve"] for name in SERVICES}
    relaying = {f"{name}-relay": ["-m", f"services.{name}", "relay"] for name in SERVICES}
    return serving | relaying
