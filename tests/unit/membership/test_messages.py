"""The messages that this service publishes, held to golden files that consumers can test against."""

import json
from dataclasses import replace
from datetime import date

import pytest

from services.chassis.kernel.principal import Scope
from services.chassis.kernel.text import LocalizedText
from services.chassis.schemas.messages import Event
from services.membership.domain.consents import ConsentText, Purpose, nothing_said
from services.membership.domain.data_requests import DataRequest, RequestKind, ServiceReceipt
from services.membership.domain.events import (
    CityRegistered,
    CoalitionRegistered,
    ConsentGiven,
    ConsentTextPublished,
    ConsentWithdrawn,
    DataRequestAnswered,
    ErasureRequested,
    ExportRequested,
    FocalPointHandedOver,
    GrantRevoked,
    MemberAdmitted,
    MemberApplied,
    MemberRecorded,
    MemberRefused,
    MemberWithdrawn,
    PlanPublished,
    RetentionRulesAdopted,
)
from services.membership.domain.grants import Grant, Term
from services.membership.domain.hand_overs import HandOver
from services.membership.schemas.published import MESSAGES, publishing
from services.personal.receipts import Kept, PersonalDataErased, PersonalDataExported, Receipt, counted
from services.personal.retention import AdoptedRetentionRules, Category, RetentionRule, RetentionRules
from services.rights.roles import Role
from tests.support.golden import golden, told

from .examples import AMT, ECCAR, GRAZ, MEMBER_ID, NOW, PLAN_2004, RATZEBURG, decision, membership, milestone

DECIDED = date(2025, 10, 24)

APPLIED = membership(
    milestone("council_decision", "2025-03"),
    milestone("application", "2025-04-02"),
    cities=(RATZEBURG, AMT),
    selected_commitments=(1, 7),
    contact_note="Confidential: Ms Y, +49 4541",
).under(PLAN_2004)
ADMITTED = replace(
    APPLIED.followed_by(milestone("admission", "2025-10-24")), decision=decision(on=DECIDED, votes=(40, 0, 1))
)
REFUSED = replace(APPLIED.followed_by(milestone("refusal", "2025-10-24")), decision=decision("refused", on=DECIDED))
RECORDED = ADMITTED.followed_by(milestone("joining_association", "2026"))
WITHDRAWN = RECORDED.followed_by(milestone("withdrawal"))

HAND_OVER = HandOver(
    id="019a0000-0000-7000-8000-00000000b001",
    coalition="eccar",
    member_id=MEMBER_ID,
    number=2,
    from_person="5b1c6a3e-0000-5000-8000-000000000001",
    to_person="5b1c6a3e-0000-5000-8000-000000000002",
    at=NOW,
)

REVOKED = Grant(
    id="019a0000-0000-7000-8000-00000000b101",
    version=2,
    person_id="5b1c6a3e-0000-5000-8000-000000000001",
    role=Role.FOCAL_POINT,
    scope=Scope("member", "eccar", MEMBER_ID),
    term=Term(valid_from=date(2026, 1, 1)),
    granted_by="5b1c6a3e-0000-5000-8000-000000000003",
    granted_at=NOW,
    revoked_by="5b1c6a3e-0000-5000-8000-000000000003",
    revoked_at=NOW,
    reason="Confidential: left in anger",
)

TEXT = ConsentText(
    id="019a0000-0000-7000-8000-00000000c001",
    coalition="eccar",
    purpose=Purpose.SPECIAL_NEEDS,
    version="2026-1",
    text=LocalizedText("en", {"en": "What I eat is told to the caterer.", "de": "Was ich esse, erfährt die Küche."}),
    valid_from=date(2026, 1, 1),
    published_at=NOW,
)
GIVEN = nothing_said(
    id="019a0000-0000-7000-8000-00000000c101",
    coalition="eccar",
    person_id="5b1c6a3e-0000-5000-8000-000000000001",
    pseudonym="421c17da2363005d4ffefeded13084587033715be2083856d5bbd70639d26251",
    purpose=Purpose.SPECIAL_NEEDS,
).given(TEXT, at=NOW)
RULES = AdoptedRetentionRules(
    id="019a0000-0000-7000-8000-00000000c201",
    coalition="eccar",
    version=1,
    rules=RetentionRules(
        valid_from=date(2027, 1, 1),
        rules=(RetentionRule(category=Category.REGISTRATIONS, keep_days=365),),
        is_sample=False,
        source="Decision of the executive board of 2026",
    ),
)
EXPORT = DataRequest(
    id="019a0000-0000-7000-8000-00000000c301",
    version=1,
    kind=RequestKind.EXPORT,
    within=None,
    person_ids=("5b1c6a3e-0000-5000-8000-000000000001",),
    pseudonym="421c17da2363005d4ffefeded13084587033715be2083856d5bbd70639d26251",
    requested_by="5b1c6a3e-0000-5000-8000-000000000001",
    requested_at=NOW,
)
ERASURE = replace(
    EXPORT,
    id="019a0000-0000-7000-8000-00000000c302",
    kind=RequestKind.ERASURE,
    within="eccar",
    person_ids=(),
    requested_by="5b1c6a3e-0000-5000-8000-000000000002",
)
RECEIPT = Receipt(
    id="019a0000-0000-7000-8000-00000000c401",
    request_id=EXPORT.id,
    coalition="",
    counts=counted({"people": 1, "grants": 2}),
)
ERASED = replace(RECEIPT, kept=(Kept(what="grants", count=2, reason="Who had which right is kept as history."),))
ANSWERED = EXPORT.answered(ServiceReceipt(service="membership", at=NOW, counts=RECEIPT.counts, kept=()))

EXAMPLES: tuple[Event, ...] = (
    CoalitionRegistered(ECCAR),
    PlanPublished(PLAN_2004),
    CityRegistered(GRAZ),
    FocalPointHandedOver(HAND_OVER),
    GrantRevoked(REVOKED),
    MemberApplied(APPLIED),
    MemberAdmitted(ADMITTED),
    MemberRefused(REFUSED),
    MemberRecorded(RECORDED),
    MemberWithdrawn(WITHDRAWN),
    ConsentTextPublished(TEXT),
    ConsentGiven(GIVEN),
    ConsentWithdrawn(GIVEN.withdrawn(at=NOW)),
    RetentionRulesAdopted(RULES),
    ExportRequested(EXPORT),
    ErasureRequested(ERASURE),
    DataRequestAnswered(ANSWERED),
    PersonalDataExported(RECEIPT),
    PersonalDataErased(ERASED),
)


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
def test_a_message_is_what_its_golden_file_says(event: Event) -> None:
    assert told(publishing(event, time=NOW)) == golden(MESSAGES[type(event)].name)


def test_every_event_has_its_message_and_every_message_its_example() -> None:
    assert {type(event) for event in EXAMPLES} == set(MESSAGES)


def test_what_is_meant_for_the_secretariat_leaves_in_no_message() -> None:
    assert "Confidential" not in json.dumps(publishing(MemberApplied(APPLIED), time=NOW).data)
    assert "Confidential" not in json.dumps(publishing(GrantRevoked(REVOKED), time=NOW).data)
