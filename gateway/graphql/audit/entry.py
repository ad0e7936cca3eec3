"""Entries of the audit log."""

from collections.abc import Mapping
from typing import Any, Final

import graphene

from gateway.graphql.core.fields import Field, leaf, leaves
from gateway.graphql.core.ids import GlobalId
from gateway.graphql.core.resolving import View, derived
from gateway.graphql.core.scalars import DateTime, Json
from services.rights.table import TABLE

from .enums import AuditActorKind, AuditEntryKind

TYPES: Final[Mapping[str, str]] = {
    "coalitions": "Coalition",
    "plans": "PlanVersion",
    "cities": "City",
    "memberships": "Member",
    "applications": "Application",
    "conferences": "Conference",
    "registrations": "Registration",
    "cycles": "Cycle",
    "reports": "Report",
    "evidence": "Evidence",
}
"""The services' collections of what has a global id."""


def _global_id(type_name: str | None, coalition: str | None, key: str | None) -> str | None:
    return None if type_name is None or key is None else str(GlobalId(type_name, key, coalition))


def _changes(entry: View) -> list[View]:
    """With the coalition, which a global id needs."""
    return [{**change, "coalition": entry["coalition"]} for change in entry.get("changes") or ()]


def _fields(change: View) -> list[View]:
    before, after = change["before"] or {}, change["after"] or {}
    return [{"name": name, "before": before.get(name), "after": after.get(name)} for name in {**before, **after}]


def _summary(entry: View) -> str | None:
    row = TABLE.get(f"{entry['service']}.{entry['method']}")
    return None if row is None else row.does


def _target_id(type_name: str, key: str) -> Any:
    return derived(lambda target: _global_id(type_name, target["coalition"], target.get(key)))


class AuditActor(graphene.ObjectType):
    """Who did it. Of others who read or changed one's own data, one sees the kind and the name only."""

    kind = leaf(AuditActorKind, "What kind of actor it is.", required=True)
    id = leaf(graphene.String, "The id of the person or application, or of the message.")
    name = leaf(graphene.String, "Its name at that time.")
    issuer = leaf(graphene.String, "Who vouched for the person: the URL of the issuer with which they signed in.")
    on_behalf_of = leaf(graphene.String, "The id of the person who lets an application act.")
    address = leaf(graphene.String, "The network address from which the request came.")


class AuditedField(graphene.ObjectType):
    """A field that differs. Its name is a path: `title.texts.de`, `answers.3.status`."""

    name = leaf(graphene.String, "Its name.", required=True)
    before = leaf(Json, "Its value before; null when there was none.")
    after = leaf(Json, "Its value after; null when there is none any more.")


class AuditChange(graphene.ObjectType):
    """What changed of one thing."""

    collection = leaf(graphene.String, "What kind of thing it is, in the words of its service.", required=True)
    key = leaf(graphene.String, "Its id within its service.", required=True, resolver=derived(lambda view: view["id"]))
    id = leaf(
        graphene.ID,
        "The global id of the object; null where the schema has no such object.",
        resolver=derived(lambda change: _global_id(TYPES.get(change["collection"]), change["coalition"], change["id"])),
    )
    version = leaf(graphene.Int, "Its version since.")
    is_new = leaf(
        graphene.Boolean,
        "Whether it did not exist before.",
        required=True,
        resolver=derived(lambda change: change["before"] is None),
    )
    is_removed = leaf(
        graphene.Boolean,
        "Whether it does not exist any more.",
        required=True,
        resolver=derived(lambda change: change["after"] is None),
    )
    fields = Field(
        graphene.NonNull(graphene.List(graphene.NonNull(AuditedField))),
        "The fields that differ.",
        rows=5,
        resolver=derived(_fields),
    )
    concealed = leaves(
        graphene.String, "Names of fields that differ, whose values are not in the log: personal or confidential data."
    )


class AuditTarget(graphene.ObjectType):
    """What a question was about."""

    coalition = leaf(graphene.String, "The key of the coalition.")
    conference_id = leaf(graphene.ID, "The conference.", resolver=_target_id("Conference", "conference_id"))
    member_id = leaf(graphene.ID, "The member.", resolver=_target_id("Member", "member_id"))
    person_id = leaf(graphene.String, "The person.")


class AuditReading(graphene.ObjectType):
    """What personal data was read."""

    items = leaf(graphene.Int, "How many things were shown.", required=True)
    targets = Field(
        graphene.NonNull(graphene.List(graphene.NonNull(AuditTarget))),
        "What was asked about; empty where things were asked for by their ids.",
        rows=2,
    )


class AuditSeal(graphene.ObjectType):
    """The place of an entry in the hash chain of its service and coalition."""

    number = leaf(graphene.Int, "Its number; the first is 1.", required=True)
    previous = leaf(graphene.String, "The hash of the entry before.", required=True)
    hash = leaf(graphene.String, "The hash of this entry together with the one before: SHA-256, in hex.", required=True)


class AuditEntryFields:
    """What is said of an AuditEntry."""

    id = leaf(graphene.ID, "Its id, which grows with time.", required=True)
    at = leaf(DateTime, "When it was.", required=True)
    kind = leaf(AuditEntryKind, "What it tells of.", required=True)
    service = leaf(graphene.String, "The service in which it was.", required=True)
    method = leaf(graphene.String, "The method that was called, or the subscriber of a message.", required=True)
    summary = leaf(
        graphene.String, "What the method does; null for what nobody calls over the bus.", resolver=derived(_summary)
    )
    actor = Field(graphene.NonNull(AuditActor), "Who did it.")
    correlation_id = leaf(
        graphene.String, "Names the request that it was part of, in every service and every log.", required=True
    )
    causation_id = leaf(graphene.String, "The id of the message that led to it.")
    has_idempotency_key = leaf(graphene.Boolean, "Whether the command came with an idempotency key.", required=True)
    changes = Field(
        graphene.NonNull(graphene.List(graphene.NonNull(AuditChange))),
        "What changed; empty for a reading.",
        rows=2,
        resolver=derived(_changes),
    )
    read = Field(AuditReading, "What was read; null for a change, and in the entries of others about oneself.")
    seal = Field(AuditSeal, "Its place in the hash chain; null for about a second, until it is sealed.")
