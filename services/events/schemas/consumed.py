"""Tolerant copies of other services' messages: the fields that this service reads, and no others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from marshmallow import EXCLUDE, Schema, fields, post_load


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberState:
    """A membership as the membership service tells it. `standing` is one of its words; new ones may come."""

    member_id: str
    coalition: str
    standing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoalitionState:
    key: str


class _TolerantSchema(Schema):
    class Meta:
        unknown = EXCLUDE


class MemberStateSchema(_TolerantSchema):
    member_id = fields.String(required=True)
    coalition = fields.String(required=True)
    standing = fields.String(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> MemberState:
        return MemberState(**data)


class CoalitionStateSchema(_TolerantSchema):
    key = fields.String(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> CoalitionState:
        return CoalitionState(**data)


MEMBER_MESSAGES: Final[Mapping[str, Schema]] = {
    name: MemberStateSchema()
    for name in (
        "membership.member_applied.v1",
        "membership.member_admitted.v1",
        "membership.member_refused.v1",
        "membership.member_withdrawn.v1",
        "membership.member_recorded.v1",
    )
}

COALITION_MESSAGES: Final[Mapping[str, Schema]] = {"membership.coalition_registered.v1": CoalitionStateSchema()}
