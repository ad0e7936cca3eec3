"""Evidence on a real database: what may be added to a report, who sees it, what is left behind."""

import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.errors import Forbidden, NotFound, ServiceError, VersionConflict
from services.chassis.kernel.ids import new_id
from services.chassis.kernel.principal import Principal
from services.chassis.kernel.refused import Refused
from services.chassis.kernel.requests import GetByRefs, Ref
from services.chassis.persistence.unit_of_work import UnitOfWork, Work
from services.files.errors import TooManyFiles, UploadAlreadyUsed
from services.files.file import Announced, FileStatus, Scan
from services.files.filing import FORGOTTEN_AFTER
from services.files.requests import ForgetStagedFiles, ListNeededObjects, ListWaitingFiles, StageFile
from services.reports.application import evidence
from services.reports.domain.errors import ReportAlreadySubmitted
from services.reports.domain.evidence import SHELF
from services.reports.domain.reports import Report
from services.reports.wiring import SERVICE
from services.rights.roles import Role
from tests.support.principals import SOMEBODY, in_coalition, of_member, person

from .conftest import SettableClock
from .office import Office
from .test_personal_data import ADA, EVE, acting, asks, counts, retained
from .test_races import codes, race


@pytest.fixture
def draft(eccar: Office) -> Report:
    member = eccar.hears_of_member()
    report = eccar.starts_report(member, eccar.opens_cycle().cycle.id)
    eccar.tells()
    return report


def complete(office: Office, report: Report) -> Report:
    for number in report.numbers:
        report = office.saves_answer(report.id, number)
    return report


def needed(office: Office, *object_ids: str) -> list[str]:
    return office.unit_of_work.look(
        evidence.list_needed_objects, ListNeededObjects(coalition="eccar", object_ids=object_ids)
    )


def test_a_file_from_its_announcement_to_its_end(office: Office, draft: Report) -> None:
    staged = office.stages(draft.id)
    received = office.receives(staged, upload_id="u")
    assert (received.status, received.scan, received.version) == (FileStatus.AVAILABLE, Scan.CLEAN, 2)
    assert needed(office, "u", "other") == ["u"]

    assert office.removes(received, expected_version=2).status is FileStatus.REMOVED

    assert needed(office, "u") == []
    assert [(told.type, told.sequence) for told in office.tells()] == [
        ("reports.evidence_staged.v1", 1),
        ("reports.evidence_received.v1", 2),
        ("reports.evidence_removed.v1", 3),
    ]
    with pytest.raises(NotFound):
        office.receives(staged)


def test_an_arrival_told_twice_is_one(office: Office, draft: Report) -> None:
    staged = office.stages(draft.id)
    once = office.receives(staged, upload_id="u")
    assert office.receives(staged, upload_id="u") == once
    with pytest.raises(UploadAlreadyUsed):
        office.receives(staged, upload_id="another")
    assert needed(office, "u", "another") == ["u"]


def test_two_uploads_at_once_on_one_url_leave_one(office: Office, draft: Report) -> None:
    staged = office.stages(draft.id)
    outcomes = race(
        office,
        lambda one: one.receives(staged, upload_id="one", sha256="1" * 64),
        lambda other: other.receives(staged, upload_id="two", sha256="2" * 64),
    )
    assert codes(outcomes) == ["UPLOAD_ALREADY_USED"]
    [row] = office.rows("evidence")
    assert (row["version"], row["receipt"]["sha256"][0]) in {(2, "1"), (2, "2")}
    assert len(needed(office, "one", "two")) == 1


def test_a_report_that_is_submitted_takes_no_more(office: Office, draft: Report) -> None:
    staged, kept = office.stages(draft.id), office.receives(office.stages(draft.id))
    office.submits(complete(office, draft).id)
    attempts: list[Callable[[], object]] = [
        lambda: office.stages(draft.id),
        lambda: office.receives(staged),
        lambda: office.removes(kept),
    ]
    for attempt in attempts:
        with pytest.raises(ReportAlreadySubmitted):
            attempt()


def test_an_arrival_is_told_again_though_the_report_is_submitted(office: Office, draft: Report) -> None:
    staged = office.stages(draft.id)
    received = office.receives(staged, upload_id="u")
    office.submits(complete(office, draft).id)
    assert office.receives(staged, upload_id="u") == received


class Meanwhile:
    """A unit of work in whose first transaction, its snapshot taken, something else happens from beginning to end."""

    def __init__(self, unit_of_work: UnitOfWork, happens: Callable[[], object]) -> None:
        self._unit_of_work = unit_of_work
        self._happens: list[Callable[[], object]] = [happens]

    def write(self, command: Callable[[Work, Any], Any], request: Any) -> Any:
        def run(work: Work, request: Any) -> Any:
            work.collection("reports").find_one({}, session=work.session)
            while self._happens:
                with ThreadPoolExecutor(1) as pool:
                    pool.submit(contextvars.copy_context().run, self._happens.pop()).result(timeout=20)
            return command(work, request)

        return self._unit_of_work.write(run, request)


def test_a_file_that_comes_while_the_report_is_submitted_is_refused(office: Office, draft: Report) -> None:
    staged = office.stages(draft.id)
    complete(office, draft)
    unit_of_work: Any = Meanwhile(office.unit_of_work, lambda: office.submits(draft.id))
    with pytest.raises(ReportAlreadySubmitted):
        Office(unit_of_work, office.database).receives(staged)
    assert [row["status"] for row in office.rows("evidence")] == ["staged"]


def test_a_report_that_is_submitted_while_a_file_comes_has_it(office: Office, draft: Report) -> None:
    staged = office.stages(draft.id)
    complete(office, draft)
    unit_of_work: Any = Meanwhile(office.unit_of_work, lambda: office.receives(staged))
    assert Office(unit_of_work, office.database).submits(draft.id).submitted_at is not None
    assert [row["status"] for row in office.rows("evidence")] == ["available"]


def test_a_waiting_file_is_settled_after_the_report_was_submitted(office: Office, draft: Report) -> None:
    waiting = office.receives(office.stages(draft.id), Scan.PENDING)
    office.submits(complete(office, draft).id)
    [listed] = office.unit_of_work.look(evidence.list_waiting_evidence, ListWaitingFiles())
    assert listed == waiting

    settled = office.settles(listed, Scan.INFECTED, "Eicar-Test-Signature")

    assert (settled.status, settled.scan) == (FileStatus.REFUSED, Scan.INFECTED)
    assert office.unit_of_work.look(evidence.list_waiting_evidence, ListWaitingFiles()) == []
    assert needed(office, waiting.receipt.object_id if waiting.receipt else "") == []


def test_the_same_bytes_are_one_object_until_nobody_needs_it(office: Office, draft: Report) -> None:
    first = office.receives(office.stages(draft.id), upload_id="first")
    second = office.receives(office.stages(draft.id, name="Copy.pdf"), upload_id="second")
    assert second.receipt is not None
    assert second.receipt.object_id == "first"
    assert needed(office, "first", "second") == ["first"]
    office.removes(first)
    assert needed(office, "first") == ["first"]
    office.removes(second)
    assert needed(office, "first") == []
    third = office.receives(office.stages(draft.id), upload_id="third")
    assert third.receipt is not None
    assert third.receipt.object_id == "third", "what nobody needed is not found again"


def test_another_coalitions_bytes_are_not_found(office: Office, draft: Report) -> None:
    office.receives(office.stages(draft.id), upload_id="ours")
    office.hears_of_coalition("lac")
    office.hears_of_plan("lac", "2020")
    member = office.hears_of_member(coalition="lac")
    cycle = office.opens_cycle("lac").cycle
    theirs = office.stages(office.starts_report(member, cycle.id, "lac").id, "lac")
    received = office.receives(theirs, upload_id="theirs")
    assert received.receipt is not None
    assert received.receipt.object_id == "theirs"
    assert needed(office, "theirs") == []


def test_a_report_has_so_many_files_and_no_more(office: Office, draft: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(SHELF.max_files - 1):
        office.stages(draft.id)
    outcomes = race(office, lambda one: one.stages(draft.id), lambda other: other.stages(draft.id))
    assert codes(outcomes) == ["TOO_MANY_FILES"]
    with pytest.raises(TooManyFiles):
        office.stages(draft.id)
    [some, *_] = office.unit_of_work.look(evidence.list_evidence_of_reports, refs(draft.id))[0]
    office.removes(some)
    assert office.stages(draft.id).status is FileStatus.STAGED


def test_what_never_came_is_forgotten_after_a_day(office: Office, draft: Report, clock: SettableClock) -> None:
    never = office.stages(draft.id)
    came = office.receives(office.stages(draft.id))
    forget = ForgetStagedFiles()
    clock.now += FORGOTTEN_AFTER
    assert office.unit_of_work.write(evidence.forget_staged_evidence, forget) == []
    clock.now += timedelta(seconds=1)
    assert office.unit_of_work.write(evidence.forget_staged_evidence, forget) == [never]
    assert [row["_id"] for row in office.rows("evidence")] == [came.id]


def test_a_change_based_on_an_old_version_is_none(office: Office, draft: Report) -> None:
    staged = office.stages(draft.id)
    office.receives(staged)
    with pytest.raises(VersionConflict):
        office.removes(staged, expected_version=1)


def refs(*ids: str) -> GetByRefs:
    return GetByRefs(refs=tuple(Ref("eccar", id) for id in ids))


@pytest.fixture
def guarded(mongo: MongoClient[dict[str, Any]], database: Database[dict[str, Any]], clock: SettableClock) -> UnitOfWork:
    return UnitOfWork(mongo, database.name, clock=clock, publishing=SERVICE.publishing, policy=SERVICE.policy)


def asking(principal: Principal | None, method: str) -> Any:
    return context.use(CallContext(principal=principal, method=method))


def test_each_sees_the_files_of_the_reports_that_they_see(office: Office, draft: Report, guarded: UnitOfWork) -> None:
    file = office.stages(draft.id)
    own = person("focal", of_member(Role.FOCAL_POINT, draft.member_id))
    neighbour = person("neighbour", of_member(Role.FOCAL_POINT, new_id()))
    reviewer = person("reviewer", in_coalition(Role.SCIENTIFIC_COMMITTEE))
    foreigner = person("foreigner", in_coalition(Role.SECRETARIAT, "lac"))

    def shows(query: Callable[[Work, GetByRefs], list[Any]], id: str, principal: Principal) -> bool:
        with asking(principal, query.__name__):
            try:
                [found] = guarded.read(query, refs(id))
            except Forbidden:
                return False
        return found is not None and not isinstance(found, Refused)

    def seen_by(principal: Principal) -> tuple[bool, bool]:
        return (
            shows(evidence.get_evidence, file.id, principal),
            shows(evidence.list_evidence_of_reports, draft.id, principal),
        )

    everybody = (own, reviewer, neighbour, foreigner, SOMEBODY)
    assert [seen_by(each) for each in everybody] == [(each is own,) * 2 for each in everybody]
    office.submits(complete(office, draft).id)
    assert [seen_by(each) for each in everybody] == [(each in (own, reviewer),) * 2 for each in everybody]


def test_nobody_adds_to_anothers_report(office: Office, draft: Report, guarded: UnitOfWork) -> None:
    request = StageFile(
        coalition="eccar",
        owner_id=draft.id,
        announced=Announced(name="a.pdf", media_type="application/pdf", size=1),
    )
    neighbour = person("neighbour", of_member(Role.FOCAL_POINT, new_id()))
    before = office.snapshot()
    for principal in (neighbour, SOMEBODY, person("reviewer", in_coalition(Role.SCIENTIFIC_COMMITTEE)), None):
        with asking(principal, "stage_evidence"), pytest.raises(ServiceError) as raised:
            guarded.answer(evidence.stage_evidence, request, lambda file: file.id)
        assert raised.value.code in ("FORBIDDEN", "UNAUTHENTICATED")
    assert office.snapshot() == before
    assert office.rows("evidence") == []


def senders(office: Office) -> dict[str, str | None]:
    return {row["name"]: row["staged_by"] for row in office.rows("evidence")}


@pytest.fixture
def sent(office: Office, draft: Report) -> Report:
    with acting(ADA):
        office.receives(office.stages(draft.id, name="ada.pdf"))
    with acting(EVE):
        office.stages(draft.id, name="eve.pdf")
    return draft


def test_a_person_is_told_what_they_sent_and_can_be_forgotten(office: Office, sent: Report) -> None:
    assert counts(asks(office, "export")) == {"drafts": 0, "evidence": 1}
    [part] = office.rows("exports")
    assert [each["name"] for each in part["data"]["evidence"]] == ["ada.pdf"]

    assert counts(asks(office, "erasure", "e"))["evidence"] == 1

    assert senders(office) == {"ada.pdf": None, "eve.pdf": EVE.id}
    assert office.tells()[-2].type == "reports.evidence_vacated.v1"


def test_long_after_the_due_date_nobody_is_named_who_sent_files(
    office: Office, sent: Report, clock: SettableClock
) -> None:
    clock.now = clock.now.replace(year=2028, month=3, day=30)
    assert retained(office) == []
    clock.now = clock.now.replace(day=31)
    assert ("responsibilities", "eccar", 2) in retained(office)
    assert set(senders(office).values()) == {None}
    assert retained(office) == []
