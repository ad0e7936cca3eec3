"""Clients that other people's tools build from the schema, at the running gateway."""

from pathlib import Path

import pytest

from deploy.node import NodeCommandFailed
from services.chassis.kernel.principal import TENANT, Scope
from services.rights.roles import Role
from tests.conformance.clients import measures
from tests.support import people, story
from tests.support.platform import Platform

SCHEMA = Path(__file__).parents[2] / "gateway" / "schema.graphql"
COALITION = "eccar"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def token(platform: Platform) -> str:
    """A bearer token of the secretariat of a coalition with a few members."""
    story.coalition(platform, COALITION)
    for number in range(25):
        story.candidate(platform, story.city(platform, f"City {number:02}"))
    platform.grant("clerk", Role.SECRETARIAT, Scope(TENANT, COALITION))
    return people.token("clerk")


def test_relay_pages_and_refetches(platform: Platform, token: str) -> None:
    found = measures.relay(SCHEMA, f"{platform.url}/graphql", COALITION)
    names = [f"City {number:02}" for number in range(25)]
    assert found["onFirstPage"] == names[:20]
    assert found["onBothPages"] == names
    assert found["asked"] == ["CoalitionMembersQuery", "CoalitionMembersPaginationQuery", "MemberCardRefetchQuery"]
    assert (found["standing"], found["stale"], found["refetched"]) == ("CANDIDATE", "STALE", "CANDIDATE")


def test_a_typed_client_of_graphql_codegen(platform: Platform, token: str) -> None:
    found = measures.typed_fetch(SCHEMA, f"{platform.url}/graphql", token, COALITION)
    assert found == {
        "total": 25,
        "members": ["City 00 (AT)", "City 01 (AT)", "City 02 (AT)"],
        "me": "Clerk",
        "city": "Sampleville",
        "again": ["use the entry that is there"],
        "byNobody": ["sign in"],
    }


def test_the_compiler_of_a_typed_client_knows_the_codes(platform: Platform, token: str) -> None:
    with pytest.raises(NodeCommandFailed) as refused:
        measures.typed_fetch(SCHEMA, f"{platform.url}/graphql", token, COALITION, misspelt="CityAlreadyRegistred")
    assert "'CityAlreadyRegistred' does not exist on type 'typeof MembershipErrorCode'" in refused.value.output


def test_a_client_of_ariadne_codegen(platform: Platform, token: str) -> None:
    found = measures.ariadne(SCHEMA, f"{platform.url}/graphql", token, COALITION)
    assert found == {
        "total": 25,
        "members": ["City 00 (AT)", "City 01 (AT)", "City 02 (AT)"],
        "me": "Clerk",
        "city": "Modelton",
        "again": [["CITY_ALREADY_REGISTERED", ["name"]]],
        "byNobody": [["UNAUTHENTICATED", None]],
    }
