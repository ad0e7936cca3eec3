"""Examples with fixed ids, each a whole thing to which a test says only what it is about."""

from datetime import UTC, date, datetime
from typing import Any

from services.chassis.kernel.dates import PartialDate
from services.chassis.kernel.text import LocalizedText
from services.membership.domain.accession import Circumstances
from services.membership.domain.body import Body
from services.membership.domain.city import City, CitySummary, LegalType
from services.membership.domain.coalition import AdmissionRule, Coalition, ReportingRule
from services.membership.domain.decision import Decision, Outcome, Votes
from services.membership.domain.membership import Membership
from services.membership.domain.milestones import Milestone, MilestoneKind
from services.membership.domain.plan import Commitment, Plan
from services.membership.domain.requests import ApplyForMembership

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)

MEMBER_ID = "019a0000-0000-7000-8000-00000000d001"
NEXT_ID = "019a0000-0000-7000-8000-00000000d002"

RATZEBURG = City(
    id="019a0000-0000-7000-8000-00000000c001",
    version=1,
    name="Ratzeburg",
    country="DE",
    legal_type=LegalType.CITY,
    geonames_id=2850132,
    population=13623,
    latitude=53.6996,
    longitude=10.7726,
)
AMT = City(
    id="019a0000-0000-7000-8000-00000000c002",
    version=1,
    name="Amt Lauenburgische Seen",
    country="DE",
    legal_type=LegalType.MUNICIPAL_ASSOCIATION,
)
GRAZ = City(
    id="019a0000-0000-7000-8000-00000000c003",
    version=1,
    name="Graz",
    alternative_names=("Gradec",),
    country="AT",
    legal_type=LegalType.CITY,
    geonames_id=2778067,
    population=303270,
    population_year=2024,
    latitude=47.0673,
    longitude=15.442,
    source="etc-graz.at",
)


def english(text: str) -> LocalizedText:
    return LocalizedText.of("en", text)


ECCAR = Coalition(
    key="eccar",
    version=1,
    acronym="ECCAR",
    name=english("European Coalition of Cities against Racism"),
    region="Europe",
    m49=("150",),
    launched=PartialDate(2004, 12, 10),
    launched_in="Nuremberg",
    languages=("en", "de"),
    currency="EUR",
    source="eccar.info",
    reporting_rules=(
        ReportingRule(valid_from=None, first_report_after_months=24, interval_months=24, is_sample=False),
    ),
)


def coalition_deciding_by(*rules: tuple[date | None, Body]) -> Coalition:
    """A coalition with admission rules: from when, which body."""
    return Coalition(
        key="strict",
        version=1,
        name=english("Strict"),
        region="Nowhere",
        source="a test",
        admission_rules=tuple(AdmissionRule(valid_from=start, bodies=(body,)) for start, body in rules),
    )


def plan(version: str, *, adopted: str | None = None, numbers: tuple[int, ...] = (1, 2, 7), number: int = 1) -> Plan:
    return Plan(
        id=f"019a0000-0000-7000-8000-00000000e00{number}",
        coalition="eccar",
        version=version,
        adopted=PartialDate.parse(adopted) if adopted else None,
        is_complete=True,
        source="nuernberg.de",
        commitments=tuple(Commitment(number=each, title=english(f"Commitment {each}")) for each in numbers),
    )


PLAN_2004 = plan("2004", adopted="2004-12-10")


def day(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


def milestone(kind: str, when: str | None = None) -> Milestone:
    return Milestone(kind=MilestoneKind(kind), date=day(when))


def membership(*milestones: Milestone, cities: tuple[City, ...] = (GRAZ,), **values: Any) -> Membership:
    return Membership(
        **{
            "id": MEMBER_ID,
            "coalition": "eccar",
            "version": 1,
            "cities": tuple(CitySummary.of(city) for city in cities),
            "milestones": milestones,
            **values,
        }
    )


def given(
    *cities: City, existing: tuple[Membership, ...] = (), plans: tuple[Plan, ...] = (PLAN_2004,), new_id: str = NEXT_ID
) -> Circumstances:
    return Circumstances(new_id=new_id, cities=cities, existing=existing, plans=plans, now=NOW)


def application(*cities: City, applied_on: date = date(2026, 10, 1), **values: Any) -> ApplyForMembership:
    ids = tuple(city.id for city in cities)
    return ApplyForMembership(coalition="eccar", cities=ids, applied_on=applied_on, **values)


def decision(
    outcome: str = "admitted",
    *,
    on: date = date(2026, 11, 20),
    body: Body = Body.STEERING_COMMITTEE,
    votes: tuple[int, int, int] | None = None,
) -> Decision:
    counted = Votes(in_favour=votes[0], against=votes[1], abstentions=votes[2]) if votes else None
    return Decision(outcome=Outcome(outcome), body=body, decided_on=on, votes=counted)
