"""What waits for a connection: in order, bounded, and never lost without a word."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from gateway.live.conversation import SocketFraming
from gateway.live.outbox import Outbox, Subscriber
from services.chassis.protocol.envelope import Envelope


def message(number: int) -> Envelope:
    return Envelope(
        id=f"event {number}",
        source="membership",
        type="membership.member_admitted.v1",
        subject="m",
        time=datetime(2026, 11, 24, tzinfo=UTC),
        sequence=number,
        coalition="eccar",
        correlationid="c",
        data={},
    )


def subscriber(outbox: Outbox, *, waiting: int = 3, id: str = "1") -> Subscriber:
    return Subscriber(outbox, SocketFraming(id), waiting=waiting, correlation_id="c")


async def frames(outbox: Outbox) -> list[str | None]:
    taken: list[str | None] = []
    for item in await outbox.take():
        if isinstance(item, str):
            taken.append(item)
        else:
            taken.append(item.frame())
            item.written()
    return taken


def event(number: int) -> str:
    return f'{{"id":"1","type":"next","payload":{number}}}'


def test_events_are_written_in_their_order() -> None:
    async def run() -> list[str | None]:
        outbox = Outbox()
        told = subscriber(outbox)
        for number in (1, 2, 3):
            told.tell(str(number), message(number))
        return await frames(outbox)

    assert asyncio.run(run()) == [event(1), event(2), event(3)]


def test_who_does_not_read_is_ended_and_told_where_to_go_on() -> None:
    async def run() -> tuple[list[str | None], str | None]:
        outbox = Outbox()
        slow = subscriber(outbox, waiting=2)
        for number in range(1, 6):
            slow.tell(str(number), message(number))
        return await frames(outbox), slow.ended

    written, ended = asyncio.run(run())
    assert written[:2] == [event(1), event(2)]
    assert len(written) == 3
    assert ended == "TOO_SLOW"
    assert '"code":"TOO_SLOW"' in str(written[2])
    assert '"resumeAfter":"event 2"' in str(written[2])


def test_who_reads_is_never_too_slow_however_much_comes() -> None:
    async def run() -> tuple[int, str | None]:
        outbox = Outbox()
        quick = subscriber(outbox, waiting=2)
        written = 0
        for number in range(100):
            quick.tell(str(number), message(number))
            written += len(await frames(outbox))
        return written, quick.ended

    assert asyncio.run(run()) == (100, None)


def test_one_who_does_not_read_costs_the_others_nothing() -> None:
    async def run() -> list[str | None]:
        outboxes = Outbox(), Outbox()
        slow, quick = (subscriber(outbox, waiting=2) for outbox in outboxes)
        read: list[str | None] = []
        for number in range(1, 6):
            for each in (slow, quick):
                each.tell(str(number), message(number))
            read += await frames(outboxes[1])
        return read

    assert asyncio.run(run()) == [event(number) for number in range(1, 6)]


def test_after_a_right_has_ended_nothing_that_still_waits_is_written() -> None:
    async def run() -> list[str | None]:
        outbox = Outbox()
        revoked, other = subscriber(outbox), subscriber(outbox, id="2")
        revoked.tell("1", message(1))
        other.tell("2", message(2))
        revoked.fail("FORBIDDEN", "No.", silently=True)
        revoked.tell("3", message(3))
        return [frame for frame in await frames(outbox) if frame is not None]

    written = asyncio.run(run())
    assert [str(frame)[:24] for frame in written] == ['{"id":"2","type":"next",', '{"id":"1","type":"error"']


def test_after_the_close_nothing_is_written() -> None:
    async def run() -> tuple[list[Any], list[Any]]:
        outbox = Outbox()
        told = subscriber(outbox)
        told.tell("1", message(1))
        outbox.close(4403, "The token has expired")
        told.tell("2", message(2))
        return await outbox.take(), await outbox.take()

    assert asyncio.run(run()) == ([], [])


def test_there_is_room_again_when_something_was_written() -> None:
    async def run() -> None:
        outbox = Outbox()
        told = subscriber(outbox, waiting=1)
        told.tell("1", message(1))
        waiting = asyncio.ensure_future(told.room())
        await asyncio.sleep(0)
        assert not waiting.done()
        await frames(outbox)
        await asyncio.wait_for(waiting, 1)

    asyncio.run(run())
