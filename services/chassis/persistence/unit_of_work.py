"""One use case, one transaction: what it changes and what it tells others become visible together or not at all."""

import contextvars
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pymongo import MongoClient, ReadPreference
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from ..kernel import context
from ..kernel.clock import Clock
from ..kernel.pseudonym import Pseudonyms
from ..protocol.envelope import Received
from ..protocol.topology import Subscription
from .admission import Admission, Policy
from .audit.entries import Origin
from .audit.log import AuditLog
from .audit.rules import AuditRules
from .client import TRANSACTION_READ_CONCERN, TRANSACTION_WRITE_CONCERN
from .faults import bounded
from .idempotency import Answers, Claim, fingerprint
from .inbox import Inbox
from .work import Publishing, Work

__all__ = ["Admission", "Policy", "Publishing", "UnitOfWork", "Work"]

T = TypeVar("T")
RequestT = TypeVar("RequestT")
Answer = TypeVar("Answer")


class UnitOfWork:
    """Runs use cases against one service's database.

    A use case is a function `(work, request) -> result`. Returning commits, raising rolls back. A transaction that
    met another one (a write conflict, a failover) is run again from the start, by PyMongo's own `with_transaction`,
    until the deadline: so a use case has no effect outside `work`.

    `policy` is asked before whatever is called over the bus; without one (a command line of the operator, a rebuild)
    everything is allowed.

    Every transaction that changed something leaves an entry in the audit log, and so does every reading of personal
    data. `audit` says what entries may show; without it they show no values.

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
        policy: Policy | None = None,
        audit: AuditRules | None = None,
        stand_ins: Mapping[str, str] | None = None,
        pseudonyms: Pseudonyms | None = None,
    ) -> None:
        self._pseudonyms = pseudonyms
        self._client = client
        self._database = client[database]
        self._clock = clock
        self._publishing = publishing
        self._policy = policy
        self._stand_ins = stand_ins or {}
        self._inbox = Inbox(self._database)
        self._answers = Answers(self._database)
        self._audit = AuditLog(self._database, audit or AuditRules(service=database))

    def read(self, query: Callable[[Work, RequestT], T], request: RequestT) -> T:
        """Run a query that somebody asks, outside any transaction: what the caller may see of its answer.

        When that is personal data, nobody gets to see it before the audit log says so. Raises what the policy raises.
        """
        with bounded():
            admission = self._admit(request)
            if admission is None:
                return query(self._work(None), request)
            work = self._work(None)
            found: T = admission.answer(query(work, admission.request))
            if admission.personal:
                origin = Origin.call(_name(query))
                self._audit.add_reading(found, targets=admission.targets, origin=origin, at=work.now)
            return found

    def look(self, query: Callable[[Work, RequestT], T], request: RequestT) -> T:
        """Run a query for the service itself, whoever calls it."""
        with bounded():
            return query(self._work(None), request)

    def write(self, command: Callable[[Work, RequestT], T], request: RequestT) -> T:
        """Run a command in a transaction."""
        origin = Origin.call(_name(command))
        return self._in_transaction(lambda session: self._carry_out(command, request, origin, session))

    def answer(self, command: Callable[[Work, RequestT], T], request: RequestT, view: Callable[[T], Answer]) -> Answer:
        """Run a command that somebody gives, in a transaction, and render its result, once per idempotency key.

        The same key and input give the same answer for 24 hours, a duplicate that runs at the same time waits for it.
        Raises IdempotencyKeyReused when the key was used with another input, and what the policy raises.
        """
        with bounded():
            self._admit(request)
        key = context.current().idempotency_key
        if key is None:
            return view(self.write(command, request))
        principal = context.acting_principal()
        claim = Claim(principal.id if principal else "", key, fingerprint(request))
        origin = Origin.call(_name(command))

        def answer_once(session: ClientSession) -> Answer:
            given: Answer | None = self._answers.find(claim, session=session)
            if given is not None:
                return given
            answer = view(self._carry_out(command, request, origin, session))
            self._answers.keep(claim, answer, self._clock(), session=session)
            return answer

        return self._in_transaction(answer_once)

    def handle(
        self, subscription: Subscription, effect: Callable[[Work, Received[T]], object], received: Received[T]
    ) -> bool:
        """Run the effect of a message that a subscriber was given, once. False: it had been."""
        return self.write_once(subscription.subscriber, received.envelope.id, effect, received)

    def write_once(
        self, subscriber: str, message_id: str, effect: Callable[[Work, RequestT], object], request: RequestT
    ) -> bool:
        """Run a subscriber's effect unless it has been run for this message before. False: it had been."""
        origin = Origin.message(subscriber, message_id)

        def record_and_run(session: ClientSession) -> None:
            self._inbox.record(subscriber, message_id, self._clock(), session=session)
            self._carry_out(effect, request, origin, session)

        try:
            self._in_transaction(record_and_run)
        except DuplicateKeyError:
            # The effect may have unique keys of its own: only the inbox's row says "handled before".
            if self._inbox.has(subscriber, message_id):
                return False
            raise
        return True

    def _admit(self, request: Any) -> Admission | None:
        if self._policy is None:
            return None
        method = context.current().method
        if method is None:
            raise RuntimeError("a use case that the policy guards must be called through an entrypoint")
        return self._policy.admit(self._work(None), method, request)

    def _carry_out(
        self, use_case: Callable[[Work, RequestT], T], request: RequestT, origin: Origin, session: ClientSession
    ) -> T:
        """Run what changes something, and tell of it in the same transaction."""
        work = self._work(session)
        result = use_case(work, request)
        self._audit.add_changes(work.changes, origin=origin, at=work.now, session=session)
        return result

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
            pseudonyms=self._pseudonyms,
        )


def _name(use_case: Callable[..., Any]) -> str:
    return getattr(use_case, "__name__", type(use_case).__name__)


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
