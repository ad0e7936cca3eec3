"""The membership service on the bus. Each entrypoint: input checked by its schema, one use case, one view."""

from services.chassis.kernel.requests import GetByRefs, OfCoalitions
from services.chassis.messaging.provider import Composition
from services.chassis.messaging.rpc import rpc
from services.chassis.persistence.unit_of_work import UnitOfWork
from services.chassis.runtime.message_log import MessageLog
from services.chassis.runtime.trail import AuditTrail
from services.chassis.schemas.views import Answer

from .application import applications, commands, identity, issuing, queries, rights_queries
from .domain import application_requests as about_applications
from .domain import grant_requests as about_rights
from .domain import identity_requests as about_identity
from .domain import requests as asked
from .personal_service import PersonalData
from .schemas import application_views, identity_views, requests, rights_views, views
from .wiring import NAME


class MembershipService(PersonalData, AuditTrail, MessageLog):
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

    @rpc(requests.RegisterApplication())
    def register_application(self, request: about_applications.RegisterApplication) -> Answer:
        issued = applications.issue(self.unit_of_work, applications.register_application, request)
        return application_views.issued(issued)

    @rpc(requests.RotateApplicationToken())
    def rotate_application_token(self, request: about_applications.RotateApplicationToken) -> Answer:
        issued = applications.issue(self.unit_of_work, applications.rotate_application_token, request)
        return application_views.issued(issued)

    @rpc(requests.RevokeApplication())
    def revoke_application(self, request: about_applications.RevokeApplication) -> Answer:
        view = application_views.APPLICATION.one
        return self.unit_of_work.answer(applications.revoke_application, request, view)

    @rpc(requests.RevokeApplicationToken())
    def revoke_application_token(self, request: about_applications.RevokeApplicationToken) -> Answer:
        view = application_views.APPLICATION.one
        return self.unit_of_work.answer(applications.revoke_application_token, request, view)

    @rpc(requests.GetByRefs())
    def get_applications(self, request: GetByRefs) -> Answer:
        return application_views.APPLICATION.items(self.unit_of_work.read(applications.get_applications, request))

    @rpc(requests.ListApplications())
    def list_applications(self, request: about_applications.ListApplications) -> Answer:
        return application_views.APPLICATION.pages(self.unit_of_work.read(applications.list_applications, request))

    @rpc(requests.Identify())
    def identify(self, request: about_identity.Identify) -> Answer:
        return identity_views.identified(self.unit_of_work.read(identity.identify, request))

    @rpc(requests.OpenSession())
    def open_session(self, request: about_identity.OpenSession) -> Answer:
        return self.unit_of_work.answer(identity.open_session, request, identity_views.session)

    @rpc(requests.CloseSession())
    def close_session(self, request: about_identity.CloseSession) -> Answer:
        return self.unit_of_work.answer(identity.close_session, request, identity_views.closed)

    @rpc(requests.CloseSessions())
    def close_sessions(self, request: about_identity.CloseSessions) -> Answer:
        return self.unit_of_work.answer(identity.close_sessions, request, identity_views.closed)

    @rpc(requests.InvitePerson())
    def invite_person(self, request: about_rights.InvitePerson) -> Answer:
        return rights_views.issued(issuing.invite(self.unit_of_work, request))

    @rpc(requests.RevokeInvitation())
    def revoke_invitation(self, request: about_rights.RevokeInvitation) -> Answer:
        return rights_views.INVITATION.one(issuing.revoke_invitation(self.unit_of_work, request))

    @rpc(requests.AcceptInvitation())
    def accept_invitation(self, request: about_rights.AcceptInvitation) -> Answer:
        return rights_views.GRANT.one(issuing.record_of(self.unit_of_work, commands.accept_invitation, request))

    @rpc(requests.RevokeGrant())
    def revoke_grant(self, request: about_rights.RevokeGrant) -> Answer:
        return rights_views.GRANT.one(issuing.record_of(self.unit_of_work, commands.revoke_grant, request))

    @rpc(requests.HandOverFocalPoint())
    def hand_over_focal_point(self, request: about_rights.HandOverFocalPoint) -> Answer:
        return rights_views.handed_over(issuing.hand_over(self.unit_of_work, request))

    @rpc(requests.ListMyGrants())
    def my_grants(self, request: about_rights.ListMyGrants) -> Answer:
        return rights_views.GRANT.items(self.unit_of_work.read(rights_queries.my_grants, request))

    @rpc(requests.ListGrants())
    def list_grants(self, request: about_rights.ListGrants) -> Answer:
        return rights_views.GRANT.pages(self.unit_of_work.read(rights_queries.list_grants, request))

    @rpc(requests.ListGrantsOfMembers())
    def list_grants_of_members(self, request: about_rights.ListGrantsOfMembers) -> Answer:
        return rights_views.GRANT.pages(self.unit_of_work.read(rights_queries.list_grants_of_members, request))

    @rpc(requests.ListNetworkGrants())
    def list_network_grants(self, request: about_rights.ListNetworkGrants) -> Answer:
        return rights_views.GRANT.page(self.unit_of_work.read(rights_queries.list_network_grants, request))

    @rpc(requests.ListInvitations())
    def list_invitations(self, request: about_rights.ListInvitations) -> Answer:
        return rights_views.INVITATION.pages(self.unit_of_work.read(rights_queries.list_invitations, request))

    @rpc(requests.ListInvitationsOfMembers())
    def list_invitations_of_members(self, request: about_rights.ListInvitationsOfMembers) -> Answer:
        query = rights_queries.list_invitations_of_members
        return rights_views.INVITATION.pages(self.unit_of_work.read(query, request))

    @rpc(requests.ListNetworkInvitations())
    def list_network_invitations(self, request: about_rights.ListNetworkInvitations) -> Answer:
        return rights_views.INVITATION.page(self.unit_of_work.read(rights_queries.list_network_invitations, request))
