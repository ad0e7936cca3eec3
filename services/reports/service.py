"""The reports service on the bus. Each entrypoint: input checked by its schema, one use case, one view."""

from services.chassis.kernel.requests import GetByRefs, OfCoalitions
from services.chassis.messaging.provider import Composition
from services.chassis.messaging.rpc import rpc
from services.chassis.messaging.subscriber import subscribe
from services.chassis.persistence.unit_of_work import UnitOfWork
from services.chassis.protocol.envelope import Received
from services.chassis.runtime.message_log import MessageLog
from services.chassis.runtime.trail import AuditTrail
from services.chassis.schemas.views import Answer
from services.files import requests as files
from services.files.schemas import FILE
from services.personal.data_subject import DataSubject
from services.personal.entrypoints import Exports
from services.personal.messages import DATA_REQUEST_MESSAGES, RETENTION_MESSAGES
from services.personal.retention import AdoptedRetentionRules
from services.personal.retention_store import project_retention_rules

from .application import commands, evidence, personal_data, queries, subscribers
from .domain import requests as asked
from .schemas import consumed, requests, views
from .wiring import (
    COALITION_PROJECTION,
    DATA_REQUESTS,
    HAND_OVER,
    MEMBER_PROJECTION,
    NAME,
    PLAN_PROJECTION,
    RETENTION_PROJECTION,
)


class ReportsService(Exports, AuditTrail, MessageLog):
    name = NAME
    unit_of_work = Composition[UnitOfWork]()

    @rpc(requests.OpenCycle())
    def open_cycle(self, request: asked.OpenCycle) -> Answer:
        return self.unit_of_work.answer(commands.open_cycle, request, views.CYCLE.one)

    @rpc(requests.StartReport())
    def start_report(self, request: asked.StartReport) -> Answer:
        return self.unit_of_work.answer(commands.start_report, request, views.REPORT.one)

    @rpc(requests.SaveAnswer())
    def save_answer(self, request: asked.SaveAnswer) -> Answer:
        return self.unit_of_work.answer(commands.save_answer, request, views.REPORT.one)

    @rpc(requests.SubmitReport())
    def submit_report(self, request: asked.SubmitReport) -> Answer:
        return self.unit_of_work.answer(commands.submit_report, request, views.REPORT.one)

    @rpc(requests.GetByRefs())
    def get_cycles(self, request: GetByRefs) -> Answer:
        return views.CYCLE.items(self.unit_of_work.read(queries.get_cycles, request))

    @rpc(requests.OfCoalitions())
    def list_cycles(self, request: OfCoalitions) -> Answer:
        return views.CYCLE.lists(self.unit_of_work.read(queries.list_cycles, request))

    @rpc(requests.GetByRefs())
    def get_reports(self, request: GetByRefs) -> Answer:
        return views.REPORT.items(self.unit_of_work.read(queries.get_reports, request))

    @rpc(requests.ListReports())
    def list_reports(self, request: asked.ListReports) -> Answer:
        return views.REPORT.page(self.unit_of_work.read(queries.list_reports, request))

    @rpc(requests.ListObligations())
    def list_obligations(self, request: asked.ListObligations) -> Answer:
        [page] = self.unit_of_work.read(queries.list_obligations, request)
        return views.OBLIGATION.page(page)

    @rpc(requests.ListObligationsOf())
    def list_obligations_of(self, request: asked.ListObligations) -> Answer:
        return views.OBLIGATION.pages(self.unit_of_work.read(queries.list_obligations, request))

    @rpc(requests.GetByRefs())
    def list_obligations_of_members(self, request: GetByRefs) -> Answer:
        return views.OBLIGATION.lists(self.unit_of_work.read(queries.list_obligations_of_members, request))

    @rpc(requests.ListProjectedMembers())
    def projected_members(self, request: asked.ListProjectedMembers) -> Answer:
        return views.MEMBER.items(self.unit_of_work.read(queries.projected_members, request))

    @rpc(requests.StageEvidence())
    def stage_evidence(self, request: files.StageFile) -> Answer:
        return self.unit_of_work.answer(evidence.stage_evidence, request, FILE.one)

    @rpc(requests.ReceiveFile())
    def receive_evidence(self, request: files.ReceiveFile) -> Answer:
        return self.unit_of_work.answer(evidence.receive_evidence, request, FILE.one)

    @rpc(requests.SettleFile())
    def settle_evidence(self, request: files.SettleFile) -> Answer:
        return self.unit_of_work.answer(evidence.settle_evidence, request, FILE.one)

    @rpc(requests.RemoveEvidence())
    def remove_evidence(self, request: asked.RemoveEvidence) -> Answer:
        return self.unit_of_work.answer(evidence.remove_evidence, request, FILE.one)

    @rpc(requests.GetByRefs())
    def get_evidence(self, request: GetByRefs) -> Answer:
        return views.EVIDENCE.items(self.unit_of_work.read(evidence.get_evidence, request))

    @rpc(requests.GetByRefs())
    def list_evidence_of_reports(self, request: GetByRefs) -> Answer:
        return FILE.lists(self.unit_of_work.read(evidence.list_evidence_of_reports, request))

    @rpc(requests.ListWaitingFiles())
    def list_waiting_evidence(self, request: files.ListWaitingFiles) -> Answer:
        return FILE.items(self.unit_of_work.read(evidence.list_waiting_evidence, request))

    @rpc(requests.ListNeededObjects())
    def list_needed_objects(self, request: files.ListNeededObjects) -> Answer:
        return {"items": self.unit_of_work.read(evidence.list_needed_objects, request)}

    @rpc(requests.ForgetStagedFiles())
    def forget_staged_evidence(self, request: files.ForgetStagedFiles) -> Answer:
        return self.unit_of_work.answer(evidence.forget_staged_evidence, request, FILE.items)

    @subscribe(COALITION_PROJECTION, consumed.COALITION_MESSAGES)
    def coalition_projection(self, received: Received[consumed.CoalitionState]) -> None:
        self.unit_of_work.handle(COALITION_PROJECTION, subscribers.project_coalition, received)

    @subscribe(PLAN_PROJECTION, consumed.PLAN_MESSAGES)
    def plan_projection(self, received: Received[consumed.PlanState]) -> None:
        self.unit_of_work.handle(PLAN_PROJECTION, subscribers.project_plan, received)

    @subscribe(MEMBER_PROJECTION, consumed.MEMBER_MESSAGES)
    def member_projection(self, received: Received[consumed.MemberState]) -> None:
        self.unit_of_work.handle(MEMBER_PROJECTION, subscribers.follow_member, received)

    @subscribe(HAND_OVER, consumed.HAND_OVER_MESSAGES)
    def focal_point_handover(self, received: Received[consumed.HandOverState]) -> None:
        self.unit_of_work.handle(HAND_OVER, subscribers.follow_hand_over, received)

    @subscribe(RETENTION_PROJECTION, RETENTION_MESSAGES)
    def retention_projection(self, received: Received[AdoptedRetentionRules]) -> None:
        self.unit_of_work.handle(RETENTION_PROJECTION, project_retention_rules, received)

    @subscribe(DATA_REQUESTS, DATA_REQUEST_MESSAGES)
    def data_requests(self, received: Received[DataSubject]) -> None:
        self.unit_of_work.handle(DATA_REQUESTS, personal_data.HOLDINGS.answer, received)
