"""The membership service's part about people, as its callers see it: whoever acts is named, and nobody acts by default.

Grants that somebody acts with are those that the service itself tells of them, as the gateway would carry them.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.principal import Grant, Principal, PrincipalKind, Scope, operator
from services.chassis.messaging.validation import load
from services.membership.application import commands, identity, issuing, rights_queries
from services.membership.schemas import identity_views, requests, rights_views

from .service import Membership, View

ISSUER = "https://issuer.example"
GATEWAY = Principal(kind=PrincipalKind.GATEWAY, id="gateway")


def somebody(name: str) -> View:
    """What the issuer says of a person."""
    return {"issuer": ISSUER, "subject": name, "name": name.title(), "email": f"{name}@people.example"}


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class Rights(Membership):
    def grant(self, name: str, role: str, coalition: str | None = "eccar", **values: Any) -> str:
        """What the operator does. Returns the grant's id."""
        given = {**somebody(name), "role": role, "coalition": coalition, **values}
        with acting(operator("root"), "grant"):
            return self.unit_of_work.write(commands.grant_role, load(requests.GrantRole(), given)).id

    def identify(self, **question: Any) -> View:
        return self.as_gateway("identify", identity.identify, requests.Identify, question, identity_views.identified)

    def open_session(self, secret: str, name: str, *, expires_at: str, **values: Any) -> View:
        told = {**somebody(name), "hash": hash_of(secret), "expires_at": expires_at, **values}
        return self.as_gateway(
            "open_session", identity.open_session, requests.OpenSession, told, identity_views.session
        )

    def close_session(self, secret: str) -> View:
        told = {"hash": hash_of(secret)}
        return self.as_gateway(
            "close_session", identity.close_session, requests.CloseSession, told, identity_views.closed
        )

    def close_sessions(self, **whose: Any) -> View:
        told = {"issuer": ISSUER, **whose}
        return self.as_gateway(
            "close_sessions", identity.close_sessions, requests.CloseSessions, told, identity_views.closed
        )

    def invite(self, by: str, role: str, **values: Any) -> View:
        given = {"coalition": "eccar", "email": "bea@people.example", "role": role, **values}
        with self.as_person(by, "invite_person"):
            return rights_views.issued(issuing.invite(self.unit_of_work, load(requests.InvitePerson(), given)))

    def accept(self, by: str, token: str, **told: Any) -> View:
        with self.as_person(by, "accept_invitation", **told):
            request = load(requests.AcceptInvitation(), {"token": token})
            return rights_views.GRANT.one(issuing.record_of(self.unit_of_work, commands.accept_invitation, request))

    def revoke_invitation(self, by: str, invitation: str, coalition: str | None = "eccar") -> View:
        given = {"coalition": coalition, "invitation_id": invitation}
        with self.as_person(by, "revoke_invitation"):
            request = load(requests.RevokeInvitation(), given)
            return rights_views.INVITATION.one(issuing.revoke_invitation(self.unit_of_work, request))

    def revoke(self, by: str, grant: str, coalition: str | None = "eccar", reason: str | None = None) -> View:
        given = {"coalition": coalition, "grant_id": grant, "reason": reason}
        with self.as_person(by, "revoke_grant"):
            request = load(requests.RevokeGrant(), given)
            return rights_views.GRANT.one(issuing.record_of(self.unit_of_work, commands.revoke_grant, request))

    def hand_over(self, by: str, member: str, **values: Any) -> View:
        given = {"coalition": "eccar", "member_id": member, **values}
        with self.as_person(by, "hand_over_focal_point"):
            request = load(requests.HandOverFocalPoint(), given)
            return rights_views.handed_over(issuing.hand_over(self.unit_of_work, request))

    def my_grants(self, by: str) -> list[View | None]:
        found = self.ask(by, rights_queries.my_grants, requests.ListMyGrants)
        return rights_views.GRANT.batch(found)

    def list_grants(self, by: str, *coalitions: str, **values: Any) -> list[View]:
        found = self.ask(by, rights_queries.list_grants, requests.ListGrants, coalitions=coalitions, **values)
        return rights_views.GRANT.pages(found)["items"]  # type: ignore[no-any-return]

    def list_grants_of_members(self, by: str, *members: str, coalition: str = "eccar", **values: Any) -> list[View]:
        refs = [{"coalition": coalition, "id": member} for member in members]
        found = self.ask(by, rights_queries.list_grants_of_members, requests.ListGrantsOfMembers, refs=refs, **values)
        return rights_views.GRANT.pages(found)["items"]  # type: ignore[no-any-return]

    def list_network_grants(self, by: str, **values: Any) -> View:
        return rights_views.GRANT.page(
            self.ask(by, rights_queries.list_network_grants, requests.ListNetworkGrants, **values)
        )

    def list_invitations(self, by: str, *coalitions: str, **values: Any) -> list[View]:
        found = self.ask(by, rights_queries.list_invitations, requests.ListInvitations, coalitions=coalitions, **values)
        return rights_views.INVITATION.pages(found)["items"]  # type: ignore[no-any-return]

    def list_invitations_of_members(self, by: str, *members: str, **values: Any) -> list[View]:
        refs = [{"coalition": "eccar", "id": member} for member in members]
        query, schema = rights_queries.list_invitations_of_members, requests.ListInvitationsOfMembers
        return rights_views.INVITATION.pages(self.ask(by, query, schema, refs=refs, **values))["items"]  # type: ignore[no-any-return]

    def list_network_invitations(self, by: str, **values: Any) -> View:
        query, schema = rights_queries.list_network_invitations, requests.ListNetworkInvitations
        return rights_views.INVITATION.page(self.ask(by, query, schema, **values))

    def ask(self, by: str, query: Any, schema: Any, **values: Any) -> Any:
        with self.as_person(by, query.__name__):
            return self.unit_of_work.read(query, load(schema(), values))

    @contextmanager
    def as_person(self, name: str, method: str, **told: Any) -> Iterator[None]:
        """`told` is what the issuer says otherwise of the person."""
        principal, key = replace(self.principal(name), **told), context.current().idempotency_key
        with context.use(CallContext(principal=principal, method=method, idempotency_key=key)):
            yield

    def rows(self) -> dict[str, list[View]]:
        """Every document about people: what must be the same after a refused command."""
        names = ("people", "grants", "invitations", "hand_overs", "scopes", "outbox")
        return {name: list(self.database[name].find().sort("_id")) for name in names}

    def as_gateway(self, method: str, use_case: Any, schema: Any, given: View, view: Any) -> View:
        with acting(GATEWAY, method):
            if method == "identify":
                return view(self.unit_of_work.read(use_case, load(schema(), given)))  # type: ignore[no-any-return]
            return self.unit_of_work.answer(use_case, load(schema(), given), view)

    def principal(self, name: str) -> Principal:
        """Who signs in by that name, with the rights that they have now."""
        found = self.identify(**somebody(name))
        return Principal(
            kind=PrincipalKind.PERSON,
            id=found["id"],
            issuer=found["issuer"],
            subject=found["subject"],
            name=found["name"],
            email=found["email"],
            grants=tuple(Grant(role, Scope(kind, coalition, id)) for role, kind, coalition, id in found["grants"]),
        )


@contextmanager
def acting(principal: Principal | None, method: str) -> Iterator[None]:
    with context.use(CallContext(principal=principal, method=method)):
        yield
