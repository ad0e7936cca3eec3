"""The whole platform as processes: services, relays and gateway, on a vhost and databases of its own."""

import itertools
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from deploy.seed import sources
from services.chassis.kernel.principal import NETWORK, TENANT, Scope
from services.rights.roles import Role

from . import people
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
        self.objects = Path(tempfile.mkdtemp(prefix="test-objects-"))
        """Where the bytes of files are."""
        signing_in = {"ISSUERS": people.issuer().environment(), "OBJECT_STORE": self.objects.as_uri()}
        self.environment = environment.with_settings(**{**SETTINGS, **signing_in, **environment.extra})
        self._tokens: dict[str, str] = {}
        self._numbers = itertools.count(1)
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
        for name in (people.FOUNDER, people.SECRETARY):
            self.grant(name, Role.NETWORK_ADMINISTRATOR, Scope(NETWORK))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.processes[GATEWAY].port}"

    def wait_until_ready(self) -> None:
        for process in self.processes.values():
            process.wait_until_ready()

    def grant(self, name: str, role: Role, scope: Scope) -> None:
        """Give somebody a role, by the operator. It holds for what they ask from now on: they get a new token."""
        database = f"{self.environment.database_prefix}membership"
        people.give(self.environment.mongodb_uri, database, name, role, scope)
        self._tokens[name] = people.token(name, number=next(self._numbers))

    def sign_in(self, name: str | None) -> dict[str, str]:
        """The headers of a request of somebody; None: of nobody."""
        if name is None:
            return {}
        return {"authorization": f"Bearer {self._tokens.setdefault(name, people.token(name))}"}

    def answer(
        self,
        query: str,
        *,
        headers: dict[str, str] | None = None,
        person: str | None = people.SECRETARY,
        **variables: Any,
    ) -> dict[str, Any]:
        """The whole answer: data, errors, extensions."""
        response = self._client.post(
            f"{self.url}/graphql",
            json={"query": query, "variables": variables},
            headers={**self.sign_in(person), **(headers or {})},
        )
        answer: dict[str, Any] = response.json()
        return answer

    def ask(self, query: str, *, person: str | None = people.SECRETARY, **variables: Any) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = self.answer(query, person=person, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    def command(
        self, mutation: str, selection: str, *, person: str | None = people.SECRETARY, **values: Any
    ) -> dict[str, Any]:
        """The payload of a mutation: what `selection` names, and `errors`."""
        name = mutation[0].upper() + mutation[1:]
        selected = f"{selection} errors {{ code message path }}"
        query = f"mutation($input: {name}Input!) {{ {mutation}(input: $input) {{ {selected} }} }}"
        payload: dict[str, Any] = self.ask(query, person=person, input=values)[mutation]
        return payload

    def done(
        self, mutation: str, selection: str, *, person: str | None = people.SECRETARY, **values: Any
    ) -> dict[str, Any]:
        """The payload of a mutation that was not refused."""
        payload = self.command(mutation, selection, person=person, **values)
        assert payload["errors"] == [], payload["errors"]
        return payload

    def refused(self, mutation: str, *, person: str | None = people.SECRETARY, **values: Any) -> list[str]:
        """The codes with which a mutation was refused."""
        return [error["code"] for error in self.command(mutation, "", person=person, **values)["errors"]]

    def errors(self) -> str:
        """What the processes have logged as errors: why a test failed."""
        lines = (line for process in self.processes.values() for line in process.log().splitlines())
        return "\n".join(line for line in lines if '"ERROR"' in line)

    def seed(self) -> str:
        bearer = {"GRAPHQL_TOKEN": people.token(people.FOUNDER)}
        seeded = run(["-m", "deploy.seed", "--url", f"{self.url}/graphql"], self.environment.with_settings(**bearer))
        for coalition in sources.coalitions():
            self.become_secretary(coalition["key"])
        return seeded

    def become_secretary(self, coalition: str) -> None:
        """The secretary gets every right in a coalition."""
        for role in (Role.SECRETARIAT, Role.ADMINISTRATOR):
            self.grant(people.SECRETARY, role, Scope(TENANT, coalition))

    def close(self) -> None:
        self._client.close()
        for process in self.processes.values():
            process.close()
        shutil.rmtree(self.objects, ignore_errors=True)


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
