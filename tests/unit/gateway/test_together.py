"""Keys of several requests travel together, and nobody notices but the services."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from gateway.bus import Question, Together
from gateway.bus.together import FULL, LONGEST_GATHERING_SECONDS
from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.errors import DeadlineExceeded, Forbidden, InternalError, Unavailable

CITIES = Question("membership", "get_cities", "ids")
SPECIAL_NEEDS = Question("events", "get_special_needs", "refs")
ANONYMOUS = CallContext(correlation_id="anonymous")


class Service:
    """Answers when it is told to. `calls`: which keys were asked for, and in which context."""

    def __init__(self) -> None:
        self.calls: list[tuple[list[Any], CallContext]] = []
        self._waiting: list[asyncio.Future[None]] = []
        self.answer: Callable[[list[Any]], Any] = lambda keys: {"items": [f"city {key}" for key in keys]}

    async def call(self, service: str, method: str, arguments: dict[str, Any]) -> Any:
        keys = arguments.get("ids") or arguments["refs"]
        self.calls.append((keys, context.current()))
        gate = asyncio.get_running_loop().create_future()
        self._waiting.append(gate)
        await gate
        return self.answer(keys)

    @property
    def asked(self) -> list[list[Any]]:
        return [keys for keys, _ in self.calls]

    async def let_go(self, count: int = 1) -> None:
        """Answer the oldest calls that wait."""
        for _ in range(count):
            self._waiting.pop(0).set_result(None)
            await settled()


async def settled() -> None:
    """Until everything that can go on has done so."""
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def together(service: Service) -> Together:
    return Together(service.call)


async def ask(together: Together, *keys: str, call: CallContext = ANONYMOUS, question: Question = CITIES) -> Any:
    """A request that has asked, as a task."""

    async def asking() -> Any:
        with context.use(call):
            return await together.ask(question, {key: key for key in keys})

    task = asyncio.create_task(asking())
    await settled()
    return task


async def test_nobody_waits_while_nothing_is_on_its_way(together: Together, service: Service) -> None:
    await ask(together, "a")
    assert service.asked == [["a"]]
    await service.let_go()
    await ask(together, "b")
    assert service.asked == [["a"], ["b"]]


async def test_nobody_waits_for_long(together: Together, service: Service) -> None:
    """What is on its way may be lost."""
    await ask(together, "first")
    waiting = await ask(together, "a")
    assert service.asked == [["first"]]
    await asyncio.sleep(1.5 * LONGEST_GATHERING_SECONDS)
    assert service.asked == [["first"], ["a"]]
    later = await ask(together, "b")
    await service.let_go(2)
    assert service.asked == [["first"], ["a"], ["b"]]
    await service.let_go()
    assert (await waiting, await later) == ({"a": "city a"}, {"b": "city b"})


async def test_what_comes_while_others_are_on_their_way_is_one_call(together: Together, service: Service) -> None:
    first = await ask(together, "first")
    late = [await ask(together, "a", "b"), await ask(together, "b", "c"), await ask(together, "d")]
    assert len(service.calls) == 1
    await service.let_go()
    assert service.asked[1:] == [["a", "b", "c", "d"]]
    await service.let_go()
    found = [await task for task in late]
    assert [found[0][key] for key in ("a", "b")] == ["city a", "city b"]
    assert [found[1][key] for key in ("b", "c")] == ["city b", "city c"]
    assert found[2]["d"] == "city d"
    assert await first == {"first": "city first"}


async def test_what_is_on_its_way_is_not_joined(together: Together, service: Service) -> None:
    """It may have been read before this request began."""
    await ask(together, "first")
    await ask(together, "first")
    await service.let_go()
    assert service.asked[1:] == [["first"]]


async def test_a_full_batch_waits_no_longer(together: Together, service: Service) -> None:
    await ask(together, "first")
    await ask(together, *(f"{number}" for number in range(FULL - 1)))
    assert len(service.calls) == 1
    await ask(together, "the last")
    assert len(service.asked[-1]) == FULL


@pytest.mark.parametrize(
    ("call", "question"),
    [
        (replace(ANONYMOUS, principal_token="somebody"), CITIES),
        (ANONYMOUS, Question("membership", "get_cities", "ids", b'{"first":2}')),
        (ANONYMOUS, Question("membership", "list_memberships_of_city", "ids")),
    ],
    ids=["another principal", "other arguments", "another method"],
)
async def test_only_the_same_question_of_the_same_principal(
    together: Together, service: Service, call: CallContext, question: Question
) -> None:
    await ask(together, "first")
    await ask(together, "a")
    await ask(together, "a", call=call, question=question)
    assert service.asked[1:] == [["a"]]


@pytest.mark.parametrize("question", [SPECIAL_NEEDS, Question("events", "unknown", "refs")])
async def test_personal_data_is_asked_for_by_each_request(
    together: Together, service: Service, question: Question
) -> None:
    asked = [replace(ANONYMOUS, correlation_id=f"request {number}") for number in range(5)]
    for call in asked:
        await ask(together, "a", call=call, question=question)
    assert service.calls == [(["a"], call) for call in asked]


async def test_nobody_fails_for_what_others_asked(together: Together, service: Service) -> None:
    await ask(together, "first")
    good, bad = await ask(together, "a"), await ask(together, "bad")

    def answer(keys: list[Any]) -> Any:
        if "bad" in keys:
            raise Forbidden("not this one")
        return {"items": keys}

    service.answer = answer
    await service.let_go(2)
    assert service.asked[1:] == [["a", "bad"], ["a"], ["bad"]]
    await service.let_go(2)
    assert await good == {"a": "a"}
    with pytest.raises(Forbidden):
        await bad


async def test_a_service_that_is_away_is_not_asked_by_each(together: Together, service: Service) -> None:
    await ask(together, "first")
    both = [await ask(together, "a"), await ask(together, "b")]

    def away(_keys: list[Any]) -> Any:
        raise Unavailable("away")

    service.answer = away
    await service.let_go(2)
    assert len(service.calls) == 2
    for task in both:
        with pytest.raises(Unavailable):
            await task


async def test_who_has_no_time_left_leaves_and_the_others_stay(together: Together, service: Service) -> None:
    await ask(together, "first")
    hurried = await ask(together, "a", call=replace(ANONYMOUS, deadline=time.time() + 0.02))
    patient = await ask(together, "b", call=replace(ANONYMOUS, deadline=time.time() + 60))
    with pytest.raises(DeadlineExceeded):
        await hurried
    await service.let_go(2)
    assert (await patient)["b"] == "city b"


async def test_a_batch_has_the_time_of_whoever_waits_longest(together: Together, service: Service) -> None:
    await ask(together, "first")
    for deadline in (time.time() + 30, time.time() + 60, time.time() + 45):
        await ask(together, "a", call=replace(ANONYMOUS, deadline=deadline))
    await service.let_go()
    _, call = service.calls[-1]
    assert 59 < (call.seconds_left() or 0) <= 60


async def test_a_request_that_is_given_up_takes_no_other_with_it(together: Together, service: Service) -> None:
    await ask(together, "first")
    gone, there = await ask(together, "a"), await ask(together, "b")
    gone.cancel()
    await settled()
    await service.let_go(2)
    assert (await there)["b"] == "city b"
    assert gone.cancelled()


async def test_an_answer_of_the_wrong_length_is_our_fault(together: Together, service: Service) -> None:
    service.answer = lambda _keys: {"items": []}
    task = await ask(together, "a")
    await service.let_go()
    with pytest.raises(InternalError):
        await task


async def test_nothing_is_kept_of_what_has_arrived(together: Together, service: Service) -> None:
    tasks = [await ask(together, "first"), await ask(together, "a")]
    gone = await ask(together, "b")
    gone.cancel()
    assert together.questions == 1
    await service.let_go(2)
    await asyncio.gather(*tasks)
    assert together.questions == 0
