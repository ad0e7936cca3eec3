"""One use case, one transaction: what it changes and what it tells others become visible together or not at all."""

import contextvars
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from pymongo import MongoClient, ReadPreference
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from ..kernel import context
from ..kernel.clock import Clock
from ..kernel.context import Principal
from ..protocol.envelope import Envelope
from .client import TRANSACTION_READ_CONCERN, TRANSACTION_WRITE_CONCERN
from .faults import bounded
from .idempotency import Answers, Claim, fingerprint
from .inbox import Inbox
from .outbox import Outbox

T = TypeVar("T")
RequestT = TypeVar("RequestT")
Answer = TypeVar("Answer")


class Publishing(Protocol):
    """Turns a domain event into the message that tells of it (a service's `schemas.published`)."""

    def __call__(self, event: Any, *, time: datetime) -> Envelope: ...


class Work:
    """What a use case may touch: collections inside its session, the clock, the principal, the outbox."""

    def __init__(
        self,
        database: Database[dict[str, Any]],
        session: ClientSession | None,
        *,
        now: datetime,
        publishing: Publishing,
        stand_ins: Mapping[str, str],
    ) -> None:
        self.session = session
        self.now = now
        self._database = database
        self._publishing = publishing
        self._stand_ins = stand_ins
        self._outbox = Outbox(database)

    @property
    def today(self) -> date:
        """The date of `now`, in UTC."""
        return self.now.date()

    @property
    def principal(self) -> Principal | None:
        return context.acting_principal()

    def collection(self, name: str) -> Collection[dict[str, Any]]:
        return self._database[self._stand_ins.get(name, name)]

    def publish(self, event: Any) -> None:
        """Put the message that tells of a domain event into the outbox, in this transaction."""
        if self.session is None:
            raise RuntimeError("a query cannot publish: there is no transaction to publish in")
        self._outbox.add(self._publishing(event, time=self.now), session=self.session)


class UnitOfWork:
    """Runs use cases against one service's database.

    A use case is a function `(work, request) -> result`. Returning commits, raising rolls back. A transaction that
    met another one (a write conflict, a failover) is run again from the start, by PyMongo's own `with_transaction`,
    until the deadline: so a use case has no effect outside `work`.

    `stand_ins` are collections that use cases are given in the place of others, by the others' names: a projection
    that is built beside the one in use, by the code of the one in use.
    """

    def __init__(
        self,
        client: MongoClient[dict[str, Any]],
        database: str,
        *,
        clock: Clock,
        publishing: Publishing,
        stand_ins: Mapping[str, str] | None = None,
    ) -> None:
        self._client = client
        self._database = client[database]
        self._clock = clock
        self._publishing = publishing
        self._stand_ins = stand_ins or {}
        self._inbox = Inbox(self._database)
        self._answers = Answers(self._database)

    def read(self, query: Callable[[Work, RequestT], T], request: RequestT) -> T:
        """Run a query, outside any transaction."""
        with bounded():
            return query(self._work(None), request)

    def write(self, command: Callable[[Work, RequestT], T], request: RequestT) -> T:
        """Run a command in a transaction."""
        return self._in_transaction(lambda session: command(self._work(session), request))

    def answer(self, command: Callable[[Work, RequestT], T], request: RequestT, view: Callable[[T], Answer]) -> Answer:
        """Run a command in a transaction and render its result, once per idempotency key of the caller.

        The same key and input give the same answer for 24 hours, a duplicate that runs at the same time waits for it.
        Raises IdempotencyKeyReused when the key was used with another input.
        """
        key = context.current().idempotency_key
        if key is None:
            return view(self.write(command, request))
        principal = context.acting_principal()
        claim = Claim(principal.subject if principal else "", key, fingerprint(request))

        def answer_once(session: ClientSession) -> Answer:
            given: Answer | None = self._answers.find(claim, session=session)
            if given is not None:
                return given
            answer = view(command(self._work(session), request))
            self._answers.keep(claim, answer, self._clock(), session=session)
            return answer

        return self._in_transaction(answer_once)

    def write_once(
        self, subscriber: str, message_id: str, effect: Callable[[Work, RequestT], None], request: RequestT
    ) -> bool:
        """Run a subscriber's effect unless it has been run for this message before. False: it had been."""

        def record_and_run(session: ClientSession) -> None:
            self._inbox.record(subscriber, message_id, self._clock(), session=session)
            effect(self._work(session), request)

        try:
            self._in_transaction(record_and_run)
        except DuplicateKeyError:
            # The effect may have unique keys of its own: only the inbox's row says "handled before".
            if self._inbox.has(subscriber, message_id):
                return False
            raise
        return True

    def _in_transaction(self, run: Callable[[ClientSession], T]) -> T:
        with bounded(), self._client.start_session() as session:
            return session.with_transaction(
                lambda session: _aborting_in_time(session, run),
                read_concern=TRANSACTION_READ_CONCERN,
                write_concern=TRANSACTION_WRITE_CONCERN,
                read_preference=ReadPreference.PRIMARY,
            )

    def _work(self, session: ClientSession | None) -> Work:
        return Work(
            self._database,
            session,
            now=self._clock(),
            publishing=self._publishing,
            stand_ins=self._stand_ins,
        )


def _aborting_in_time(session: ClientSession, run: Callable[[ClientSession], T]) -> T:
    """Abort a failed transaction even when the caller's time is over.

    PyMongo would send the abort under the same, expired deadline, that is: not at all. The server would then hold the
    transaction's locks until its own limit, and everybody else would run into them.
    """
    try:
        return run(session)
    except BaseException:
        if session.in_transaction:
            # PyMongo keeps the deadline in context variables: in an empty context the client's own limit counts.
            contextvars.Context().run(session.abort_transaction)
        raise
