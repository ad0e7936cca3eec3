"""Who works on a draft is the one thing that this service holds of people: given out, erased, and not kept for long."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.principal import Principal
from services.chassis.persistence.unit_of_work import UnitOfWork
from services.personal import parts
from services.personal.messages import DATA_REQUEST_MESSAGES, RETENTION_MESSAGES
from services.personal.retaining import retain
from services.personal.retention_store import project_retention_rules
from services.reports.application.personal_data import HOLDINGS, RETAINING
from services.reports.domain.reports import Report
from services.reports.wiring import SERVICE
from tests.support.principals import SOMEBODY, person

from .conftest import SettableClock
from .office import Office

ADA, EVE = person("ada"), person("eve")


@pytest.fixture
def drafts(eccar: Office) -> dict[str, Report]:
    """Ada works on a draft and has submitted another report; Eve works on a draft of a third member."""
    cycle = eccar.opens_cycle()
    graz, bonn, wels = (eccar.hears_of_member() for _ in range(3))
    with acting(ADA):
        begun = eccar.starts_report(graz, cycle.cycle.id)
        submitted = eccar.completes(wels, cycle.cycle.id)
        eccar.submits(submitted.id)
    with acting(EVE):
        other = eccar.starts_report(bonn, cycle.cycle.id)
    eccar.tells()
    return {"ada": begun, "submitted": submitted, "eve": other}


def acting(principal: Principal) -> Any:
    return context.use(CallContext(principal=principal, method="get_export_part"))


def asks(office: Office, kind: str, request_id: str = "r", **changes: Any) -> dict[str, Any]:
    """The receipt for a request about Ada."""
    data = {
        "request_id": request_id,
        "requested_by": ADA.id,
        "coalition": None,
        "person_ids": [ADA.id],
        "pseudonym": "of nobody here",
        **changes,
    }
    assert office._hears(f"{kind}_requested", data, DATA_REQUEST_MESSAGES, HOLDINGS.answer, sequence=1)
    [row] = office.database["outbox"].find({"data.request_id": request_id})
    told: dict[str, Any] = row["data"]
    return {"type": row["type"], **told}


def counts(receipt: dict[str, Any]) -> dict[str, int]:
    return {each["what"]: each["count"] for each in receipt["counts"]}


def responsible(office: Office) -> dict[str, str | None]:
    return {row["_id"]: row["responsible"] for row in office.rows("reports")}


def test_the_person_is_told_on_what_they_work(office: Office, drafts: dict[str, Report], clock: SettableClock) -> None:
    receipt = asks(office, "export")

    assert (receipt["type"], counts(receipt)) == ("reports.personal_data_exported.v1", {"drafts": 1, "evidence": 0})
    [part] = office.rows("exports")
    assert [each["id"] for each in part["data"]["drafts"]] == [drafts["ada"].id]
    assert "answers" not in str(part)
    guarded = UnitOfWork(
        office.database.client, office.database.name, clock=clock, publishing=SERVICE.publishing, policy=SERVICE.policy
    )
    for principal, expected in ((ADA, True), (EVE, False), (SOMEBODY, False)):
        with acting(principal):
            [found] = guarded.read(parts.get_export_part, parts.GetExportPart(request_id="r"))
        assert (found is not None) is expected


def test_an_erased_person_leaves_the_draft_to_the_city(office: Office, drafts: dict[str, Report]) -> None:
    receipt = asks(office, "erasure")

    assert (receipt["type"], counts(receipt)) == (
        "reports.personal_data_erased.v1",
        {"drafts": 1, "evidence": 0, "exports": 0},
    )
    assert [each["what"] for each in receipt["kept"]] == ["audit"]
    assert responsible(office) == {drafts["ada"].id: None, drafts["submitted"].id: None, drafts["eve"].id: EVE.id}
    [told] = [each for each in office.tells() if each.subject == drafts["ada"].id]
    assert (told.type, told.sequence) == ("reports.report_vacated.v1", 2)
    answered = office.saves_answer(drafts["ada"].id, 1)
    assert answered.responsible is None


def test_another_coalition_reaches_nothing(office: Office, drafts: dict[str, Report]) -> None:
    assert counts(asks(office, "export", coalition="lac")) == {"drafts": 0, "evidence": 0}
    assert counts(asks(office, "erasure", "other", coalition="lac"))["drafts"] == 0
    assert counts(asks(office, "erasure", "nobody", person_ids=[]))["drafts"] == 0
    assert responsible(office)[drafts["ada"].id] == ADA.id


def retained(office: Office, *, dry_run: bool = False) -> list[tuple[str, str | None, int]]:
    done = retain(office.unit_of_work, RETAINING, dry_run=dry_run)
    return [(each.category.value, each.coalition, each.count) for each in done]


def test_long_after_the_due_date_nobody_is_named_any_more(
    office: Office, drafts: dict[str, Report], clock: SettableClock
) -> None:
    """The cycle was due on 31 March 2027; by the sample rules that is remembered for 365 days."""
    clock.now = datetime(2028, 3, 30, tzinfo=UTC)
    assert retained(office) == []
    clock.now = datetime(2028, 3, 31, tzinfo=UTC)
    assert retained(office, dry_run=True) == [("responsibilities", "eccar", 2)]
    assert responsible(office)[drafts["eve"].id] == EVE.id

    assert retained(office) == [("responsibilities", "eccar", 2)]

    assert set(responsible(office).values()) == {None}
    assert retained(office) == []


def test_a_coalition_has_its_own_rules(office: Office, drafts: dict[str, Report], clock: SettableClock) -> None:
    rules = {
        "rules_id": "rules",
        "coalition": "eccar",
        "valid_from": None,
        "rules": [{"category": "responsibilities", "keep_days": 0}],
        "is_sample": False,
    }
    office._hears("retention_rules_adopted", rules, RETENTION_MESSAGES, project_retention_rules, sequence=1)
    clock.now = datetime(2027, 3, 31, tzinfo=UTC)
    assert retained(office) == []

    clock.now = datetime(2027, 4, 1, tzinfo=UTC)

    assert retained(office) == [("responsibilities", "eccar", 2)]
