"""The way in: one mutation over GraphQL, and what its answer means."""

import asyncio
import itertools
import time
from typing import Any, Final

import httpx

from tests.support import people

from .ledger import Command, Kind, Outcome

PATIENCE_SECONDS: Final = 15.0
"""Longer than the gateway's own: who waits that long has lost the gateway."""

_numbers: Final = itertools.count(10**6)

_SELECTIONS: Final = {
    "city": "id version name",
    "member": "id version standing",
    "registration": "id version status",
    "cycle": "id version",
    "report": "id version status",
    "conference": "id version",
    "coalition": "key",
    "plan": "version",
}


def document(command: Command) -> str:
    """The GraphQL document of a command."""
    name = command.mutation[0].upper() + command.mutation[1:]
    selection = f"{command.gives} {{ {_SELECTIONS[command.gives]} }} errors {{ code message }}"
    return f"mutation($input: {name}Input!) {{ {command.mutation}(input: $input) {{ {selection} }} }}"


class Door:
    """Sends commands, each over a connection of its own, as they come from different people."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = httpx.AsyncClient(
            timeout=PATIENCE_SECONDS,
            limits=httpx.Limits(max_connections=400, max_keepalive_connections=0),
            # A number that no other token has: rights are believed for a second, and these must be the present ones.
            headers={"authorization": f"Bearer {people.token(people.SECRETARY, number=next(_numbers))}"},
        )

    async def __aenter__(self) -> "Door":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def send(self, command: Command) -> Outcome:
        asked_at = time.monotonic()
        body = {"query": document(command), "variables": {"input": command.input}}
        try:
            response = await self._client.post(self._url, json=body, headers={"idempotency-key": command.key})
            answer: dict[str, Any] = response.json()
        except (httpx.TransportError, ValueError) as error:
            return _outcome(Kind.UNKNOWN, asked_at, codes=(type(error).__name__,))
        if answer.get("errors"):
            codes = tuple(error["extensions"]["code"] for error in answer["errors"])
            return _outcome(Kind.UNKNOWN, asked_at, codes=codes)
        payload = answer["data"][command.mutation]
        if payload["errors"]:
            codes = tuple(error["code"] for error in payload["errors"])
            return _outcome(Kind.REFUSED, asked_at, codes=codes)
        return _outcome(Kind.ACKNOWLEDGED, asked_at, payload=payload[command.gives])


def send_at_once(url: str, command: Command) -> Outcome:
    """One command, by itself."""

    async def send() -> Outcome:
        async with Door(url) as door:
            return await door.send(command)

    return asyncio.run(send())


def _outcome(
    kind: Kind, asked_at: float, *, codes: tuple[str, ...] = (), payload: dict[str, Any] | None = None
) -> Outcome:
    return Outcome(kind=kind, codes=codes, payload=payload or {}, asked_at=asked_at, answered_at=time.monotonic())
