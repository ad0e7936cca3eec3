"""The ready people, from the seed's data."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

PEOPLE: Final = Path(__file__).resolve().parents[2] / "seed" / "data" / "people.json"


@dataclass(frozen=True, slots=True)
class Person:
    """`roles` say in words what the person may do, for the page on which one is chosen."""

    subject: str
    name: str
    email: str
    roles: tuple[str, ...]

    @classmethod
    def from_entry(cls, entry: Mapping[str, Any]) -> Self:
        return cls(entry["subject"], entry["name"], entry["email"], tuple(map(_in_words, entry["grants"])))

    def claims(self) -> dict[str, Any]:
        """OpenID Connect Core 1.0, section 5.1."""
        return {"sub": self.subject, "name": self.name, "email": self.email, "email_verified": True}


def read_people(path: Path = PEOPLE) -> dict[str, Person]:
    """By subject, in the order of the file."""
    people = map(Person.from_entry, json.loads(path.read_text(encoding="utf-8"))["people"])
    return {person.subject: person for person in people}


def _in_words(grant: Mapping[str, Any]) -> str:
    place = grant.get("member", {}).get("city") or grant.get("coalition") or "the network"
    return f"{grant['role'].replace('_', ' ')} of {place}"
