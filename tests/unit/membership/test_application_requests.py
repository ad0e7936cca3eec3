"""Bad input about applications is told at the fields that are wrong."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.chassis.kernel.errors import InvalidInput
from services.chassis.kernel.principal import Grant, Scope
from services.chassis.messaging.validation import load
from services.membership.domain.applications import IssuedToken
from services.membership.schemas import application_views, requests
from services.rights.roles import Role

from .test_applications import registered

GIVEN: dict[str, Any] = {
    "coalition": "eccar",
    "name": "Website of Graz",
    "purpose": "Shows the city's reports",
    "role": "focal_point",
    "member_id": "graz",
    "api_scopes": ["reports:read"],
    "expires_at": "2027-01-01T00:00:00Z",
}


def wrong_fields(schema: Any, given: dict[str, Any]) -> list[tuple[str | int, ...]]:
    with pytest.raises(InvalidInput) as caught:
        load(schema, given)
    return [violation.path for violation in caught.value.violations] or [caught.value.path]


def test_what_is_right_is_taken() -> None:
    request = load(requests.RegisterApplication(), GIVEN)
    assert request.coalition == "eccar"
    assert request.facts.grant == Grant(Role.FOCAL_POINT, Scope("member", "eccar", "graz"))
    assert request.facts.expires_at == datetime(2027, 1, 1, tzinfo=UTC)
    of_coalition = {**GIVEN, "role": "secretariat", "member_id": None}
    assert load(requests.RegisterApplication(), of_coalition).facts.grant.scope == Scope("coalition", "eccar")


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"api_scopes": []}, ("api_scopes",)),
        ({"api_scopes": ["reports:read", "reports:read"]}, ("api_scopes", 1)),
        ({"api_scopes": ["reports:read", "applications:write"]}, ("api_scopes", 1)),
        ({"api_scopes": ["reports"]}, ("api_scopes", 0)),
        ({"api_scopes": "reports:read"}, ("api_scopes",)),
        ({"expires_at": "2027-01-01T00:00:00"}, ("expires_at",)),
        ({"expires_at": "tomorrow"}, ("expires_at",)),
        ({"expires_at": None}, ("expires_at",)),
        ({"name": " "}, ("name",)),
        ({"name": "x" * 201}, ("name",)),
        ({"purpose": ""}, ("purpose",)),
        ({"role": "king"}, ("role",)),
        ({"role": "unesco_coordinator", "member_id": None}, ("role",)),
        ({"role": "network_administrator"}, ("role",)),
        ({"member_id": None}, ("member_id",)),
        ({"conference_id": "athens"}, ("conference_id",)),
        ({"role": "secretariat"}, ("member_id",)),
        ({"role": "event_team", "member_id": None}, ("conference_id",)),
        ({"token": "iccar_mine"}, ("token",)),
    ],
)
def test_what_is_wrong_is_named(given: dict[str, Any], path: tuple[str | int, ...]) -> None:
    assert path in wrong_fields(requests.RegisterApplication(), GIVEN | given)


def test_a_rotation_overlaps_by_a_day_unless_it_says_otherwise() -> None:
    given = {"coalition": "eccar", "application_id": "a"}
    assert load(requests.RotateApplicationToken(), given).rotation.overlap == timedelta(days=1)
    assert load(requests.RotateApplicationToken(), given | {"overlap_hours": 0}).rotation.overlap == timedelta()
    for hours in (-1, 721, 1.5, "two"):
        assert wrong_fields(requests.RotateApplicationToken(), given | {"overlap_hours": hours}) == [("overlap_hours",)]


def test_no_view_shows_a_hash_and_one_shows_the_token_once() -> None:
    application = registered()
    shown = application_views.issued(IssuedToken(application=application, token="iccar_clear"))
    assert shown["token"] == "iccar_clear"
    assert shown["application"]["tokens"] == [
        {
            "id": "t1",
            "created_at": "2026-11-24T09:30:00.000Z",
            "expires_at": "2027-03-04T09:30:00.000Z",
            "last_used_at": None,
            "revoked_at": None,
        }
    ]
    assert "h1" not in str(shown)
    again = application_views.issued(IssuedToken(application=application, token=None))
    assert again["token"] is None
    assert "carried out before" in again["notice"]
