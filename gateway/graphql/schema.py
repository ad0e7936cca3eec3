"""The schema: each object type is composed of what every service says of it.

graphene lists the fields of the last base first, so what a type's own service says stands last here.
"""

from collections.abc import Iterator
from typing import Any, Final

import graphene
from graphene.utils.str_converters import to_camel_case
from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema, OperationType

from gateway.limits.document import ROWS

from . import audit, events, membership, reports
from .core.feeds import FEED
from .core.fields import Field
from .core.needs import costs, is_public, needs
from .core.node import NodeMeta, node_fields
from .core.registry import register


@register
class Coalition(
    audit.CoalitionAudit,
    reports.CoalitionReporting,
    events.CoalitionConferences,
    membership.CoalitionDataRequests,
    membership.CoalitionPersonalData,
    membership.CoalitionApplications,
    membership.CoalitionPeople,
    membership.CoalitionFields,
    graphene.ObjectType,
):
    """A regional or national coalition of cities against racism."""

    Meta = NodeMeta


@register
class PlanVersion(membership.InCoalition, membership.PlanVersionFields, graphene.ObjectType):
    """A version of a coalition's plan of action."""

    Meta = NodeMeta


@register
class Member(
    reports.MemberObligations,
    events.MemberRegistrations,
    membership.OnPlan,
    membership.InCoalition,
    membership.MemberContacts,
    membership.MemberPeople,
    membership.MemberFields,
    graphene.ObjectType,
):
    """The membership of one city, or of several cities together, in a coalition."""

    Meta = NodeMeta


@register
class Application(membership.InCoalition, membership.ApplicationFields, graphene.ObjectType):
    """A machine, such as a city's website, that acts for a coalition with tokens of its own."""

    Meta = NodeMeta


@register
class Conference(membership.InCoalition, events.ConferenceMinutes, events.ConferenceFields, graphene.ObjectType):
    """A conference or another meeting of a coalition, past or to come."""

    Meta = NodeMeta


@register
class Registration(
    membership.OfMember, events.RegistrationSpecialNeeds, events.RegistrationFields, graphene.ObjectType
):
    """A delegate's registration for a conference. Personal data: not for the public."""

    Meta = NodeMeta


@register
class DataRequest(membership.InCoalition, membership.DataRequestFields, graphene.ObjectType):
    """A request to be given, or to have erased, what is held of a person."""

    Meta = NodeMeta


@register
class Cycle(membership.OnPlan, membership.InCoalition, reports.CycleFields, graphene.ObjectType):
    """A reporting cycle: a period that all members of a coalition report on, with one due date."""

    Meta = NodeMeta


@register
class Report(reports.ReportEvidence, membership.OnPlan, membership.OfMember, reports.ReportFields, graphene.ObjectType):
    """A member's report in a cycle, pinned to the version of the plan that the cycle has."""

    Meta = NodeMeta


@register
class Evidence(reports.EvidenceFields, graphene.ObjectType):
    """A file by which a member shows what its report says."""

    Meta = reports.EvidenceMeta


@register
class Obligation(membership.OfMember, reports.ObligationFields, graphene.ObjectType):
    """A member's duty to report by a date."""


@register
class AuditEntry(membership.InCoalition, audit.AuditEntryFields, graphene.ObjectType):
    """An entry of the audit log: who did what, or who has read which personal data, and when."""


_NodeFields: Any = node_fields({**membership.NODES, **events.NODES, **reports.NODES})


class Query(
    _NodeFields,
    audit.Queries,
    reports.Queries,
    events.Queries,
    membership.DataRequestQueries,
    membership.PeopleQueries,
    membership.Queries,
    graphene.ObjectType,
):
    """What can be asked."""


class Mutation(
    reports.Mutations,
    events.PersonalDataMutations,
    events.Mutations,
    membership.ApplicationMutations,
    membership.PersonalDataMutations,
    membership.PeopleMutations,
    membership.Mutations,
    graphene.ObjectType,
):
    """What can be done. Expected failures are in the payload's `errors`; the rest are errors of the request."""


class Subscription(
    reports.Subscriptions,
    events.Subscriptions,
    membership.Subscriptions,
    graphene.ObjectType,
):
    """What one can be told of as it happens: over WebSocket, or as server-sent events at `/graphql/stream`."""


def build_schema() -> GraphQLSchema:
    """The schema, with the data of our fields as extensions of graphql-core's and in their descriptions."""
    schema: GraphQLSchema = graphene.Schema(query=Query, mutation=Mutation, subscription=Subscription).graphql_schema
    for object_type in schema.type_map.values():
        for own, field in _fields(object_type):
            if own.rows is not None:
                field.extensions[ROWS] = own.rows
            if (feed := getattr(own, "feed", None)) is not None:
                field.extensions[FEED] = feed
            if own.asks is not None and not is_public(own.asks):
                _tell(field, needs(own.asks))
    for operation in OperationType:
        _tell_of_roots(schema, operation)
    return schema


def message_types(schema: GraphQLSchema) -> tuple[str, ...]:
    """The messages that feed the schema's subscriptions."""
    fields = schema.subscription_type.fields.values() if schema.subscription_type else ()
    return tuple(dict.fromkeys(name for field in fields for name in field.extensions[FEED].types))


def _tell_of_roots(schema: GraphQLSchema, operation: OperationType) -> None:
    """Root fields also say when they are public, and what they cost."""
    for own, field in _fields(schema.get_root_type(operation)):
        if own.asks is not None and is_public(own.asks):
            _tell(field, needs(own.asks))
        _tell(field, own.needs or "")
        _tell(field, costs(schema, operation, field))


def _fields(object_type: Any) -> Iterator[tuple[Field, GraphQLField]]:
    """What is declared of the fields of an object type, and what graphql-core made of them."""
    if isinstance(object_type, GraphQLObjectType) and hasattr(object_type, "graphene_type"):
        for name, own in object_type.graphene_type._meta.fields.items():
            if isinstance(own, Field):
                yield own, object_type.fields[to_camel_case(name)]


def _tell(field: GraphQLField, sentence: str) -> None:
    """Add a sentence to a description, in a paragraph of its own."""
    field.description = "\n\n".join(filter(None, [field.description, sentence]))


SCHEMA: Final = build_schema()
