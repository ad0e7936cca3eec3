"""A short fuzz in the name of each role; `make fuzz` is the long one."""

import pytest
from graphql import OperationType

from gateway.graphql.schema import SCHEMA
from tests.fuzz.run import fuzz_each
from tests.fuzz.world import ROLES, World, made_on
from tests.support.platform import Platform

ROOT_FIELDS = sum(
    len(root.fields)
    for operation in (OperationType.QUERY, OperationType.MUTATION)
    if (root := SCHEMA.get_root_type(operation))
)
EXAMPLES = 3
"""Of each root field."""


@pytest.fixture(scope="module")
def world(platform: Platform) -> World:
    return made_on(platform)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("role", ROLES)
def test_every_answer_is_as_promised(world: World, role: str) -> None:
    finding = fuzz_each(world, role, examples=EXAMPLES, seed=len(role))
    assert finding.failures == []
    assert finding.counts["answers"] >= ROOT_FIELDS
    assert finding.counts["given"] > 0
