"""The membership service on the bus. Each entrypoint: input checked by its schema, one use case, one view."""

from typing import Any

from services.chassis.messaging.provider import Composition
from services.chassis.messaging.rpc import rpc
from services.chassis.persistence.pagination import page_to_dict
from services.chassis.persistence.unit_of_work import UnitOfWork

from .application import commands, queries
from .domain import commands as wanted
from .domain import questions as asked
from .schemas import requests, views
from .wiring import NAME

Answer = dict[str, Any]


class MembershipService:
    name = NAME
    composition: UnitOfWork = Composition()

    @rpc(requests.RegisterCoalitionSchema())
    def register_coalition(self, command: wanted.RegisterCoalition) -> Answer:
        return self.composition.answer(commands.register_coalition, command, views.COALITION.one)

    @rpc(requests.PublishPlanSchema())
    def publish_plan(self, command: wanted.PublishPlan) -> Answer:
        return self.composition.answer(commands.publish_plan, command, views.PLAN.one)

    @rpc(requests.RegisterCitySchema())
    def register_city(self, command: wanted.RegisterCity) -> Answer:
        return self.composition.answer(commands.register_city, command, views.CITY.one)

    @rpc(requests.RecordMembershipSchema())
    def record_membership(self, command: wanted.RecordMembership) -> Answer:
        return self.composition.answer(commands.record_membership, command, views.MEMBER.one)

    @rpc(requests.ApplyForMembershipSchema())
    def apply_for_membership(self, command: wanted.ApplyForMembership) -> Answer:
        return self.composition.answer(commands.apply_for_membership, command, views.MEMBER.one)

    @rpc(requests.RecordDecisionSchema())
    def record_decision(self, command: wanted.RecordDecision) -> Answer:
        return self.composition.answer(commands.record_decision, command, views.MEMBER.one)

    @rpc(requests.RecordMilestoneSchema())
    def record_milestone(self, command: wanted.RecordMilestone) -> Answer:
        return self.composition.answer(commands.record_milestone, command, views.MEMBER.one)

    @rpc(requests.GetByKeysSchema())
    def get_coalitions(self, question: asked.GetByKeys) -> Answer:
        return {"items": views.COALITION.batch(self.composition.read(queries.get_coalitions, question))}

    @rpc(requests.ListCoalitionsSchema())
    def list_coalitions(self, question: asked.ListCoalitions) -> Answer:
        return page_to_dict(self.composition.read(queries.list_coalitions, question), views.COALITION.batch)

    @rpc(requests.OfCoalitionsSchema())
    def member_counts(self, question: asked.OfCoalitions) -> Answer:
        return {"items": [views.counts(each) for each in self.composition.read(queries.member_counts, question)]}

    @rpc(requests.GetByReferencesSchema())
    def get_plans(self, question: asked.GetByReferences) -> Answer:
        return {"items": views.PLAN.batch(self.composition.read(queries.get_plans, question))}

    @rpc(requests.OfCoalitionsSchema())
    def list_plans(self, question: asked.OfCoalitions) -> Answer:
        return {"items": [views.PLAN.batch(plans) for plans in self.composition.read(queries.list_plans, question)]}

    @rpc(requests.GetByIdsSchema())
    def get_cities(self, question: asked.GetByIds) -> Answer:
        return {"items": views.CITY.batch(self.composition.read(queries.get_cities, question))}

    @rpc(requests.ListCitiesSchema())
    def list_cities(self, question: asked.ListCities) -> Answer:
        return page_to_dict(self.composition.read(queries.list_cities, question), views.CITY.batch)

    @rpc(requests.GetByReferencesSchema())
    def get_members(self, question: asked.GetByReferences) -> Answer:
        return {"items": views.MEMBER.batch(self.composition.read(queries.get_members, question))}

    @rpc(requests.ListMembersSchema())
    def list_members(self, question: asked.ListMembers) -> Answer:
        (page,) = self.composition.read(queries.list_members, question)
        return page_to_dict(page, views.MEMBER.batch)

    @rpc(requests.ListMembersOfSchema())
    def list_members_of(self, question: asked.ListMembers) -> Answer:
        pages = self.composition.read(queries.list_members, question)
        return {"items": [page_to_dict(page, views.MEMBER.batch) for page in pages]}

    @rpc(requests.MembershipsOfCitySchema())
    def list_memberships_of_city(self, question: asked.GetByIds) -> Answer:
        found = self.composition.read(queries.list_memberships_of_city, question)
        return {"items": [views.MEMBER.batch(memberships) for memberships in found]}
