"""Conferences with what belongs to their view, read in as many queries as there are coalitions, not conferences."""

from collections.abc import Sequence

from services.chassis.persistence.unit_of_work import Work

from ..domain.conferences import Conference
from ..domain.overview import ConferenceOverview, overview
from ..domain.rules import ConferenceRules
from ..store.rules import AdoptedRulesOfCoalition
from ..store.seats import SeatBlocks


def overview_of(work: Work, conference: Conference) -> ConferenceOverview:
    return overviews_of(work, [conference])[0]


def overviews_of(work: Work, conferences: Sequence[Conference]) -> list[ConferenceOverview]:
    """Parallel to `conferences`."""
    coalitions = dict.fromkeys(conference.coalition for conference in conferences)
    adopted = {coalition: adopted_rules(work, coalition) for coalition in coalitions}
    taken = _seats_taken(work, [conference for conference in conferences if conference.registration])
    return [
        overview(each, taken=taken.get(each.id, 0), adopted=adopted[each.coalition], today=work.today)
        for each in conferences
    ]


def adopted_rules(work: Work, coalition: str) -> list[ConferenceRules]:
    return [adopted.rules for adopted in AdoptedRulesOfCoalition(work, coalition=coalition).all()]


def _seats_taken(work: Work, conferences: Sequence[Conference]) -> dict[str, int]:
    taken: dict[str, int] = {}
    for coalition in dict.fromkeys(conference.coalition for conference in conferences):
        ids = [conference.id for conference in conferences if conference.coalition == coalition]
        taken |= SeatBlocks(work, coalition=coalition).taken(ids)
    return taken
