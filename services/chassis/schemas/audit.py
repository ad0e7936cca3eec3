"""The audit log at the boundary: what is asked of it, and its entries as they are shown."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from marshmallow import fields

from ..kernel import audit as asked
from .fields import Instant, Key, Term
from .requests import PagedRequest, batch, gathered
from .views import Answer, View


class _AuditRequest(PagedRequest):
    method = Key()
    kind = Term(asked.EntryKind)
    since = Instant(data_key="from")
    until = Instant(data_key="to")

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        keys = ("actor", "method", "aggregate", "kind", "since", "until")
        return gathered(super().arrange(data), "filter", asked.AuditFilter, keys)


class ListAudit(_AuditRequest):
    makes = asked.ListAudit

    coalitions = batch(Key())
    actor = Key()
    aggregate = Key()


class ListNetworkAudit(_AuditRequest):
    makes = asked.ListNetworkAudit

    actor = Key()
    aggregate = Key()


class ListOwnAudit(_AuditRequest):
    """Without `actor` and `aggregate`: they would tell who has read the caller's data, which is not shown."""

    makes = asked.ListOwnAudit


class ActorView(View):
    kind = fields.String()
    id = fields.String()
    name = fields.String()
    issuer = fields.String()
    on_behalf_of = fields.String()
    address = fields.String()


class ChangeView(View):
    collection = fields.String()
    id = fields.String()
    version = fields.Integer()
    before = fields.Function(lambda change: as_json(change["before"]))
    after = fields.Function(lambda change: as_json(change["after"]))
    concealed = fields.List(fields.String())


class TargetView(View):
    coalition = fields.String()
    conference_id = fields.String()
    member_id = fields.String()
    person_id = fields.String()


class ReadingView(View):
    found = fields.Integer(attribute="items", data_key="items")
    targets = fields.List(fields.Nested(TargetView))


class SealView(View):
    number = fields.Integer()
    previous = fields.String()
    hash = fields.String()


class AuditEntryView(View):
    id = fields.String(attribute="_id")
    at = Instant()
    kind = fields.String()
    coalition = fields.String()
    service = fields.String()
    method = fields.String()
    actor = fields.Nested(ActorView)
    correlation_id = fields.String()
    causation_id = fields.String()
    has_idempotency_key = fields.Boolean()
    changes = fields.List(fields.Nested(ChangeView))
    read = fields.Nested(ReadingView)
    seal = fields.Nested(SealView)


AUDIT_ENTRY = AuditEntryView()


def as_json(value: Any) -> Answer | Any:
    """A value of a document as JSON has it: instants as the other views show them."""
    if isinstance(value, Mapping):
        return {name: as_json(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value if isinstance(value, str | int | float | bool | None) else str(value)
