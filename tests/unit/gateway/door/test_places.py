"""Places are never lost and never given twice, whoever comes, goes, gives up or is cancelled."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.limits.places import NoPlace, NoPlaceAtAll, Places

EACH, WAITING, TOTAL = 2, 3, 8


@asynccontextmanager
async def place(places: Places, client: str, *, seconds: float) -> AsyncIterator[None]:
    await places.enter(client, seconds=seconds)
    try:
        yield
    finally:
        places.leave(client)


@pytest.mark.parametrize("cancelled", ["waiting", "given"])
async def test_who_gives_up_leaves_nothing_behind(cancelled: str) -> None:
    places, done = Places(each=1, waiting=5, total=0), []

    async def work(name: str, stay: asyncio.Event) -> None:
        async with place(places, "a", seconds=5):
            await stay.wait()
            done.append(name)

    stay = asyncio.Event()
    first, second, third = (asyncio.create_task(work(name, stay)) for name in ("first", "second", "third"))
    await asyncio.sleep(0)
    if cancelled == "given":
        first.cancel()
        await asyncio.sleep(0)  # the place of the first is the second's now, which has not run yet
    second.cancel()
    stay.set()
    await asyncio.gather(first, second, third, return_exceptions=True)
    assert done[-1] == "third"
    assert "second" not in done
    assert (places.taken, places._clients) == (0, {})


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 4), st.sampled_from(["", "cancel", "hurry"])), max_size=30
    )
)
def test_there_are_never_more_at_work_than_places(arrivals: list[tuple[str, int, str]]) -> None:
    asyncio.run(_play(arrivals))


async def _play(arrivals: list[tuple[str, int, str]]) -> None:
    places = Places(each=EACH, waiting=WAITING, total=TOTAL)
    at_work: dict[str, int] = dict.fromkeys("abc", 0)

    async def work(client: str, turns: int, seconds: float) -> None:
        with suppress(NoPlace, NoPlaceAtAll):
            async with place(places, client, seconds=seconds):
                at_work[client] += 1
                try:
                    assert at_work[client] <= EACH
                    assert places.taken <= TOTAL
                    for _ in range(turns):
                        await asyncio.sleep(0)
                finally:
                    at_work[client] -= 1

    tasks = []
    for client, turns, fate in arrivals:
        tasks.append(asyncio.create_task(work(client, turns, 0 if fate == "hurry" else 5)))
        await asyncio.sleep(0)
        if fate == "cancel":
            tasks[-turns - 1 if turns < len(tasks) else -1].cancel()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [each for each in found if isinstance(each, Exception)] == []
    assert (places.taken, places._clients) == (0, {})
    async with place(places, "a", seconds=0), place(places, "a", seconds=0):
        pass
