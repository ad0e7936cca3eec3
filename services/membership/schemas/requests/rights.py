"""Requests about who has which right."""

from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.chassis.kernel.secret import hash_of
from services.chassis.schemas.fields import Day, Key, LanguageTag, Name, Term, Text
from services.chassis.schemas.requests import OneRef, PagedRequest, Request, batch, gathered
from services.rights.roles import Role

from ...domain import grant_requests as asked
from ...domain.grants import scope_of
from ...domain.invitations import InvitationStatus
from ...domain.people import Identity
from .identity import Address, issuer, subject

LONGEST_TOKEN: Final = 200


class _RoleFields(Schema):
    """A role about a member, or a conference, needs its id and its coalition; one in a coalition, the coalition."""

    role = Term(Role, required=True)
    coalition = Key()
    member_id = Key()
    conference_id = Key()
    valid_from = Day()
    valid_until = Day()


class GrantRole(_RoleFields, Request):
    makes = asked.GrantRole

    issuer = issuer(required=True)
    subject = subject(required=True)
    name = Name()
    email = Address()

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return gathered(scoped(data), "identity", Identity, ("issuer", "subject", "name", "email"))


class RevokeGrant(Request):
    """Without `coalition` it is one of the whole network."""

    makes = asked.RevokeGrant

    coalition = Key()
    grant_id = Key(required=True)
    reason = Text()


class InvitePerson(_RoleFields, Request):
    makes = asked.InvitePerson

    email = Address(required=True)
    name = Name()
    language = LanguageTag()

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return scoped(data)


class RevokeInvitation(Request):
    """Without `coalition` it is to a role in the whole network."""

    makes = asked.RevokeInvitation

    coalition = Key()
    invitation_id = Key(required=True)


class AcceptInvitation(Request):
    makes = asked.AcceptInvitation

    token = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_TOKEN))

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"token_hash": hash_of(data["token"].strip())}


class HandOverFocalPoint(Request):
    makes = asked.HandOverFocalPoint

    coalition = Key(required=True)
    member_id = Key(required=True)
    email = Address()
    person_id = Key()
    from_person_id = Key()
    name = Name()
    language = LanguageTag()
    valid_until = Day()

    @validates_schema
    def check_one(self, data: dict[str, Any], **_: Any) -> None:
        if ("email" in data) is ("person_id" in data):
            raise ValidationError("Say to whom: by e-mail address, or by person_id.")


class ListMyGrants(Request):
    makes = asked.ListMyGrants


class _GrantList(PagedRequest):
    with_past = fields.Boolean()


class ListNetworkGrants(_GrantList):
    makes = asked.ListNetworkGrants


class ListGrants(_GrantList):
    makes = asked.ListGrants

    coalitions = batch(Key())
    role = Term(Role)


class ListGrantsOfMembers(_GrantList):
    makes = asked.ListGrantsOfMembers

    refs = batch(OneRef())


class _InvitationList(PagedRequest):
    status = Term(InvitationStatus)


class ListNetworkInvitations(_InvitationList):
    makes = asked.ListNetworkInvitations


class ListInvitations(_InvitationList):
    makes = asked.ListInvitations

    coalitions = batch(Key())


class ListInvitationsOfMembers(_InvitationList):
    makes = asked.ListInvitationsOfMembers

    refs = batch(OneRef())


def scoped(data: dict[str, Any]) -> dict[str, Any]:
    """`data` with the ids that say where a role holds made into its scope. Raises InvalidInput."""
    where = {field: data.pop(field, None) for field in ("coalition", "member_id", "conference_id")}
    return {**data, "scope": scope_of(data["role"], **where)}
