"""What feeds the subscriptions of the schema: a message type that nobody publishes would be waited for in vain."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.graphql.core.feeds import FEED, Feed
from gateway.graphql.core.ids import GlobalId
from gateway.graphql.engine import Engine, GraphQLRequest
from gateway.graphql.errors import RequestRefused
from gateway.graphql.schema import SCHEMA, message_types
from gateway.graphql.subscriptions import Subscriptions
from gateway.live.hub import GRANT_REVOKED
from services.chassis.kernel.errors import Forbidden, InvalidInput, Unauthenticated, Unavailable
from services.rights.roles import Role
from services.rights.table import TABLE
from tests.support.golden import golden, golden_names, received
from tests.support.principals import in_coalition, of_conference, of_member, person

MEMBER = GlobalId("Member", "m-1", "eccar")
CONFERENCE = GlobalId("Conference", "c-1", "eccar")


def feeds() -> dict[str, Feed]:
    assert SCHEMA.subscription_type is not None
    return {name: field.extensions[FEED] for name, field in SCHEMA.subscription_type.fields.items()}


def watch(field: str, **arguments: Any) -> Any:
    return feeds()[field].watch({"coalition": "eccar", **arguments})


def prepare(query: str, **variables: Any) -> Any:
    async def call(*_: Any) -> Any:
        raise AssertionError("nobody is asked")

    return Subscriptions(Engine(SCHEMA, call)).prepare(GraphQLRequest(query=query, variables=variables))


def test_every_feed_is_published_and_can_be_narrowed_as_it_says() -> None:
    assert {*message_types(SCHEMA), GRANT_REVOKED} <= set(golden_names())
    assert "person_id" in golden(GRANT_REVOKED)["data"]
    for feed in feeds().values():
        assert feed.right in TABLE
        for name in feed.types:
            assert {f"{filter_}_id" for filter_ in feed.filters} <= golden(name)["data"].keys()


def test_a_message_concerns_whom_it_is_about() -> None:
    message = received("events.delegate_registered.v1")
    data, coalition = message.data, message.coalition
    field, own = "registrationChanged", {"coalition": coalition}
    member = str(GlobalId("Member", data["member_id"], coalition))
    conference = str(GlobalId("Conference", data["conference_id"], coalition))
    other = str(GlobalId("Member", "another", coalition))
    assert watch(field, **own).concerns(message)
    assert watch(field, **own, member=member, conference=conference).concerns(message)
    assert not watch(field, **own, member=other).concerns(message)
    assert not watch(field, **own, member=other, conference=conference).concerns(message)
    assert not watch(field, coalition="lac").concerns(message)
    assert not watch("reportChanged", **own).concerns(message)


@pytest.mark.parametrize(
    "member", ["", "x", str(CONFERENCE), str(GlobalId("Member", "m-1", "lac")), str(GlobalId("Member", "m-1"))]
)
def test_an_id_that_is_not_of_a_member_of_the_coalition_is_refused(member: str) -> None:
    with pytest.raises(InvalidInput):
        watch("reportChanged", member=member)


def test_who_may_subscribe_is_what_the_permission_table_says() -> None:
    registrations = watch("registrationChanged")
    of_that_member = watch("registrationChanged", member=str(MEMBER))
    of_that_conference = watch("registrationChanged", conference=str(CONFERENCE))
    watch("membershipChanged").ensure_allowed(None)
    secretary = person("secretary", in_coalition(Role.SECRETARIAT))
    focal_point = person("focal", of_member(Role.FOCAL_POINT, "m-1"))
    team = person("team", of_conference("c-1"))
    for each in (registrations, of_that_member, of_that_conference):
        each.ensure_allowed(secretary)
        with pytest.raises(Unauthenticated):
            each.ensure_allowed(None)
    of_that_member.ensure_allowed(focal_point)
    of_that_conference.ensure_allowed(team)
    for each, who in ((registrations, focal_point), (registrations, team), (of_that_conference, focal_point)):
        with pytest.raises(Forbidden):
            each.ensure_allowed(who)
    with pytest.raises(Forbidden):
        watch("registrationChanged", coalition="lac").ensure_allowed(secretary)


def test_rights_that_are_not_known_are_no_refusal() -> None:
    with pytest.raises(Unavailable):
        watch("reportChanged").ensure_allowed(replace(person("somebody"), grants=None))


def test_what_subscribers_have_already_does_not_keep_them_apart() -> None:
    query = """subscription($coalition: String!, $after: ID) {
      membershipChanged(coalition: $coalition, after: $after) { eventId } }"""
    new, returning = prepare(query, coalition="eccar"), prepare(query, coalition="eccar", after="e-1")
    assert (new.after, returning.after) == (None, "e-1")
    assert new.shared == returning.shared
    assert prepare(query, coalition="lac").shared != new.shared


def test_a_variable_that_is_used_for_something_else_too_does() -> None:
    query = """subscription($id: ID) { reportChanged(coalition: "eccar", cycle: $id, after: $id) { eventId } }"""
    cycles = [str(GlobalId("Cycle", number, "eccar")) for number in ("1", "2")]
    assert prepare(query, id=cycles[0]).shared != prepare(query, id=cycles[1]).shared


def test_a_subscription_asks_for_no_more_than_any_document_may() -> None:
    aliases = " ".join(f"a{number}: eventId" for number in range(40))
    with pytest.raises(RequestRefused) as refused:
        prepare(f'subscription {{ membershipChanged(coalition: "eccar") {{ {aliases} }} }}')
    assert refused.value.code == "LIMIT_EXCEEDED"
