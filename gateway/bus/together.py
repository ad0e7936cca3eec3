"""Reads of several requests that wait at the same time travel together.

A service answers a question for a hundred keys almost as fast as one for a single key. So while a batch of the same
question is on its way, the keys that further requests ask for gather, and are the next batch. Nobody waits when nothing
is on its way, nobody waits for long, and nobody is given what was read before they asked.

Only requests of the same principal travel together, and only for what is no personal data: reading that is an entry in
the audit log, one for each request. In the services' logs a batch has the correlation id of the request that began it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple

import orjson

from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.errors import InternalError, ServiceError
from services.rights.table import TABLE

from .client import deadline_exceeded

Call = Callable[[str, str, dict[str, Any]], Awaitable[Any]]
"""`(service, method, arguments) → result`, as `RpcClient.call`."""

Keys = Mapping[Hashable, Any]
"""Each key with its form in JSON."""

Items = dict[Hashable, Any]
"""By key, what a service says of it."""

LONGEST_GATHERING_SECONDS: Final = 0.05
"""Then a batch departs though another is still on its way: that one may be slow, or lost."""

FULL: Final = 200
"""Keys of a batch that gathers no more."""


class Question(NamedTuple):
    """A method that answers a list of keys, its argument `parameter`, with parallel `items`. `arguments`: the others,
    in JSON, so that equal ones are found equal."""

    service: str
    method: str
    parameter: str
    arguments: bytes = b"{}"

    @property
    def is_personal(self) -> bool:
        """Also what the permission table does not know: nothing is said of that."""
        row = TABLE.get(f"{self.service}.{self.method}")
        return row is None or row.personal


class Together:
    """Asks the services for many keys at a time. One per process."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._lines: dict[tuple[str | None, Question], _Line] = {}

    @property
    def questions(self) -> int:
        """How many are on their way."""
        return len(self._lines)

    async def ask(self, question: Question, keys: Keys) -> Items:
        """The items of `keys`, in the context of the running call. Raises what a call raises, and InternalError when
        the answer has not as many items as there are keys."""
        own = context.current()
        if question.is_personal or len(keys) >= FULL:
            return await self._travel(question, keys, own)
        name = (own.principal_token, question)
        line = self._lines.get(name)
        if line is None:
            line = self._lines[name] = _Line(
                lambda keys, call: self._travel(question, keys, call), forget=lambda: self._lines.pop(name)
            )
        batch = line.board(keys, own)
        try:
            return await _answer(batch, own, question.service)
        except ServiceError as error:
            if error.retryable or batch.requests == 1:
                raise
        # Something in the batch was refused. Nobody fails for what others asked.
        return await self._travel(question, keys, own)

    async def _travel(self, question: Question, keys: Keys, call: CallContext) -> Items:
        arguments = {question.parameter: list(keys.values()), **orjson.loads(question.arguments)}
        with context.use(call):
            result = await self._call(question.service, question.method, arguments)
        items: list[Any] = result["items"]
        if len(items) != len(keys):
            raise InternalError(f"{question.service}.{question.method} gave {len(items)} items for {len(keys)} keys")
        return dict(zip(keys, items, strict=True))


async def _answer(batch: "_Batch", own: CallContext, service: str) -> Items:
    """The batch's answer, for as long as this request has time. Raises DeadlineExceeded."""
    try:
        async with asyncio.timeout(own.seconds_left()):
            # Shielded: whoever leaves, the others stay.
            return await asyncio.shield(batch.answer)
    except TimeoutError:
        raise deadline_exceeded(service) from None


class _Batch:
    """Keys that travel together, in the context of the request that began it."""

    def __init__(self, began: CallContext) -> None:
        self.keys: dict[Hashable, Any] = {}
        self.requests = 0
        self.answer: asyncio.Future[Items] = asyncio.get_running_loop().create_future()
        self.call = began

    def add(self, keys: Keys, call: CallContext) -> None:
        self.keys.update(keys)
        self.requests += 1
        known, asked = self.call.deadline, call.deadline
        if known is not None and (asked is None or asked > known):
            # An answer is of use as long as anybody waits for it.
            self.call = replace(self.call, deadline=asked)


class _Line:
    """The batches of one question and one principal: those on their way, and the one that gathers."""

    def __init__(
        self, travel: Callable[[Keys, CallContext], Awaitable[Items]], *, forget: Callable[[], object]
    ) -> None:
        """`forget` is called when nothing gathers and nothing is on its way any more."""
        self._travel = travel
        self._forget = forget
        self._gathering: _Batch | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._on_their_way: set[asyncio.Task[None]] = set()

    def board(self, keys: Keys, call: CallContext) -> _Batch:
        """The batch in which these keys travel."""
        batch = self._gathering
        if batch is None:
            batch = self._gathering = _Batch(call)
            if self._on_their_way:
                self._timer = asyncio.get_running_loop().call_later(LONGEST_GATHERING_SECONDS, self._depart)
        batch.add(keys, call)
        if not self._on_their_way or len(batch.keys) >= FULL:
            self._depart()
        return batch

    def _depart(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._gathering is not None:
            batch, self._gathering = self._gathering, None
            task = asyncio.create_task(self._run(batch))
            self._on_their_way.add(task)
            task.add_done_callback(self._arrived)

    async def _run(self, batch: _Batch) -> None:
        try:
            batch.answer.set_result(await self._travel(batch.keys, batch.call))
        except Exception as error:
            batch.answer.set_exception(error)
            batch.answer.exception()  # Whoever waited may be gone, and asyncio would report it as forgotten.

    def _arrived(self, task: "asyncio.Task[None]") -> None:
        self._on_their_way.discard(task)
        if not self._on_their_way:
            self._depart()
        if not self._on_their_way:
            self._forget()
