"""The sample people get their roles, by the operator's own command."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from gateway.graphql.core.ids import GlobalId

from .door import Door, Refused

NETWORK_ADMINISTRATOR: Final = "network-administrator"
"""The subject of who loads the data."""

PEOPLE: Final = Path(__file__).parent / "data" / "people.json"

MEMBERS: Final = """
query MemberOfCity($coalition: String!, $city: String!, $country: String!) {
  members(coalition: $coalition, search: $city, country: $country, first: 10) {
    edges { node { id cities { name } } }
  }
}"""
CONFERENCES: Final = """
query ConferenceOfDay($coalition: String!) {
  coalition(key: $coalition) { conferences(first: 200) { edges { node { id startDate } } } }
}"""


def give_roles(door: Door, issuer: str) -> None:
    """To the sample people, who sign in with `issuer`. Raises Refused."""
    grants = [
        {"issuer": issuer, **_identity(person), **_place(door, grant)}
        for person in json.loads(PEOPLE.read_text(encoding="utf-8"))["people"]
        for grant in person["grants"]
    ]
    if _give(grants) != 0:
        raise Refused("the sample people did not get their roles: see above")


def make_first_administrator(issuer: str) -> None:
    """Somebody must be there who may load the data. Raises Refused."""
    people = json.loads(PEOPLE.read_text(encoding="utf-8"))["people"]
    [person] = [each for each in people if each["subject"] == NETWORK_ADMINISTRATOR]
    if _give([{"issuer": issuer, "role": "network_administrator", **_identity(person)}]) != 0:
        raise Refused("nobody could be made the network's administrator: see above")


def _identity(person: Mapping[str, Any]) -> dict[str, str]:
    return {name: person[name] for name in ("subject", "name", "email")}


def _place(door: Door, grant: Mapping[str, Any]) -> dict[str, str]:
    """The grant in the words of the operator's command. Raises Refused when the place is not in the data."""
    place = {name: grant[name] for name in ("role", "coalition") if name in grant}
    for name, find in (("member", _members), ("conference", _conferences)):
        if name in grant:
            found = next(find(door, grant["coalition"], grant[name]), None)
            if found is None:
                raise Refused(f"there is no {name} {grant[name]} in {grant['coalition']}")
            place["id"] = _key(found)
    return place


def _members(door: Door, coalition: str, member: Mapping[str, str]) -> Iterator[str]:
    found = door.ask(MEMBERS, {"coalition": coalition, **member})["members"]["edges"]
    return (edge["node"]["id"] for edge in found if member["city"] in [city["name"] for city in edge["node"]["cities"]])


def _conferences(door: Door, coalition: str, conference: Mapping[str, str]) -> Iterator[str]:
    found = door.ask(CONFERENCES, {"coalition": coalition})["coalition"]["conferences"]["edges"]
    return (edge["node"]["id"] for edge in found if edge["node"]["startDate"] == conference["startDate"])


def _key(global_id: str) -> str:
    """The id by which the services know what has this global id."""
    found = GlobalId.parse(global_id)
    assert found is not None, global_id
    return found.key


def _give(grants: list[dict[str, str]]) -> int:
    """Returns the exit status of the operator's command."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(grants, file)
        file.flush()
        command = [sys.executable, "-m", "services.membership", "grant", "--file", file.name]
        return subprocess.run(command, check=False).returncode
