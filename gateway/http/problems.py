"""Requests that never become a GraphQL request."""

from collections.abc import Mapping


class HttpProblem(Exception):
    """An answer with `status`, told in the form of a GraphQL error with `code`."""

    def __init__(self, status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})


def bad_request(message: str) -> HttpProblem:
    return HttpProblem(400, "BAD_REQUEST", message)
