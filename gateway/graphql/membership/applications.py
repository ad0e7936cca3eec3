"""Applications: machines that act for a coalition, with tokens of their own."""

from functools import partial
from typing import Any, Final

import graphene

from gateway.graphql.core.commands import command
from gateway.graphql.core.connections import loaded_page, page_field
from gateway.graphql.core.fields import (
    Field,
    expected_version,
    global_id,
    input_list,
    input_value,
    leaf,
    leaves,
    objects,
    version_field,
)
from gateway.graphql.core.ids import GlobalId, Ref, own_key
from gateway.graphql.core.registry import lazy, register
from gateway.graphql.core.resolving import View, derived, loaded_by
from gateway.graphql.core.scalars import DateTime

from .enums import ApiScope, Role, ScopeKind
from .loaders import ApplicationsOfCoalitionLoader, MemberLoader

_TOKENS_KEPT: Final = 20

_command = partial(command, service="membership")


@register
class ApplicationToken(graphene.ObjectType):
    """A token of an application: what is known of it, never its text."""

    id = global_id("ApplicationToken")
    created_at = leaf(DateTime, "When it was made.", required=True)
    expires_at = leaf(DateTime, "When it stops to work.", required=True)
    last_used_at = leaf(DateTime, "When it was last used, to the minute; null: never.")
    revoked_at = leaf(DateTime, "When it was revoked; null: it was not.")


@register
class IssuedToken(graphene.ObjectType):
    """A new token, in the one answer that shows its text."""

    token = leaf(
        graphene.String,
        "The text to send as `Authorization: Bearer ...`. It is shown here and never again; null when the command had "
        "been carried out before, under the same idempotency key.",
    )
    notice = leaf(graphene.String, "What to do with it, or why it is not shown.", required=True)
    application = Field(graphene.NonNull(lazy("Application")), "The application, with this token among its tokens.")


def _tokens(application: View) -> list[View]:
    return [{**token, "coalition": application["coalition"]} for token in application["tokens"]]


def _member(application: View) -> Ref | None:
    scope = application["scope"]
    return Ref(scope["coalition"], scope["id"]) if scope["kind"] == "member" else None


def _conference_id(application: View) -> str | None:
    scope = application["scope"]
    return str(GlobalId("Conference", scope["id"], scope["coalition"])) if scope["kind"] == "conference" else None


class ApplicationFields:
    """What its own service says of an Application."""

    id = global_id("Application")
    version = version_field()
    name = leaf(graphene.String, "Its name.", required=True)
    purpose = leaf(graphene.String, "What it is for.", required=True)
    role = leaf(Role, "The role it acts with.", required=True)
    scope_kind = leaf(
        ScopeKind, "What that role is about.", required=True, resolver=derived(lambda view: view["scope"]["kind"])
    )
    member = Field(
        lazy("Member"),
        "The member it acts for; null when its role is not about one.",
        resolver=loaded_by(MemberLoader, _member),
    )
    conference_id = leaf(
        graphene.ID,
        "The id of the conference it acts for; null when its role is not about one.",
        resolver=derived(_conference_id),
    )
    api_scopes = leaves(ApiScope, "What of its role it may use.")
    registered_by = leaf(graphene.String, "The id of the person on whose behalf it acts.", required=True)
    registered_at = leaf(DateTime, "When it was registered.", required=True)
    expires_at = leaf(DateTime, "When all of it stops to work.", required=True)
    revoked_at = leaf(DateTime, "When it was revoked; null: it was not.")
    last_used_at = leaf(DateTime, "When any of its tokens was last used, to the minute; null: never.")
    tokens = objects(
        ApplicationToken,
        "Its tokens, those that work first. At most two work, and only while the application does.",
        rows=_TOKENS_KEPT,
        required=True,
        resolver=derived(_tokens),
    )


class CoalitionApplications:
    """Coalition → its applications."""

    applications = page_field(
        "Application",
        "The machines that act for it, the newest first.",
        resolver=loaded_page(ApplicationsOfCoalitionLoader, own_key),
    )


_APPLICATION: Final = ("application", "Application")
_ISSUED: Final = ("issued_token", "IssuedToken")


def _application_id() -> Any:
    return input_value(graphene.ID, "The application.", required=True)


class ApplicationMutations:
    """The commands about applications. They are for people: no application can be let use them."""

    register_application = _command(
        "RegisterApplication",
        "Registers an application and gives it its first token.",
        payload=_ISSUED,
        ids={"member_id": "Member", "conference_id": "Conference"},
        inputs={
            "coalition": input_value(graphene.String, "The coalition's key.", required=True),
            "name": input_value(graphene.String, "Its name, by which people recognize it in a list.", required=True),
            "purpose": input_value(graphene.String, "What it is for, and who looks after it.", required=True),
            "role": input_value(Role, "The role it acts with: one that you could give to a person.", required=True),
            "member_id": input_value(graphene.ID, "The member, for a role that is about one."),
            "conference_id": input_value(graphene.ID, "The conference, for a role that is about one."),
            "api_scopes": input_list(ApiScope, "What of its role it may use; no more than it needs.", required=True),
            "expires_at": input_value(DateTime, "When it stops to work: within a year.", required=True),
        },
    )
    rotate_application_token = _command(
        "RotateApplicationToken",
        "Gives an application a new token. The one before works on for a while, so that nothing stops meanwhile.",
        payload=_ISSUED,
        ids={"application_id": "Application"},
        inputs={
            "application_id": _application_id(),
            "overlap_hours": input_value(
                graphene.Int, "For how many hours the token before works on, 0 to 720; without it, 24."
            ),
            "expires_at": input_value(DateTime, "A new end of the application, within a year; without it, as it was."),
            "expected_version": expected_version(),
        },
    )
    revoke_application = _command(
        "RevokeApplication",
        "Revokes an application for good: none of its tokens works any more, within two seconds everywhere.",
        payload=_APPLICATION,
        ids={"application_id": "Application"},
        inputs={"application_id": _application_id(), "expected_version": expected_version()},
    )
    revoke_application_token = _command(
        "RevokeApplicationToken",
        "Revokes one token of an application, such as one that leaked. The application stays.",
        payload=_APPLICATION,
        ids={"application_id": "Application", "token_id": "ApplicationToken"},
        inputs={
            "application_id": _application_id(),
            "token_id": input_value(graphene.ID, "The token.", required=True),
            "expected_version": expected_version(),
        },
    )
