"""Another coalition's things are not found, not changed and not counted."""

from typing import Any

import pytest
from pymongo.database import Database

from services.chassis.kernel.errors import NotFound
from services.events.domain.errors import NotAMember

from .conftest import Service, everything

Documents = Database[dict[str, Any]]


def test_another_coalition_cannot_change_anything(service: Service, database: Documents) -> None:
    conference_id = service.announce_open()
    unopened = service.announce()
    registration = service.register(conference_id)
    before = everything(database)

    with pytest.raises(NotFound):
        service.open(unopened, coalition="lac")
    with pytest.raises(NotFound):
        service.tell("close_registration", coalition="lac", conference_id=conference_id)
    with pytest.raises(NotFound):
        service.register(conference_id, coalition="lac")
    with pytest.raises(NotFound):
        service.tell("cancel_registration", coalition="lac", registration_id=registration.id)

    assert everything(database) == before


def test_another_coalition_finds_nothing(service: Service) -> None:
    member_id = service.know_member()
    conference_id = service.announce_open()
    registration = service.register(conference_id, member_id=member_id)

    def foreign(id: str) -> list[dict[str, str]]:
        return [{"coalition": "lac", "id": id}]

    assert service.ask("get_conferences", refs=foreign(conference_id)) == [None]
    assert service.ask("get_registrations", refs=foreign(registration.id)) == [None]
    for name, id in (("list_registrations", conference_id), ("list_registrations_of_members", member_id)):
        [page] = service.ask(name, refs=foreign(id), count=True)
        assert (page.items, page.has_next, page.total) == ((), False, 0)
    assert service.ask("list_conferences", coalition="lac", count=True).total == 0
    assert service.ask("projected_members", coalition="lac") == []


def test_a_batch_mixes_coalitions_and_answers_in_its_order(service: Service) -> None:
    eccar, lac = service.announce(), service.announce(coalition="lac")
    refs = [
        {"coalition": "lac", "id": lac},
        {"coalition": "lac", "id": eccar},
        {"coalition": "eccar", "id": eccar},
        {"coalition": "eccar", "id": "unknown"},
        {"coalition": "lac", "id": lac},
    ]

    found = service.ask("get_conferences", refs=refs)

    assert [each and each.conference.id for each in found] == [lac, None, eccar, None, lac]


def test_a_member_of_another_coalition_sends_nobody(service: Service) -> None:
    assembly = service.announce_open(kind="general_assembly")
    foreign = service.know_member(coalition="lac")

    with pytest.raises(NotAMember):
        service.register(assembly, member_id=foreign)


def test_the_list_of_the_network_and_of_each_coalition(service: Service) -> None:
    eccar, lac = service.announce(), service.announce(coalition="lac")

    network = service.ask("list_conferences", count=True)
    pages = service.ask("list_conferences_of", coalitions=["lac", "africa", "eccar"], count=True)

    assert {each.conference.id for each in network.items} == {eccar, lac}
    assert network.total == 2
    assert [[each.conference.id for each in page.items] for page in pages] == [[lac], [], [eccar]]
    assert [page.total for page in pages] == [1, 0, 1]
