"""People: who has which right, who is invited to one, and who asks."""

from typing import Any

import graphene

from gateway.graphql.core.connections import connection_of, loaded_page, page_field, page_request
from gateway.graphql.core.fields import Field, argument, global_id, leaf, objects, version_field
from gateway.graphql.core.ids import GlobalId, Ref, own_key, own_ref
from gateway.graphql.core.inputs import filters
from gateway.graphql.core.registry import lazy, register
from gateway.graphql.core.resolving import Info, View, derived, loaded_by
from gateway.graphql.core.scalars import Date, DateTime, LanguageTag
from services.chassis.kernel.context import acting_principal
from services.chassis.kernel.principal import PrincipalKind

from .consents import MyConsents
from .data_requests import MyDataRequests
from .enums import InvitationStatus, Role, ScopeKind
from .loaders import (
    CoalitionLoader,
    GrantsOfCoalitionLoader,
    GrantsOfMemberLoader,
    InvitationsOfCoalitionLoader,
    InvitationsOfMemberLoader,
    MemberLoader,
)


@register
class Person(graphene.ObjectType):
    """Somebody who has, or had, a right here. Personal data: for those who give rights."""

    id = global_id("Person")
    name = leaf(graphene.String, "The name, as whoever signs the person in says it; null: not known (any more).")
    email = leaf(graphene.String, "The e-mail address; null: not known, or not shown here.")


def _coalition(view: View) -> str | None:
    return view["coalition"] or None


def _member(view: View) -> Ref | None:
    member_id = view["member_id"]
    return Ref(view["coalition"], member_id) if member_id else None


def _conference_id(view: View) -> str | None:
    conference_id = view["conference_id"]
    return str(GlobalId("Conference", conference_id, view["coalition"])) if conference_id else None


class _Held:
    """A role, where it holds and how long."""

    role = leaf(Role, "The role.", required=True)
    scope_kind = leaf(ScopeKind, "What the role is about.", required=True)
    coalition = Field(
        lazy("Coalition"),
        "The coalition in which it holds; null: in the whole network.",
        resolver=loaded_by(CoalitionLoader, _coalition),
    )
    member = Field(
        lazy("Member"),
        "The member that it is about; null: it is not about one.",
        resolver=loaded_by(MemberLoader, _member),
    )
    conference_id = leaf(
        graphene.ID,
        "The id of the conference that it is about; null: it is not about one.",
        resolver=derived(_conference_id),
    )
    valid_from = leaf(Date, "The first day, in UTC.", required=True)
    valid_until = leaf(Date, "The last day, in UTC; null: until it is taken away.")


@register
class Grant(_Held, graphene.ObjectType):
    """Somebody's right: a role, in a scope, for a term."""

    id = global_id("Grant")
    version = version_field()
    person = Field(
        graphene.NonNull(Person),
        "Whose right it is.",
        resolver=derived(lambda grant: grant["person"] or {"id": grant["person_id"]}),
    )
    holds = leaf(graphene.Boolean, "Whether it holds today.", required=True)
    granted_by = Field(Person, "Who gave it; null: an operator of the platform.")
    granted_at = leaf(DateTime, "When it was given.", required=True)
    revoked_at = leaf(DateTime, "When it was taken away; null: it was not.")
    reason = leaf(graphene.String, "Why it was taken away.")


@register
class Invitation(_Held, graphene.ObjectType):
    """An offer of a role to whoever has a verified e-mail address, by a link that is good once."""

    id = global_id("Invitation")
    version = version_field()
    email = leaf(graphene.String, "The address at which somebody is invited.", required=True)
    name = leaf(graphene.String, "The name, for the letter.")
    language = leaf(LanguageTag, "The language, for the letter.")
    status = leaf(InvitationStatus, "Where it stands.", required=True)
    is_hand_over = leaf(
        graphene.Boolean, "Whether with its acceptance a focal point's work is handed over.", required=True
    )
    invited_by = Field(Person, "Who answers for it.")
    invited_at = leaf(DateTime, "When it was made.", required=True)
    expires_at = leaf(DateTime, "Until when it can be accepted.", required=True)
    accepted_at = leaf(DateTime, "When it was accepted; null: it was not.")
    revoked_at = leaf(DateTime, "When it was taken back; null: it was not.")


@register
class IssuedInvitation(graphene.ObjectType):
    """A new invitation, in the one answer that shows the secret of its link."""

    token = leaf(
        graphene.String,
        "The secret of the link, for `acceptInvitation`. It is shown here and never again; null when the command had "
        "been carried out before, under the same idempotency key.",
    )
    notice = leaf(graphene.String, "What to do with it, or why it is not shown.", required=True)
    invitation = Field(graphene.NonNull(Invitation), "The invitation.", resolver=derived(lambda issued: issued))


@register
class HandOver(graphene.ObjectType):
    """What became of a hand-over: it happened, or it happens when an invitation is accepted."""

    grant = Field(Grant, "The new focal point's right; null: somebody is invited first.")
    issued_invitation = Field(
        IssuedInvitation,
        "The invitation; null: it happened at once.",
        resolver=derived(lambda hand_over: hand_over["invitation"]),
    )


async def _my_grants(_me: View, info: Info) -> list[View]:
    found: list[View] = (await info.context.call("membership", "my_grants"))["items"]
    return found


@register
class Me(MyDataRequests, MyConsents, graphene.ObjectType):
    """Whoever asks."""

    id = global_id("Person")
    name = leaf(graphene.String, "Your name, as whoever signs you in says it.")
    email = leaf(graphene.String, "Your e-mail address, if whoever signs you in has verified it.")
    grants = objects(Grant, "What you may do now or later, the newest first.", resolver=_my_grants)


def _me(_root: None, _info: Info) -> View | None:
    principal = acting_principal()
    if principal is None or principal.kind is not PrincipalKind.PERSON:
        return None
    return {"id": principal.id, "name": principal.name, "email": principal.email}


def _with_past() -> Any:
    return argument(graphene.Boolean, "Also those that are over.", default_value=False)


def _status() -> Any:
    return argument(InvitationStatus, "Only invitations that stand there.")


def _of_network(method: str) -> Any:
    async def resolve(
        _root: None, info: Info, first: int | None = None, after: str | None = None, **given: Any
    ) -> View:
        asked = {**filters(given), **page_request(info, first, after)}
        return connection_of(await info.context.call("membership", method, **asked), after)

    resolve.asks = f"membership.{method}"  # type: ignore[attr-defined]
    return resolve


class CoalitionPeople:
    """Coalition → who has which right in it."""

    grants = page_field(
        "Grant",
        "Who has which right in it, the newest first.",
        resolver=loaded_page(GrantsOfCoalitionLoader, own_key),
        role=argument(Role, "Only this role."),
        with_past=_with_past(),
    )
    invitations = page_field(
        "Invitation",
        "Who is invited to which role in it, the newest first.",
        resolver=loaded_page(InvitationsOfCoalitionLoader, own_key),
        status=_status(),
    )


class MemberPeople:
    """Member → who acts for it."""

    grants = page_field(
        "Grant",
        "Who acts for it, the newest first.",
        resolver=loaded_page(GrantsOfMemberLoader, own_ref),
        with_past=_with_past(),
    )
    invitations = page_field(
        "Invitation",
        "Who is invited to act for it, the newest first.",
        resolver=loaded_page(InvitationsOfMemberLoader, own_ref),
        status=_status(),
    )


class PeopleQueries:
    """Root fields about people."""

    me = Field(
        Me,
        "The person who asks; null for everybody else: the public, and applications.",
        needs="Needs: nothing, but it is null for whoever is not signed in.",
        resolver=_me,
    )
    network_grants = page_field(
        "Grant",
        "Who has a right in the whole network, the newest first.",
        resolver=_of_network("list_network_grants"),
        with_past=_with_past(),
    )
    network_invitations = page_field(
        "Invitation",
        "Who is invited to a role in the whole network, the newest first.",
        resolver=_of_network("list_network_invitations"),
        status=_status(),
    )
