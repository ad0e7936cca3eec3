"""How long personal data is kept: adopted as data, public, and enforced."""

from datetime import timedelta
from typing import Any

import pytest

from services.chassis.kernel.errors import Forbidden, InvalidInput
from services.membership.domain.errors import RulesAlreadyAdopted, UnknownCoalition
from services.personal.retention import Category

from .personal import Personal
from .service import Now

RULES = {
    "coalition": "eccar",
    "valid_from": "2026-12-01",
    "rules": [{"category": "contacts", "keep_days": 30}],
    "is_sample": False,
    "source": "Decision of the board",
}


@pytest.fixture
def personal(personal: Personal) -> Personal:
    personal.grant("ada", "administrator")
    personal.grant("sam", "secretariat")
    personal.grant("nia", "network_administrator", None)
    return personal


def test_a_coalition_adopts_rules_and_everybody_can_read_them(personal: Personal) -> None:
    adopted = personal.tell("ada", "adopt_retention_rules", **RULES)

    [own, other] = personal.question(None, "get_retention_rules", coalitions=["eccar", "lac"])["items"]
    assert own[1] == adopted
    assert [(rules["valid_from"], rules["is_default"], rules["is_sample"]) for rules in own] == [
        (None, True, True),
        ("2026-12-01", False, False),
    ]
    assert [rules["is_default"] for rules in other] == [True]
    assert {rule["category"] for rule in other[0]["rules"]} == {category.value for category in Category}
    [contacts] = own[1]["rules"]
    assert (contacts["keep_days"], contacts["counted_from"].split(";")[0]) == (
        30,
        "the day on which the contact was last confirmed",
    )
    [row] = personal.database["outbox"].find({"type": "membership.retention_rules_adopted.v1"})
    assert (row["coalition"], row["data"]["rules"]) == ("eccar", RULES["rules"])


def test_who_may_adopt_rules_for_whom(personal: Personal) -> None:
    for by, coalition in (("sam", "eccar"), ("ada", "lac"), ("ada", None), ("somebody", None)):
        with pytest.raises(Forbidden):
            personal.tell(by, "adopt_retention_rules", **{**RULES, "coalition": coalition})
    personal.tell("nia", "adopt_retention_rules", **{**RULES, "coalition": None})
    personal.tell("nia", "adopt_retention_rules", **RULES)
    assert personal.database["retention_rules"].count_documents({"coalition": None}) == 1


def test_what_cannot_be(personal: Personal) -> None:
    personal.tell("ada", "adopt_retention_rules", **RULES)
    rule = {"category": "contacts", "keep_days": 30}
    refused: tuple[tuple[type[Exception], dict[str, Any]], ...] = (
        (RulesAlreadyAdopted, {}),
        (InvalidInput, {"rules": []}),
        (InvalidInput, {"rules": [rule, rule]}),
        (InvalidInput, {"rules": [{**rule, "keep_days": -1}]}),
        (InvalidInput, {"rules": [{**rule, "category": "minutes"}]}),
    )
    for error, changes in refused:
        with pytest.raises(error):
            personal.tell("ada", "adopt_retention_rules", **{**RULES, **changes})
    with pytest.raises(UnknownCoalition):
        personal.tell("nia", "adopt_retention_rules", **{**RULES, "coalition": "mars"})


def test_what_has_had_its_time_is_deleted_and_nothing_else(personal: Personal, now: Now) -> None:
    graz = personal.member("Graz")["id"]
    contact = {"coalition": "eccar", "member_id": graz, "role": "Mayor", "name": "Eve"}
    personal.tell("sam", "record_contact", **contact)
    personal.invite("ada", "auditor")
    invitation = personal.invite("nia", "administrator", coalition="lac", email="len@people.example")
    personal.accept("len", invitation["token"])
    request = personal.request("bea", "export")
    personal.hand_over_messages()
    for service in ("events", "reports"):
        personal.receipt(service, request["id"], "exported")
    start = now.at

    now.at = start + timedelta(days=194)  # an invitation is good for 14 days, and kept for 180 more
    assert personal.retained() == []
    now.at = start + timedelta(days=195)
    assert personal.retained(dry_run=True) == [("invitations", "eccar", 1), ("invitations", "lac", 1)]
    assert personal.database["invitations"].count_documents({}) == 2
    assert personal.retained() == [("invitations", "eccar", 1), ("invitations", "lac", 1)]

    now.at = start + timedelta(days=731)
    assert personal.retained() == [("contacts", "eccar", 1)]
    now.at = start + timedelta(days=1_096)
    assert personal.retained() == [("data_requests", None, 1)]
    for collection in ("invitations", "contacts", "data_requests"):
        assert personal.database[collection].count_documents({}) == 0, collection
    assert personal.retained() == []


def test_a_coalitions_own_rules_are_enforced_from_their_day_on(personal: Personal, now: Now) -> None:
    graz, far = personal.member("Graz")["id"], personal.member("Montevideo", coalition="lac")["id"]
    personal.grant("lia", "secretariat", "lac")
    personal.tell("sam", "record_contact", coalition="eccar", member_id=graz, role="Mayor", name="Eve")
    personal.tell("lia", "record_contact", coalition="lac", member_id=far, role="Mayor", name="Eva")
    personal.tell("ada", "adopt_retention_rules", **{**RULES, "rules": [{"category": "contacts", "keep_days": 3}]})
    now.at += timedelta(days=6)
    assert personal.retained() == []

    now.at += timedelta(days=1)

    assert personal.retained() == [("contacts", "eccar", 1)]
    [entry] = personal.database["audit"].find({"changes.collection": "contacts", "changes.after": None})
    assert (entry["coalition"], "Eve" in str(entry)) == ("eccar", False)
