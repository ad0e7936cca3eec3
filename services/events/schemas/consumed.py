"""Tolerant copies of the membership service's messages: the fields that this service reads, and no others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from marshmallow import Schema, fields

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


class CoalitionCopy(Copy):
    makes = CoalitionState

    key = fields.String(required=True)


class MemberCopy(Copy):
    makes = MemberState

    member_id = fields.String(required=True)
    coalition = fields.String(required=True)
    standing = fields.String(required=True)


_MEMBER: Final = MemberCopy()

COALITION_MESSAGES: Final[Mapping[str, Schema]] = {"membership.coalition_registered.v1": CoalitionCopy()}
MEMBER_MESSAGES: Final[Mapping[str, Schema]] = {
    "membership.member_applied.v1": _MEMBER,
    "membership.member_admitted.v1": _MEMBER,
    "membership.member_refused.v1": _MEMBER,
    "membership.member_withdrawn.v1": _MEMBER,
    "membership.member_recorded.v1": _MEMBER,
}
