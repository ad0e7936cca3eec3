"""Short ways to a situation, through the public mutations."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from .platform import Platform
from .processes import eventually

TODAY: Final = datetime.now(UTC).date()
_numbers: Final = itertools.count(1)
YESTERDAY: Final = TODAY - timedelta(days=1)


def localized(english: str) -> dict[str, Any]:
    return {"original": "en", "texts": [{"language": "en", "text": english}]}


def coalition(platform: Platform, key: str = "eccar", *, months: int = 24) -> None:
    """A coalition with a plan of two commitments, known to all services."""
    platform.done(
        "registerCoalition",
        "coalition { key }",
        key=key,
        name=localized(key.upper()),
        region="Somewhere",
        languages=["en"],
        source="a test",
        reportingRules=[{"firstReportAfterMonths": months, "intervalMonths": months, "isSample": True}],
    )
    platform.become_secretary(key)
    platform.done(
        "publishPlan",
        "plan { version }",
        coalition=key,
        version="2004",
        isComplete=True,
        source="a test",
        groups=[],
        commitments=[
            {"number": number, "title": localized(f"Commitment {number}"), "themes": ["housing"]} for number in (1, 2)
        ],
    )


def city(platform: Platform, name: str, country: str = "AT") -> str:
    payload = platform.done("registerCity", "city { id }", name=name, country=country, legalType="CITY")
    return str(payload["city"]["id"])


def candidate(platform: Platform, *cities: str, key: str = "eccar") -> str:
    payload = platform.done(
        "applyForMembership",
        "member { id }",
        coalition=key,
        cities=list(cities),
        appliedOn=YESTERDAY.isoformat(),
    )
    return str(payload["member"]["id"])


def admit(platform: Platform, member: str) -> dict[str, Any]:
    payload = platform.done(
        "recordDecision",
        "member { id standing version }",
        memberId=member,
        outcome="ADMITTED",
        body="STEERING_COMMITTEE",
        decidedOn=TODAY.isoformat(),
        votes={"inFavour": 20, "against": 0, "abstentions": 1},
    )
    admitted: dict[str, Any] = payload["member"]
    return admitted


def member(platform: Platform, name: str, *, key: str = "eccar") -> str:
    """An admitted member, known to all services."""
    identity = candidate(platform, city(platform, name), key=key)
    admit(platform, identity)
    eventually(lambda: obligations(platform, identity), seconds=20)
    return identity


def obligations(platform: Platform, member: str) -> list[dict[str, Any]]:
    query = "query($id: ID!) { member(id: $id) { obligations { dueOn status report { status } } } }"
    found: list[dict[str, Any]] = platform.ask(query, id=member)["member"]["obligations"]
    return found


def conference(platform: Platform, *, key: str = "eccar", kind: str = "GENERAL_ASSEMBLY", capacity: int = 10) -> str:
    """A conference in sixty days, open for registration."""
    begins = TODAY + timedelta(days=60)
    title = f"Assembly {next(_numbers)}"

    def announce() -> dict[str, Any]:
        # The events service may not have heard of the coalition yet.
        payload = platform.command(
            "announceConference",
            "conference { id }",
            coalition=key,
            kind=kind,
            title=localized(title),
            startDate=begins.isoformat(),
            endDate=begins.isoformat(),
            mode="HYBRID",
        )
        assert [error["code"] for error in payload["errors"]] in ([], ["UNKNOWN_COALITION"])
        return payload["conference"] or {}

    identity = eventually(announce, seconds=20)["id"]
    platform.done(
        "openRegistration",
        "conference { id }",
        conferenceId=identity,
        closesOn=(begins - timedelta(days=1)).isoformat(),
        capacity=capacity,
    )
    return str(identity)
