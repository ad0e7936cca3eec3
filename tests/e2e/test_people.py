"""People come and go: invited by a link, given what is theirs to do, handed over, and out within two seconds."""

import threading
import time
from datetime import timedelta
from typing import Any, Final

import pytest

from gateway.graphql.core.ids import GlobalId
from services.chassis.kernel.principal import NETWORK, TENANT, Scope, person_id
from services.rights.roles import Role
from tests.support import people, story
from tests.support.platform import Platform
from tests.support.processes import eventually

HELD_SECONDS: Final = 2.0
"""Within so many seconds a revocation holds everywhere."""

ME: Final = "{ me { name email grants { id role holds coalition { key } member { id } } } }"
INVITED: Final = "issuedInvitation { token invitation { id } }"
HANDED_OVER: Final = "handOver { grant { id person { name } } issuedInvitation { token } }"
WHO: Final = """query($key: String!) { coalition(key: $key) { key grants { edges { node {
  id role person { id name email } } } } invitations(status: PENDING) { edges { node { email } } } } }"""


@pytest.fixture(scope="module", autouse=True)
def coalitions(platform: Platform) -> None:
    """`sam` is the secretariat of eccar, `lia` of lac, `uma` UNESCO's coordinator."""
    story.coalition(platform, "eccar")
    story.coalition(platform, "lac")
    platform.grant("sam", Role.SECRETARIAT, Scope(TENANT, "eccar"))
    platform.grant("lia", Role.SECRETARIAT, Scope(TENANT, "lac"))
    platform.grant("uma", Role.UNESCO_COORDINATOR, Scope(NETWORK))


def grants(platform: Platform, name: str) -> list[tuple[str, str | None]]:
    """Role and member of what somebody may do."""
    found = platform.ask(ME, person=name)["me"]["grants"]
    return [(grant["role"], grant["member"] and grant["member"]["id"]) for grant in found]


def invite(platform: Platform, by: str, name: str, **values: Any) -> dict[str, Any]:
    given = {"role": "FOCAL_POINT", "email": people.address(name), **values}
    issued: dict[str, Any] = platform.done("invitePerson", INVITED, person=by, **given)["issuedInvitation"]
    return issued


def join(platform: Platform, by: str, name: str, **values: Any) -> str:
    """Invited by somebody, accepted, and known everywhere. Returns the grant's id."""
    token = invite(platform, by, name, **values)["token"]
    grant: str = platform.done("acceptInvitation", "grant { id }", person=name, token=token)["grant"]["id"]
    return grant


def cycle(platform: Platform) -> str:
    today = story.TODAY
    payload = platform.done(
        "openCycle",
        "cycle { id }",
        coalition="eccar",
        name=story.localized("Reports"),
        periodStart=(today - timedelta(days=700)).isoformat(),
        periodEnd=(today - timedelta(days=1)).isoformat(),
        dueOn=(today + timedelta(days=100)).isoformat(),
    )
    return str(payload["cycle"]["id"])


def test_nobody_is_me_and_somebody_has_no_rights(platform: Platform) -> None:
    assert platform.ask(ME, person=None) == {"me": None}
    assert platform.ask(ME, person="somebody")["me"] == {
        "name": "Somebody",
        "email": people.address("somebody"),
        "grants": [],
    }


def test_an_invitation_by_a_link_lets_one_person_in_once(platform: Platform) -> None:
    member = story.member(platform, "Graz")
    token = invite(platform, "sam", "flo", memberId=member)["token"]
    accept: dict[str, Any] = {"token": token}
    assert platform.refused("acceptInvitation", person="eve", **accept) == ["EMAIL_DIFFERS"]
    unsigned = platform.answer(
        "mutation($i: AcceptInvitationInput!) { acceptInvitation(input: $i) { errors { code } } }",
        person=None,
        i=accept,
    )
    assert unsigned["data"]["acceptInvitation"]["errors"] == [{"code": "UNAUTHENTICATED"}]
    platform.done("acceptInvitation", "grant { id }", person="flo", **accept)
    assert platform.refused("acceptInvitation", person="flo", **accept) == ["INVITATION_ALREADY_USED"]
    assert platform.refused("acceptInvitation", person="eve", **accept) == ["INVITATION_ALREADY_USED"]
    eventually(lambda: grants(platform, "flo") == [("FOCAL_POINT", member)])
    # And those who join may, a second later, invite others, to what is theirs to give.
    again = {"email": people.address("con"), "memberId": member}
    eventually(lambda: platform.refused("invitePerson", person="flo", role="CONTRIBUTOR", **again) == [])
    assert platform.refused("invitePerson", person="flo", role="FOCAL_POINT", **again) == ["ROLE_NOT_YOURS_TO_GIVE"]
    assert platform.refused("invitePerson", person="flo", role="CONTRIBUTOR", **again) == ["ALREADY_INVITED"]


def test_ids_of_another_coalition_are_refused_in_every_argument(platform: Platform) -> None:
    mine, foreign = story.member(platform, "Wels"), story.member(platform, "Quito", key="lac")
    lou = join(platform, "lia", "lou", memberId=foreign)
    invitation = invite(platform, "lia", "luz", memberId=foreign)["invitation"]["id"]
    new: dict[str, Any] = {"role": "FOCAL_POINT", "email": people.address("new")}
    refused = {
        "invite": platform.refused("invitePerson", person="sam", memberId=foreign, **new),
        "mixed": platform.refused("invitePerson", person="sam", memberId=foreign, coalition="eccar", **new),
        "take back": platform.refused("revokeInvitation", person="sam", invitationId=invitation),
        "revoke": platform.refused("revokeGrant", person="sam", grantId=lou),
        "hand over": platform.refused("handOverFocalPoint", person="sam", memberId=foreign, email=new["email"]),
        "person": platform.refused(
            "handOverFocalPoint",
            person="sam",
            memberId=join_focal_point(platform, mine),
            personId=str(GlobalId("Person", people_id("lou"))),
        ),
    }
    assert refused == {
        "invite": ["FORBIDDEN"],
        "mixed": ["OTHER_COALITION"],
        "take back": ["FORBIDDEN"],
        "revoke": ["FORBIDDEN"],
        "hand over": ["FORBIDDEN"],
        "person": ["UNKNOWN_PERSON"],
    }
    assert grants(platform, "lou") == [("FOCAL_POINT", foreign)]


def join_focal_point(platform: Platform, member: str) -> str:
    join(platform, "sam", "wes", memberId=member)
    return member


def people_id(name: str) -> str:
    return person_id(people.issuer().url, name)


def test_names_are_for_those_who_give_rights(platform: Platform) -> None:
    shown = platform.ask(WHO, person="sam", key="eccar")["coalition"]
    assert people.address("sam") in [edge["node"]["person"]["email"] for edge in shown["grants"]["edges"]]
    for name in ("uma", "lia", "somebody", None):
        answer = platform.answer(WHO, person=name, key="eccar")
        assert answer["data"] == {"coalition": {"key": "eccar", "grants": None, "invitations": None}}
        code = "UNAUTHENTICATED" if name is None else "FORBIDDEN"
        assert {error["extensions"]["code"] for error in answer["errors"]} == {code}
    for field in ("networkGrants", "networkInvitations"):
        query = f"{{ {field} {{ edges {{ node {{ id }} }} }} }}"
        assert platform.answer(query, person="sam")["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        assert "errors" not in platform.answer(query, person=people.FOUNDER)


def test_a_right_that_is_taken_away_stops_within_two_seconds_even_on_an_open_connection(platform: Platform) -> None:
    """Somebody who keeps asking, over the connection and with the token from before."""
    member = story.member(platform, "Linz")
    grant = join(platform, "sam", "lea", memberId=member)
    drafts = "query($id: ID!) { member(id: $id) { grants { edges { node { id } } } } }"
    eventually(lambda: "errors" not in platform.answer(drafts, person="lea", id=member))
    answers: list[tuple[float, bool]] = []
    done = threading.Event()

    def keep_asking() -> None:
        while not done.is_set():
            begun = time.monotonic()
            answers.append((begun, "errors" not in platform.answer(drafts, person="lea", id=member)))

    asking = threading.Thread(target=keep_asking)
    asking.start()
    try:
        time.sleep(0.3)
        platform.done("revokeGrant", "grant { holds }", person="sam", grantId=grant, reason="Left the city")
        revoked_at = time.monotonic()
        time.sleep(HELD_SECONDS + 1)
    finally:
        done.set()
        asking.join()
    before = [allowed for begun, allowed in answers if begun < revoked_at - 0.2]
    after = [allowed for begun, allowed in answers if begun > revoked_at + HELD_SECONDS]
    assert any(before)
    assert after
    assert not any(after)


def test_a_focal_point_is_handed_over_with_what_is_open(platform: Platform) -> None:
    member, report_cycle = story.member(platform, "Bregenz"), cycle(platform)
    join(platform, "sam", "old", memberId=member)
    eventually(lambda: grants(platform, "old") == [("FOCAL_POINT", member)])
    begin: dict[str, Any] = {"memberId": member, "cycleId": report_cycle}
    selection = "report { id responsibleId }"
    started = eventually(lambda: platform.command("startReport", selection, person="old", **begin)["report"])
    assert started["responsibleId"] == str(GlobalId("Person", people_id("old")))

    handed_over = platform.done(
        "handOverFocalPoint", HANDED_OVER, person="sam", memberId=member, email=people.address("new")
    )["handOver"]
    assert handed_over["grant"] is None
    token = handed_over["issuedInvitation"]["token"]
    platform.done("acceptInvitation", "grant { id }", person="new", token=token)

    eventually(lambda: grants(platform, "new") == [("FOCAL_POINT", member)])
    query = "query($id: ID!) { node(id: $id) { ... on Report { status responsibleId } } }"

    def draft(name: str) -> Any:
        return platform.answer(query, person=name, id=started["id"])["data"]["node"]

    moved = {"status": "DRAFT", "responsibleId": str(GlobalId("Person", people_id("new")))}
    eventually(lambda: draft("new") == moved, seconds=20)
    answer: dict[str, Any] = {"reportId": started["id"], "commitment": 1, "status": "PLANNED"}
    platform.done("saveAnswer", "report { id }", person="new", **answer)
    # Who left has nothing more, and sees nothing more.
    eventually(lambda: grants(platform, "old") == [])
    eventually(lambda: platform.refused("saveAnswer", person="old", **answer) == ["FORBIDDEN"])
    assert draft("old") is None


def test_of_a_coalitions_administrators_one_stays(platform: Platform) -> None:
    shown = platform.ask(WHO, key="lac")["coalition"]["grants"]["edges"]
    (only,) = [edge["node"]["id"] for edge in shown if edge["node"]["role"] == "ADMINISTRATOR"]
    assert platform.refused("revokeGrant", grantId=only) == ["LAST_ADMINISTRATOR"]
    assert platform.refused("revokeGrant", person="lia", grantId=only) == ["ROLE_NOT_YOURS_TO_GIVE"]
