"""Enumerations: upper case in GraphQL, lower case on the wire."""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any

import graphene


def enumeration(name: str, description: str, values: Mapping[str, str]) -> Any:
    """The GraphQL enum `name`; `values` maps each value as it is on the wire to its description.

    What a name may not hold becomes an underscore: `reports:read` is REPORTS_READ.
    """

    def describe(member: Enum | None) -> str:
        return description if member is None else values[member.value]

    members = [(re.sub(r"\W", "_", value).upper(), value) for value in values]
    return graphene.Enum.from_enum(Enum(name, members), description=describe, name=name)


OrderDirection = enumeration(
    "OrderDirection",
    "The direction of an order.",
    {"ascending": "From small to large, from A to Z, from old to new.", "descending": "The other way round."},
)
