"""The messages that this service publishes, held to golden files that consumers can test against."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.chassis.schemas.messages import Event
from services.files.events import FileReceived, FileRemoved, FileSettled, FileStaged, FileVacated
from services.files.file import Arrival, Scan, Verdict, receive, remove, settle
from services.files.file import vacate as vacate_file
from services.personal.receipts import PersonalDataErased, PersonalDataExported, Receipt, counted
from services.reports.domain.dates import Precision
from services.reports.domain.events import (
    CycleOpened,
    ObligationDated,
    ObligationFulfilled,
    ObligationOpened,
    ObligationReleased,
    ReportAnswered,
    ReportHandedOver,
    ReportStarted,
    ReportSubmitted,
    ReportVacated,
    obligation_event,
)
from services.reports.domain.obligations import Due
from services.reports.domain.reports import hand_over, save_answer, submit_report, vacate
from services.reports.domain.statuses import ObligationStatus
from services.reports.schemas.published import MESSAGES, publishing
from tests.support.golden import golden, told

from .examples import CYCLE, EVIDENCE, NOW, OBLIGATION, REPORT, REPORT_ID, answer, complete

DATED = replace(OBLIGATION, version=2, due=Due(counted_from=date(2025, 12, 31), months=24, precision=Precision.YEAR))
FULFILLED = replace(OBLIGATION, version=2, status=ObligationStatus.FULFILLED, report_id=REPORT_ID)
RELEASED = replace(
    OBLIGATION,
    version=2,
    status=ObligationStatus.RELEASED,
    due=Due(counted_from=None, months=24, precision=Precision.UNKNOWN),
)
RECEIPT = Receipt(
    id="01980000-0000-7000-8000-000000000901",
    request_id="01980000-0000-7000-8000-000000000801",
    coalition="eccar",
    counts=counted({"drafts": 1, "exports": 0}),
)
ARRIVAL = Arrival(
    upload_id="01980000-0000-7000-8000-000000000b01",
    sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    size=48_213,
    media_type="application/pdf",
    verdict=Verdict(scan=Scan.PENDING),
)
EXAMPLES: tuple[Event, ...] = (
    CycleOpened(CYCLE),
    ReportStarted(REPORT),
    ReportAnswered(save_answer(REPORT, answer(7, text="Vertraulich"))),
    ReportSubmitted(submit_report(complete(), now=NOW)),
    ReportHandedOver(hand_over(REPORT, "successor")),
    ReportVacated(vacate(REPORT)),
    FileStaged(EVIDENCE),
    FileReceived(receive(EVIDENCE, ARRIVAL, same=None, now=NOW)),
    FileSettled(settle(receive(EVIDENCE, ARRIVAL, same=None, now=NOW), Verdict(scan=Scan.CLEAN))),
    FileRemoved(remove(EVIDENCE)),
    FileVacated(vacate_file(EVIDENCE)),
    PersonalDataExported(RECEIPT),
    PersonalDataErased(RECEIPT),
    ObligationOpened(OBLIGATION),
    ObligationDated(DATED),
    ObligationFulfilled(FULFILLED),
    ObligationReleased(RELEASED),
)


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
def test_a_message_is_what_its_golden_file_says(event: Event) -> None:
    assert told(publishing(event, time=NOW)) == golden(MESSAGES[type(event)].name)


def test_every_event_has_its_message_and_every_message_its_example() -> None:
    assert {type(event) for event in EXAMPLES} == set(MESSAGES)


def test_who_works_on_a_draft_is_in_no_message() -> None:
    assert "successor" not in json.dumps(publishing(ReportHandedOver(hand_over(REPORT, "successor")), time=NOW).data)


def test_neither_the_name_of_a_file_nor_who_sent_it_is_in_a_message() -> None:
    told = json.dumps(publishing(FileStaged(EVIDENCE), time=NOW).data)
    assert "Vertraulich" not in told
    assert "sender" not in told


def test_no_answer_leaves_the_service_in_a_message() -> None:
    """Answers are confidential until publication."""
    told = json.dumps(publishing(EXAMPLES[2], time=NOW).data)
    assert "Vertraulich" not in told
    assert "achieved" not in told


@pytest.mark.parametrize(
    ("obligation", "event"),
    [
        (OBLIGATION, ObligationOpened),
        (DATED, ObligationDated),
        (FULFILLED, ObligationFulfilled),
        (RELEASED, ObligationReleased),
    ],
)
def test_an_obligation_tells_by_its_status_what_happened(obligation: Any, event: type) -> None:
    assert obligation_event(obligation) == event(obligation)
