"""Requests that never become a GraphQL request."""

from collections.abc import Mapping
from typing import Any


class HttpProblem(Exception):
    """An answer with `status`, told in the form of a GraphQL error with `code`."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        extensions: Mapping[str, Any] | None = None,
    ) -> None:
        """`extensions`: what the error says besides its code."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self.extensions = dict(extensions or {})


def bad_request(message: str) -> HttpProblem:
    return HttpProblem(400, "BAD_REQUEST", message)
