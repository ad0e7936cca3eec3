"""The one thread through every service, through GraphQL: application, admission, conference, report."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from tests.support import story
from tests.support.platform import Platform
from tests.support.processes import eventually
from tests.support.story import TODAY, localized

MEMBER = """
query($id: ID!) {
  member(id: $id) {
    standing
    city { name country { code } }
    coalition { key }
    commitments { number title }
    registrations { name status conference { kind } }
    obligations { dueOn status report { status answers { commitment { number } status text } } }
  }
}"""


def test_from_the_application_to_the_report(platform: Platform) -> None:
    story.coalition(platform)
    city = story.city(platform, "Graz")
    candidate = story.candidate(platform, city)
    before = platform.ask(MEMBER, id=candidate)["member"]
    assert (before["standing"], before["obligations"]) == ("CANDIDATE", [])

    assert story.admit(platform, candidate) == {"id": candidate, "standing": "MEMBER", "version": 2}
    due = TODAY + relativedelta(months=24)
    eventually(lambda: story.obligations(platform, candidate), seconds=20)

    assembly = story.conference(platform)
    eventually(lambda: register(platform, assembly, candidate) == "CONFIRMED", seconds=20)

    report = reported(platform, candidate)
    after = platform.ask(MEMBER, id=candidate)["member"]
    assert after == {
        "standing": "MEMBER",
        "city": {"name": "Graz", "country": {"code": "AT"}},
        "coalition": {"key": "eccar"},
        "commitments": [{"number": 1, "title": "Commitment 1"}, {"number": 2, "title": "Commitment 2"}],
        "registrations": [{"name": "Ada", "status": "CONFIRMED", "conference": {"kind": "GENERAL_ASSEMBLY"}}],
        "obligations": [
            {
                "dueOn": due.isoformat(),
                "status": "FULFILLED",
                "report": {
                    "status": "SUBMITTED",
                    "answers": [
                        {"commitment": {"number": 1}, "status": "IN_PROGRESS", "text": "A tenants' office."},
                        {"commitment": {"number": 2}, "status": "ACHIEVED", "text": "A tenants' office."},
                    ],
                },
            },
            {"dueOn": (due + relativedelta(months=24)).isoformat(), "status": "OPEN", "report": None},
        ],
    }
    assert platform.refused("saveAnswer", reportId=report, commitment=1, status="ACHIEVED") == [
        "REPORT_ALREADY_SUBMITTED"
    ]


def register(platform: Platform, conference: str, member: str) -> str | None:
    """Register Ada and give the status; None while the events service has not heard of the admission."""
    payload = platform.command(
        "registerDelegate",
        "registration { status }",
        conferenceId=conference,
        memberId=member,
        name="Ada",
        email="ada@example.org",
        attendance="ON_SITE",
    )
    if [error["code"] for error in payload["errors"]] == ["NOT_A_MEMBER"]:
        return None
    assert payload["errors"] == []
    return str(payload["registration"]["status"])


def reported(platform: Platform, member: str) -> str:
    cycle = platform.done(
        "openCycle",
        "cycle { id planVersion isOpen }",
        coalition="eccar",
        name=localized("Cycle"),
        periodStart=(TODAY - timedelta(days=700)).isoformat(),
        periodEnd=TODAY.isoformat(),
        dueOn=(TODAY + timedelta(days=90)).isoformat(),
    )["cycle"]
    assert (cycle["planVersion"], cycle["isOpen"]) == ("2004", True)
    report = platform.done("startReport", "report { id }", memberId=member, cycleId=cycle["id"])["report"]["id"]
    assert platform.refused("submitReport", reportId=report) == ["INCOMPLETE_REPORT", "INCOMPLETE_REPORT"]
    for number, status in ((1, "IN_PROGRESS"), (2, "ACHIEVED")):
        text = localized("A tenants' office.")
        platform.done("saveAnswer", "report { id }", reportId=report, commitment=number, status=status, text=text)
    assert platform.refused("saveAnswer", reportId=report, commitment=3, status="ACHIEVED") == ["UNKNOWN_COMMITMENT"]
    platform.done("submitReport", "report { status }", reportId=report)
    return str(report)
