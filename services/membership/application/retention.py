"""How long personal data is kept: rules are adopted and read."""

from services.chassis.kernel.ids import new_id
from services.chassis.kernel.requests import OfCoalitions
from services.chassis.persistence.unit_of_work import Work
from services.personal.retention import AdoptedRetentionRules, RetentionRules, rules_over_time

from ..domain.events import RetentionRulesAdopted
from ..domain.personal_requests import AdoptRetentionRules
from ..store.coalitions import Coalitions
from ..store.retention import AdoptedRules


def adopt_retention_rules(work: Work, request: AdoptRetentionRules) -> RetentionRules:
    """Raises UnknownCoalition, RulesAlreadyAdopted."""
    if request.coalition is not None:
        Coalitions(work).get(request.coalition)
    rules = RetentionRules(
        valid_from=request.valid_from, rules=request.rules, is_sample=request.is_sample, source=request.source
    )
    adopted = AdoptedRetentionRules(id=new_id(), coalition=request.coalition or "", version=1, rules=rules)
    AdoptedRules(work, coalition=request.coalition).add(adopted)
    work.publish(RetentionRulesAdopted(adopted))
    return rules


def get_retention_rules(work: Work, request: OfCoalitions) -> list[tuple[RetentionRules, ...]]:
    """Of each coalition its rules over time; the platform's sample where it has none of its own."""
    return [rules_over_time(AdoptedRules(work, coalition=coalition).all()) for coalition in request.coalitions]
