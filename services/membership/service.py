"""The membership service on the bus. Each entrypoint: input checked by its schema, one use case, one view."""

from services.chassis.kernel.requests import GetByRefs, OfCoalitions
from services.chassis.messaging.provider import Composition
from services.chassis.messaging.rpc import rpc
from services.chassis.persistence.unit_of_work import UnitOfWork
from services.chassis.schemas.views import Answer

from .application import commands, queries
from .domain import requests as asked
from .schemas import requests, views
from .wiring import NAME


class MembershipService:
    name = NAME
    unit_of_work = Composition[UnitOfWork]()

    @rpc(requests.RegisterCoalition())
    def register_coalition(self, request: asked.RegisterCoalition) -> Answer:
        return self.unit_of_work.answer(commands.register_coalition, request, views.COALITION.one)

    @rpc(requests.PublishPlan())
    def publish_plan(self, request: asked.PublishPlan) -> Answer:
        return self.unit_of_work.answer(commands.publish_plan, request, views.PLAN.one)

    @rpc(requests.RegisterCity())
    def register_city(self, request: asked.RegisterCity) -> Answer:
        return self.unit_of_work.answer(commands.register_city, request, views.CITY.one)

    @rpc(requests.RecordMembership())
    def record_membership(self, request: asked.RecordMembership) -> Answer:
        return self.unit_of_work.answer(commands.record_membership, request, views.MEMBER.one)

    @rpc(requests.ApplyForMembership())
    def apply_for_membership(self, request: asked.ApplyForMembership) -> Answer:
        return self.unit_of_work.answer(commands.apply_for_membership, request, views.MEMBER.one)

    @rpc(requests.RecordDecision())
    def record_decision(self, request: asked.RecordDecision) -> Answer:
        return self.unit_of_work.answer(commands.record_decision, request, views.MEMBER.one)

    @rpc(requests.RecordMilestone())
    def record_milestone(self, request: asked.RecordMilestone) -> Answer:
        return self.unit_of_work.answer(commands.record_milestone, request, views.MEMBER.one)

    @rpc(requests.GetByKeys())
    def get_coalitions(self, request: asked.GetByKeys) -> Answer:
        return views.COALITION.items(self.unit_of_work.read(queries.get_coalitions, request))

    @rpc(requests.ListCoalitions())
    def list_coalitions(self, request: asked.ListCoalitions) -> Answer:
        return views.COALITION.page(self.unit_of_work.read(queries.list_coalitions, request))

    @rpc(requests.OfCoalitions())
    def member_counts(self, request: OfCoalitions) -> Answer:
        return {"items": [views.counts(each) for each in self.unit_of_work.read(queries.member_counts, request)]}

    @rpc(requests.GetByRefs())
    def get_plans(self, request: GetByRefs) -> Answer:
        return views.PLAN.items(self.unit_of_work.read(queries.get_plans, request))

    @rpc(requests.OfCoalitions())
    def list_plans(self, request: OfCoalitions) -> Answer:
        return views.PLAN.lists(self.unit_of_work.read(queries.list_plans, request))

    @rpc(requests.GetByIds())
    def get_cities(self, request: asked.GetByIds) -> Answer:
        return views.CITY.items(self.unit_of_work.read(queries.get_cities, request))

    @rpc(requests.ListCities())
    def list_cities(self, request: asked.ListCities) -> Answer:
        return views.CITY.page(self.unit_of_work.read(queries.list_cities, request))

    @rpc(requests.GetByRefs())
    def get_members(self, request: GetByRefs) -> Answer:
        return views.MEMBER.items(self.unit_of_work.read(queries.get_members, request))

    @rpc(requests.ListMembers())
    def list_members(self, request: asked.ListMembers) -> Answer:
        [page] = self.unit_of_work.read(queries.list_members, request)
        return views.MEMBER.page(page)

    @rpc(requests.ListMembersOf())
    def list_members_of(self, request: asked.ListMembers) -> Answer:
        return views.MEMBER.pages(self.unit_of_work.read(queries.list_members, request))

    @rpc(requests.ListMembershipsOfCity())
    def list_memberships_of_city(self, request: asked.GetByIds) -> Answer:
        return views.MEMBER.lists(self.unit_of_work.read(queries.list_memberships_of_city, request))
