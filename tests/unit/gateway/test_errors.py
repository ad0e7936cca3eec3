"""What clients are told when something fails."""

import logging
from typing import Any

import pytest
from graphql import GraphQLError

from gateway.graphql.errors import RequestRefused, field_errors
from services.chassis.kernel.errors import Forbidden, InternalError, InvalidInput, Unavailable, Violation
from services.chassis.protocol.rpc import MASKED_MESSAGE, RemoteError


def failed(cause: Exception, *path: str | int) -> GraphQLError:
    return GraphQLError(str(cause), path=list(path), original_error=cause)


def told(*errors: GraphQLError) -> list[dict[str, Any]]:
    return field_errors(errors, "c-1")


def test_expected_and_passing_errors_keep_their_words() -> None:
    assert told(failed(Forbidden("Only the secretariat may see this."), "reports")) == [
        {
            "message": "Only the secretariat may see this.",
            "path": ["reports"],
            "extensions": {"code": "FORBIDDEN", "correlationId": "c-1"},
        }
    ]
    assert told(failed(Unavailable("Try again."), "reports"))[0]["extensions"]["code"] == "UNAVAILABLE"


@pytest.mark.parametrize(
    "cause",
    [
        ValueError("password=hunter2"),
        KeyError("hunter2"),
        InternalError("hunter2 in our own words"),
        RemoteError({"value": "hunter2", "code": "INTERNAL"}),
        RemoteError({"value": "hunter2"}),
    ],
)
def test_the_unexpected_is_masked_and_logged(cause: Exception, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        [error] = told(failed(cause, "coalition", "plans"))
    assert error["message"] == MASKED_MESSAGE
    assert error["extensions"] == {"code": "INTERNAL", "correlationId": "c-1"}
    assert "hunter2" not in str(error)
    [record] = caplog.records
    assert record.exc_info is not None
    assert record.exc_info[1] is cause


def test_violations_are_passed_on() -> None:
    cause = InvalidInput("wrong", violations=(Violation(("first",), "too large", "INVALID_PAGE_SIZE"),))
    [error] = told(failed(cause, "cities"))
    assert error["extensions"]["violations"] == [
        {"path": ["first"], "message": "too large", "code": "INVALID_PAGE_SIZE"}
    ]


def test_one_reason_in_many_rows_is_told_once() -> None:
    errors = [failed(Unavailable("away"), "members", "edges", row, "node", "registrations") for row in range(50)]
    [error] = told(*errors)
    assert error["path"] == ["members", "edges", 0, "node", "registrations"]
    assert error["extensions"]["occurrences"] == 50


def test_other_reasons_and_other_places_are_told_apart() -> None:
    errors = told(
        failed(Unavailable("away"), "members", 0, "registrations"),
        failed(Unavailable("away"), "members", 0, "obligations"),
        failed(Unavailable("late"), "members", 1, "registrations"),
        failed(Forbidden("away"), "members", 2, "registrations"),
    )
    assert len(errors) == 4
    assert all("occurrences" not in error["extensions"] for error in errors)


def test_graphql_cores_own_words_about_arguments_are_kept() -> None:
    [error] = told(GraphQLError("Argument 'x' has an invalid value.", path=["cities"]))
    assert (error["message"], error["extensions"]["code"]) == ("Argument 'x' has an invalid value.", "INVALID_INPUT")


def test_a_refused_request_tells_why() -> None:
    refused = RequestRefused("PARSE_FAILED", [GraphQLError("Syntax Error")])
    assert refused.formatted("c-1") == [
        {"message": "Syntax Error", "extensions": {"code": "PARSE_FAILED", "correlationId": "c-1"}}
    ]
