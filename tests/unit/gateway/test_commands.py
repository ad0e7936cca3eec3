"""Mutations: from the input to the service's arguments, from its refusal to payload data."""

from collections.abc import Mapping
from typing import Any

import pytest

from gateway.graphql.core.commands import arguments_of, graphql_path, user_errors
from gateway.graphql.core.ids import GlobalId
from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    Unavailable,
    VersionConflict,
    Violation,
)
from services.chassis.protocol.rpc import RemoteError

from .conftest import Client
from .network import Network, identity
from .test_queries import global_id

CITY = str(GlobalId("City", identity(2, 1)))
DECISION = """mutation($input: RecordDecisionInput!) {
  recordDecision(input: $input) { member { id standing } errors { code message path } clientMutationId } }"""


def decision(**changes: Any) -> dict[str, Any]:
    return {
        "memberId": global_id("Member", 3),
        "outcome": "ADMITTED",
        "body": "STEERING_COMMITTEE",
        "decidedOn": "2026-09-25",
        **changes,
    }


async def test_a_decision_reaches_the_service_as_it_wants_it(client: Client, network: Network) -> None:
    network.answers["membership.record_decision"] = network.members[0]
    given = decision(votes={"inFavour": 9, "against": 1, "abstentions": 0}, expectedVersion=2, clientMutationId="mine")
    found = await client.ask(DECISION, input=given)
    assert found["recordDecision"] == {
        "member": {"id": global_id("Member", 3), "standing": "MEMBER"},
        "errors": [],
        "clientMutationId": "mine",
    }
    assert network.calls == [
        (
            "membership.record_decision",
            {
                "coalition": "eccar",
                "member_id": identity(3, 1),
                "outcome": "admitted",
                "body": "steering_committee",
                "decided_on": "2026-09-25",
                "votes": {"in_favour": 9, "against": 1, "abstentions": 0},
                "expected_version": 2,
            },
        )
    ]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (NotFound("no such member"), [{"code": "NOT_FOUND", "message": "no such member", "path": None}]),
        (
            VersionConflict("changed", path=("expected_version",)),
            [{"code": "VERSION_CONFLICT", "message": "changed", "path": ["expectedVersion"]}],
        ),
        (
            RemoteError(
                {
                    "value": "two things",
                    "code": "INVALID_INPUT",
                    "expected": True,
                    "violations": [
                        {"path": ["votes", "in_favour"], "message": "negative", "code": "INVALID"},
                        {"path": ["decided_on"], "message": "future", "code": "DATE_IN_FUTURE"},
                    ],
                }
            ),
            [
                {"code": "INVALID_INPUT", "message": "negative", "path": ["votes", "inFavour"]},
                {"code": "DATE_IN_FUTURE", "message": "future", "path": ["decidedOn"]},
            ],
        ),
    ],
)
async def test_an_expected_refusal_is_payload_data(
    client: Client, network: Network, error: Exception, expected: list[dict[str, Any]]
) -> None:
    network.failures["membership.record_decision"] = error
    found = await client.ask(DECISION, input=decision())
    assert found["recordDecision"] == {"member": None, "errors": expected, "clientMutationId": None}


@pytest.mark.parametrize("error", [Unavailable("away"), ValueError("secret"), RemoteError({"value": "secret"})])
async def test_an_unexpected_failure_is_an_error_of_the_request(
    client: Client, network: Network, error: Exception
) -> None:
    network.failures["membership.record_decision"] = error
    answer = await client.answer(DECISION, input=decision())
    assert answer.data == {"recordDecision": None}
    [told] = answer.errors
    assert told["path"] == ["recordDecision"]
    assert "secret" not in str(told)


@pytest.mark.parametrize(
    ("member_id", "code"),
    [("nonsense", "INVALID_ID"), (CITY, "INVALID_ID"), (global_id("Conference", 4), "INVALID_ID")],
)
async def test_a_wrong_id_is_the_persons_error_and_asks_nobody(
    client: Client, network: Network, member_id: str, code: str
) -> None:
    found = await client.ask(DECISION, input=decision(memberId=member_id))
    [error] = found["recordDecision"]["errors"]
    assert (error["code"], error["path"]) == (code, ["memberId"])
    assert network.calls == []


def test_ids_of_two_coalitions_do_not_go_together() -> None:
    given = {"conference_id": global_id("Conference", 4), "member_id": global_id("Member", 3, coalition="lac")}
    with pytest.raises(InvalidInput) as refused:
        arguments_of(given, {"conference_id": "Conference", "member_id": "Member"})
    [violation] = refused.value.violations
    assert (violation.code, violation.path) == ("OTHER_COALITION", ("member_id",))


def test_lists_of_ids_say_which_one_is_wrong() -> None:
    assert arguments_of({"coalition": "eccar", "cities": [CITY]}, {"cities": "City"}) == {
        "coalition": "eccar",
        "cities": [identity(2, 1)],
    }
    with pytest.raises(InvalidInput) as refused:
        arguments_of({"cities": [CITY, "x"]}, {"cities": "City"})
    assert refused.value.violations[0].path == ("cities", 1)


def test_an_optional_id_may_be_missing_or_null() -> None:
    given: Mapping[str, Any] = {"conference_id": global_id("Conference", 4), "member_id": None}
    assert arguments_of(given, {"conference_id": "Conference", "member_id": "Member"}) == {
        "coalition": "eccar",
        "conference_id": identity(4, 1),
        "member_id": None,
    }


def test_paths_are_told_in_the_names_of_the_schema() -> None:
    assert graphql_path(("commitments", 0, "title", "texts")) == ["commitments", "0", "title", "texts"]
    assert graphql_path(("reporting_rules", 1, "first_report_after_months")) == [
        "reportingRules",
        "1",
        "firstReportAfterMonths",
    ]


def test_an_error_with_a_code_of_its_own_lends_it_to_its_violations() -> None:
    class Incomplete(Conflict):
        code = "INCOMPLETE_REPORT"

    error = Incomplete(
        "two are missing",
        violations=(Violation(("answers", 3), "no answer"), Violation(("answers", 4), "no answer", "MISSING")),
    )
    assert user_errors(error) == [
        {"code": "INCOMPLETE_REPORT", "message": "no answer", "path": ["answers", "3"]},
        {"code": "INCOMPLETE_REPORT", "message": "no answer", "path": ["answers", "4"]},
    ]


async def test_every_mutation_calls_the_method_of_its_stem(client: Client, network: Network) -> None:
    """`recordDecision` → `membership.record_decision`: one search finds the whole path."""
    mutation_type = client.engine._schema.mutation_type
    assert mutation_type is not None
    services = {
        "membership": "registerCoalition publishPlan registerCity recordMembership applyForMembership recordDecision"
        " recordMilestone registerApplication rotateApplicationToken revokeApplication revokeApplicationToken"
        " recordContact removeContact publishConsentText giveConsent withdrawConsent adoptRetentionRules requestExport"
        " requestErasure invitePerson revokeInvitation acceptInvitation revokeGrant handOverFocalPoint",
        "events": "announceConference openRegistration closeRegistration registerDelegate cancelRegistration"
        " recordSpecialNeeds withdrawSpecialNeeds recordMinutes",
        "reports": "openCycle startReport saveAnswer submitReport stageEvidence removeEvidence",
    }
    for service, stems in services.items():
        for stem in stems.split():
            method = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in stem)
            network.failures[f"{service}.{method}"] = NotFound(method)
            resolve = mutation_type.fields[stem].resolve
            assert resolve is not None
            info = type("Info", (), {"context": network_context(network), "path": type("Path", (), {"key": stem})})
            payload = await resolve(None, info, input={})
            assert [error["message"] for error in payload["errors"]] == [method]
    assert set(" ".join(services.values()).split()) == set(mutation_type.fields)


def network_context(network: Network) -> Any:
    from gateway.graphql.context import RequestContext

    return RequestContext(network.call)


async def test_lists_and_texts_of_an_input(client: Client, network: Network) -> None:
    network.failures["membership.register_coalition"] = NotFound("x")
    await client.ask(
        """mutation { registerCoalition(input: {
          key: "eccar", name: {original: "en", texts: [{language: "en", text: "A"}, {language: "de", text: "B"}]},
          region: "Europe", source: "s", launched: "2004-12", languages: ["en"],
          reportingRules: [{firstReportAfterMonths: 24, intervalMonths: 24}],
          admissionRules: [{bodies: [STEERING_COMMITTEE, GENERAL_ASSEMBLY]}]
        }) { errors { code } } }"""
    )
    [asked] = network.named("membership.register_coalition")
    assert asked["name"] == {"original": "en", "texts": {"en": "A", "de": "B"}}
    assert asked["reporting_rules"] == [{"first_report_after_months": 24, "interval_months": 24, "is_sample": False}]
    assert asked["admission_rules"] == [{"bodies": ["steering_committee", "general_assembly"]}]
    assert (asked["m49"], asked["founders"], asked["launched"]) == ([], [], "2004-12")
    assert "acronym" not in asked


async def test_a_language_given_twice_is_refused_at_its_place(client: Client, network: Network) -> None:
    found = await client.ask(
        """mutation { publishPlan(input: {coalition: "eccar", version: "2004", isComplete: true, source: "s",
          commitments: [{number: 1, title: {original: "en", texts: [
            {language: "en", text: "A"}, {language: "en", text: "B"}]}}]
        }) { errors { code path } } }"""
    )
    assert found["publishPlan"]["errors"] == [
        {"code": "DUPLICATE_LANGUAGE", "path": ["commitments", "0", "title", "texts"]}
    ]
    assert network.calls == []


async def test_each_mutation_of_a_request_has_an_idempotency_key_of_its_own() -> None:
    keys: list[str | None] = []

    class Noting(Network):
        async def call(self, service: str, method: str, arguments: dict[str, Any]) -> Any:
            keys.append(context.current().idempotency_key)
            return await super().call(service, method, arguments)

    network = Noting()
    network.answers["membership.register_city"] = network.cities[identity(2, 1)]
    query = """mutation {
      graz: registerCity(input: {name: "Graz", country: "AT", legalType: CITY}) { city { memberships { standing } } }
      registerCity(input: {name: "Linz", country: "AT", legalType: CITY}) { city { name } }
    }"""
    with context.use(CallContext(idempotency_key="request-1")):
        await Client(network).ask(query)
    assert keys == ["request-1:graz", "request-1", "request-1:registerCity"]
    keys.clear()
    with context.use(CallContext()):
        await Client(network).ask(query)
    assert set(keys) == {None}
