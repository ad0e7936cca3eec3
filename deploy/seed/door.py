"""The GraphQL door as the seed uses it: like any other client."""

from typing import Any, Final

import httpx
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

_TIMEOUT_SECONDS: Final = 30.0
_BEHIND: Final = frozenset({"UNKNOWN_COALITION"})
"""Codes that may only mean that a service has not heard yet of what another one was told a moment ago."""


class Refused(Exception):
    """The platform refused an input, or failed. The message says which and why."""


class Behind(Refused):
    """Refused for now: a projection has not caught up."""


class Door:
    """Sends operations to the gateway; tells an input that is there already from one that is wrong."""

    def __init__(self, url: str, token: str | None = None) -> None:
        """`token` is a bearer token; without it only what is public can be asked."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        self._client = httpx.Client(timeout=_TIMEOUT_SECONDS, headers=headers)
        self._url = url

    def ask(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """The data of an answer. Raises Refused when it carries errors or nobody answers."""
        try:
            response = self._client.post(self._url, json={"query": query, "variables": variables or {}})
        except httpx.TransportError as error:
            raise Refused(f"Nobody answers at {self._url} ({error}). Start the platform first: make run.") from error
        answer = response.json()
        if answer.get("errors"):
            raise Refused("; ".join(error["message"] for error in answer["errors"]))
        data: dict[str, Any] = answer["data"]
        return data

    @retry(retry=retry_if_exception_type(Behind), stop=stop_after_delay(30), wait=wait_fixed(0.2), reraise=True)
    def command(self, mutation: str, values: dict[str, Any], *, already: str) -> bool:
        """Run a mutation. False: refused with the code `already`, so the thing is there. Raises Refused otherwise."""
        name = mutation[0].upper() + mutation[1:]
        query = (
            f"mutation Seed($input: {name}Input!) {{ {mutation}(input: $input) {{ errors {{ code message path }} }} }}"
        )
        errors = self.ask(query, {"input": values})[mutation]["errors"]
        if not errors:
            return True
        if all(error["code"] == already for error in errors):
            return False
        refusal = Behind if {error["code"] for error in errors} <= _BEHIND else Refused
        raise refusal(f"{mutation}: {'; '.join(error['message'] for error in errors)} ({values})")

    def close(self) -> None:
        self._client.close()
