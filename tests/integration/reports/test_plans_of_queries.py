"""Every query that the use cases send has an index, also on collections of some size.

The queries are not listed here: whatever the service sends while all its use cases run is recorded and explained.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.monitoring import CommandListener, CommandStartedEvent

from services.chassis.kernel.ids import new_id
from services.chassis.kernel.paging import PageRequest
from services.chassis.kernel.requests import GetByRefs, OfCoalitions, Ref
from services.chassis.persistence.unit_of_work import UnitOfWork, Work
from services.files.requests import ForgetStagedFiles, ListNeededObjects, ListWaitingFiles
from services.reports.application import evidence, queries
from services.reports.domain.dates import Precision
from services.reports.domain.obligations import Due
from services.reports.domain.requests import ListObligations, ListProjectedMembers, ListReports
from services.reports.domain.statuses import ObligationStatus, ReportStatus
from services.reports.store.cycles import Cycles
from services.reports.store.evidence import EvidenceFiles
from services.reports.store.obligations import Obligations
from services.reports.store.projections import Members
from services.reports.store.reports import Reports
from services.reports.wiring import SERVICE
from tests.support.infrastructure import Infrastructure
from tests.unit.reports import examples

from .conftest import SettableClock
from .office import Office

DOCUMENTS = 300
FEW = 5
FULL_CYCLE = new_id()
COALITIONS = ("eccar", "lac")
OF_THE_SESSION = ("lsid", "txnNumber", "startTransaction", "autocommit", "$clusterTime", "$db", "readConcern",
                  "maxTimeMS", "writeConcern", "$readPreference")  # fmt: skip


class Recorder(CommandListener):
    """Keeps the commands that look for documents."""

    def __init__(self) -> None:
        self.commands: list[dict[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in ("find", "aggregate", "update", "delete", "count", "distinct"):
            command = {name: value for name, value in event.command.items() if name not in OF_THE_SESSION}
            self.commands.append(command)

    def succeeded(self, event: Any) -> None:
        """Of no interest."""

    def failed(self, event: Any) -> None:
        """Of no interest."""


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def watched(
    infrastructure: Infrastructure,
    recorder: Recorder,
    database: Database[dict[str, Any]],
    clock: SettableClock,
    as_development: None,
) -> Iterator[Office]:
    """An office whose every command is recorded, on collections of some size."""
    client: MongoClient[dict[str, Any]] = MongoClient(
        infrastructure.mongodb_uri, tz_aware=True, event_listeners=[recorder]
    )
    with client:
        unit_of_work = UnitOfWork(client, database.name, clock=clock, publishing=SERVICE.publishing)
        office = Office(unit_of_work, client[database.name])
        for coalition in COALITIONS:
            unit_of_work.write(fill, coalition)
            office.hears_of_coalition(coalition)
            office.hears_of_plan(coalition, "2004")
        recorder.commands.clear()
        yield office


def fill(work: Work, coalition: str) -> None:
    """Cycles of a day each before 2000, and a member with an open obligation and a draft in one more cycle for each."""
    for number in range(DOCUMENTS):
        day = date(1990, 1, 1) + timedelta(days=number)
        cycle = replace(examples.CYCLE, id=new_id(), coalition=coalition, period_start=day, period_end=day)
        Cycles(work, coalition=coalition).store(cycle)
        member = replace(examples.member(), id=new_id(), coalition=coalition)
        Members(work, coalition=coalition).project(member)
        report = replace(examples.REPORT, id=new_id(), coalition=coalition, cycle_id=FULL_CYCLE, member_id=member.id)
        Reports(work, coalition=coalition).store(report)
        file = replace(examples.EVIDENCE, id=new_id(), coalition=coalition, owner_id=report.id)
        EvidenceFiles(work, coalition=coalition).store(file)
        due = Due(counted_from=day, months=number, precision=Precision.DAY)
        obligation = replace(examples.OBLIGATION, id=new_id(), coalition=coalition, member_id=member.id, due=due)
        Obligations(work, coalition=coalition).store(obligation)


def run_everything(office: Office) -> None:
    member_id = office.hears_of_member(admitted_on="2006")
    office.hears_of_plan("eccar", "2031", at=datetime(2026, 11, 24, 9, 5, tzinfo=UTC))
    cycle = office.opens_cycle().cycle
    office.opens_cycle(plan_version="2004", period_start=date(2027, 1, 1), period_end=date(2027, 2, 1))
    draft = office.completes(member_id, cycle.id)
    office.removes(office.receives(office.stages(draft.id)))
    report = office.submits(draft.id)
    office.hears_of_hand_over(member_id, "one-person", "another")
    office.hears_of_member("former", member_id=member_id, sequence=3)
    ask_everything(office.unit_of_work, cycle.id, member_id, report.id)


def ask_everything(unit_of_work: UnitOfWork, cycle_id: str, member_id: str, report_id: str) -> None:
    read = unit_of_work.read
    read(queries.get_cycles, GetByRefs(refs=(Ref("eccar", cycle_id), Ref("lac", cycle_id))))
    read(queries.list_cycles, OfCoalitions(coalitions=COALITIONS))
    read(queries.get_reports, GetByRefs(refs=(Ref("eccar", report_id),)))
    read(queries.list_obligations_of_members, GetByRefs(refs=(Ref("eccar", member_id), Ref("eccar", new_id()))))
    ask_for_evidence(unit_of_work, report_id)
    read(queries.projected_members, ListProjectedMembers(coalition="eccar"))
    # The rare states among many rows: an index that does not know them would have to look at all.
    for status in (None, ReportStatus.SUBMITTED):
        for cycle in (None, cycle_id, FULL_CYCLE):
            for member in (None, member_id):
                request = ListReports(
                    coalition="eccar",
                    cycle_id=cycle,
                    member_id=member,
                    status=status,
                    page=PageRequest(first=5, count=True),
                )
                page = read(queries.list_reports, request)
                if page.has_next:
                    read(queries.list_reports, replace(request, page=replace(request.page, after=page.cursors[-1])))
    for due_before in (None, date(2027, 1, 1)):
        for owed in (None, ObligationStatus.OPEN, ObligationStatus.FULFILLED):
            wanted = ListObligations(
                coalitions=COALITIONS, due_before=due_before, status=owed, page=PageRequest(first=5, count=True)
            )
            [first, _] = read(queries.list_obligations, wanted)
            if first.has_next:
                read(queries.list_obligations, replace(wanted, page=replace(wanted.page, after=first.cursors[-1])))


def ask_for_evidence(unit_of_work: UnitOfWork, report_id: str) -> None:
    some = unit_of_work.read(evidence.list_evidence_of_reports, GetByRefs(refs=(Ref("eccar", report_id),)))
    assert some == [[]]
    unit_of_work.read(evidence.get_evidence, GetByRefs(refs=(Ref("eccar", new_id()),)))
    unit_of_work.read(evidence.list_needed_objects, ListNeededObjects(coalition="eccar", object_ids=(new_id(),)))
    unit_of_work.read(evidence.list_waiting_evidence, ListWaitingFiles())
    assert unit_of_work.write(evidence.forget_staged_evidence, ForgetStagedFiles()) == []


def stages(plan: Any) -> Iterator[dict[str, Any]]:
    """All stages of the winning plans in an explanation."""
    if isinstance(plan, dict):
        if "stage" in plan:
            yield plan
        for name, value in plan.items():
            if name != "rejectedPlans":
                yield from stages(value)
    elif isinstance(plan, list):
        for each in plan:
            yield from stages(each)


def named(stage: dict[str, Any]) -> str:
    """An index that is walked from end to end is a scan too: of all coalitions' documents."""
    bounds: list[str] = next(iter(stage.get("indexBounds", {}).values()), [])
    return "FULL_IXSCAN" if bounds in (["[MinKey, MaxKey]"], ["[MaxKey, MinKey]"]) else str(stage["stage"])


def explained(database: Database[dict[str, Any]], command: dict[str, Any]) -> set[str]:
    explanation = database.command("explain", command, verbosity="queryPlanner")
    return {named(stage) for stage in stages(explanation)}


def looked_at_in_vain(database: Database[dict[str, Any]], command: dict[str, Any]) -> int:
    """Documents that a find reads and does not return."""
    done = database.command("explain", command, verbosity="executionStats")["executionStats"]
    return int(done["totalDocsExamined"] - done["nReturned"])


def own(command: dict[str, Any]) -> bool:
    """Not one of the chassis' collections."""
    return next(iter(command.values())) not in ("outbox", "inbox", "answers")


def test_no_query_scans_a_collection_or_sorts_in_memory(
    watched: Office, recorder: Recorder, database: Database[dict[str, Any]]
) -> None:
    run_everything(watched)
    commands = [command for command in recorder.commands if own(command)]
    assert {next(iter(command)) for command in commands} == {"find", "aggregate", "update"}
    asked = {next(iter(command.values())) for command in commands}
    assert asked == {
        "coalitions", "plans", "members", "calendars", "cycles", "reports", "obligations", "hand_overs", "evidence",
        "binders",
    }  # fmt: skip
    for command in commands:
        found = explained(database, command)
        assert found & {"IXSCAN", "IDHACK", "COUNT_SCAN", "EXPRESS_IXSCAN"}, (command, found)
        assert not found & {"COLLSCAN", "FULL_IXSCAN", "SORT"}, (command, found)
        if "find" in command:
            assert looked_at_in_vain(database, command) <= FEW, command


def test_the_explanation_would_tell_of_a_scan(watched: Office, database: Database[dict[str, Any]]) -> None:
    """So that the test above can fail."""
    assert "COLLSCAN" in explained(database, {"find": "reports", "filter": {"plan_version": "2004"}})
    assert "FULL_IXSCAN" in explained(database, {"find": "reports", "filter": {"version": 1}, "sort": {"_id": 1}})
    assert looked_at_in_vain(database, {"find": "reports", "filter": {"plan_version": "none"}}) == 2 * DOCUMENTS
    unsorted = {"find": "reports", "filter": {"coalition": "eccar"}, "sort": {"started_at": 1}}
    assert "SORT" in explained(database, unsorted)


def test_a_batch_asks_the_database_once_per_coalition(watched: Office, recorder: Recorder) -> None:
    ids = [row["_id"] for row in watched.rows("reports", coalition="eccar")[:100]]
    members = [row["_id"] for row in watched.rows("members", coalition="lac")[:100]]
    recorder.commands.clear()
    found = watched.unit_of_work.read(queries.get_reports, GetByRefs(refs=tuple(Ref("eccar", id) for id in ids)))
    owed = watched.unit_of_work.read(
        queries.list_obligations_of_members, GetByRefs(refs=tuple(Ref("lac", id) for id in members))
    )
    assert [report.id for report in found if report] == ids
    assert [each.member_id for each_member in owed for each in each_member] == members
    assert [next(iter(command.values())) for command in recorder.commands] == ["reports", "obligations"]
