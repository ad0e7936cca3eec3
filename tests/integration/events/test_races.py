"""Two people at the same moment: what is promised holds, and nobody is refused for having met somebody else."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from pymongo.database import Database

from services.chassis.kernel.errors import ServiceError
from services.chassis.kernel.ids import new_id
from services.events.domain.seats import BLOCKS

from .conftest import CONFERENCE, Service

Documents = Database[dict[str, Any]]


def at_once(*calls: Callable[[], Any]) -> Counter[str]:
    """Run all calls at the same moment, each in its thread. Counts `done` and the codes of refusals."""
    outcomes: list[str] = []
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> None:
        start.wait()
        try:
            call()
            outcomes.append("done")
        except ServiceError as error:
            outcomes.append(error.code)
        except Exception as error:
            outcomes.append(repr(error))

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)


def between_looking_and_writing(
    monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], Any], *, same_block: bool = True
) -> list[int]:
    """Run `meanwhile` to its end between the reads and the writes of the next registration. Whoever picks a seat picks
    in the same block, or never in one that was picked before. Returns a list that grows by one with every pick."""
    picks: list[int] = []

    def pick(blocks: Sequence[Any]) -> Any:
        number = len(picks)
        picks.append(number)
        if number == 0:
            thread = threading.Thread(target=meanwhile)
            thread.start()
            thread.join()
        return blocks[0 if same_block else number]

    monkeypatch.setattr("services.events.application.commands.choice", pick)
    return picks


def seats(database: Documents, conference_id: str) -> int:
    return sum(block["taken"] for block in database["seat_blocks"].find({"conference_id": conference_id}))


def confirmed(database: Documents, conference_id: str) -> int:
    return database["registrations"].count_documents({"conference_id": conference_id, "status": "confirmed"})


def told(database: Documents, type: str) -> int:
    return database["outbox"].count_documents({"type": type})


def test_two_delegates_and_one_seat(service: Service, database: Documents) -> None:
    conference_id = service.announce_open(capacity=1)

    outcomes = at_once(*[lambda: service.register(conference_id)] * 2)

    assert outcomes == {"done": 1, "CONFERENCE_FULL": 1}
    assert seats(database, conference_id) == confirmed(database, conference_id) == 1
    assert told(database, "events.delegate_registered.v1") == 1


def test_the_seat_is_gone_between_looking_and_taking(
    service: Service, database: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    conference_id = service.announce_open(capacity=1)
    picks = between_looking_and_writing(monkeypatch, lambda: service.register(conference_id, name="First"))

    assert at_once(lambda: service.register(conference_id, name="Second")) == {"CONFERENCE_FULL": 1}

    assert len(picks) == 2
    assert [row["name"] for row in database["registrations"].find()] == ["First"]
    assert seats(database, conference_id) == 1


def test_another_took_a_seat_of_the_same_block(
    service: Service, database: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is refused: the second one is seated again."""
    conference_id = service.announce_open()
    picks = between_looking_and_writing(monkeypatch, lambda: service.register(conference_id))

    assert at_once(lambda: service.register(conference_id)) == {"done": 1}

    assert len(picks) == 3
    assert seats(database, conference_id) == confirmed(database, conference_id) == 2


@pytest.mark.slow
@pytest.mark.parametrize(("capacity", "let_in"), [(300, 100), (100, 100), (60, 60), (None, 100)])
def test_a_rush_of_a_hundred(service: Service, database: Documents, capacity: int | None, let_in: int) -> None:
    """Everybody gets an answer that is true: a seat, or that there is none. Nobody hears of a conflict, and the last
    one does not wait longer than the gateway does (five seconds)."""
    conference_id = service.announce_open(capacity=capacity)
    start = time.monotonic()

    outcomes = at_once(*[lambda: service.register(conference_id)] * 100)

    seconds = time.monotonic() - start
    assert outcomes == Counter({"done": let_in, "CONFERENCE_FULL": 100 - let_in})
    assert seats(database, conference_id) == confirmed(database, conference_id) == let_in
    assert told(database, "events.delegate_registered.v1") == let_in
    assert service.overview(conference_id).taken == let_in
    assert seconds < 5


def test_two_registrations_with_the_same_address(service: Service, database: Documents) -> None:
    conference_id = service.announce_open()

    outcomes = at_once(*[lambda: service.register(conference_id, email="ada@graz.example")] * 4)

    assert outcomes == {"done": 1, "ALREADY_REGISTERED": 3}
    assert seats(database, conference_id) == confirmed(database, conference_id) == 1


def test_the_same_address_between_looking_and_writing(
    service: Service, database: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In blocks that do not meet: the unique key on the address is what decides."""
    conference_id = service.announce_open()

    def register() -> None:
        service.register(conference_id, email="ada@graz.example")

    picks = between_looking_and_writing(monkeypatch, register, same_block=False)

    assert at_once(register) == {"ALREADY_REGISTERED": 1}
    assert len(picks) == 2
    assert seats(database, conference_id) == confirmed(database, conference_id) == 1


def test_a_quota_between_looking_and_writing(
    service: Service, database: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In blocks that do not meet: the unique key on the member's place makes the second one count again."""
    member_id = service.know_member()
    conference_id = service.announce_open(delegates_per_member=2)

    def register() -> None:
        service.register(conference_id, member_id=member_id)

    picks = between_looking_and_writing(monkeypatch, register, same_block=False)

    assert at_once(register) == {"done": 1}
    assert at_once(register) == {"TOO_MANY_DELEGATES": 1}
    assert len(picks) == 3
    assert sorted(row["member_place"] for row in database["registrations"].find()) == [1, 2]


@pytest.mark.parametrize("quota", [1, 3])
def test_many_delegates_of_one_member(service: Service, database: Documents, quota: int) -> None:
    member_id, other = service.know_member(), service.know_member()
    conference_id = service.announce_open(delegates_per_member=quota)

    outcomes = at_once(
        *[lambda: service.register(conference_id, member_id=member_id)] * 12,
        lambda: service.register(conference_id, member_id=other),
    )

    assert outcomes == {"done": quota + 1, "TOO_MANY_DELEGATES": 12 - quota}
    assert database["registrations"].count_documents({"member_id": member_id, "status": "confirmed"}) == quota
    assert seats(database, conference_id) == quota + 1


def test_registration_closes_between_looking_and_taking(
    service: Service, database: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    conference_id = service.announce_open()
    picks = between_looking_and_writing(
        monkeypatch, lambda: service.tell("close_registration", coalition="eccar", conference_id=conference_id)
    )

    assert at_once(lambda: service.register(conference_id)) == {"REGISTRATION_NOT_OPEN": 1}

    assert len(picks) == 1
    assert seats(database, conference_id) == confirmed(database, conference_id) == 0


def test_registration_opens_with_fewer_seats_between_looking_and_taking(
    service: Service, database: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    conference_id = service.announce_open(capacity=10)
    service.register(conference_id)

    def open_again() -> None:
        service.tell("close_registration", coalition="eccar", conference_id=conference_id)
        service.open(conference_id, capacity=1)

    between_looking_and_writing(monkeypatch, open_again)

    assert at_once(lambda: service.register(conference_id)) == {"CONFERENCE_FULL": 1}
    assert seats(database, conference_id) == confirmed(database, conference_id) == 1


def test_a_cancelled_registration_frees_one_seat_however_often_it_is_cancelled(
    service: Service, database: Documents
) -> None:
    conference_id = service.announce_open(capacity=5)
    registrations = [service.register(conference_id) for _ in range(5)]

    outcomes = at_once(*[lambda: service.cancel(registrations[0])] * 6)

    assert outcomes == {"done": 1, "REGISTRATION_ALREADY_CANCELLED": 5}
    assert seats(database, conference_id) == confirmed(database, conference_id) == 4
    assert told(database, "events.delegate_unregistered.v1") == 1


def test_coming_and_going_at_once_keeps_the_count(service: Service, database: Documents) -> None:
    conference_id = service.announce_open(capacity=20)
    leaving = [service.register(conference_id) for _ in range(10)]

    outcomes = at_once(
        *[lambda each=each: service.cancel(each) for each in leaving],
        *[lambda: service.register(conference_id)] * 15,
    )

    assert set(outcomes) <= {"done", "CONFERENCE_FULL"}
    assert outcomes["done"] >= 20
    assert seats(database, conference_id) == confirmed(database, conference_id) == outcomes["done"] - 10


def test_the_same_conference_announced_by_two(service: Service, database: Documents) -> None:
    outcomes = at_once(*[lambda: service.tell("announce_conference", **CONFERENCE)] * 5)

    assert outcomes == {"done": 1, "CONFERENCE_ALREADY_ANNOUNCED": 4}
    assert database["conferences"].count_documents({}) == told(database, "events.conference_announced.v1") == 1


def test_registration_opened_by_two(service: Service, database: Documents) -> None:
    conference_id = service.announce()

    outcomes = at_once(*[lambda: service.open(conference_id)] * 3)

    assert outcomes == {"done": 1, "REGISTRATION_ALREADY_OPEN": 2}
    assert database["seat_blocks"].count_documents({"conference_id": conference_id}) == BLOCKS


def test_rules_adopted_by_two(service: Service, database: Documents) -> None:
    rules = {"coalition": "eccar", "valid_from": "2027-01-01", "statutory_kinds": ["workshop"]}

    outcomes = at_once(*[lambda: service.tell("adopt_conference_rules", **rules)] * 3)

    assert outcomes == {"done": 1, "RULES_ALREADY_ADOPTED": 2}


def test_a_message_that_arrives_at_two_replicas_at_once(service: Service, database: Documents) -> None:
    member_id, message_id = new_id(), new_id()
    data = {"member_id": member_id, "coalition": "eccar", "standing": "member"}

    outcomes = at_once(*[lambda: service.receive("membership.member_admitted.v1", data, id=message_id)] * 4)

    assert outcomes == {"done": 4}
    assert database["members"].count_documents({"_id": member_id}) == 1
    assert database["inbox"].count_documents({"_id.message": message_id}) == 1


def test_an_older_and_a_newer_message_at_once(service: Service, database: Documents) -> None:
    data = {"member_id": new_id(), "coalition": "eccar"}
    admitted, withdrawn = {**data, "standing": "member"}, {**data, "standing": "former"}

    outcomes = at_once(
        lambda: service.receive("membership.member_withdrawn.v1", withdrawn, sequence=3),
        lambda: service.receive("membership.member_admitted.v1", admitted, sequence=2),
    )

    assert outcomes == {"done": 2}
    [row] = database["members"].find({"_id": data["member_id"]})
    assert (row["standing"], row["sequence"]) == ("former", 3)
