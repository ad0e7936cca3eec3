"""Errors as clients see them: a stable code, a correlation id, and never the inside of the platform."""

import logging
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from graphql import GraphQLError

from services.chassis.kernel.errors import InternalError, InvalidInput, ServiceError
from services.chassis.protocol.rpc import MASKED_MESSAGE

_log = logging.getLogger(__name__)

PARSE_FAILED: Final = "PARSE_FAILED"
VALIDATION_FAILED: Final = "VALIDATION_FAILED"
LIMIT_EXCEEDED: Final = "LIMIT_EXCEEDED"
UNKNOWN_OPERATION: Final = "UNKNOWN_OPERATION"
UNSUPPORTED_OPERATION: Final = "UNSUPPORTED_OPERATION"
INVALID_VARIABLES: Final = "INVALID_VARIABLES"
DOCUMENT_NOT_FOUND: Final = "DOCUMENT_NOT_FOUND"
DOCUMENT_NOT_TRUSTED: Final = "DOCUMENT_NOT_TRUSTED"
PERSISTED_QUERY_NOT_FOUND: Final = "PERSISTED_QUERY_NOT_FOUND"
PERSISTED_QUERY_NOT_SUPPORTED: Final = "PERSISTED_QUERY_NOT_SUPPORTED"
PERSISTED_QUERY_HASH_MISMATCH: Final = "PERSISTED_QUERY_HASH_MISMATCH"

FormattedError = dict[str, Any]

_SUGGESTION: Final = re.compile(r" Did you mean .*\?", re.DOTALL)
"""As graphql-core's `did_you_mean` ends a message."""


class RequestRefused(Exception):
    """A request that was not executed at all, for the same reason in each of `errors`."""

    def __init__(self, code: str, errors: Sequence[GraphQLError]) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors

    def formatted(self, correlation_id: str, *, suggests: bool = True) -> list[FormattedError]:
        """`suggests`: whether what a misspelt name may have meant is told."""
        found = [_format(error, self.code, correlation_id) for error in self.errors]
        return found if suggests else [{**each, "message": _SUGGESTION.sub("", each["message"])} for each in found]


def field_errors(errors: Iterable[GraphQLError], correlation_id: str) -> list[FormattedError]:
    """The errors of an execution. What failed for one reason in every row of a list is told once."""
    found: dict[tuple[Any, ...], FormattedError] = {}
    for error in errors:
        formatted = _field_error(error, correlation_id)
        key = (_pattern(error.path), formatted["extensions"]["code"], formatted["message"])
        known = found.setdefault(key, formatted)
        if known is not formatted:
            known["extensions"]["occurrences"] = known["extensions"].get("occurrences", 1) + 1
    return list(found.values())


def masked(correlation_id: str) -> FormattedError:
    """An error of ours: what it was stands in the log, under the correlation id."""
    return {
        "message": MASKED_MESSAGE,
        "extensions": {"code": InternalError.code, "correlationId": correlation_id},
    }


def simple(code: str, message: str, correlation_id: str) -> FormattedError:
    return {"message": message, "extensions": {"code": code, "correlationId": correlation_id}}


def _field_error(error: GraphQLError, correlation_id: str) -> FormattedError:
    cause = error.original_error
    if cause is None:
        # graphql-core's own words about an argument.
        return _format(error, InvalidInput.code, correlation_id)
    if isinstance(cause, ServiceError) and (cause.expected or cause.retryable):
        formatted = _format(error, cause.code, correlation_id)
        if cause.violations:
            formatted["extensions"]["violations"] = [violation.as_dict() for violation in cause.violations]
        return formatted
    _log.error("a field failed", exc_info=cause, extra={"path": _pattern(error.path)})
    return {**_format(error, InternalError.code, correlation_id), "message": MASKED_MESSAGE}


def _format(error: GraphQLError, code: str, correlation_id: str) -> FormattedError:
    formatted = error.formatted
    extensions = {**(error.extensions or {}), "code": code, "correlationId": correlation_id}
    return {**formatted, "extensions": extensions}


def _pattern(path: Sequence[str | int] | None) -> str:
    """A path with its list positions left out: equal for the same field of every row."""
    return ".".join("*" if isinstance(part, int) else part for part in path or ())
