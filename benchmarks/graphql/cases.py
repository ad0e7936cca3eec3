"""The queries that are measured. Each is asked with several sets of variables in turn, so that no answer of one
request serves for all the others."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final

Variables = dict[str, Any]

MEMBERS_ON_A_PAGE: Final = 50
ROWS_OF_THE_LIST: Final = 200
_ORDERS: Final[Sequence[Variables]] = [
    {"orderBy": {"field": field, "direction": direction}}
    for field, direction in product(
        ("NAME", "COUNTRY", "ADMITTED_ON", "POPULATION"),
        ("ASCENDING", "DESCENDING"),
    )
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`signed_in`: what it asks for is not for the public."""

    key: str
    title: str
    query: str
    variables: Sequence[Variables] = field(default=({},))
    signed_in: bool = False


TYPENAME: Final = Case(key="a", title="`{ __typename }`", query="{ __typename }")

MEMBER: Final = Case(
    key="b",
    title="one member by its id",
    query="""query Member($id: ID!) {
      member(id: $id) { id version standing admittedOn source milestones { kind date } } }""",
)
"""Its variables are the ids of the members, which only the platform knows (`stage.made`)."""

MEMBERS: Final = Case(
    key="c",
    title=f"{MEMBERS_ON_A_PAGE} members with their city and commitments",
    query=f"""query Members($orderBy: MemberOrder!) {{
      members(coalition: "eccar", first: {MEMBERS_ON_A_PAGE}, orderBy: $orderBy) {{ edges {{ node {{
        id standing
        city {{ name population {{ value }} country {{ code }} }}
        commitments {{ number title }} }} }} }} }}""",
    variables=_ORDERS,
)

ACROSS: Final = Case(
    key="d",
    title=f"across the services: {MEMBERS_ON_A_PAGE} members with city, commitments, registrations, obligations",
    query=f"""query Across($orderBy: MemberOrder!) {{
      members(coalition: "eccar", first: {MEMBERS_ON_A_PAGE}, orderBy: $orderBy) {{ edges {{ node {{
        city {{ name population {{ value }} }}
        coalition {{ key name(language: "de") }}
        commitments {{ number title }}
        registrations {{ conference {{ title }} }}
        obligations {{ dueOn report {{ status
          answers {{ commitment {{ number title }} status text }} }} }} }} }} }} }}""",
    variables=_ORDERS,
    signed_in=True,
)

LIST: Final = Case(
    key="e",
    title=f"a list of {ROWS_OF_THE_LIST} rows of 8 fields",
    query=f"""query Cities {{ cities(first: {ROWS_OF_THE_LIST}) {{ edges {{ node {{
      id version name alternativeNames legalType geonamesId source country {{ code }} }} }} }} }}""",
)

ALL: Final = (TYPENAME, MEMBER, MEMBERS, ACROSS, LIST)
