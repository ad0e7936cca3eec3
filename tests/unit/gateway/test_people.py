"""People through the schema: who asks, who has which right, and what reaches the service of a command about it."""

from typing import Any

import pytest

from gateway.graphql.core.ids import GlobalId
from gateway.graphql.schema import SCHEMA
from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.errors import Forbidden, Unavailable
from services.chassis.kernel.principal import Principal, PrincipalKind
from services.rights import roles
from tests.support.principals import SOMEBODY

from .conftest import Client
from .network import Network, View, identity, page

BEA = {"id": "bea-id", "name": "Bea", "email": "bea@people.example"}
MEMBER = str(GlobalId("Member", identity(3, 1), "eccar"))
FOREIGN = str(GlobalId("Conference", identity(4, 1), "lac"))
GRANT = """id version role scopeKind coalition { key } member { id } conferenceId validFrom validUntil holds
  person { id name email } grantedBy { name email } grantedAt revokedAt reason"""
INVITATION = """id version role scopeKind coalition { key } member { id } conferenceId validFrom validUntil email name
  language status isHandOver invitedBy { name } invitedAt expiresAt acceptedAt revokedAt"""


def grant(**changes: Any) -> View:
    return {
        "id": identity(11, 1),
        "coalition": "eccar",
        "version": 1,
        "role": "focal_point",
        "scope_kind": "member",
        "member_id": identity(3, 1),
        "conference_id": None,
        "valid_from": "2026-11-24",
        "valid_until": None,
        "holds": True,
        "person_id": BEA["id"],
        "person": BEA,
        "granted_by": {"id": "sam-id", "name": "Sam"},
        "granted_at": "2026-11-24T09:30:00.000Z",
        "revoked_at": None,
        "reason": None,
        **changes,
    }


def invitation(**changes: Any) -> View:
    return {
        "id": identity(12, 1),
        "coalition": None,
        "version": 1,
        "role": "unesco_coordinator",
        "scope_kind": "network",
        "member_id": None,
        "conference_id": None,
        "valid_from": "2026-11-24",
        "valid_until": "2027-12-31",
        "email": "new@people.example",
        "name": None,
        "language": "de",
        "status": "pending",
        "is_hand_over": False,
        "invited_by": None,
        "invited_at": "2026-11-24T09:30:00.000Z",
        "expires_at": "2026-12-08T09:30:00.000Z",
        "accepted_at": None,
        "revoked_at": None,
        **changes,
    }


async def command(client: Client, mutation: str, selection: str, **values: Any) -> View:
    name = mutation[0].upper() + mutation[1:]
    query = f"mutation($input: {name}Input!) {{ {mutation}(input: $input) {{ {selection} errors {{ code path }} }} }}"
    payload: View = (await client.ask(query, input=values))[mutation]
    return payload


async def test_nobody_and_machines_are_not_me(client: Client) -> None:
    machine = Principal(kind=PrincipalKind.APPLICATION, id="app")
    for principal in (None, machine):
        with context.use(CallContext(principal=principal)):
            assert await client.ask("{ me { id name email grants { id } } }") == {"me": None}
    assert client.network.calls == []


async def test_me_is_who_asks(client: Client, network: Network) -> None:
    network.answers["membership.my_grants"] = {"items": [grant()]}
    with context.use(CallContext(principal=SOMEBODY)):
        found = (await client.ask("{ me { id name email grants { role member { id } } } }"))["me"]
    assert found == {
        "id": str(GlobalId("Person", SOMEBODY.id)),
        "name": SOMEBODY.name,
        "email": SOMEBODY.email,
        "grants": [{"role": "FOCAL_POINT", "member": {"id": MEMBER}}],
    }


async def test_me_is_there_while_rights_cannot_be_looked_up(client: Client, network: Network) -> None:
    network.failures["membership"] = Unavailable("away")
    with context.use(CallContext(principal=SOMEBODY)):
        answer = await client.answer("{ me { name grants { id } } }")
    assert answer.data == {"me": {"name": SOMEBODY.name, "grants": None}}
    assert [error["extensions"]["code"] for error in answer.errors] == ["UNAVAILABLE"]


async def test_grants_of_coalitions_are_one_call(client: Client, network: Network) -> None:
    network.answers["membership.list_grants"] = lambda asked: {"items": [page([grant()], asked), page([], asked)]}
    query = (
        f"{{ coalitions {{ edges {{ node {{ grants(role: FOCAL_POINT) {{ edges {{ node {{ {GRANT} }} }} }} }} }} }} }}"
    )
    found = (await client.ask(query))["coalitions"]["edges"]
    assert found[0]["node"]["grants"]["edges"][0]["node"] == {
        "id": str(GlobalId("Grant", identity(11, 1), "eccar")),
        "version": 1,
        "role": "FOCAL_POINT",
        "scopeKind": "MEMBER",
        "coalition": {"key": "eccar"},
        "member": {"id": MEMBER},
        "conferenceId": None,
        "validFrom": "2026-11-24",
        "validUntil": None,
        "holds": True,
        "person": {"id": str(GlobalId("Person", "bea-id")), "name": "Bea", "email": "bea@people.example"},
        "grantedBy": {"name": "Sam", "email": None},
        "grantedAt": "2026-11-24T09:30:00.000Z",
        "revokedAt": None,
        "reason": None,
    }
    (asked,) = network.named("membership.list_grants")
    assert asked["coalitions"] == ["eccar", "lac"]
    assert (asked["role"], asked["with_past"]) == ("focal_point", False)


async def test_a_person_of_whom_nothing_is_known_any_more_keeps_an_id(client: Client, network: Network) -> None:
    erased = grant(person=None, granted_by=None)
    network.answers["membership.list_grants_of_members"] = lambda asked: {"items": [page([erased], asked)]}
    selection = "grants { edges { node { person { id name } grantedBy { id } } } }"
    (edge,) = (await client.ask(f'{{ member(id: "{MEMBER}") {{ {selection} }} }}'))["member"]["grants"]["edges"]
    assert edge["node"] == {"person": {"id": str(GlobalId("Person", "bea-id")), "name": None}, "grantedBy": None}
    (asked,) = network.named("membership.list_grants_of_members")
    assert asked["refs"] == [{"coalition": "eccar", "id": identity(3, 1)}]


async def test_who_may_not_see_rights_sees_the_coalition_without_them(client: Client, network: Network) -> None:
    network.failures["membership.list_grants"] = Forbidden("not yours")
    answer = await client.answer('{ coalition(key: "eccar") { key grants { totalCount } } }')
    assert answer.data == {"coalition": {"key": "eccar", "grants": None}}
    assert [error["extensions"]["code"] for error in answer.errors] == ["FORBIDDEN"]


async def test_rights_in_the_whole_network_have_no_coalition(client: Client, network: Network) -> None:
    network.answers["membership.list_network_invitations"] = lambda asked: page([invitation()], asked)
    query = f"{{ networkInvitations(status: PENDING) {{ totalCount edges {{ node {{ {INVITATION} }} }} }} }}"
    found = (await client.ask(query))["networkInvitations"]
    assert found["totalCount"] == 1
    node = found["edges"][0]["node"]
    assert (node["coalition"], node["member"], node["role"]) == (None, None, "UNESCO_COORDINATOR")
    assert node["id"] == str(GlobalId("Invitation", identity(12, 1)))
    (asked,) = network.named("membership.list_network_invitations")
    assert asked["status"] == "pending"


async def test_an_invitation_is_told_with_its_secret(client: Client, network: Network) -> None:
    issued = {**invitation(), "token": "secret", "notice": "Send it."}
    network.answers["membership.invite_person"] = issued
    payload = await command(
        client,
        "invitePerson",
        "issuedInvitation { token notice invitation { email language } }",
        role="FOCAL_POINT",
        memberId=MEMBER,
        email="new@people.example",
        validUntil="2027-12-31",
    )
    assert payload["issuedInvitation"] == {
        "token": "secret",
        "notice": "Send it.",
        "invitation": {"email": "new@people.example", "language": "de"},
    }
    assert network.named("membership.invite_person") == [
        {
            "role": "focal_point",
            "member_id": identity(3, 1),
            "coalition": "eccar",
            "email": "new@people.example",
            "valid_until": "2027-12-31",
        }
    ]


@pytest.mark.parametrize(
    ("values", "code", "path"),
    [
        ({"coalition": "lac", "memberId": MEMBER}, "OTHER_COALITION", ["memberId"]),
        ({"conferenceId": FOREIGN, "memberId": MEMBER}, "OTHER_COALITION", ["conferenceId"]),
        ({"memberId": FOREIGN}, "INVALID_ID", ["memberId"]),
    ],
)
async def test_ids_of_several_coalitions_reach_no_service(
    client: Client, network: Network, values: View, code: str, path: list[str]
) -> None:
    payload = await command(
        client, "invitePerson", "issuedInvitation { token }", role="FOCAL_POINT", email="x", **values
    )
    assert payload == {"issuedInvitation": None, "errors": [{"code": code, "path": path}]}
    assert network.calls == []


async def test_commands_about_rights_in_the_network_say_no_coalition(client: Client, network: Network) -> None:
    network.answers["membership.revoke_grant"] = grant(coalition=None, role="network_administrator")
    network.answers["membership.revoke_invitation"] = invitation(status="revoked")
    network.answers["membership.accept_invitation"] = grant()
    await command(client, "revokeGrant", "grant { id }", grantId=str(GlobalId("Grant", "g")), reason="left")
    await command(client, "revokeInvitation", "invitation { status }", invitationId=str(GlobalId("Invitation", "i")))
    await command(client, "acceptInvitation", "grant { id }", token="secret")
    assert network.calls == [
        ("membership.revoke_grant", {"grant_id": "g", "reason": "left"}),
        ("membership.revoke_invitation", {"invitation_id": "i"}),
        ("membership.accept_invitation", {"token": "secret"}),
    ]


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_hand_over_happens_or_somebody_is_invited(client: Client, network: Network, at_once: bool) -> None:
    issued = {**invitation(is_hand_over=True), "token": "secret", "notice": "Send it."}
    answer = {"grant": grant(), "invitation": None} if at_once else {"grant": None, "invitation": issued}
    network.answers["membership.hand_over_focal_point"] = answer
    payload = await command(
        client,
        "handOverFocalPoint",
        "handOver { grant { person { name } } issuedInvitation { token invitation { isHandOver } } }",
        memberId=MEMBER,
        personId=str(GlobalId("Person", "bea-id")),
        fromPersonId=str(GlobalId("Person", "flo-id")),
    )
    assert payload["handOver"] == {
        "grant": {"person": {"name": "Bea"}} if at_once else None,
        "issuedInvitation": None if at_once else {"token": "secret", "invitation": {"isHandOver": True}},
    }
    assert network.named("membership.hand_over_focal_point") == [
        {"member_id": identity(3, 1), "coalition": "eccar", "person_id": "bea-id", "from_person_id": "flo-id"}
    ]


async def test_a_draft_says_whose_it_is(client: Client, network: Network) -> None:
    report = await network.call("reports", "get_reports", {"refs": [{"coalition": "eccar", "id": identity(7, 1)}]})
    network.answers["reports.get_reports"] = {"items": [{**report["items"][0], "responsible": "bea-id"}]}
    report_id = GlobalId("Report", identity(7, 1), "eccar")
    found = await client.ask(f'{{ node(id: "{report_id}") {{ ... on Report {{ responsibleId }} }} }}')
    assert found == {"node": {"responsibleId": str(GlobalId("Person", "bea-id"))}}


def test_every_role_is_in_the_schema_with_what_it_is() -> None:
    described = {name.lower(): value.description for name, value in SCHEMA.type_map["Role"].values.items()}  # type: ignore[attr-defined]
    assert described == {role.value: text for role, text in roles.DESCRIPTIONS.items()}
