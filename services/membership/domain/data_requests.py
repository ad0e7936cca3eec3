"""Requests of people, or in their name, to be given or to have erased what this platform holds of them.

Every service does its part and sends a receipt; the request is done when all have. The law gives a month (GDPR, article
12, paragraph 3); the platform gives itself a day, after which a request that some service has not answered stands out.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.personal.receipts import Counted, Kept

ANSWERED_WITHIN: Final = timedelta(days=1)

SERVICES: Final = ("membership", "events", "reports")
"""Those that hold personal data."""


class RequestKind(StrEnum):
    EXPORT = "export"
    ERASURE = "erasure"


class RequestStatus(StrEnum):
    OPEN = "open"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceReceipt:
    """What one service answered."""

    service: str
    at: datetime
    counts: tuple[Counted, ...]
    kept: tuple[Kept, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataRequest:
    """`within` is the coalition that it is about, None for all of what is held anywhere. The person is known by ids, by
    the pseudonym of an address, or by both: the address itself is kept nowhere."""

    id: str
    version: int
    kind: RequestKind
    within: str | None
    person_ids: tuple[str, ...]
    pseudonym: str | None
    requested_by: str
    requested_at: datetime
    expected: tuple[str, ...] = SERVICES
    receipts: tuple[ServiceReceipt, ...] = ()
    done_at: datetime | None = None

    @property
    def coalition(self) -> str:
        """Empty when it is about all of them."""
        return self.within or ""

    @property
    def status(self) -> RequestStatus:
        return RequestStatus.OPEN if self.done_at is None else RequestStatus.DONE

    @property
    def missing(self) -> tuple[str, ...]:
        """The services that have not answered yet."""
        answered = {receipt.service for receipt in self.receipts}
        return tuple(service for service in self.expected if service not in answered)

    def is_overdue(self, at: datetime) -> bool:
        return self.done_at is None and self.requested_at + ANSWERED_WITHIN <= at

    def answered(self, receipt: ServiceReceipt) -> "DataRequest":
        """With a receipt, done if it was the last one. A service that answers again is not counted twice: the same
        request, which is returned as it is."""
        if receipt.service not in self.missing:
            return self
        receipts = (*self.receipts, receipt)
        is_last = self.missing == (receipt.service,)
        return replace(
            self, version=self.version + 1, receipts=receipts, done_at=receipt.at if is_last else self.done_at
        )


@dataclass(frozen=True, slots=True)
class DatedRequest:
    """A request as it is seen at a moment."""

    request: DataRequest
    at: datetime

    @property
    def id(self) -> str:
        return self.request.id

    @property
    def coalition(self) -> str:
        return self.request.coalition

    @property
    def is_overdue(self) -> bool:
        return self.request.is_overdue(self.at)
