"""The seed's files as inputs of the public mutations."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

Row = dict[str, Any]
DATA: Final = Path(__file__).parent / "data"
ENGLISH: Final = "en"

_STANDING_MILESTONES: Final = {
    "member": ("ADMISSION",),
    "candidate": ("APPLICATION",),
    "declared_intent": ("DECLARATION_OF_INTENT",),
    "former_or_dormant": ("ADMISSION", "NO_LONGER_LISTED"),
}
"""What a registry entry tells of a membership's history. The year, where known, is the admission's."""


def coalitions() -> Iterator[Row]:
    """Inputs of `registerCoalition`."""
    rules = _json("reporting_rules.json")
    for coalition in _json("coalitions.json")["coalitions"]:
        regions = coalition["m49"] or []
        yield {
            "key": coalition["key"],
            "acronym": coalition["acronym"],
            "name": text(coalition["name"]),
            "formerName": coalition.get("former_name"),
            "region": coalition["region"],
            "m49": regions if isinstance(regions, list) else [regions],
            "launched": coalition["launched"],
            "launchedIn": coalition["launched_in"],
            "languages": coalition["languages"],
            "currency": coalition["currency"],
            "legalForm": coalition.get("legal_form"),
            "office": coalition.get("office"),
            "leadCity": coalition["lead_city"],
            "secretariat": coalition.get("secretariat"),
            "membersClaimed": coalition.get("members_claimed"),
            "subRegionalLeads": coalition.get("sub_regional_leads", []),
            "nationalArms": coalition.get("national_arms", []),
            "founders": coalition.get("founders", []),
            "admits": coalition.get("admits", []),
            "source": coalition["source"],
            "reportingRules": [_rule(rules["rules"].get(coalition["key"], rules["sample"]))],
        }


def plans() -> Iterator[Row]:
    """Inputs of `publishPlan`."""
    concepts = _concepts()
    for plan in _json("plans.json")["plans"]:
        european = plan["coalition"] == "eccar" and plan["version"] == "2004"
        yield {
            "coalition": plan["coalition"],
            "version": plan["version"],
            "adopted": plan["adopted"],
            "adoptedIn": plan.get("adopted_in"),
            "isComplete": plan["complete"],
            "source": plan["source"],
            "groups": [text(group) for group in plan.get("groups", [])],
            "commitments": [
                {
                    "number": commitment["number"],
                    "group": commitment.get("group"),
                    "title": text(commitment["title"]),
                    "summary": text(commitment["summary"]) if "summary" in commitment else None,
                    "themes": commitment["themes"],
                    "concepts": concepts[commitment["number"]] if european else [],
                }
                for commitment in plan["commitments"]
            ],
        }


def cities() -> Iterator[Row]:
    """Inputs of `registerCity`."""
    for row in _csv("eccar_members.csv"):
        yield {
            "name": row["name"],
            "alternativeNames": [],
            "country": row["country"],
            "legalType": row["legal_type"].upper(),
            "geonamesId": _number(row["geonames_id"], int),
            "population": _number(row["population"], int),
            "latitude": _number(row["latitude"], float),
            "longitude": _number(row["longitude"], float),
            "source": row["source"],
        }


def memberships() -> Iterator[Row]:
    """Inputs of `recordMembership`, with the city as `name`, `country` and `legalType` instead of its id."""
    for row in _csv("eccar_members.csv"):
        yield {
            "coalition": "eccar",
            "city": (row["name"], row["country"], row["legal_type"].upper()),
            "milestones": [
                {
                    "kind": kind,
                    "date": (row["joined_year"] or None) if kind == "ADMISSION" else None,
                    "source": row["source"],
                }
                for kind in _STANDING_MILESTONES[row["standing"]]
            ],
            "source": row["source"],
        }


def conferences() -> Iterator[Row]:
    """Inputs of `announceConference`."""
    for row in _csv("conferences.csv"):
        yield {
            "coalition": "eccar",
            "kind": row["kind"].upper(),
            "title": text(row["title"]),
            "theme": text(row["theme"]) if row["theme"] else None,
            "startDate": row["start_date"],
            "endDate": row["end_date"],
            "mode": row["mode"].upper(),
            "hostCity": {"name": row["host_city"], "country": row["country"]},
            "source": row["source"],
        }


def text(english: str) -> Row:
    """A `LocalizedTextInput` in English, the language of the sources."""
    return {"original": ENGLISH, "texts": [{"language": ENGLISH, "text": english}]}


def _rule(rule: Row) -> Row:
    return {
        "firstReportAfterMonths": rule["first_report_after_months"],
        "intervalMonths": rule["interval_months"],
        "isSample": rule["is_sample"],
        "source": rule["source"],
    }


def _concepts() -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for row in _csv("thesaurus.csv"):
        if row["commitment_eccar_2004"]:
            found[int(row["commitment_eccar_2004"])].append(row["concept_uri"])
    return found


def _number(value: str, kind: type[int] | type[float]) -> int | float | None:
    return kind(value) if value else None


def _json(name: str) -> Row:
    content: Row = json.loads((DATA / name).read_text(encoding="utf-8"))
    return content


def _csv(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
