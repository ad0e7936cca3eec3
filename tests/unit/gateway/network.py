"""A small network, as the services' views show it, and services that answer from it. No broker, no database."""

import itertools
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from services.chassis.kernel.errors import NotFound

View = dict[str, Any]
Failure = Exception | Callable[[View], Exception | None]


def identity(kind: int, number: int) -> str:
    """A stable id of a thing in these tests."""
    return str(uuid.UUID(int=(0x0192D3A4 << 96) | (0x7 << 76) | (0x2 << 62) | (kind << 32) | number))


def text(english: str, **others: str) -> View:
    return {"original": "en", "texts": {"en": english, **others}}


def coalition(key: str) -> View:
    return {
        "key": key,
        "version": 1,
        "acronym": key.upper(),
        "name": text(f"Coalition {key}", de=f"Koalition {key}"),
        "former_name": None,
        "region": "Europe",
        "m49": ["150"],
        "launched": "2004-12-10",
        "launched_in": "Nuremberg",
        "languages": ["en", "de"],
        "currency": "EUR",
        "legal_form": None,
        "office": None,
        "lead_city": None,
        "secretariat": None,
        "members_claimed": None,
        "sub_regional_leads": [],
        "national_arms": [],
        "founders": [],
        "admits": ["city"],
        "source": "a page",
        "reporting_rules": [
            {
                "valid_from": None,
                "first_report_after_months": 24,
                "interval_months": 24,
                "is_sample": True,
                "source": None,
            }
        ],
        "admission_rules": [],
    }


def plan(key: str) -> View:
    return {
        "id": identity(1, 1),
        "coalition": key,
        "version": "2004",
        "adopted": "2004-12-10",
        "adopted_in": "Nuremberg",
        "is_complete": True,
        "source": "a page",
        "groups": [text("The city as employer", de="Die Stadt als Arbeitgeberin")],
        "commitments": [
            {
                "number": number,
                "group": 1 if number == 2 else None,
                "title": text(f"Commitment {number}", de=f"Verpflichtung {number}"),
                "summary": None,
                "themes": ["housing"],
                "concepts": [],
            }
            for number in (1, 2, 3)
        ],
    }


def city(number: int) -> View:
    known = number % 2 == 0
    return {
        "id": identity(2, number),
        "version": 1,
        "name": f"City {number}",
        "alternative_names": [f"Stadt {number}"],
        "country": "AT",
        "legal_type": "city",
        "geonames_id": number,
        "population": 1000 * number if known else None,
        "population_year": 2024 if known else None,
        "latitude": 47.0 if known else None,
        "longitude": 15.0 if known else None,
        "source": None,
    }


def member(number: int, key: str) -> View:
    found = city(number)
    return {
        "id": identity(3, number),
        "coalition": key,
        "version": 2,
        "cities": [{"id": found["id"], "name": found["name"], "country": found["country"]}],
        "milestones": [{"kind": "admission", "date": "2006", "source": None, "note": None}],
        "standing": "member",
        "applied_on": None,
        "admitted_on": "2006",
        "plan_id": identity(1, 1),
        "selected_commitments": [1, 3] if number % 2 else None,
        "decision": None,
        "source": None,
    }


def conference(number: int, key: str) -> View:
    return {
        "id": identity(4, number),
        "coalition": key,
        "version": 1,
        "kind": "general_assembly",
        "title": text(f"Assembly {number}"),
        "theme": None,
        "start_date": "2026-10-01",
        "end_date": "2026-10-02",
        "mode": "hybrid",
        "host_city": {"name": "Graz", "country": "AT"},
        "source": None,
        "registration": None,
        "is_statutory": True,
    }


def registration(number: int, member_number: int, key: str) -> View:
    return {
        "id": identity(5, number),
        "coalition": key,
        "version": 1,
        "conference_id": identity(4, 1),
        "member_id": identity(3, member_number),
        "name": f"Delegate {number}",
        "email": f"delegate{number}@example.org",
        "function": None,
        "attendance": "on_site",
        "status": "confirmed",
        "registered_at": "2026-09-01T08:00:00.000Z",
    }


def obligation(number: int, member_number: int, key: str) -> View:
    return {
        "id": identity(6, number),
        "coalition": key,
        "version": 1,
        "member_id": identity(3, member_number),
        "due_on": "2028-12-31",
        "due_precision": "year",
        "status": "open",
        "report_id": identity(7, 1) if member_number == 1 else None,
        "rule": {"first_report_after_months": 24, "interval_months": 24, "is_sample": True},
    }


def report(key: str) -> View:
    return {
        "id": identity(7, 1),
        "coalition": key,
        "version": 3,
        "member_id": identity(3, 1),
        "cycle_id": identity(8, 1),
        "plan_id": identity(1, 1),
        "plan_version": "2004",
        "status": "draft",
        "commitments": [{"number": 1, "title": text("Commitment 1")}, {"number": 2, "title": text("Commitment 2")}],
        "answers": [
            {
                "commitment": 2,
                "status": "in_progress",
                "text": {"original": "de", "texts": {"de": "Läuft"}},
                "updated_at": "2026-09-01T08:00:00.000Z",
            }
        ],
        "started_at": "2026-08-01T08:00:00.000Z",
        "submitted_at": None,
    }


def cycle(key: str) -> View:
    return {
        "id": identity(8, 1),
        "coalition": key,
        "version": 1,
        "name": text("2025–2026"),
        "period_start": "2025-01-01",
        "period_end": "2026-12-31",
        "opens_on": "2026-06-01",
        "due_on": "2027-03-31",
        "plan_id": identity(1, 1),
        "plan_version": "2004",
        "is_open": True,
    }


def page(items: list[View], arguments: View) -> View:
    start = int(arguments["after"] or 0)
    shown = items[start : start + arguments["first"]]
    return {
        "items": shown,
        "cursors": [str(start + index + 1) for index in range(len(shown))],
        "has_next": len(items) > start + len(shown),
        "total": len(items) if arguments.get("count") else None,
    }


class Network:
    """Answers calls as the services would, and keeps what it was asked.

    `failures` maps `service.method`, or a whole service, to what is raised instead of an answer.
    """

    def __init__(self, members: int = 5, coalitions: tuple[str, ...] = ("eccar", "lac")) -> None:
        self.calls: list[tuple[str, View]] = []
        self.failures: dict[str, Failure] = {}
        self.answers: dict[str, Any] = {}
        self.coalitions = {key: coalition(key) for key in coalitions}
        self.members = [member(number, "eccar") for number in range(1, members + 1)]
        self.cities = {found["id"]: found for found in (city(number) for number in range(1, members + 1))}

    async def call(self, service: str, method: str, arguments: View) -> Any:
        name = f"{service}.{method}"
        self.calls.append((name, arguments))
        self._fail(self.failures.get(name) or self.failures.get(service), arguments)
        if name in self.answers:
            answer = self.answers[name]
            return answer(arguments) if callable(answer) else answer
        answer = getattr(self, f"_{method}", None)
        if answer is None:
            raise NotFound(f"these services have no method {name}")
        return answer(arguments)

    def named(self, name: str) -> list[View]:
        """What `service.method` was asked, in order."""
        return [arguments for called, arguments in self.calls if called == name]

    def _fail(self, failure: Failure | None, arguments: View) -> None:
        error = failure(arguments) if failure is not None and not isinstance(failure, Exception) else failure
        if error is not None:
            raise error

    def _of_coalition(self, key: str) -> list[View]:
        return self.members if key == "eccar" else []

    def _list_coalitions(self, asked: View) -> View:
        return page(list(self.coalitions.values()), asked)

    def _get_coalitions(self, asked: View) -> View:
        return {"items": [self.coalitions.get(key) for key in asked["keys"]]}

    def _member_counts(self, asked: View) -> View:
        counts = [len(self._of_coalition(key)) for key in asked["coalitions"]]
        return {"items": [{"by_standing": {"member": count}, "total": count} for count in counts]}

    def _list_plans(self, asked: View) -> View:
        return {"items": [[plan(key)] if key == "eccar" else [] for key in asked["coalitions"]]}

    def _get_plans(self, asked: View) -> View:
        return {"items": [_found(ref, plan("eccar")) for ref in asked["refs"]]}

    def _get_cities(self, asked: View) -> View:
        return {"items": [self.cities.get(found) for found in asked["ids"]]}

    def _list_cities(self, asked: View) -> View:
        return page(list(self.cities.values()), asked)

    def _get_members(self, asked: View) -> View:
        known = {(found["coalition"], found["id"]): found for found in self.members}
        return {"items": [known.get((ref["coalition"], ref["id"])) for ref in asked["refs"]]}

    def _list_members(self, asked: View) -> View:
        return page(self._of_coalition(asked["coalition"]), asked)

    def _list_members_of(self, asked: View) -> View:
        return {"items": [page(self._of_coalition(key), asked) for key in asked["coalitions"]]}

    def _list_memberships_of_city(self, asked: View) -> View:
        return {
            "items": [
                [found for found in self.members if found["cities"][0]["id"] == wanted] for wanted in asked["city_ids"]
            ]
        }

    def _get_conferences(self, asked: View) -> View:
        return {"items": [_found(ref, conference(1, "eccar")) for ref in asked["refs"]]}

    def _list_conferences(self, asked: View) -> View:
        return page([conference(1, "eccar"), conference(2, "eccar")], asked)

    def _list_conferences_of(self, asked: View) -> View:
        return {"items": [page([conference(1, key)], asked) for key in asked["coalitions"]]}

    def _get_registrations(self, asked: View) -> View:
        return {"items": [_found(ref, registration(1, 1, "eccar")) for ref in asked["refs"]]}

    def _list_registrations(self, asked: View) -> View:
        return {"items": [page([registration(1, 1, "eccar")], asked) for _ in asked["refs"]]}

    def _list_registrations_of_members(self, asked: View) -> View:
        numbers = itertools.count(1)
        asked = {"after": None, **asked}
        found = [
            [{**registration(next(numbers), 1, ref["coalition"]), "member_id": ref["id"]}] for ref in asked["refs"]
        ]
        return {"items": [page(items, asked) for items in found]}

    def _get_cycles(self, asked: View) -> View:
        return {"items": [_found(ref, cycle("eccar")) for ref in asked["refs"]]}

    def _list_cycles(self, asked: View) -> View:
        return {"items": [[cycle(key)] if key == "eccar" else [] for key in asked["coalitions"]]}

    def _get_reports(self, asked: View) -> View:
        return {"items": [_found(ref, report("eccar")) for ref in asked["refs"]]}

    def _list_reports(self, asked: View) -> View:
        return page([report("eccar")], asked)

    def _list_obligations(self, asked: View) -> View:
        return page([obligation(1, 1, asked["coalition"])], asked)

    def _list_obligations_of(self, asked: View) -> View:
        return {"items": [page([obligation(1, 1, key)], asked) for key in asked["coalitions"]]}

    def _list_obligations_of_members(self, asked: View) -> View:
        numbers = {found["id"]: index for index, found in enumerate(self.members, start=1)}
        return {
            "items": [
                [obligation(numbers[ref["id"]], numbers[ref["id"]], ref["coalition"])] if ref["id"] in numbers else []
                for ref in asked["refs"]
            ]
        }


def _found(ref: Mapping[str, str], known: View) -> View | None:
    return known if (ref["coalition"], ref["id"]) == (known["coalition"], known["id"]) else None
