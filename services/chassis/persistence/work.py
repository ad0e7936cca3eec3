"""What a use case may touch."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Protocol

from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database

from ..kernel import context
from ..kernel.principal import Principal
from ..kernel.pseudonym import Pseudonyms
from ..protocol.envelope import Envelope
from .audit.changes import Change
from .outbox import Outbox


class Publishing(Protocol):
    """Turns a domain event into the message that tells of it (a service's `schemas.published`)."""

    def __call__(self, event: Any, *, time: datetime) -> Envelope: ...


class Work:
    """Collections inside the use case's session, the clock, the principal, the outbox. `changes` is what was changed
    so far, for the audit log: collections note it themselves."""

    def __init__(
        self,
        database: Database[dict[str, Any]],
        session: ClientSession | None,
        *,
        now: datetime,
        publishing: Publishing,
        stand_ins: Mapping[str, str],
        pseudonyms: Pseudonyms | None = None,
    ) -> None:
        self.session = session
        self.now = now
        self.changes: list[Change] = []
        self._database = database
        self._publishing = publishing
        self._stand_ins = stand_ins
        self._pseudonyms = pseudonyms
        self._outbox = Outbox(database)

    @property
    def today(self) -> date:
        """The date of `now`, in UTC."""
        return self.now.date()

    @property
    def principal(self) -> Principal | None:
        return context.acting_principal()

    def pseudonym(self, address: str) -> str:
        """The pseudonym of an e-mail address. Raises RuntimeError: this process was not given the key."""
        if self._pseudonyms is None:
            raise RuntimeError("pseudonyms need their key")
        return self._pseudonyms.of(address)

    def collection(self, name: str) -> Collection[dict[str, Any]]:
        return self._database[self._stand_ins.get(name, name)]

    def publish(self, event: Any) -> None:
        """Put the message that tells of a domain event into the outbox, in this transaction."""
        if self.session is None:
            raise RuntimeError("a query cannot publish: there is no transaction to publish in")
        self._outbox.add(self._publishing(event, time=self.now), session=self.session)
