"""Tolerant copies of the membership service's messages: the fields that this service reads, and no others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from marshmallow import Schema, fields

from services.chassis.schemas.fields import Day
from services.chassis.schemas.messages import Copy


@dataclass(frozen=True, slots=True, kw_only=True)
class CoalitionState:
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberState:
    """`standing` is one of the membership service's words; new ones may come."""

    member_id: str
    coalition: str
    standing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentTextState:
    """`purpose` is one of the membership service's words."""

    text_id: str
    coalition: str
    purpose: str
    version: str
    valid_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentState:
    """`pseudonym` is None when the person's issuer has verified no address."""

    coalition: str
    purpose: str
    person_id: str
    pseudonym: str | None


class CoalitionCopy(Copy):
    makes = CoalitionState

    key = fields.String(required=True)


class MemberCopy(Copy):
    makes = MemberState

    member_id = fields.String(required=True)
    coalition = fields.String(required=True)
    standing = fields.String(required=True)


class ConsentTextCopy(Copy):
    makes = ConsentTextState

    text_id = fields.String(required=True)
    coalition = fields.String(required=True)
    purpose = fields.String(required=True)
    version = fields.String(required=True)
    valid_from = Day(required=True)


class ConsentCopy(Copy):
    makes = ConsentState

    coalition = fields.String(required=True)
    purpose = fields.String(required=True)
    person_id = fields.String(required=True)
    pseudonym = fields.String(required=True, allow_none=True)


_MEMBER: Final = MemberCopy()

COALITION_MESSAGES: Final[Mapping[str, Schema]] = {"membership.coalition_registered.v1": CoalitionCopy()}
MEMBER_MESSAGES: Final[Mapping[str, Schema]] = {
    "membership.member_applied.v1": _MEMBER,
    "membership.member_admitted.v1": _MEMBER,
    "membership.member_refused.v1": _MEMBER,
    "membership.member_withdrawn.v1": _MEMBER,
    "membership.member_recorded.v1": _MEMBER,
}
CONSENT_TEXT_MESSAGES: Final[Mapping[str, Schema]] = {"membership.consent_text_published.v1": ConsentTextCopy()}
CONSENT_MESSAGES: Final[Mapping[str, Schema]] = {"membership.consent_withdrawn.v1": ConsentCopy()}
