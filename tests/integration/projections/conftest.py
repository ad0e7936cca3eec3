"""A small network: two coalitions, three members in different standings, one with a new focal point, and everything
handed over."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from tests.integration.membership.rights import somebody
from tests.support.principals import SECRETARY

from .network import Network


@pytest.fixture
def database_prefix(emptied_prefix: str) -> str:
    return emptied_prefix


@pytest.fixture(autouse=True)
def secretariat() -> Iterator[None]:
    with context.use(CallContext(principal=SECRETARY)):
        yield


@pytest.fixture
def network(mongo: MongoClient[dict[str, Any]], database_prefix: str) -> Network:
    network = Network(mongo, database_prefix)
    service = network.membership
    rule = {"first_report_after_months": 24, "interval_months": 24, "is_sample": True}
    for key in ("eccar", "lac"):
        service.register_coalition(key=key, reporting_rules=[rule])
    service.publish_plan(coalition="eccar", version="2004", adopted="2004-12-10")
    graz = service.member("Graz")["id"]
    service.member("Bonn", kind="application")
    service.member("Montevideo", coalition="lac")
    service.grant("sam", "secretariat")
    service.grant("flo", "focal_point", member_id=graz)
    service.grant("bea", "contributor", member_id=graz)
    service.hand_over("sam", graz, person_id=service.identify(**somebody("bea"))["id"])
    text = {"original": "en", "texts": {"en": "Until it is over."}}
    about = {"coalition": "eccar", "purpose": "special_needs", "version": "1", "valid_from": "2026-01-01"}
    service.grant("ada", "administrator")
    service.tell("ada", "publish_consent_text", **about, text=text)
    rules = {"rules": [{"category": "registrations", "keep_days": 30}], "is_sample": True}
    service.tell("ada", "adopt_retention_rules", coalition="eccar", **rules)
    service.grant("nia", "network_administrator", None)
    service.tell("nia", "adopt_retention_rules", **rules)
    network.hand_over()
    return network
