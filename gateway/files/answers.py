"""Answers of the addresses of files that are no file: what came of an upload, and why something is refused."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
from starlette.responses import Response

from gateway.auth.errors import CHALLENGE, BadCredential
from gateway.graphql.errors import simple
from services.chassis.kernel import context
from services.chassis.kernel.errors import NotFound, RuleViolation, ServiceError

_STATUS: Final[Mapping[str, int]] = {
    "INVALID_INPUT": 400,
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "UPLOAD_NOT_YOURS": 403,
    "NOT_FOUND": 404,
    "UPLOAD_EXPIRED": 404,
    "UPLOAD_TOO_SLOW": 408,
    "FILE_REFUSED": 410,
    "FILE_DIFFERS": 422,
    "INTERNAL": 500,
}
"""By the code of the error: errors of services are told apart by nothing else."""

_EXPECTED: Final = 409
_UNAVAILABLE: Final = 503
_NEVER_KEPT: Final = {"cache-control": "no-store"}


class NoSuchFile(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such file, or it is not for you.")


class NoSuchUpload(NotFound):
    """Also for an address whose time is over: nobody needs to know what it was."""

    code = "UPLOAD_EXPIRED"

    def __init__(self) -> None:
        super().__init__("Nothing can be sent to this address, or not any more. Stage the file again.")


class NotYours(RuleViolation):
    code = "UPLOAD_NOT_YOURS"


class NotScannedYet(RuleViolation):
    code = "FILE_NOT_SCANNED"

    def __init__(self) -> None:
        super().__init__("The scanner has not seen this file yet. Please try again in a few minutes.")


class NothingThereYet(RuleViolation):
    code = "FILE_NOT_RECEIVED"

    def __init__(self) -> None:
        super().__init__("The bytes of this file have not come yet.")


class FileRefused(RuleViolation):
    code = "FILE_REFUSED"

    def __init__(self) -> None:
        super().__init__("This file was refused by the scanner, and nothing of it is kept.")


def json_answer(content: Any, status: int, headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        orjson.dumps(content),
        status_code=status,
        media_type="application/json",
        headers={**_NEVER_KEPT, **(headers or {})},
    )


def refusal(error: ServiceError, *, status: int | None = None, headers: Mapping[str, str] | None = None) -> Response:
    """In the form of a GraphQL error, with the stable code. Raises `error` itself when it is a fault of ours: it is
    logged, and answered masked."""
    found = status or _status_of(error)
    if found >= 500 and not error.retryable:
        raise error
    body = {"errors": [simple(error.code, error.message, context.current().correlation_id)]}
    return json_answer(body, found, {**_headers_of(error, found), **(headers or {})})


def _status_of(error: ServiceError) -> int:
    if error.retryable:
        return _UNAVAILABLE
    return _STATUS.get(error.code, _EXPECTED if error.expected else 500)


def _headers_of(error: ServiceError, status: int) -> dict[str, str]:
    if status == 401:
        return {"www-authenticate": error.challenge if isinstance(error, BadCredential) else CHALLENGE}
    return {"retry-after": "1"} if status == _UNAVAILABLE else {}
