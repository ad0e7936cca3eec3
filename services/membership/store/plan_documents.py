"""Plans as documents."""

from collections.abc import Mapping
from typing import Any

from services.chassis.kernel.text import LocalizedText
from services.chassis.persistence import values

from ..domain.plan import Commitment, Plan


def to_document(plan: Plan) -> dict[str, Any]:
    return {
        "_id": plan.id,
        "coalition": plan.coalition,
        "version": plan.version,
        "adopted": values.text_of(plan.adopted),
        "adopted_in": plan.adopted_in,
        "is_complete": plan.is_complete,
        "source": plan.source,
        "groups": [group.as_dict() for group in plan.groups],
        "commitments": [_commitment_document(commitment) for commitment in plan.commitments],
    }


def from_document(document: Mapping[str, Any]) -> Plan:
    return Plan(
        id=document["_id"],
        coalition=document["coalition"],
        version=document["version"],
        adopted=values.partial_date(document["adopted"]),
        adopted_in=document["adopted_in"],
        is_complete=document["is_complete"],
        source=document["source"],
        groups=tuple(LocalizedText.from_dict(group) for group in document["groups"]),
        commitments=tuple(_commitment(commitment) for commitment in document["commitments"]),
    )


def _commitment_document(commitment: Commitment) -> dict[str, Any]:
    return {
        "number": commitment.number,
        "group": commitment.group,
        "title": commitment.title.as_dict(),
        "summary": values.localized_document(commitment.summary),
        "themes": list(commitment.themes),
        "concepts": list(commitment.concepts),
    }


def _commitment(document: Mapping[str, Any]) -> Commitment:
    return Commitment(
        number=document["number"],
        group=document["group"],
        title=LocalizedText.from_dict(document["title"]),
        summary=values.localized(document["summary"]),
        themes=tuple(document["themes"]),
        concepts=tuple(document["concepts"]),
    )
