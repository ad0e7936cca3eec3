"""A small network: two coalitions, three members in different standings, and everything handed over."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from tests.support.bus import DEVELOPMENT

from .network import Network


@pytest.fixture(autouse=True)
def secretariat() -> Iterator[None]:
    context.allow_development_principal(True)
    with context.use(CallContext(principal=DEVELOPMENT)):
        yield
    context.allow_development_principal(False)


@pytest.fixture
def network(mongo: MongoClient[dict[str, Any]], database_prefix: str) -> Network:
    network = Network(mongo, database_prefix)
    service = network.membership
    rule = {"first_report_after_months": 24, "interval_months": 24, "is_sample": True}
    for key in ("eccar", "lac"):
        service.register_coalition(key=key, reporting_rules=[rule])
    service.publish_plan(coalition="eccar", version="2004", adopted="2004-12-10")
    service.member("Graz")
    service.member("Bonn", kind="application")
    service.member("Montevideo", coalition="lac")
    network.hand_over()
    return network
