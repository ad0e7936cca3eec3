"""The reports service on the bus. Each entrypoint: input checked by its schema, one use case, one view."""

from typing import Any, cast

from services.chassis.messaging.provider import Composition
from services.chassis.messaging.rpc import rpc
from services.chassis.messaging.subscriber import subscribe
from services.chassis.persistence.pagination import page_to_dict
from services.chassis.persistence.unit_of_work import UnitOfWork

from .application import commands, queries, subscribers
from .application.subscribers import Message
from .domain import requests as asked
from .schemas import consumed, requests, views
from .wiring import COALITION_PROJECTION, MEMBER_PROJECTION, NAME, PLAN_PROJECTION

Answer = dict[str, Any]


class ReportsService:
    name = NAME
    # What nameko puts in its place is what `wiring` composes.
    composition = cast(UnitOfWork, Composition())

    @rpc(requests.OpenCycle())
    def open_cycle(self, request: asked.OpenCycle) -> Answer:
        return self.composition.answer(commands.open_cycle, request, views.cycle)

    @rpc(requests.StartReport())
    def start_report(self, request: asked.StartReport) -> Answer:
        return self.composition.answer(commands.start_report, request, views.report)

    @rpc(requests.SaveAnswer())
    def save_answer(self, request: asked.SaveAnswer) -> Answer:
        return self.composition.answer(commands.save_answer, request, views.report)

    @rpc(requests.SubmitReport())
    def submit_report(self, request: asked.SubmitReport) -> Answer:
        return self.composition.answer(commands.submit_report, request, views.report)

    @rpc(requests.ByRefs())
    def get_cycles(self, request: asked.ByRefs) -> Answer:
        return {"items": views.cycles(self.composition.read(queries.get_cycles, request))}

    @rpc(requests.ListCycles())
    def list_cycles(self, request: asked.ListCycles) -> Answer:
        return {"items": [views.cycles(each) for each in self.composition.read(queries.list_cycles, request)]}

    @rpc(requests.ByRefs())
    def get_reports(self, request: asked.ByRefs) -> Answer:
        return {"items": views.reports(self.composition.read(queries.get_reports, request))}

    @rpc(requests.ListReports())
    def list_reports(self, request: asked.ListReports) -> Answer:
        return page_to_dict(self.composition.read(queries.list_reports, request), views.reports)

    @rpc(requests.ListObligations())
    def list_obligations(self, request: asked.ListObligations) -> Answer:
        [page] = self.composition.read(queries.list_obligations, request)
        return page_to_dict(page, views.obligations)

    @rpc(requests.ListObligationsOf())
    def list_obligations_of(self, request: asked.ListObligations) -> Answer:
        pages = self.composition.read(queries.list_obligations, request)
        return {"items": [page_to_dict(page, views.obligations) for page in pages]}

    @rpc(requests.ByRefs())
    def list_obligations_of_members(self, request: asked.ByRefs) -> Answer:
        found = self.composition.read(queries.list_obligations_of_members, request)
        return {"items": [views.obligations(each) for each in found]}

    @rpc(requests.ProjectedMembers())
    def projected_members(self, request: asked.ProjectedMembers) -> Answer:
        return {"items": views.members(self.composition.read(queries.projected_members, request))}

    @subscribe(COALITION_PROJECTION, consumed.COALITION_MESSAGES)
    def coalition_projection(self, message: Message) -> None:
        self.composition.write_once(
            COALITION_PROJECTION.subscriber, message.envelope.id, subscribers.project_coalition, message
        )

    @subscribe(PLAN_PROJECTION, consumed.PLAN_MESSAGES)
    def plan_projection(self, message: Message) -> None:
        self.composition.write_once(PLAN_PROJECTION.subscriber, message.envelope.id, subscribers.project_plan, message)

    @subscribe(MEMBER_PROJECTION, consumed.MEMBER_MESSAGES)
    def member_projection(self, message: Message) -> None:
        self.composition.write_once(
            MEMBER_PROJECTION.subscriber, message.envelope.id, subscribers.project_member, message
        )
